"""The goal comes from the route, or lies straight ahead, and it is said which."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from drivemoe_ros.data.ego import EgoHistory, GoalPoints, NoHistory
from drivemoe_ros.data.samples import RouteSample
from drivemoe_ros.data.state import InputCondition
from drivemoe_ros.parameters.schema import RouteParameters
from drivemoe_ros.pipeline.navigation import Navigator

STRAIGHT_N2 = np.stack([np.arange(0.0, 100.0, 1.0), np.zeros(100)], axis=1)


def ego_at(x_m: float, y_m: float = 0.0, yaw_rad: float = 0.0) -> EgoHistory:
    """Return a history of two steps that stands still."""
    return EgoHistory(
        stamps_ns_T=np.array([1, 2]),
        position_T2=np.tile([x_m, y_m], (2, 1)),
        yaw_T=np.full(2, yaw_rad),
        speed_T=np.zeros(2),
        acceleration_T3=np.zeros((2, 3)),
        angular_velocity_T3=np.zeros((2, 3)),
    )


def navigator(
    points_N2: NDArray[np.float64] | None = None,
    frame_id: str = "odom",
    *,
    is_goal: bool = False,
    **parameters: float | str,
) -> Navigator:
    made = Navigator(RouteParameters(look_ahead_m=10.0, **parameters))  # type: ignore[arg-type]
    if points_N2 is not None:
        made.set_route(RouteSample(1, frame_id, points_N2, is_goal=is_goal))
    return made


def goals_of(made: Navigator, ego: EgoHistory, odometry_frame: str) -> GoalPoints:
    goals, _ = made.lead(101, ego, odometry_frame)
    assert goals is not None
    return goals


def test_the_goal_is_the_look_ahead_point_seen_from_the_vehicle() -> None:
    goals = goals_of(navigator(STRAIGHT_N2), ego_at(5.0, 2.0, np.pi / 2), "odom")
    assert (goals.source, goals.detail) == ("route", "")
    # Ten metres along x lie to the right of a vehicle that looks along y, and the route two metres behind it.
    np.testing.assert_allclose(goals.points_T2[-1], (-2.0, -10.0), atol=1e-9)


def test_a_single_goal_is_named_as_one_and_may_be_far() -> None:
    made = navigator(np.array([[50.0, 5.0]]), is_goal=True)
    goals = goals_of(made, ego_at(10.0), "odom")
    assert goals.source == "goal"
    np.testing.assert_allclose(goals.points_T2[-1], (40.0, 5.0))
    assert made.status(101, "odom").name == "goal"
    assert made.status(101, "odom").age_ns == 100


def test_a_route_without_a_stamp_is_followed_and_has_no_age() -> None:
    made = Navigator(RouteParameters(look_ahead_m=10.0))
    made.set_route(RouteSample(None, "map", STRAIGHT_N2))
    np.testing.assert_allclose(goals_of(made, ego_at(5.0), "map").points_T2[-1], (10.0, 0.0), atol=1e-9)
    assert made.status(101, "map").usable
    assert made.status(101, "map").age_ns is None


def test_without_a_route_the_goal_is_straight_ahead_and_it_is_said() -> None:
    made = navigator()
    goals = goals_of(made, ego_at(3.0, yaw_rad=1.0), "odom")
    np.testing.assert_allclose(goals.points_T2[-1], (10.0, 0.0), atol=1e-9)
    assert (goals.source, goals.detail) == ("straight ahead", "no route: the goal is straight ahead")
    status = made.status(5, "odom")
    assert (status.condition, status.age_ns, status.detail) == (InputCondition.MISSING, None, goals.detail)


def test_a_route_in_another_frame_is_ignored_and_both_frames_are_named() -> None:
    goals = goals_of(navigator(STRAIGHT_N2, "map"), ego_at(3.0), "odom")
    assert goals.source == "straight ahead"
    assert "'map'" in goals.detail
    assert "'odom'" in goals.detail


@pytest.mark.parametrize(("route_frame", "odometry_frame"), [("", "odom"), ("map", ""), ("odom", "odom")])
def test_an_unnamed_frame_is_trusted(route_frame: str, odometry_frame: str) -> None:
    assert goals_of(navigator(STRAIGHT_N2, route_frame), ego_at(3.0), odometry_frame).source == "route"


def test_frames_may_be_declared_to_coincide() -> None:
    assert goals_of(navigator(STRAIGHT_N2, "map", ignore_frame=True), ego_at(3.0), "odom").source == "route"


def test_an_empty_path_takes_the_route_away() -> None:
    made = navigator(STRAIGHT_N2)
    made.set_route(RouteSample(2, "odom", np.zeros((0, 2))))
    assert goals_of(made, ego_at(3.0), "odom").source == "straight ahead"


def test_progress_stays_on_its_branch_where_a_route_meets_itself_until_a_restart() -> None:
    # Out along x and 80 m later back on nearly the same line.
    out_N2 = STRAIGHT_N2[:41]
    loop_N2 = np.concatenate([out_N2, out_N2[::-1] + np.array([0.0, 0.5])])
    made = navigator(loop_N2)
    goals_of(made, ego_at(0.0), "odom")
    for x_m in np.arange(2.0, 20.0, 2.0):
        forward = goals_of(made, ego_at(float(x_m), 0.4), "odom")
    assert forward.points_T2[-1, 0] == pytest.approx(10.0)
    made.restart()
    backward = goals_of(made, ego_at(18.0, 0.4), "odom")
    assert backward.points_T2[-1, 0] == pytest.approx(-10.0)


@pytest.mark.parametrize(
    ("ego", "words"),
    [
        (ego_at(50.0, 20.5), "the route is 20.5 m away at its nearest point, and route.max_distance_m is 20 m"),
        (ego_at(-21.0), "the route is 21.0 m away at its nearest point, and route.max_distance_m is 20 m"),
        (ego_at(101.5), "the route ends 2.5 m behind the vehicle, and 1 m is the limit"),
    ],
)
def test_a_route_that_leads_nowhere_from_here_is_not_followed_and_it_is_said(ego: EgoHistory, words: str) -> None:
    goals, status = navigator(STRAIGHT_N2).lead(101, ego, "odom")
    assert goals is not None
    np.testing.assert_allclose(goals.points_T2[-1], (10.0, 0.0), atol=1e-9)
    assert (goals.source, goals.detail) == ("straight ahead", f"{words}: the goal is straight ahead")
    assert (status.condition, status.age_ns, status.detail) == (InputCondition.IMPLAUSIBLE, 100, goals.detail)


@pytest.mark.parametrize("ego", [ego_at(50.0, 19.5), ego_at(-19.0), ego_at(99.5), ego_at(98.0, yaw_rad=np.pi / 2)])
def test_a_route_is_followed_from_beside_it_and_to_its_very_end(ego: EgoHistory) -> None:
    goals, status = navigator(STRAIGHT_N2).lead(101, ego, "odom")
    assert goals is not None
    assert (goals.source, status.condition) == ("route", InputCondition.OK)


def test_a_route_that_was_left_is_found_again_wherever_that_is() -> None:
    made = navigator(STRAIGHT_N2, when_lost="straight")
    assert goals_of(made, ego_at(0.0), "odom").source == "route"
    assert goals_of(made, ego_at(10.0, 30.0), "odom").source == "straight ahead"
    # Further along than the route is searched from a known place on it.
    again = goals_of(made, ego_at(80.0, 3.0), "odom")
    np.testing.assert_allclose(again.points_T2[-1], (10.0, -3.0), atol=1e-9)


def test_a_route_that_ends_where_it_began_is_driven_once() -> None:
    side_N, zero_N = np.arange(0.0, 40.0), np.zeros(40)
    sides = [(side_N, zero_N), (zero_N + 40.0, side_N), (40.0 - side_N, zero_N + 40.0), (zero_N, 40.0 - side_N)]
    round_N2 = np.concatenate([*(np.stack(side, axis=1) for side in sides), [[0.0, 0.0]]])
    made = navigator(round_N2)
    for x_m, y_m in round_N2:
        assert goals_of(made, ego_at(float(x_m), float(y_m), -np.pi / 2), "odom").source == "route"
    for past_m in (1.5, 2.0, 2.5):
        goals, status = made.lead(101, ego_at(0.0, -past_m, -np.pi / 2), "odom")
        assert goals is None
        assert status.detail.startswith(f"the route ends {past_m:.1f} m behind the vehicle")


def test_a_goal_that_was_passed_is_not_driven_back_to() -> None:
    made = navigator(np.array([[50.0, 0.0]]), is_goal=True)
    assert goals_of(made, ego_at(50.5), "odom").source == "goal"
    goals, status = made.lead(101, ego_at(53.0), "odom")
    assert goals is None
    assert status.detail.startswith("the goal lies 3.0 m behind the vehicle")


@pytest.mark.parametrize(
    ("after", "ego", "words"),
    [
        (RouteSample(2, "odom", np.zeros((0, 2))), ego_at(96.0), "no route"),
        (RouteSample(2, "map", STRAIGHT_N2), ego_at(96.0), "the route is in frame 'map' but odometry in 'odom'"),
        (None, ego_at(102.0), "the route ends 3.0 m behind the vehicle, and 1 m is the limit"),
    ],
)
def test_a_route_that_was_followed_and_is_lost_leaves_no_goal_unless_that_is_wanted(
    after: RouteSample | None, ego: EgoHistory, words: str
) -> None:
    for when_lost, instead in (("stop", "route.when_lost is 'stop'"), ("straight", "the goal is straight ahead")):
        made = navigator(STRAIGHT_N2, when_lost=when_lost)
        assert goals_of(made, ego_at(95.0), "odom").source == "route"
        if after is not None:
            made.set_route(after)
        goals, status = made.lead(101, ego, "odom")
        assert (goals is None) == (when_lost == "stop")
        assert status.detail == f"{words}: {instead}"
        made.set_route(RouteSample(3, "odom", STRAIGHT_N2 + np.array([0.0, 3.0])))
        assert goals_of(made, ego_at(6.0), "odom").source == "route"


def test_a_route_from_before_odometry_jumped_must_be_sent_again() -> None:
    made = navigator(STRAIGHT_N2)
    goals, status = made.lead(101, ego_at(5.0), "odom", "jumped by 5.0 m and 0.00 rad")
    assert goals is not None
    assert goals.source == "straight ahead"
    assert status.condition is InputCondition.IMPLAUSIBLE
    assert status.detail.startswith("odometry jumped by 5.0 m and 0.00 rad since the route came; send it again")


def test_without_a_place_there_are_no_goals_but_a_status() -> None:
    goals, status = navigator(STRAIGHT_N2).lead(101, NoHistory("no odometry yet"), "odom")
    assert goals is None
    assert status.usable
