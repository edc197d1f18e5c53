"""How the driven car answers to pedals and wheel."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivemoe_ros.parameters.schema import ControlParameters
from drivemoe_ros.world.ego_vehicle import EgoVehicle

from .streets import command

PEDAL = st.floats(0.0, 1.0)
WHEEL = st.floats(-2.0, 2.0)


def car(speed_mps: float = 0.0) -> EgoVehicle:
    return EgoVehicle((0.0, 0.0, 0.0), speed_mps, ControlParameters())


def test_full_brake_stops_the_car_within_its_braking_distance_and_holds_it() -> None:
    vehicle = car(8.0)
    for _ in range(60):
        vehicle.step(command(brake=1.0), 0.05)
    assert vehicle.state.speed_mps == 0.0
    assert 4.0 < vehicle.state.x_m < 6.5


def test_half_throttle_reaches_town_speed_in_some_seconds() -> None:
    vehicle = car()
    for _ in range(120):
        vehicle.step(command(throttle=0.5), 0.05)
    assert 6.0 < vehicle.state.speed_mps < 9.0


def test_the_car_turns_about_its_rear_axle() -> None:
    vehicle, parameters = car(2.0), ControlParameters()
    wheel_rad = 0.5
    radius_m = parameters.wheelbase_m / math.tan(wheel_rad)
    for _ in range(20):
        vehicle.step(command(wheel_rad=wheel_rad, throttle=0.06), 0.05)
    centres = []
    for _ in range(40):
        vehicle.step(command(wheel_rad=wheel_rad, throttle=0.06), 0.05)
        state = vehicle.state
        rear_x = state.x_m + parameters.rear_axle_x_m * math.cos(state.yaw_rad)
        rear_y = state.y_m + parameters.rear_axle_x_m * math.sin(state.yaw_rad)
        centres.append((rear_x - radius_m * math.sin(state.yaw_rad), rear_y + radius_m * math.cos(state.yaw_rad)))
    assert centres[-1] == pytest.approx(centres[0], abs=0.01)


def test_wheels_need_time_to_turn() -> None:
    vehicle = car(5.0)
    vehicle.step(command(wheel_rad=1.0), 0.05)
    assert 0.0 < vehicle.state.steering_angle_rad < 0.1


@given(st.lists(st.tuples(PEDAL, PEDAL, WHEEL), min_size=1, max_size=40))
def test_no_command_moves_it_backwards_or_beyond_its_limits(commands: list[tuple[float, float, float]]) -> None:
    vehicle = car(3.0)
    for throttle, brake, wheel_rad in commands:
        vehicle.step(command(throttle, brake, wheel_rad), 0.05)
        state = vehicle.state
        assert state.speed_mps >= 0.0
        assert -9.0 <= state.acceleration_mps2 <= 3.1
        assert abs(state.steering_angle_rad) <= ControlParameters().max_steering_rad
