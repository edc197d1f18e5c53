"""The border between REP-103 and the networks' frame, and the normalisation."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from drivemoe_ros.data.ego import EgoHistory
from drivemoe_ros.errors import CheckpointError
from drivemoe_ros.policy import carla_frame
from drivemoe_ros.policy.normalization import BENCH2DRIVE, Normalization, Range

reasonable = st.floats(-100, 100)
RELATIVE = dataclasses.replace(BENCH2DRIVE, relative_to_speed=True)


def history(yaw: list[float]) -> EgoHistory:
    steps = len(yaw)
    return EgoHistory(
        stamps_ns_T=np.arange(steps) * 100_000_000,
        position_T2=np.zeros((steps, 2)),
        yaw_T=np.array(yaw),
        speed_T=np.linspace(1.0, 5.0, steps),
        acceleration_T3=np.tile([0.5, 1.5, 9.81], (steps, 1)),
        angular_velocity_T3=np.tile([0.1, 0.2, 0.3], (steps, 1)),
    )


def test_every_column_has_its_sign_and_range() -> None:
    goals = np.tile([20.0, 3.0], (5, 1))
    proprio = carla_frame.assemble_proprio(
        history([-0.04, -0.03, -0.02, -0.01, 0.0]), goals, BENCH2DRIVE, wrap_heading=True
    )
    assert proprio.shape == (5, 10)
    assert proprio.dtype == np.float32
    norm = BENCH2DRIVE
    expected = [
        norm.speed.normalise(1.0),
        norm.acceleration.normalise(0.5),
        norm.acceleration.normalise(-1.5),
        norm.acceleration.normalise(9.81),
        norm.angular_velocity.normalise(-0.1),
        norm.angular_velocity.normalise(0.2),
        norm.angular_velocity.normalise(-0.3),
        # The car has turned left since, so seen clockwise it was further to the right.
        norm.theta.normalise(0.04),
        norm.goal_x.normalise(20.0),
        norm.goal_y.normalise(-3.0),
    ]
    np.testing.assert_allclose(proprio[0], expected, rtol=1e-6)
    np.testing.assert_allclose(proprio[-1, 7], norm.theta.normalise(0.0), rtol=1e-6)


@given(st.floats(-10, 10), arrays(np.float64, 4, elements=st.floats(-1, 1)), st.integers(-2, 2))
def test_wrapped_headings_do_not_depend_on_the_compass_origin(turn: float, steps: np.ndarray, laps: int) -> None:
    yaw = np.concatenate([[0.0], np.cumsum(steps)])
    turned = yaw + turn + 2 * np.pi * laps
    goals = np.zeros((5, 2))
    first, second = (
        carla_frame.assemble_proprio(history(list(values)), goals, BENCH2DRIVE, wrap_heading=True)[:, 7]
        for values in (yaw, turned)
    )
    # A difference of half a turn may wrap to either side.
    change = BENCH2DRIVE.theta.denormalise(first) - BENCH2DRIVE.theta.denormalise(second)
    np.testing.assert_allclose(np.cos(change), 1.0, atol=1e-5)
    assert np.all(np.abs(BENCH2DRIVE.theta.denormalise(first)) <= np.pi + 1e-5)


def test_without_past_motion_the_present_speed_is_all_that_is_told() -> None:
    told = dataclasses.replace(BENCH2DRIVE, past_motion=False)
    proprio = carla_frame.assemble_proprio(history([0.0] * 5), np.zeros((5, 2)), told, wrap_heading=True)
    np.testing.assert_allclose(BENCH2DRIVE.speed.denormalise(proprio[:, 0]), 5.0, atol=1e-5)
    np.testing.assert_allclose(BENCH2DRIVE.acceleration.denormalise(proprio[:, 1:4]), 0.0, atol=1e-5)


@pytest.mark.parametrize(("slow_past_mps", "told"), [(5.5, True), (4.5, False)])
def test_a_slow_vehicles_earlier_speeds_are_told(slow_past_mps: float, told: bool) -> None:  # noqa: FBT001
    normalization = dataclasses.replace(BENCH2DRIVE, past_motion=False, slow_past_mps=slow_past_mps)
    braking = dataclasses.replace(history([0.0] * 5), speed_T=np.array([7.0, 6.5, 6.0, 5.5, 5.0]))
    proprio = carla_frame.assemble_proprio(braking, np.zeros((5, 2)), normalization, wrap_heading=True)
    expected = braking.speed_T if told else np.full(5, 5.0)
    np.testing.assert_allclose(BENCH2DRIVE.speed.denormalise(proprio[:, 0]), expected, atol=1e-5)
    np.testing.assert_allclose(BENCH2DRIVE.acceleration.denormalise(proprio[:, 1:4]), 0.0, atol=1e-5)


def test_unwrapped_headings_jump_where_the_compass_starts_anew() -> None:
    # Seen clockwise the compass reading falls through zero at a yaw of a quarter turn.
    crossing = history([np.pi / 2 - 0.02, np.pi / 2 - 0.01, np.pi / 2 + 0.01, np.pi / 2 + 0.02, np.pi / 2 + 0.03])
    goals = np.zeros((5, 2))
    raw = carla_frame.assemble_proprio(crossing, goals, BENCH2DRIVE, wrap_heading=False)[:, 7]
    theta = BENCH2DRIVE.theta.denormalise(raw)
    np.testing.assert_allclose(theta[0], 0.05 - 2 * np.pi, atol=1e-5)
    np.testing.assert_allclose(theta[2], 0.02, atol=1e-5)


@pytest.mark.parametrize("normalization", [BENCH2DRIVE, RELATIVE])
@given(waypoints=arrays(np.float64, (10, 2), elements=reasonable), speed_mps=st.floats(-5.0, 30.0))
def test_waypoints_survive_the_border(normalization: Normalization, waypoints: np.ndarray, speed_mps: float) -> None:
    network = carla_frame.waypoints_to_network(waypoints, normalization, speed_mps)
    found = carla_frame.waypoints_from_network(network, normalization, speed_mps)
    np.testing.assert_allclose(found, waypoints, atol=1e-4)


def test_going_straight_on_is_no_difference() -> None:
    straight_on = np.stack([np.arange(10) * 0.7, np.zeros(10)], axis=1)
    network = carla_frame.waypoints_to_network(straight_on, RELATIVE, 7.0)
    np.testing.assert_allclose(network[:, 0], BENCH2DRIVE.waypoint_x.normalise(0.0), atol=1e-6)


def test_a_network_that_steers_right_gives_waypoints_on_the_right() -> None:
    waypoints = carla_frame.waypoints_from_network(np.ones((10, 2), np.float32), BENCH2DRIVE, 7.0)
    np.testing.assert_allclose(waypoints[0], [8.09448, -0.96889], atol=1e-6)


def test_a_goal_on_the_left_is_negative_for_the_network() -> None:
    goal = carla_frame.assemble_goal(np.array([57.07126, 16.13709]), BENCH2DRIVE)
    np.testing.assert_allclose(goal, [1.0, -1.0], atol=1e-6)


@given(arrays(np.float64, (4, 3), elements=reasonable))
def test_mirroring_twice_changes_nothing(vectors: np.ndarray) -> None:
    for mirror in (carla_frame.mirror_acceleration, carla_frame.mirror_angular_velocity, carla_frame.mirror_yaw):
        np.testing.assert_array_equal(mirror(mirror(vectors)), vectors)
    np.testing.assert_array_equal(carla_frame.mirror_points(carla_frame.mirror_points(vectors[:, :2])), vectors[:, :2])


@given(reasonable)
def test_angular_velocity_mirrors_like_the_motion_it_causes(rate: float) -> None:
    # Velocity of a point is omega x r; mirroring both must give the mirrored velocity, in left-handed terms reversed.
    omega, place = np.array([rate, 0.3, -0.7]), np.array([1.0, 2.0, 3.0])
    mirrored = np.cross(carla_frame.mirror_angular_velocity(omega), carla_frame.mirror_acceleration(place))
    np.testing.assert_allclose(mirrored, carla_frame.mirror_acceleration(np.cross(omega, place)), atol=1e-9)


def test_normalisation_survives_a_dictionary() -> None:
    assert Normalization.from_dict(BENCH2DRIVE.to_dict()) == BENCH2DRIVE


@pytest.mark.parametrize(("low", "high"), [(1.0, 1.0), (2.0, 1.0), (0.0, float("inf")), (float("nan"), 1.0)])
def test_a_range_without_extent_is_refused(low: float, high: float) -> None:
    with pytest.raises(CheckpointError, match="must ascend"):
        Range(low, high)
