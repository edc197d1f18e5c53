"""Stop trajectories: how the speed falls, where the path leads, and that a controller can follow them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivemoe_ros.control.follower import PlanFollower
from drivemoe_ros.data.plan import Trajectory
from drivemoe_ros.geometry.se2 import points_in_pose, trajectory_from_waypoints
from drivemoe_ros.parameters.schema import ControlParameters
from drivemoe_ros.parameters.supervision_schema import SupervisionParameters
from drivemoe_ros.supervision.plan_checks import check_plan
from drivemoe_ros.supervision.reexpress import Pose, seen_from
from drivemoe_ros.supervision.stop import MIN_SPACING_M, Stopper, stop_trajectory

from .plans import INTERVAL_NS, TIMES_NS_H, arc_plan, arc_plans, on_arc, turned

LONG_NS_H = np.arange(120, dtype=np.int64) * INTERVAL_NS
SUPERVISION = SupervisionParameters(comfortable_stop_mps2=2.0, firm_after_s=1.0)
CONTROL = ControlParameters(mode="pure_pursuit", stop_deceleration_mps2=4.0)
speeds = st.floats(-3.0, 20.0)
decelerations = st.floats(0.5, 8.0)
STEP_S = 0.05


@given(
    path=st.none() | arc_plans,
    moved=st.tuples(st.floats(-3.0, 30.0), st.floats(-2.0, 2.0), st.floats(-0.5, 0.5)),
    speed_mps=speeds,
    deceleration_mps2=decelerations,
)
def test_the_speed_falls_at_the_rate_and_the_vehicle_stands_in_time(
    path: Trajectory | None, moved: Pose, speed_mps: float, deceleration_mps2: float
) -> None:
    here = None if path is None else seen_from(path, moved)
    stop = stop_trajectory(here, 7, speed_mps, deceleration_mps2, LONG_NS_H)
    start_mps = max(speed_mps, 0.0)
    assert stop.stamp_ns == 7
    np.testing.assert_array_equal(stop.times_ns_H, LONG_NS_H)
    np.testing.assert_allclose(stop.position_H2[0], 0.0, atol=1e-9)
    assert stop.speed_H[0] == start_mps
    assert np.all(stop.speed_H >= 0.0)
    falls = -np.diff(stop.speed_H)
    assert np.all(falls >= 0.0)
    assert np.all(falls <= deceleration_mps2 * 0.1 + 1e-9)
    standing = start_mps / deceleration_mps2 <= LONG_NS_H * 1e-9
    assert np.all(stop.speed_H[standing] == 0.0)
    assert np.all(stop.acceleration_H == np.where(standing, 0.0, -deceleration_mps2))


@given(curvature=st.floats(-0.2, 0.2), speed_mps=st.floats(0.0, 20.0), deceleration_mps2=decelerations)
def test_it_follows_the_path_and_stops_within_the_braking_distance(
    curvature: float, speed_mps: float, deceleration_mps2: float
) -> None:
    curvature = math.copysign(min(abs(curvature), 5.0 / max(speed_mps, 1.0) ** 2), curvature)
    path = arc_plan(curvature, speed_mps)
    stop = stop_trajectory(path, 0, speed_mps, deceleration_mps2, LONG_NS_H)
    times_s = np.minimum(LONG_NS_H * 1e-9, speed_mps / deceleration_mps2)
    along = speed_mps * times_s - 0.5 * deceleration_mps2 * times_s**2
    # Up to the path's last point that counts; it goes on straight there.
    on_path = along < speed_mps * TIMES_NS_H[-1] * 1e-9 - MIN_SPACING_M
    position, yaw = on_arc(along, curvature)
    np.testing.assert_allclose(stop.position_H2[on_path], position[on_path], atol=0.03)
    spacing = max(speed_mps * 0.1, 2.0 * MIN_SPACING_M)
    np.testing.assert_allclose(stop.yaw_H[on_path], yaw[on_path], atol=abs(curvature) * spacing + 1e-9)
    steps = np.diff(stop.position_H2, axis=0)
    travelled = np.sum(np.hypot(steps[:, 0], steps[:, 1]))
    assert travelled <= speed_mps**2 / 2.0 / deceleration_mps2 + 1e-6


def test_past_the_end_of_the_path_it_goes_straight_on() -> None:
    path = arc_plan(0.1, 5.0)
    stop = stop_trajectory(seen_from(path, (*path.position_H2[-1], path.yaw_H[-1])), 0, 8.0, 2.0, LONG_NS_H)
    np.testing.assert_allclose(stop.position_H2[-1, 0], 16.0, atol=0.1)
    assert abs(stop.position_H2[-1, 1]) < 0.6  # half a step's turn over 16 m
    beyond = seen_from(path, (20.0, 3.0, 0.5))
    straight = np.diff(stop_trajectory(beyond, 0, 8.0, 2.0, LONG_NS_H).yaw_H)
    np.testing.assert_allclose(straight, 0.0, atol=1e-9)


def test_a_path_that_begins_ahead_is_reached_straight() -> None:
    path = turned(arc_plan(0.0, 5.0), 3.0, 0.0, 0.0)
    stop = stop_trajectory(path, 0, 6.0, 2.0, LONG_NS_H)
    np.testing.assert_allclose(stop.position_H2[:, 1], 0.0, atol=1e-9)
    np.testing.assert_allclose(stop.position_H2[-1, 0], 9.0, atol=1e-9)


def test_a_vehicle_beside_the_path_is_led_back_onto_it() -> None:
    path = turned(arc_plan(0.0, 10.0), -2.0, 0.4, 0.0)
    stop = stop_trajectory(path, 0, 10.0, 4.0, LONG_NS_H)
    assert np.all(np.diff(stop.position_H2[:, 1]) >= 0.0)
    np.testing.assert_allclose(stop.position_H2[stop.position_H2[:, 0] > 5.0, 1], 0.4, atol=1e-9)


def test_a_vehicle_that_has_left_the_path_brakes_straight_ahead() -> None:
    stop = stop_trajectory(turned(arc_plan(0.1, 10.0), -30.0, 4.0, 0.6), 0, 10.0, 4.0, LONG_NS_H)
    np.testing.assert_allclose(stop.position_H2[:, 1], 0.0, atol=1e-9)
    np.testing.assert_allclose(stop.position_H2[-1, 0], 12.5, atol=1e-9)


def test_a_plan_to_stand_still_gives_no_direction_but_ahead() -> None:
    jitter = np.tile([[0.0, 0.0], [-0.02, 0.02]], (5, 1))
    still = Trajectory(0, TIMES_NS_H, jitter, np.full(10, 2.3), np.zeros(10), np.zeros(10))
    stop = stop_trajectory(still, 0, 6.0, 2.0, LONG_NS_H)
    np.testing.assert_allclose(stop.position_H2[-1], [9.0, 0.0], atol=1e-6)


@pytest.mark.parametrize("speed_mps", [0.5, 2.0, 4.0])
def test_a_plan_that_ends_a_little_behind_is_not_followed_back(speed_mps: float) -> None:
    times_s = np.minimum(TIMES_NS_H * 1e-9, speed_mps / 3.0)
    far = speed_mps * times_s - 1.5 * times_s**2
    far[-1] -= 0.45
    plan = trajectory_from_waypoints(np.stack([far, np.zeros(10)], axis=1), 0, INTERVAL_NS)
    assert check_plan(plan, speed_mps, None, SUPERVISION, CONTROL) is None
    stop = stop_trajectory(plan, 0, speed_mps, 2.0, LONG_NS_H)
    assert np.all(np.diff(stop.position_H2[:, 0]) >= 0.0)
    np.testing.assert_allclose(stop.position_H2[-1], [speed_mps**2 / 4.0, 0.0], atol=1e-9)
    np.testing.assert_allclose(stop.yaw_H, 0.0, atol=1e-9)


def test_a_stop_is_comfortable_first_and_firm_when_the_vehicle_still_moves_later() -> None:
    stopper = Stopper(SUPERVISION, CONTROL)
    begun_ns = 5_000_000_000
    decelerations_mps2 = [
        -stopper.stop(None, begun_ns + ms * 1_000_000, 8.0, TIMES_NS_H).acceleration_H[0] for ms in (0, 999, 1000, 4000)
    ]
    assert decelerations_mps2 == [2.0, 2.0, 4.0, 4.0]
    stopper.release()
    assert stopper.stop(None, begun_ns + 5_000_000_000, 8.0, TIMES_NS_H).acceleration_H[0] == -2.0
    # The clock jumped back.
    assert stopper.stop(None, 0, 8.0, TIMES_NS_H).acceleration_H[0] == -2.0


def test_firm_is_never_softer_than_comfortable() -> None:
    gentle = ControlParameters(stop_deceleration_mps2=1.0)
    stopper = Stopper(SUPERVISION, gentle)
    stopper.stop(None, 0, 8.0, TIMES_NS_H)
    assert stopper.stop(None, 2_000_000_000, 8.0, TIMES_NS_H).acceleration_H[0] == -2.0


@pytest.mark.parametrize("curvature", [0.0, 0.05, -0.1])
@pytest.mark.parametrize("speed_mps", [1.0, 6.0])
def test_a_vehicle_that_follows_it_stands_on_the_path(curvature: float, speed_mps: float) -> None:
    """A bicycle that obeys at once, the stop made anew every 0.1 s, as the policy does."""
    plan = arc_plan(curvature, speed_mps)
    stopper, follower = Stopper(SUPERVISION, CONTROL), PlanFollower(CONTROL)
    x_m = y_m = yaw_rad = travelled_m = 0.0
    speed_now_mps, stop, begun = speed_mps, None, (0.0, 0.0, 0.0)
    for step in range(120):
        now_ns, pose = round(step * STEP_S * 1e9), (x_m, y_m, yaw_rad)
        if step % 2 == 0:
            stop, begun = stopper.stop(seen_from(plan, pose), now_ns, speed_now_mps, TIMES_NS_H), pose
        ((moved_x_m, moved_y_m),) = points_in_pose(np.array([[x_m, y_m]]), *begun)
        command = follower.command(stop, (moved_x_m, moved_y_m, yaw_rad - begun[2]), now_ns, speed_now_mps)
        speed_now_mps = max(speed_now_mps + command.acceleration_mps2 * STEP_S, 0.0)
        # The base frame lies between the axles, ahead of the one that the vehicle turns about.
        turn_rad = speed_now_mps * math.tan(command.steering_angle_rad) / CONTROL.wheelbase_m * STEP_S
        axle = np.array([x_m, y_m]) + CONTROL.rear_axle_x_m * np.array([math.cos(yaw_rad), math.sin(yaw_rad)])
        axle += speed_now_mps * STEP_S * np.array([math.cos(yaw_rad), math.sin(yaw_rad)])
        yaw_rad += turn_rad
        x_m, y_m = axle - CONTROL.rear_axle_x_m * np.array([math.cos(yaw_rad), math.sin(yaw_rad)])
        travelled_m += speed_now_mps * STEP_S
    assert speed_now_mps == 0.0
    comfortable_m = speed_mps**2 / 4.0
    assert travelled_m <= 1.1 * comfortable_m + 0.2
    wanted = stop_trajectory(plan, 0, speed_mps, 1.0, LONG_NS_H).position_H2
    assert np.min(np.hypot(*(wanted - [x_m, y_m]).T)) < 0.3
