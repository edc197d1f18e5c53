"""Plans that come late: seen from where they began, unless that is switched off; and checked for what is left."""

from __future__ import annotations

import numpy as np
import pytest

from drivemoe_ros.data.plan import PlanResult, PlanSource, PolicyLabel, Trajectory
from drivemoe_ros.data.state import DrivingState
from drivemoe_ros.geometry.se2 import trajectory_from_waypoints
from drivemoe_ros.parameters.load import build_parameters
from drivemoe_ros.pipeline.vehicle_controller import VehicleController

from .cruise import TIMES_S_H, Cruise, between, pipeline_of
from .drive import MS, START, Drive, by_time, odometry, run

LABEL = PolicyLabel("cruise", "none", trained=True)
LATE = 200


def bend(stamp: int) -> Trajectory:
    """Return a plan that goes straight ahead for 2 m and then to the left, at 10 m/s."""
    x_m = 10.0 * TIMES_S_H
    points_H2 = np.stack([x_m, 0.1 * np.maximum(x_m - 2.0, 0.0) ** 2], axis=1)
    return trajectory_from_waypoints(points_H2, START + stamp * MS, 100 * MS)


def steering_rad(stamp: int, arrival: int, *, compensate: bool) -> float:
    """Return the wheel angle when a plan of this stamp has just come; the vehicle drives at 10 m/s along x."""
    values = {"control.mode": "pure_pursuit", "control.rear_axle_x_m": 0.0, "control.compensate_latency": compensate}
    one = VehicleController(build_parameters(values), "base_link")
    for time in range(0, arrival, 50):
        one.step(odometry(time, 10.0, 0.01 * time), START + time * MS)
    one.take_plan(bend(stamp), LABEL, "base_link")
    command = one.step(odometry(arrival, 10.0, 0.01 * arrival), START + arrival * MS)
    assert command is not None
    assert command.reason == ""
    return command.steering_angle_rad


def test_a_late_plan_is_followed_from_where_it_began_unless_that_is_switched_off() -> None:
    right, wrong = (steering_rad(400, 400 + LATE, compensate=on) for on in (True, False))
    # 2 m further on the bend is nearer, and the wheels must be turned more.
    assert right > wrong > 0.0
    assert wrong == pytest.approx(steering_rad(400 + LATE, 400 + LATE, compensate=True))
    assert steering_rad(400, 400, compensate=True) == steering_rad(400, 400, compensate=False)


def drive(latency_s: float) -> dict[int, PlanResult]:
    too_fast = between(800, 1100, 40.0 * TIMES_S_H)
    pipeline = pipeline_of(Cruise(too_fast), **{"supervision.expected_latency_s": latency_s})
    return by_time(run(pipeline, Drive(length=1100).samples()))


def test_a_plan_must_reach_beyond_the_expected_latency() -> None:
    results = drive(0.55)
    assert results[700].report.state is DrivingState.WAITING
    assert results[700].report.reason == (
        "the plan was refused: 0.35 s of it lie ahead when it is published, and 0.4 s are needed"
    )
    assert drive(0.45)[700].report.state is DrivingState.RUNNING


def test_a_last_plan_must_too() -> None:
    assert [drive(0.0)[time].source for time in (800, 900, 1000)] == [PlanSource.LAST_PLAN] * 3
    with_latency = drive(0.35)
    assert with_latency[800].source is PlanSource.LAST_PLAN
    assert [with_latency[time].source for time in (900, 1000)] == [PlanSource.STOP] * 2
