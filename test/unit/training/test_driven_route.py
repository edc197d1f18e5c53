"""Where a recording has no route, what was driven is one."""

from __future__ import annotations

import math

import numpy as np
import pytest

from drivemoe_ros.data.samples import ImuSample, OdometrySample
from drivemoe_ros.training.driven_route import BEYOND_M, STEP_M, driven_route

RADIUS_M = 30.0


def odometry(index: int) -> OdometrySample:
    # A circle to the left, half a metre a sample.
    yaw_rad = index * 0.5 / RADIUS_M
    x_m, y_m = RADIUS_M * math.sin(yaw_rad), RADIUS_M * (1.0 - math.cos(yaw_rad))
    return OdometrySample(index, "odom", x_m, y_m, yaw_rad, (5.0, 0.0, 0.0), (0.0, 0.0, 0.2))


def test_the_route_is_where_the_vehicle_went_and_goes_on_straight() -> None:
    route = driven_route([ImuSample(0, (0.0, 0.0, 9.8), (0.0, 0.0, 0.0)), *map(odometry, range(81))])
    assert route is not None
    assert route.frame_id == "odom"
    on_circle = np.abs(np.hypot(route.points_N2[:, 0], route.points_N2[:, 1] - RADIUS_M) - RADIUS_M) < 1e-9
    num_driven = int(on_circle.sum())
    assert num_driven == pytest.approx(40.0 / STEP_M, abs=5.0)
    assert on_circle[:num_driven].all()
    steps = np.linalg.norm(np.diff(route.points_N2, axis=0), axis=1)
    assert steps.max() < 1.6 * STEP_M
    end = odometry(80)
    heading = np.array([math.cos(end.yaw_rad), math.sin(end.yaw_rad)])
    np.testing.assert_allclose(route.points_N2[-1], np.array([end.x_m, end.y_m]) + BEYOND_M * heading)


def test_a_vehicle_that_stands_has_its_goal_ahead() -> None:
    route = driven_route([odometry(0)] * 5)
    assert route is not None
    np.testing.assert_allclose(route.points_N2[:, 1], 0.0)
    assert route.points_N2[-1, 0] == BEYOND_M


def test_without_odometry_there_is_none() -> None:
    assert driven_route([]) is None
