"""From messages that vehicles take back to commands, for the built-in world: the way back of ``encode_control``."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from drivemoe_ros.data.control import ControlCommand
from drivemoe_ros.messages.decode import stamp_of
from drivemoe_ros.messages.encode_control import ACKERMANN, CARLA, TWIST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from drivemoe_ros.messages.factory import Message
    from drivemoe_ros.parameters.schema import ControlParameters

# Below this speed a yaw rate says nothing of the wheels.
CREEPING_MPS = 0.2


class StampedCommand(NamedTuple):
    """A command as it arrived.

    Attributes:
        stamp_ns: Time it was computed for [ns].
        command: The command.
    """

    stamp_ns: int
    command: ControlCommand


def decode_carla(message: Message, speed_mps: float, control: ControlParameters) -> StampedCommand:  # noqa: ARG001
    """Read a ``carla_msgs/CarlaEgoVehicleControl``, whose steering is positive to the right.

    Args:
        message: The message.
        speed_mps: Not needed: the message has pedals.
        control: Largest wheel angle.

    Returns:
        The command; pedals and wheel angle hold, the rest is zero.

    Raises:
        InputError: If the stamp makes no sense or a value is not finite.
    """
    steer = -float(message.steer)
    angle_rad = steer * control.max_steering_rad
    brake = 1.0 if message.hand_brake else float(message.brake)
    command = ControlCommand(float(message.throttle), brake, steer, angle_rad, 0.0, 0.0, 0.0)
    return StampedCommand(stamp_of(message, "control"), command)


def decode_ackermann(message: Message, speed_mps: float, control: ControlParameters) -> StampedCommand:
    """Read an ``ackermann_msgs/AckermannDriveStamped``.

    Args:
        message: The message.
        speed_mps: Speed of the vehicle now [m/s].
        control: Limits of wheels and pedals, and how fast a speed is reached.

    Returns:
        The command; pedals go for the wanted speed, no harder than the message's acceleration where it has one.

    Raises:
        InputError: If the stamp makes no sense or a value is not finite.
    """
    drive = message.drive
    command = _towards(float(drive.speed), float(drive.steering_angle), speed_mps, control, float(drive.acceleration))
    return StampedCommand(stamp_of(message, "control"), command)


def decode_twist(message: Message, speed_mps: float, control: ControlParameters) -> StampedCommand:
    """Read a ``geometry_msgs/TwistStamped``.

    Args:
        message: The message; speed forward and yaw rate count.
        speed_mps: Speed of the vehicle now [m/s].
        control: Wheelbase, limits of wheels and pedals, and how fast a speed is reached.

    Returns:
        The command; the wheel angle is that of the wanted yaw rate at the wanted speed.

    Raises:
        InputError: If the stamp makes no sense or a value is not finite.
    """
    wanted_mps, yaw_rate = float(message.twist.linear.x), float(message.twist.angular.z)
    angle_rad = math.atan(control.wheelbase_m * yaw_rate / wanted_mps) if wanted_mps > CREEPING_MPS else 0.0
    return StampedCommand(stamp_of(message, "control"), _towards(wanted_mps, angle_rad, speed_mps, control, 0.0))


def _towards(
    wanted_mps: float, angle_rad: float, speed_mps: float, control: ControlParameters, limit_mps2: float
) -> ControlCommand:
    acceleration = (wanted_mps - speed_mps) / control.speed_response_s
    if limit_mps2 > 0.0:
        acceleration = min(max(acceleration, -limit_mps2), limit_mps2)
    if wanted_mps <= 0.0:
        # A car that is to stand is held there.
        acceleration = min(acceleration, -control.stop_deceleration_mps2)
    return ControlCommand(
        throttle=min(max(acceleration / control.max_acceleration_mps2, 0.0), 1.0),
        brake=min(max(-acceleration / control.max_deceleration_mps2, 0.0), 1.0),
        steer=min(max(angle_rad / control.max_steering_rad, -1.0), 1.0),
        steering_angle_rad=angle_rad,
        speed_mps=wanted_mps,
        yaw_rate_radps=wanted_mps * math.tan(angle_rad) / control.wheelbase_m,
        acceleration_mps2=acceleration,
    )


# The most exact first.
CONTROL_DECODERS: Mapping[str, Callable[[Message, float, ControlParameters], StampedCommand]] = MappingProxyType(
    {CARLA.type_name: decode_carla, ACKERMANN.type_name: decode_ackermann, TWIST.type_name: decode_twist}
)
