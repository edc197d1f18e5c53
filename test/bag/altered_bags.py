"""Recorded drives with something wrong in them."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterable

import numpy as np

from drivemoe_ros.bags.factory import BagMessageFactory
from drivemoe_ros.bags.writer import BagWriter

from .tiny_bags import START_NS, Record, TinyBag, records

# Changes the message of a record in place.
Change = Callable[[Record], None]

FRONT_TOPIC = "/sensing/camera/CAM_FRONT/image_raw"
BACK_TOPIC = "/sensing/camera/CAM_BACK/image_raw"
ODOMETRY_TOPIC = "/localization/kinematic_state"


def write_altered_bag(path: pathlib.Path, spec: TinyBag, *changes: Change) -> pathlib.Path:
    """Write a bag as ``write_tiny_bag`` does, every message changed by all changes first."""
    recorded = records(spec)
    for record in recorded:
        for change in changes:
            change(record)
    return write_records(path, recorded)


def write_records(path: pathlib.Path, recorded: Iterable[Record]) -> pathlib.Path:
    """Write messages as an MCAP bag."""
    with BagWriter(path) as writer:
        for record in sorted(recorded, key=lambda each: each.log_ns):
            writer.write(record.topic, record.type_name, record.message, record.log_ns)
    return path


def on(topic: str, change: Change, since_s: float = 0.0) -> Change:
    """Restrict a change to a topic from a time of recording on."""

    def changed(record: Record) -> None:
        if record.topic == topic and record.log_ns >= START_NS + round(since_s * 1e9):
            change(record)

    return changed


def once(change: Change) -> Change:
    """Restrict a change to the first record it meets."""
    met: list[Record] = []

    def changed(record: Record) -> None:
        met.append(record)
        if len(met) == 1:
            change(record)

    return changed


def unstamped(record: Record) -> None:
    """Set the stamp to zero, as drivers without a clock do."""
    record.message.header.stamp = BagMessageFactory().make("builtin_interfaces/msg/Time")


def position_is(x_m: float) -> Change:
    """Set the position."""

    def change(record: Record) -> None:
        record.message.pose.pose.position.x = x_m

    return change


def encoded_as(encoding: str) -> Change:
    """Claim another encoding."""

    def change(record: Record) -> None:
        record.message.encoding = encoding

    return change


def taller(record: Record) -> None:
    """Claim a thousand rows more than there are."""
    record.message.height += 1000


def garbled(record: Record) -> None:
    """Keep the beginning of the picture's bytes and lose the rest."""
    data = record.message.data
    record.message.data = np.concatenate([data[:40], np.zeros(len(data) - 40, np.uint8)])
