"""What the CARLA Leaderboard's ROS 2 agent sends and takes, in carla_msgs' own messages."""

from __future__ import annotations

import itertools
import pathlib
from typing import Any

import pytest

pytest.importorskip("rclpy")
pytest.importorskip("carla_msgs.msg")

from drivemoe_ros.msg import InputStatus
from rclpy.qos import QoSProfile
from rclpy.serialization import deserialize_message

from drivemoe_ros.bags.reader import BagReader
from drivemoe_ros.cli.main import main as drivemoe
from drivemoe_ros.messages.decode import CARLA_ROUTE
from drivemoe_ros.messages.encode_control import CARLA
from drivemoe_ros.messages.topics import EXPERT_ACTIVATION, PATH, TRAJECTORY, VIEW_SELECTION
from drivemoe_ros.nodes.factory import is_installed, message_class

from ..bag.leaderboard_bags import carla_types, leaderboard_drive, write_leaderboard_bag  # noqa: TID252
from .control_graph import TICK_MS, at, live_controller, plan_message
from .graph import LATCHED, stamp_ns
from .live_graph import Surroundings, live_node

if not is_installed(CARLA_ROUTE):
    pytest.skip("carla_msgs is not that of branch leaderboard-2.0", allow_module_level=True)

# rclpy's own parser imports modules that Python has since deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")

FRONT = "/carla/hero/CAM_FRONT/image"
GLOBAL_PLAN, WAYPOINTS = "/carla/hero/global_plan", "/carla/hero/waypoints"
COMPARED = (TRAJECTORY, PATH, VIEW_SELECTION, EXPERT_ACTIVATION)


def send_route(around: Surroundings) -> None:
    """Send the recorded route as the Leaderboard does."""
    route = leaderboard_drive()[0]
    raw = bytes(carla_types().serialize_cdr(route.message, CARLA_ROUTE))
    around.publisher(GLOBAL_PLAN, CARLA_ROUTE, LATCHED).publish(raw)


def wait_for_route(around: Surroundings) -> None:
    around.until(lambda: around.figures("route").get("received") == "1", "route")


def drive_along(around: Surroundings) -> None:
    """Send the rest of the drive, waiting at every front picture for its state."""
    drive = leaderboard_drive()[1:]
    around.connect(drive)
    # The node has to have found the senders too, or the first best-effort messages are lost.
    around.until(lambda: around.figures("odometry").get("publishers") == "1", "odometry's publisher")
    for _, moment in itertools.groupby(drive, key=lambda record: record.log_ns):
        sent = list(moment)
        for record in sent:
            around.send(record)
        for record in sent:
            if record.topic == FRONT:
                around.wait_for_state(stamp_ns(record.message))
    around.until(lambda: len(around.received["expert_activation"]) == 8, "last plan")


def test_a_live_node_plans_along_the_leaderboards_route_as_a_replay_does(tmp_path: pathlib.Path) -> None:
    bag = write_leaderboard_bag(tmp_path / "drive")
    assert drivemoe(["replay", str(bag), "--rig", "carla", "--output", str(tmp_path / "plans")]) == 0
    replayed: dict[tuple[str, int], object] = {}
    with BagReader(tmp_path / "plans") as reader:
        for event in reader.events([topic.resolved for topic in COMPARED]):
            message = deserialize_message(event.raw, message_class(event.type_name))
            replayed[event.topic, stamp_ns(message)] = message
    with live_node({"rig": "carla"}) as (_, around):
        around.start()
        send_route(around)
        wait_for_route(around)
        drive_along(around)
        state = around.received["state"][-1]
        live = {
            (topic.resolved, stamp_ns(message)): message
            for topic in COMPARED
            for message in around.received[topic.name.rpartition("/")[2]]
        }
    assert state.goal_source == "route"
    assert {one.name: one.status for one in state.inputs}["route"] == InputStatus.OK
    assert len(live) == 4 * 8
    assert live == replayed


def test_the_route_that_has_a_publisher_is_followed() -> None:
    with live_node({"rig": "carla"}) as (_, around):
        around.start()
        send_route(around)
        wait_for_route(around)
        assert around.figures("route")["topic"] == GLOBAL_PLAN
        around.silence(GLOBAL_PLAN)
        around.publisher(WAYPOINTS, "nav_msgs/msg/Path")
        around.until(lambda: around.figures("route")["topic"] == WAYPOINTS, "the topic that has a publisher")
        assert around.figures("route")["type"] == "nav_msgs/msg/Path"


def test_a_route_sent_before_the_node_was_there_is_followed() -> None:
    with live_node({"rig": "carla"}) as (_, around):
        send_route(around)
        around.start()
        wait_for_route(around)
        drive_along(around)
        assert around.received["state"][-1].goal_source == "route"


def test_every_tick_is_answered_once_with_its_own_stamp() -> None:
    controls: list[Any] = []
    with live_controller() as (_, vehicle):
        topic = CARLA.name.replace("~", vehicle.name)
        vehicle.node.create_subscription(message_class(CARLA.type_name), topic, controls.append, QoSProfile(depth=1))
        vehicle.set_off()
        vehicle.send_plan(plan_message(at(300)))
        ticks = [at(time_ms) for time_ms in range(350, 601, TICK_MS)]
        for tick_ns in ticks:
            vehicle.tick(tick_ns)
            vehicle.until(lambda: controls and stamp_ns(controls[-1]) == tick_ns, "control")  # noqa: B023
        vehicle.rest(0.5)
        twists = {stamp_ns(one): one for one in vehicle.twists}
    assert [stamp_ns(one) for one in controls if stamp_ns(one) > at(300)] == ticks
    driving = controls[-1]
    assert driving.header == twists[ticks[-1]].header
    assert driving.throttle > 0.0
    assert (driving.steer, driving.brake, driving.hand_brake, driving.reverse) == (0.0, 0.0, False, False)
    without_plan = [one for one in controls if twists[stamp_ns(one)].twist.linear.x == 0.0]
    assert without_plan
    assert all(one.brake > 0.0 and one.throttle == 0.0 for one in without_plan)
