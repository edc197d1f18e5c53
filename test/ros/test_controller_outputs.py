"""What the controller offers, by profile and by message: twists always, Ackermann and CARLA where installed."""

from __future__ import annotations

import importlib.util
from typing import Any

import pytest

pytest.importorskip("rclpy")

from rclpy.qos import QoSDurabilityPolicy, QoSReliabilityPolicy

from drivemoe_ros.messages.encode_control import ACKERMANN, CARLA

from .control_graph import BEST_EFFORT, at, live_controller, plan_message
from .graph import RELIABLE, stamp_ns

# rclpy's own parser imports modules that Python has since deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")


def test_best_effort_senders_are_heard_and_commands_are_reliable() -> None:
    with live_controller(profile=BEST_EFFORT) as (_, vehicle):
        vehicle.set_off()
        (offer,) = vehicle.node.get_publishers_info_by_topic(vehicle.twist_topic)
    assert offer.qos_profile.reliability == QoSReliabilityPolicy.RELIABLE
    assert offer.qos_profile.durability == QoSDurabilityPolicy.VOLATILE


def test_what_is_not_installed_is_named_with_its_remedy() -> None:
    installed = [topic for topic in (ACKERMANN, CARLA) if importlib.util.find_spec(topic.type_name.partition("/")[0])]
    with live_controller() as (_, vehicle):
        assert vehicle.change("configure")
        vehicle.until(lambda: any(line.startswith("Ready: ") for line in vehicle.log), "log")
        named = {topic: topic.name.replace("~", vehicle.name) for topic in (ACKERMANN, CARLA)}
        offered = [named[topic] for topic in installed]
        vehicle.until(lambda: all(vehicle.node.count_publishers(name) for name in offered), "installed outputs")
        missing = [topic for topic in named if topic not in installed]
        assert [vehicle.node.count_publishers(named[topic]) for topic in missing] == [0] * len(missing)
    complaints = [line for line in vehicle.log if "not installed" in line]
    assert len(complaints) == (len(installed) < 2)
    for topic in named:
        assert any(topic.name in line for line in complaints) == (topic in missing)


def test_ackermann_steers_to_the_left_with_positive_angles() -> None:
    kind = getattr(pytest.importorskip("ackermann_msgs.msg"), "AckermannDriveStamped")  # noqa: B009
    with live_controller() as (_, vehicle):
        drives: list[Any] = []
        vehicle.node.create_subscription(kind, f"{vehicle.name}/output/control", drives.append, RELIABLE)
        vehicle.set_off()
        left = plan_message(at(300))
        for number, point in enumerate(left.points):
            point.pose.position.y = 0.02 * number**2
        vehicle.send_plan(left)
        turning = vehicle.tick(at(350))
        vehicle.until(lambda: drives and stamp_ns(drives[-1]) == at(350), "drive")
    assert drives[-1].drive.steering_angle > 0.0
    assert drives[-1].drive.speed == pytest.approx(turning.twist.linear.x, abs=1e-5)
    assert turning.twist.angular.z > 0.0


def test_carla_steers_to_the_right_with_positive_values_and_is_left_with_full_brake() -> None:
    kind = getattr(pytest.importorskip("carla_msgs.msg"), "CarlaEgoVehicleControl")  # noqa: B009
    with live_controller() as (_, vehicle):
        controls: list[Any] = []
        vehicle.node.create_subscription(kind, f"{vehicle.name}/output/vehicle_control_cmd", controls.append, RELIABLE)
        vehicle.set_off()
        left = plan_message(at(300))
        for number, point in enumerate(left.points):
            point.pose.position.y = 0.02 * number**2
        vehicle.send_plan(left)
        vehicle.tick(at(350))
        vehicle.until(lambda: controls and stamp_ns(controls[-1]) == at(350), "control")
        assert controls[-1].steer < 0.0
        assert vehicle.change("deactivate")
        vehicle.until(lambda: controls[-1].brake == 1.0, "full brake")
