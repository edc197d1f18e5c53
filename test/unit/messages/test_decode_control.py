"""What the controller sends is understood by the built-in world as it was meant."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivemoe_ros.bags.factory import BagMessageFactory
from drivemoe_ros.data.control import ControlCommand
from drivemoe_ros.errors import InputError
from drivemoe_ros.messages.decode_control import decode_ackermann, decode_carla, decode_twist
from drivemoe_ros.messages.encode_control import encode_twist
from drivemoe_ros.messages.parts import Parts
from drivemoe_ros.parameters.schema import ControlParameters

CONTROL = ControlParameters()
STAMP_NS = 5_000_000_007
PARTS = Parts(BagMessageFactory(), STAMP_NS, "base_link")
HEADER = SimpleNamespace(stamp=SimpleNamespace(sec=5, nanosec=7), frame_id="base_link")


def wanted(speed_mps: float, angle_rad: float, acceleration: float = 0.0) -> ControlCommand:
    yaw_rate = speed_mps * math.tan(angle_rad) / CONTROL.wheelbase_m
    return ControlCommand(0.0, 0.0, 0.0, angle_rad, speed_mps, yaw_rate, acceleration)


@given(st.floats(0.5, 20.0), st.floats(-0.6, 0.6))
def test_a_twist_becomes_the_wheel_angle_it_was_made_from(speed_mps: float, angle_rad: float) -> None:
    message = encode_twist(wanted(speed_mps, angle_rad), PARTS)
    stamp_ns, command = decode_twist(message, speed_mps, CONTROL)
    assert stamp_ns == STAMP_NS
    assert command.steering_angle_rad == pytest.approx(angle_rad, abs=1e-9)
    assert command.throttle == command.brake == 0.0


@pytest.mark.parametrize(("wanted_mps", "pedal"), [(6.0, "throttle"), (4.0, "brake"), (0.0, "brake")])
def test_pedals_go_for_the_wanted_speed(wanted_mps: float, pedal: str) -> None:
    message = encode_twist(wanted(wanted_mps, 0.0), PARTS)
    command = decode_twist(message, 5.0, CONTROL).command
    assert getattr(command, pedal) > 0.0
    assert command.throttle * command.brake == 0.0


def test_a_car_that_is_to_stand_is_held() -> None:
    message = encode_twist(wanted(0.0, 0.0), PARTS)
    assert decode_twist(message, 0.0, CONTROL).command.brake == pytest.approx(0.5)


def test_ackermann_accelerates_no_harder_than_it_says() -> None:
    drive = SimpleNamespace(speed=10.0, steering_angle=0.25, acceleration=1.5)
    command = decode_ackermann(SimpleNamespace(header=HEADER, drive=drive), 2.0, CONTROL).command
    assert command.steering_angle_rad == 0.25
    assert command.throttle == pytest.approx(0.5)


def test_carla_steers_to_the_right() -> None:
    message = SimpleNamespace(header=HEADER, throttle=0.25, brake=0.0, steer=0.5, hand_brake=False)
    stamp_ns, command = decode_carla(message, 3.0, CONTROL)
    assert (stamp_ns, command.throttle, command.brake) == (STAMP_NS, 0.25, 0.0)
    assert command.steering_angle_rad == pytest.approx(-0.5 * CONTROL.max_steering_rad)
    message.hand_brake = True
    assert decode_carla(message, 3.0, CONTROL).command.brake == 1.0


def test_numbers_that_are_none_are_refused() -> None:
    message = SimpleNamespace(header=HEADER, throttle=math.nan, brake=0.0, steer=0.5, hand_brake=False)
    with pytest.raises(InputError, match="NaN"):
        decode_carla(message, 3.0, CONTROL)
