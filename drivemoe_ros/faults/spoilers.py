"""What happens to messages: lost, late, repeated, damaged, from another time or another sender."""

from __future__ import annotations

import copy
from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.bags.factory import BagMessageFactory
from drivemoe_ros.bags.typestore import output_typestore
from drivemoe_ros.faults.fault import Wire, is_on
from drivemoe_ros.messages.decode import NANOSECONDS_PER_SECOND
from drivemoe_ros.sensors.encode import encode_jpeg

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from drivemoe_ros.faults.fault import Spoil
    from drivemoe_ros.messages.factory import Message

COMPRESSED_IMAGE = "sensor_msgs/msg/CompressedImage"


def on(names: Collection[str], make: Callable[[], Spoil]) -> Callable[[], Spoil]:
    """Let something happen to some inputs, each by itself, while the fault is there.

    Args:
        names: The inputs; empty for all.
        make: Makes what happens to one.

    Returns:
        Makes what happens to all.
    """

    def begin() -> Spoil:
        each: dict[str, Spoil] = {}

        def spoil(wire: Wire, since_s: float) -> Sequence[Wire]:
            if not is_on(since_s) or (names and wire.name not in names):
                return (wire,)
            return each.setdefault(wire.name, make())(wire, since_s)

        return spoil

    return begin


def changed(change: Callable[[Message], object]) -> Callable[[], Spoil]:
    """Change every message in place."""

    def spoil(wire: Wire, _: float) -> Sequence[Wire]:
        change(wire.message)
        return (wire,)

    return lambda: spoil


def lost() -> Spoil:
    """Lose every message."""
    return lambda _, __: ()


def thinned(keep: int) -> Callable[[], Spoil]:
    """Lose all but each ``keep``-th message."""

    def begin() -> Spoil:
        counted = [0]

        def spoil(wire: Wire, _: float) -> Sequence[Wire]:
            counted[0] += 1
            return (wire,) if counted[0] % keep == 0 else ()

        return spoil

    return begin


def late(delay_s: float) -> Callable[[], Spoil]:
    """Deliver every message later, under its own stamp."""

    def begin() -> Spoil:
        waiting: deque[tuple[float, Wire]] = deque()

        def spoil(wire: Wire, since_s: float) -> Sequence[Wire]:
            waiting.append((since_s + delay_s - 1e-6, wire))
            due = []
            while waiting and waiting[0][0] <= since_s:
                due.append(waiting.popleft()[1])
            return due

        return spoil

    return begin


def frozen() -> Spoil:
    """Send the first message again and again, under new stamps."""
    first: list[Message] = []

    def spoil(wire: Wire, _: float) -> Sequence[Wire]:
        first.append(wire.message)
        again = copy.copy(first[0])
        again.header = wire.message.header
        return (wire._replace(message=again),)

    return spoil


def held_stamp() -> Spoil:
    """Send every message under the stamp of the first."""
    first: list[Message] = []

    def spoil(wire: Wire, _: float) -> Sequence[Wire]:
        first.append(wire.message.header)
        wire.message.header = first[0]
        return (wire,)

    return spoil


def shifted(seconds: float) -> Callable[[Message], None]:
    """Move a message's stamp."""

    def change(message: Message) -> None:
        stamp = message.header.stamp
        stamp_ns = stamp.sec * NANOSECONDS_PER_SECOND + stamp.nanosec + round(seconds * NANOSECONDS_PER_SECOND)
        stamp.sec, stamp.nanosec = divmod(stamp_ns, NANOSECONDS_PER_SECOND)

    return change


def renamed(other: dict[str, str]) -> Callable[[], Spoil]:
    """Send messages on another input's topic, e.g. of cameras that are plugged in the wrong way round."""
    return lambda: lambda wire, _: (wire._replace(name=other[wire.name]),)


def as_jpeg(damage: Callable[[np.ndarray], np.ndarray]) -> Callable[[], Spoil]:
    """Send pictures as JPEG, and damage their bytes."""

    def spoil(wire: Wire, _: float) -> Sequence[Wire]:
        raw = wire.message
        encoded = encode_jpeg(np.asarray(raw.data, np.uint8).reshape(raw.height, raw.width, 3)).data_bytes
        data = damage(encoded.copy())
        made = BagMessageFactory().make(COMPRESSED_IMAGE, header=raw.header, format="jpeg", data=data)
        return (Wire(wire.name, COMPRESSED_IMAGE, made),)

    return lambda: spoil


def with_bytes(damage: Callable[[np.ndarray], np.ndarray]) -> Callable[[], Spoil]:
    """Damage a message as it lies on the wire (CDR)."""

    def spoil(wire: Wire, _: float) -> Sequence[Wire]:
        sent = np.frombuffer(bytes(output_typestore().serialize_cdr(wire.message, wire.type_name)), np.uint8)
        return (wire._replace(message=damage(sent.copy()).tobytes()),)

    return lambda: spoil


def doubled(change: Callable[[Message], object]) -> Callable[[], Spoil]:
    """Let a second sender send on the same topic."""

    def spoil(wire: Wire, _: float) -> Sequence[Wire]:
        second = copy.deepcopy(wire.message)
        change(second)
        return (wire, wire._replace(message=second))

    return lambda: spoil


def looped() -> Spoil:
    """Send what came before the fault again from its beginning, with the stamps of then."""
    kept: dict[str, list[Wire]] = {}
    sent: dict[str, int] = {}

    def spoil(wire: Wire, since_s: float) -> Sequence[Wire]:
        past = kept.setdefault(wire.name, [])
        if since_s < 0.0:
            past.append(wire)
        if not is_on(since_s):
            return (wire,)
        number = sent[wire.name] = sent.get(wire.name, -1) + 1
        return (past[number % len(past)],) if past else ()

    return spoil


def flipped(data: np.ndarray) -> np.ndarray:
    """Flip bits in every 13th byte after the first few."""
    data[16::13] ^= 0x5A
    return data


def cut(data: np.ndarray) -> np.ndarray:
    """Keep the first half."""
    return data[: data.size // 2]


def emptied(data: np.ndarray) -> np.ndarray:
    """Keep nothing."""
    return data[:0]
