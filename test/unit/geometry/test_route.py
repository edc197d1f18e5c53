"""Progress along a route and the goal point ahead; examples are drawn from a fixed seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivemoe_ros.errors import InputError
from drivemoe_ros.geometry.route import Route, goal_points

FIXED = settings(max_examples=100)
STRAIGHT = Route(np.array([[0.0, 0.0], [10.0, 0.0], [20.0, 0.0], [30.0, 0.0]]))
COORDINATES = st.tuples(st.floats(-50, 50), st.floats(-50, 50))


@pytest.mark.parametrize(
    ("position", "expected"), [((4.0, 3.0), 4.0), ((-5.0, 0.0), 0.0), ((99.0, 1.0), 30.0), ((20.0, 0.0), 20.0)]
)
def test_progress_is_the_arc_length_of_the_nearest_point(position: tuple[float, float], expected: float) -> None:
    assert STRAIGHT.progress(*position) == pytest.approx(expected)


@FIXED
@given(st.lists(COORDINATES, min_size=1, max_size=12), COORDINATES)
def test_no_point_of_the_route_is_nearer_than_the_one_found(
    points: list[tuple[float, float]], position: tuple[float, float]
) -> None:
    route = Route(np.array(points))
    found_m = route.progress(*position)
    assert 0.0 <= found_m <= route.length_m
    s_m = np.append(np.linspace(0.0, route.length_m, 200), found_m)
    at_N2 = np.stack([np.interp(s_m, route.arc_lengths_m, route.points_N2[:, axis]) for axis in range(2)], axis=1)
    distances_m = np.hypot(*(at_N2 - np.array(position)).T)
    assert distances_m[-1] <= distances_m.min() + 1e-6


def test_a_hint_keeps_the_progress_on_its_branch_of_a_route_that_crosses_itself() -> None:
    eight = Route(np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 50.0], [50.0, 50.0], [50.0, -50.0]]))
    assert eight.progress(50.0, -0.4, 45.0) == pytest.approx(50.0)
    assert eight.progress(50.4, 0.0, 245.0) == pytest.approx(250.0)
    assert eight.progress(50.0, -0.4) == pytest.approx(250.4)


def test_a_hint_beyond_the_route_is_its_end() -> None:
    assert STRAIGHT.progress(29.0, 0.0, 500.0) == pytest.approx(29.0)


def test_repeated_points_are_harmless_and_one_point_is_a_route() -> None:
    doubled = Route(np.repeat(STRAIGHT.points_N2, 3, axis=0))
    assert doubled.progress(14.0, 2.0) == pytest.approx(14.0)
    assert doubled.point_at_least(14.0) == (20.0, 0.0)
    alone = Route(np.array([[3.0, 4.0]]))
    assert alone.progress(100.0, 100.0, 7.0) == 0.0
    assert alone.point_at_least(7.5) == (3.0, 4.0)


def test_an_empty_route_is_refused_in_one_sentence() -> None:
    with pytest.raises(InputError, match="The route has 0 points"):
        Route(np.empty((0, 2)))


@pytest.mark.parametrize(("s_m", "x_m"), [(0.0, 0.0), (7.5, 10.0), (10.0, 10.0), (10.1, 20.0), (99.0, 30.0)])
def test_the_goal_is_the_first_point_at_least_so_far_or_the_last(s_m: float, x_m: float) -> None:
    assert STRAIGHT.point_at_least(s_m) == (x_m, 0.0)


def test_goals_are_those_of_each_pose_seen_from_the_present_one() -> None:
    position_T2 = np.array([[1.0, 1.0], [3.0, 1.0]])
    goals_T2, progress_m = goal_points(STRAIGHT, position_T2, np.array([0.0, np.pi / 2]), 7.5, 0.0)
    # The present pose looks along +y: what lies ahead on x is to its right.
    np.testing.assert_allclose(goals_T2, [[-1.0, -7.0], [-1.0, -17.0]], atol=1e-12)
    assert progress_m == pytest.approx(3.0)


def test_without_a_route_the_goal_is_straight_ahead_of_each_pose() -> None:
    position_T2 = np.array([[0.0, 0.0], [2.0, 0.0]])
    goals_T2, progress_m = goal_points(None, position_T2, np.array([np.pi / 2, 0.0]), 10.0, 0.0)
    np.testing.assert_allclose(goals_T2, [[-2.0, 10.0], [10.0, 0.0]], atol=1e-12)
    assert progress_m is None


def test_goals_are_measured_from_the_given_origin() -> None:
    behind_m = -1.4
    goals_T2, _ = goal_points(None, np.zeros((1, 2)), np.zeros(1), 10.0, origin_x_m=behind_m)
    np.testing.assert_allclose(goals_T2, [[11.4, 0.0]])


@FIXED
@given(st.floats(-3, 3), COORDINATES)
def test_goals_do_not_depend_on_where_the_odometry_frame_lies(turn_rad: float, shift: tuple[float, float]) -> None:
    cos, sin = np.cos(turn_rad), np.sin(turn_rad)
    rotation = np.array([[cos, sin], [-sin, cos]])
    position_T2, yaw_T = np.array([[2.5, 0.5], [4.0, 1.0]]), np.array([0.1, 0.3])
    moved = Route(STRAIGHT.points_N2 @ rotation + np.array(shift))
    plain_T2, _ = goal_points(STRAIGHT, position_T2, yaw_T, 7.0, 0.0)
    moved_T2, _ = goal_points(moved, position_T2 @ rotation + np.array(shift), yaw_T + turn_rad, 7.0, 0.0)
    np.testing.assert_allclose(plain_T2, moved_T2, atol=1e-9)
