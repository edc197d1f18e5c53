"""What is read from a plan: its speed, acceleration and curvature, through the noise of its waypoints."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivemoe_ros.data.plan import Trajectory
from drivemoe_ros.supervision.plan_motion import acceleration_from_car, farthest_back_m, motion_of

from .plans import arc_plan, arc_plans, turned

FIT_S = 0.8


def with_times(plan: Trajectory, times_ns: list[int], position_m: list[tuple[float, float]]) -> Trajectory:
    nothing = np.zeros(len(times_ns))
    return Trajectory(plan.stamp_ns, np.array(times_ns), np.array(position_m), nothing, nothing, nothing)


def test_an_arc_is_read_as_it_was_driven() -> None:
    motion = motion_of(arc_plan(curvature=0.05, speed_mps=8.0), FIT_S)
    np.testing.assert_allclose(motion.speed_W, 8.0, rtol=0.01)
    np.testing.assert_allclose(motion.along_W, 0.0, atol=0.02)
    np.testing.assert_allclose(motion.across_W, 0.05 * 8.0**2, rtol=0.01)
    assert motion.scatter_W.max() < 0.01


def test_braking_is_an_acceleration_against_the_way() -> None:
    motion = motion_of(arc_plan(curvature=0.0, speed_mps=8.0, acceleration_mps2=-3.0), FIT_S)
    np.testing.assert_allclose(motion.along_W, -3.0)
    np.testing.assert_allclose(motion.jerk_W, 0.0, atol=1e-6)


@given(plan=arc_plans, x_m=st.floats(-20.0, 20.0), y_m=st.floats(-20.0, 20.0), yaw_rad=st.floats(-3.0, 3.0))
def test_where_a_plan_lies_changes_nothing_about_how_it_drives(
    plan: Trajectory, x_m: float, y_m: float, yaw_rad: float
) -> None:
    # A plan that hardly moves takes its direction from the vehicle.
    one, other = motion_of(plan, FIT_S), motion_of(turned(plan, x_m, y_m, yaw_rad), FIT_S)
    np.testing.assert_allclose(one.speed_W, other.speed_W, atol=1e-6)
    np.testing.assert_allclose(one.jerk_W, other.jerk_W, atol=1e-4)
    np.testing.assert_allclose(one.scatter_W, other.scatter_W, atol=1e-6)
    np.testing.assert_allclose(np.hypot(one.along_W, one.across_W), np.hypot(other.along_W, other.across_W), atol=1e-5)


def test_noise_of_two_centimetres_is_not_taken_for_acceleration() -> None:
    generator = np.random.default_rng(20)
    plan = arc_plan(curvature=0.0, speed_mps=5.0)
    worst = 0.0
    for _ in range(100):
        noisy = plan.position_H2 + generator.normal(0.0, 0.02, plan.position_H2.shape)
        worst = max(worst, float(np.abs(motion_of(dataclasses.replace(plan, position_H2=noisy), FIT_S).along_W).max()))
    assert worst < 1.0
    # Neighbours alone would have said ten times as much.
    assert np.abs(np.diff(noisy[:, 0], 2)).max() / 0.1**2 > 3.0


@pytest.mark.parametrize("num", [2, 3, 4, 6])
def test_a_plan_of_few_points_is_read_too(num: int) -> None:
    plan = arc_plan(curvature=0.0, speed_mps=0.0)
    sparse = with_times(plan, [i * 500_000_000 for i in range(num)], [(5.0 * i, 0.0) for i in range(num)])
    motion = motion_of(sparse, FIT_S)
    np.testing.assert_allclose(motion.speed_W, 10.0)
    np.testing.assert_allclose(motion.along_W, 0.0, atol=1e-9)


def test_a_change_at_the_end_of_a_long_plan_is_seen() -> None:
    times_ns = [i * 100_000_000 for i in range(30)]
    steady = [(0.5 * i, 0.0) for i in range(30)]
    swerving = steady[:25] + [(0.5 * i, 0.8 * (i - 24)) for i in range(25, 30)]
    plan = arc_plan(curvature=0.0, speed_mps=5.0)
    calm, wild = (motion_of(with_times(plan, times_ns, points), FIT_S) for points in (steady, swerving))
    assert np.abs(calm.across_W).max() < 1e-6
    assert np.abs(wild.across_W).max() > 3.0
    assert np.abs(wild.across_W[:5]).max() < 1e-6


@given(speed_mps=st.floats(4.0, 20.0), acceleration_mps2=st.floats(-4.0, 3.0), slower_mps=st.floats(0.1, 4.0))
def test_what_is_asked_of_the_vehicle_depends_on_its_speed(
    speed_mps: float, acceleration_mps2: float, slower_mps: float
) -> None:
    plan = arc_plan(0.0, speed_mps, acceleration_mps2)
    assert acceleration_from_car(plan, speed_mps, FIT_S) == pytest.approx(acceleration_mps2, abs=1e-6)
    assert acceleration_from_car(plan, speed_mps - slower_mps, FIT_S) > acceleration_mps2 + slower_mps


def test_leading_back_is_measured_against_the_way_before() -> None:
    ahead = [(float(i), 0.0) for i in range(6)]
    assert farthest_back_m(np.array(ahead), 0.5) == 0.0
    assert farthest_back_m(np.array([(-x, y) for x, y in ahead]), 0.5) == pytest.approx(5.0)
    assert farthest_back_m(np.array([*ahead, (4.0, 0.0), (3.0, 0.0)]), 0.5) == pytest.approx(2.0)


def test_a_u_turn_leads_back_nowhere() -> None:
    turn = np.linspace(0.0, np.pi, 30)
    assert farthest_back_m(np.stack([6.0 * np.sin(turn), 6.0 * (1.0 - np.cos(turn))], axis=1), 0.5) == 0.0


def test_creeping_back_adds_up() -> None:
    assert farthest_back_m(np.array([(-0.05 * i, 0.0) for i in range(20)]), 0.5) == pytest.approx(0.95)
