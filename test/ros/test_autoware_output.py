"""The policy's plans in Autoware's own message: the same plan, and only from trained weights."""

from __future__ import annotations

import dataclasses
import pathlib
from typing import Any

import pytest

pytest.importorskip("rclpy")
pytest.importorskip("autoware_planning_msgs.msg")

from drivemoe_ros.messages.encode_autoware import AUTOWARE
from drivemoe_ros.nodes.factory import message_class
from drivemoe_ros.policy.checkpoint import save_checkpoint
from drivemoe_ros.policy.random_weights import untrained_checkpoint

from .graph import RELIABLE, stamp_ns
from .live_graph import JPEG, Surroundings, in_order, live_node

# rclpy's own parser imports modules that Python has since deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")


def save(folder: pathlib.Path, *, trained: bool) -> pathlib.Path:
    """Save the mini DriveMoE under a manifest that says whether it was trained."""
    made = untrained_checkpoint("drivemoe", "mini", 0)
    manifest = dataclasses.replace(made.manifest, name="tiny", trained=trained)
    save_checkpoint(folder, made.model.state_dict(), manifest, dtype=None)
    return folder


def drive_through(around: Surroundings) -> list[Any]:
    """Let a node plan a drive; returns what Autoware receives."""
    drive = in_order(JPEG)
    received: list[Any] = []
    around.node.create_subscription(message_class(AUTOWARE.type_name), topic_of(around), received.append, RELIABLE)
    around.start()
    around.connect(drive)
    around.drive(drive)
    around.until(lambda: len(around.received["expert_activation"]) == 6, "last plan")
    return received


def topic_of(around: Surroundings) -> str:
    return AUTOWARE.name.replace("~", around.name)


def test_autowares_trajectory_says_what_ours_says(tmp_path: pathlib.Path) -> None:
    folder = save(tmp_path / "tiny", trained=True)
    with live_node({"policy.checkpoint": str(folder)}) as (_, around):
        theirs = drive_through(around)
        around.until(lambda: len(theirs) == 6, "last trajectory for Autoware")
        ours = around.received["trajectory"]
    assert [stamp_ns(one) for one in theirs] == [stamp_ns(one) for one in ours]
    for one, other in zip(theirs, ours, strict=True):
        assert other.trained
        assert one.header == other.header
        assert one.header.frame_id == "base_link"
        assert [(point.time_from_start, point.pose) for point in one.points] == [
            (point.time_from_start, point.pose) for point in other.points
        ]
        assert [(point.longitudinal_velocity_mps, point.acceleration_mps2) for point in one.points] == [
            (point.longitudinal_velocity, point.acceleration) for point in other.points
        ]


def test_autoware_gets_nothing_from_untrained_weights(tmp_path: pathlib.Path) -> None:
    folder = save(tmp_path / "tiny", trained=False)
    with live_node({"policy.checkpoint": str(folder)}) as (_, around):
        theirs = drive_through(around)
        around.rest(0.5)
        assert around.node.count_publishers(topic_of(around)) == 0
        assert len(around.received["trajectory"]) == 6
    assert theirs == []
