"""The vehicle follows a fresh plan and brakes by itself when plans stop."""

from __future__ import annotations

import math

import numpy as np
import pytest

from drivemoe_ros.control.follower import PlanFollower
from drivemoe_ros.data.plan import Trajectory
from drivemoe_ros.geometry.se2 import trajectory_from_waypoints
from drivemoe_ros.parameters.schema import ControlParameters
from drivemoe_ros.world.ego_vehicle import EgoVehicle

STAMP_NS = 5_000_000_000
HERE = (0.0, 0.0, 0.0)
MODES = ("pid", "pure_pursuit")


def plan_of(speed_mps: float, curvature_per_m: float = 0.0) -> Trajectory:
    along_H = np.arange(10) * 0.1 * speed_mps
    if curvature_per_m:
        angle_H = along_H * curvature_per_m
        waypoints_H2 = np.stack([np.sin(angle_H), 1.0 - np.cos(angle_H)], axis=1) / curvature_per_m
    else:
        waypoints_H2 = np.stack([along_H, np.zeros(10)], axis=1)
    return trajectory_from_waypoints(waypoints_H2, STAMP_NS, 100_000_000)


def follower(mode: str) -> PlanFollower:
    return PlanFollower(ControlParameters(mode=mode))


@pytest.mark.parametrize("mode", MODES)
def test_it_speeds_up_towards_a_faster_plan(mode: str) -> None:
    command = follower(mode).command(plan_of(6.0), HERE, STAMP_NS, 3.0)
    assert command.throttle > 0.0
    assert command.brake == 0.0
    assert command.steer == pytest.approx(0.0)


@pytest.mark.parametrize("mode", MODES)
def test_it_brakes_for_a_plan_that_stands(mode: str) -> None:
    command = follower(mode).command(plan_of(0.0), HERE, STAMP_NS, 3.0)
    assert command.throttle == 0.0
    assert command.brake > 0.0


def test_a_plan_to_keep_the_speed_keeps_it() -> None:
    parameters = ControlParameters(mode="pure_pursuit")
    car = EgoVehicle(HERE, 8.0, parameters)
    for _ in range(200):
        car.step(
            PlanFollower(parameters).command(plan_of(car.state.speed_mps), HERE, STAMP_NS, car.state.speed_mps), 0.05
        )
    assert car.state.speed_mps == pytest.approx(8.0, abs=0.01)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("side", [1.0, -1.0])
def test_it_steers_to_the_side_of_the_plan(mode: str, side: float) -> None:
    command = follower(mode).command(plan_of(5.0, side * 0.1), HERE, STAMP_NS, 5.0)
    assert command.steer * side > 0.0
    assert command.steering_angle_rad * side > 0.0


@pytest.mark.parametrize("mode", MODES)
def test_a_vehicle_beside_its_plan_steers_back(mode: str) -> None:
    command = follower(mode).command(plan_of(5.0), (1.0, 0.5, 0.0), STAMP_NS + 200_000_000, 5.0)
    assert command.steer < 0.0


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("late_s", "reason"), [(0.51, "0.51 s old, and 0.5 s is the limit"), (-0.6, "0.60 s ahead of the clock")]
)
def test_it_brakes_when_the_plan_is_not_of_now(mode: str, late_s: float, reason: str) -> None:
    command = follower(mode).command(plan_of(6.0), HERE, STAMP_NS + round(late_s * 1e9), 6.0)
    assert (command.throttle, command.speed_mps) == (0.0, 0.0)
    assert command.brake == pytest.approx(0.5)
    assert reason in command.reason


def test_it_brakes_before_the_first_plan() -> None:
    command = follower("pid").command(None, HERE, STAMP_NS, 0.0)
    assert command.brake > 0.0
    assert command.reason == "there is no plan yet (standing)"


def test_pure_pursuit_has_the_angle_of_its_arc() -> None:
    parameters = ControlParameters(mode="pure_pursuit", rear_axle_x_m=0.0)
    command = PlanFollower(parameters).command(plan_of(5.0, 0.1), HERE, STAMP_NS, 5.0)
    assert command.steering_angle_rad == pytest.approx(math.atan(parameters.wheelbase_m * 0.1), rel=1e-6)


@pytest.mark.parametrize("mode", MODES)
def test_the_yaw_rate_is_that_of_the_wheel_angle_at_the_wanted_speed(mode: str) -> None:
    command = follower(mode).command(plan_of(5.0, 0.05), HERE, STAMP_NS, 5.0)
    expected = command.speed_mps * math.tan(command.steering_angle_rad) / ControlParameters().wheelbase_m
    assert command.yaw_rate_radps == pytest.approx(expected)
    assert command.yaw_rate_radps > 0.0


def test_pure_pursuit_takes_the_speed_of_the_time_that_has_passed() -> None:
    slowing_H = np.cumsum(np.append(0.0, np.linspace(0.6, 0.2, 9)))
    plan = trajectory_from_waypoints(np.stack([slowing_H, np.zeros(10)], axis=1), STAMP_NS, 100_000_000)
    early = follower("pure_pursuit").command(plan, HERE, STAMP_NS, 5.0)
    late = follower("pure_pursuit").command(plan, (2.0, 0.0, 0.0), STAMP_NS + 400_000_000, 5.0)
    assert late.speed_mps < early.speed_mps


@pytest.mark.parametrize(("speed_mps", "acceleration_mps2"), [(0.0, 1.0), (4.0, -2.0), (8.0, 0.0), (5.0, 2.5)])
def test_pure_pursuit_accelerates_as_the_plan_does(speed_mps: float, acceleration_mps2: float) -> None:
    times_H = np.arange(10) * 0.1
    along_H = speed_mps * times_H + 0.5 * acceleration_mps2 * times_H**2
    waypoints_H2 = np.stack([along_H, np.zeros(10)], axis=1)
    plan = trajectory_from_waypoints(waypoints_H2, STAMP_NS, 100_000_000)
    command = follower("pure_pursuit").command(plan, HERE, STAMP_NS, speed_mps)
    assert command.acceleration_mps2 == pytest.approx(acceleration_mps2)
    # Jitter of the waypoints hardly matters: neighbours that come 0.1 m closer say 1 m/s less, the fit a tenth of that.
    waypoints_H2[1::2, 0] += 0.05
    waypoints_H2[::2, 0] -= 0.05
    shaken = trajectory_from_waypoints(waypoints_H2, STAMP_NS, 100_000_000)
    command = follower("pure_pursuit").command(shaken, HERE, STAMP_NS, speed_mps)
    assert command.acceleration_mps2 == pytest.approx(acceleration_mps2, abs=0.1)


def test_the_released_controller_steps_at_its_own_rate_whatever_the_rate_of_odometry() -> None:
    def commands(step_ms: int) -> list[tuple[float, float]]:
        one = follower("pid")
        found = [one.command(plan_of(6.0, 0.1), HERE, STAMP_NS + ms * 1_000_000, 3.0) for ms in range(0, 401, step_ms)]
        return [(command.throttle, command.steer) for command in found]

    every_100_ms = commands(100)
    assert commands(10)[::10] == every_100_ms
    assert commands(50)[1::2] == every_100_ms[:-1]


def test_a_full_stop_is_full_brake() -> None:
    command = follower("pid").full_stop("deactivated")
    assert (command.throttle, command.brake, command.steer) == (0.0, 1.0, 0.0)
    assert command.reason == "deactivated"
