"""A command to the messages that vehicles and simulators take.

Twist is a standard type and always there; the packages of the other two may be missing.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from drivemoe_ros.messages.topics import OutputTopic

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from drivemoe_ros.data.control import ControlCommand
    from drivemoe_ros.messages.factory import Message
    from drivemoe_ros.messages.parts import Parts

TWIST = OutputTopic("~/output/twist", "geometry_msgs/msg/TwistStamped")
ACKERMANN = OutputTopic("~/output/control", "ackermann_msgs/msg/AckermannDriveStamped")
CARLA = OutputTopic("~/output/vehicle_control_cmd", "carla_msgs/msg/CarlaEgoVehicleControl")


def encode_twist(command: ControlCommand, parts: Parts) -> Message:
    """Encode the wanted speed, and the yaw rate that goes with it.

    Args:
        command: The command.
        parts: Builder of the nested messages.

    Returns:
        ``geometry_msgs/msg/TwistStamped``.
    """
    twist = parts.make(
        "geometry_msgs/msg/Twist",
        linear=parts.make("geometry_msgs/msg/Vector3", x=command.speed_mps, y=0.0, z=0.0),
        angular=parts.make("geometry_msgs/msg/Vector3", x=0.0, y=0.0, z=command.yaw_rate_radps),
    )
    return parts.make(TWIST.type_name, header=parts.header(), twist=twist)


def encode_ackermann(command: ControlCommand, parts: Parts) -> Message:
    """Encode wheel angle, speed and the absolute acceleration with which to reach it.

    Args:
        command: The command.
        parts: Builder of the nested messages.

    Returns:
        ``ackermann_msgs/msg/AckermannDriveStamped``; its steering angle is positive to the left, as ours.
    """
    drive = parts.make(
        "ackermann_msgs/msg/AckermannDrive",
        steering_angle=command.steering_angle_rad,
        speed=command.speed_mps,
        acceleration=abs(command.acceleration_mps2),
    )
    return parts.make(ACKERMANN.type_name, header=parts.header(), drive=drive)


def encode_carla(command: ControlCommand, parts: Parts) -> Message:
    """Encode pedals and steering; CARLA's steering is positive to the right.

    Args:
        command: The command.
        parts: Builder of the nested messages.

    Returns:
        ``carla_msgs/msg/CarlaEgoVehicleControl``, automatic gears, forward.

    Source:
        carla-simulator/ros-carla-msgs, msg/CarlaEgoVehicleControl.msg.
    """
    return parts.make(
        CARLA.type_name,
        header=parts.header(),
        throttle=command.throttle,
        steer=-command.steer,
        brake=command.brake,
        hand_brake=False,
        reverse=False,
        gear=0,
        manual_gear_shift=False,
    )


ENCODERS: Mapping[OutputTopic, Callable[[ControlCommand, Parts], Message]] = MappingProxyType(
    {TWIST: encode_twist, ACKERMANN: encode_ackermann, CARLA: encode_carla}
)
