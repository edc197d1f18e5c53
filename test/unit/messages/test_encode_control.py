"""A command becomes what vehicles and simulators take, each with its own sign of steering."""

from __future__ import annotations

from typing import Any

import pytest
from rosbags.typesys import Stores, get_types_from_msg, get_typestore

from drivemoe_ros.bags.factory import BagMessageFactory
from drivemoe_ros.data.control import ControlCommand
from drivemoe_ros.messages.encode_control import ACKERMANN, CARLA, ENCODERS, TWIST
from drivemoe_ros.messages.parts import Parts
from drivemoe_ros.messages.topics import OutputTopic

STAMP_NS = 1_700_000_000_123_456_789
LEFT = ControlCommand(0.5, 0.0, 0.25, 0.3, 6.0, 0.65, 1.5)
BRAKING = ControlCommand(0.0, 0.5, 0.0, 0.0, 0.0, 0.0, -4.0, "there is no plan yet")
STORE = get_typestore(Stores.ROS2_JAZZY)
# As ackermann_msgs 2.0.2 and ros-carla-msgs 1.3.0 define them.
DEFINITIONS = {
    "ackermann_msgs/msg/AckermannDrive": (
        "float32 steering_angle\nfloat32 steering_angle_velocity\nfloat32 speed\nfloat32 acceleration\nfloat32 jerk\n"
    ),
    ACKERMANN.type_name: "std_msgs/Header header\nAckermannDrive drive\n",
    CARLA.type_name: (
        "std_msgs/Header header\nfloat32 throttle\nfloat32 steer\nfloat32 brake\nbool hand_brake\nbool reverse\n"
        "int32 gear\nbool manual_gear_shift\n"
    ),
}
for type_name, definition in DEFINITIONS.items():
    STORE.register(get_types_from_msg(definition, type_name))


def received(topic: OutputTopic, command: ControlCommand) -> Any:  # noqa: ANN401
    """Return a command's message as a subscriber gets it."""
    parts = Parts(BagMessageFactory(STORE), STAMP_NS, "base_link")
    message = ENCODERS[topic](command, parts)
    return STORE.deserialize_cdr(STORE.serialize_cdr(message, topic.type_name), topic.type_name)


@pytest.mark.parametrize("topic", ENCODERS)
def test_every_message_carries_stamp_and_frame_of_the_command(topic: OutputTopic) -> None:
    header = received(topic, LEFT).header
    assert (header.stamp.sec, header.stamp.nanosec) == (1_700_000_000, 123_456_789)
    assert header.frame_id == "base_link"


def test_a_twist_has_the_wanted_speed_and_its_yaw_rate() -> None:
    twist = received(TWIST, LEFT).twist
    assert (twist.linear.x, twist.angular.z) == (6.0, 0.65)


def test_ackermann_steers_positive_to_the_left_and_knows_no_negative_acceleration() -> None:
    drive = received(ACKERMANN, LEFT).drive
    assert drive.steering_angle == pytest.approx(0.3)
    assert (drive.speed, drive.acceleration) == (6.0, 1.5)
    braking = received(ACKERMANN, BRAKING).drive
    assert (braking.speed, braking.acceleration) == (0.0, 4.0)


def test_carla_steers_positive_to_the_right() -> None:
    control = received(CARLA, LEFT)
    assert (control.throttle, control.steer, control.brake) == (0.5, -0.25, 0.0)
    assert [control.hand_brake, control.reverse, control.manual_gear_shift] == [False] * 3
    braking = received(CARLA, BRAKING)
    assert (braking.throttle, braking.steer, braking.brake) == (0.0, 0.0, 0.5)
