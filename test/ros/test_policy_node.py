"""The policy node on a live graph: inputs in, plans out, and what it says when something goes wrong on the way."""

from __future__ import annotations

import dataclasses
import pathlib

import pytest

pytest.importorskip("rclpy")

from drivemoe_ros.msg import PolicyState
from rclpy.serialization import deserialize_message
from sensor_msgs.msg import CompressedImage

from drivemoe_ros.bags.reader import BagReader
from drivemoe_ros.cli.main import main as drivemoe
from drivemoe_ros.messages.topics import EXPERT_ACTIVATION, PATH, TRAJECTORY, VIEW_SELECTION
from drivemoe_ros.nodes.factory import message_class

from ..bag.tiny_bags import START_NS, TinyBag, write_tiny_bag  # noqa: TID252
from .graph import stamp_ns
from .live_graph import JPEG, in_order, live_node

# rclpy's own parser imports modules that Python has since deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")

FRONT = "/sensing/camera/CAM_FRONT/image_raw"
BACK = "/sensing/camera/CAM_BACK/image_raw"
PERIOD_NS = 100_000_000


def test_six_cameras_odometry_and_route_become_a_plan_with_the_pictures_stamp() -> None:
    drive = in_order(JPEG)
    with live_node() as (_, around):
        around.start()
        around.connect(drive)
        around.drive(drive)
        around.until(lambda: len(around.received["expert_activation"]) >= 6, "last plan")
        got = around.received
    assert got["state"][-1].state == PolicyState.RUNNING
    planned = [stamp_ns(message) for message in got["trajectory"]]
    assert planned == [START_NS + step * PERIOD_NS for step in range(4, 10)]
    for name in ("path", "view_selection", "expert_activation"):
        assert [stamp_ns(message) for message in got[name]] == planned
    assert all(message.header.frame_id == "base_link" for message in got["trajectory"])
    assert all(message.selected in message.names for message in got["view_selection"])
    assert all(len(message.chosen) == 3 for message in got["expert_activation"])


def test_the_live_node_plans_what_a_replay_of_the_same_bag_plans(tmp_path: pathlib.Path) -> None:
    bag = write_tiny_bag(tmp_path / "drive", TinyBag(duration_s=1.2, width=64, height=48, padding=5))
    assert drivemoe(["replay", str(bag), "--output", str(tmp_path / "plans")]) == 0
    # In words: a spread that is not a number equals no other.
    replayed: dict[tuple[str, int], str] = {}
    compared = (TRAJECTORY, PATH, VIEW_SELECTION, EXPERT_ACTIVATION)
    with BagReader(tmp_path / "plans") as reader:
        for event in reader.events([topic.resolved for topic in compared]):
            message = deserialize_message(event.raw, message_class(event.type_name))
            replayed[event.topic, stamp_ns(message)] = str(message)
    drive = in_order(TinyBag(duration_s=1.2, width=64, height=48, padding=5))
    route = next(record for record in drive if record.type_name == "nav_msgs/msg/Path")
    with live_node() as (_, around):
        around.start()
        around.connect(drive)
        around.send(route)
        around.until(lambda: around.figures("route").get("received") == "1", "route")
        around.drive(record for record in drive if record is not route)
        around.until(lambda: len(around.received["expert_activation"]) == 8, "last plan")
        live = {
            (topic.resolved, stamp_ns(message)): str(message)
            for topic in compared
            for message in around.received[topic.name.rpartition("/")[2]]
        }
    assert len(live) == 4 * 8
    assert live == replayed


def test_a_camera_that_dies_is_named_and_taken_back_when_it_returns() -> None:
    drive = in_order(dataclasses.replace(JPEG, duration_s=5.0))
    with live_node() as (_, around):
        around.start()
        around.connect(drive)
        around.stream(r for r in drive if r.log_ns < START_NS + 15 * PERIOD_NS)
        around.until(lambda: around.received["state"][-1].state == PolicyState.RUNNING, "state RUNNING")
        around.silence(BACK)
        dead_ns = START_NS + 30 * PERIOD_NS
        around.stream(r for r in drive if START_NS + 15 * PERIOD_NS <= r.log_ns < dead_ns and r.topic != BACK)
        around.until(lambda: around.received["state"][-1].state == PolicyState.DEGRADED, "state DEGRADED")
        assert "back: no picture within 0.04 s" in around.reason()
        around.until(lambda: around.diagnostics["back"].message.startswith("no publisher"), "diagnostics")
        assert BACK in around.diagnostics["back"].message
        around.connect(drive)
        around.stream(r for r in drive if r.log_ns >= dead_ns)
        around.until(lambda: around.received["state"][-1].state == PolicyState.RUNNING, "state RUNNING again")
    assert not any(message.state == PolicyState.FAULT for message in around.received["state"])


def test_a_front_camera_that_dies_is_a_fault_that_names_its_topic() -> None:
    drive = in_order(JPEG)
    with live_node() as (_, around):
        around.start()
        around.connect(drive)
        around.drive(drive)
        around.silence(FRONT)
        around.until(lambda: around.received["state"][-1].state == PolicyState.FAULT, "state FAULT")
        reason = around.reason()
    assert reason.startswith(f"no picture from {FRONT} for ")
    assert reason.endswith(": 0 publishers")


def test_a_bag_that_loops_is_planned_again_from_its_start() -> None:
    drive = in_order(dataclasses.replace(JPEG, duration_s=2.0))
    last_ns = START_NS + 19 * PERIOD_NS
    with live_node() as (_, around):
        around.start()
        around.connect(drive)
        around.drive(drive)
        around.until(lambda: len(around.received["trajectory"]) == 16, "first pass")
        around.stream(drive)
        around.until(lambda: [stamp_ns(m) for m in around.received["trajectory"]].count(last_ns) == 2, "second pass")
        second_pass = [stamp_ns(message) for message in around.received["trajectory"][16:]]
    assert second_pass == sorted(second_pass)
    assert second_pass[0] < last_ns
    assert not any(message.state == PolicyState.FAULT for message in around.received["state"])


def test_messages_that_cannot_be_used_are_dropped_counted_and_named() -> None:
    drive = in_order(JPEG)
    with live_node() as (_, around):
        around.start()
        around.connect(drive)
        around.drive(drive)
        front = around.publisher(FRONT, "sensor_msgs/msg/CompressedImage")
        front.publish(CompressedImage(format="jpeg", data=b"no stamp"))
        around.until(lambda: "stamp of front is zero" in around.diagnostics["front"].message, "diagnostics")
        values = around.figures("front")
        assert (values["received"], values["rejected"]) == ("11", "1")
        around.until(lambda: "stamp of front is zero" in around.reason(), "state")
        later = in_order(dataclasses.replace(JPEG, duration_s=2.0))
        around.stream(r for r in later if r.log_ns >= START_NS + 10 * PERIOD_NS)
        around.until(lambda: around.received["state"][-1].state == PolicyState.RUNNING, "state RUNNING")


def test_a_picture_that_cannot_be_decoded_costs_its_own_plan_only() -> None:
    drive = in_order(JPEG)
    broken_ns = START_NS + 7 * PERIOD_NS
    for record in drive:
        if record.topic == FRONT and stamp_ns(record.message) == broken_ns:
            record.message.data = record.message.data[:20]
    with live_node() as (_, around):
        around.start()
        around.connect(drive)
        around.drive(drive)
        states = {stamp_ns(message): message for message in around.received["state"]}
    assert states[broken_ns].state == PolicyState.DEGRADED
    assert states[broken_ns].reason.startswith("front")
    assert states[broken_ns].reason.endswith("is driven on")
    assert states[START_NS + 9 * PERIOD_NS].state == PolicyState.RUNNING
