"""The one place that translates between REP-103 and the frame the networks were trained in.

REP-103: x forward, y left, z up, angles counter-clockwise. CARLA: x forward, y right, z up, angles clockwise seen from
above. Mirroring y is its own inverse, so every ``mirror_`` function serves both directions.

Shape legend: T history steps, oldest first, P features of one step, H waypoints, the present first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from drivemoe_ros.geometry.se2 import wrap_angle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivemoe_ros.data.ego import EgoHistory
    from drivemoe_ros.policy.normalization import Normalization

    Floats = NDArray[np.floating[Any]]

# Both spacings are fixed by the training data (docs/model.md 3 and 5: 10 Hz annotations of Bench2Drive).
STEP_NS = 100_000_000


def mirror_points(points: Floats) -> NDArray[np.float64]:
    """Flip y of points (..., 2) [m]."""
    return np.asarray(points, np.float64) * [1.0, -1.0]


def mirror_yaw(yaw_rad: Floats) -> NDArray[np.float64]:
    """Flip the sense of headings of any shape [rad]."""
    return -np.asarray(yaw_rad, np.float64)


def mirror_acceleration(acceleration: Floats) -> NDArray[np.float64]:
    """Flip y of accelerations (..., 3) [m/s^2]; z keeps gravity's sign."""
    return np.asarray(acceleration, np.float64) * [1.0, -1.0, 1.0]


def mirror_angular_velocity(angular_velocity: Floats) -> NDArray[np.float64]:
    """Flip x and z of angular velocities (..., 3) [rad/s]: turns about y keep their sense in a mirror along y."""
    return np.asarray(angular_velocity, np.float64) * [-1.0, 1.0, -1.0]


def assemble_proprio(
    ego: EgoHistory, goals_T2: Floats, normalization: Normalization, *, wrap_heading: bool
) -> NDArray[np.float32]:
    """Turn the ego history into the network's input.

    Args:
        ego: Equally spaced states, REP-103, the present last.
        goals_T2: Goal point of each step in the present base frame (x forward, y left) [m].
        normalization: Ranges of the weights in use.
        wrap_heading: True wraps heading differences to [-pi, pi). False repeats the release, where the difference of
            two compass readings jumps by 2 pi where the compass starts anew.

    Returns:
        (T, P) float32, normalised, CARLA frame: speed, acceleration x y z, angular velocity x y z, heading less the
        present heading, goal x y.

    Source:
        docs/model.md 3 and 6; for the gyroscope's signs carla-simulator/ros-bridge, carla_ros_bridge/imu.py.
    """
    speed_T, acceleration_T3 = ego.speed_T, ego.acceleration_T3
    if not normalization.past_motion:
        acceleration_T3 = np.zeros_like(acceleration_T3)
        if speed_T[-1] >= normalization.slow_past_mps:
            speed_T = np.full_like(speed_T, speed_T[-1])
    columns = [
        normalization.speed.normalise(speed_T)[:, None],
        normalization.acceleration.normalise(mirror_acceleration(acceleration_T3)),
        normalization.angular_velocity.normalise(mirror_angular_velocity(ego.angular_velocity_T3)),
        normalization.theta.normalise(_heading_change(ego.yaw_T, wrap=wrap_heading))[:, None],
        _normalise_goals(goals_T2, normalization),
    ]
    return np.concatenate(columns, axis=1).astype(np.float32)


def assemble_goal(goal_2: Floats, normalization: Normalization) -> NDArray[np.float32]:
    """Turn the present goal point into the view router's input.

    Args:
        goal_2: Goal point in the present base frame (x forward, y left) [m].
        normalization: Ranges of the weights in use.

    Returns:
        (2,) float32, normalised, CARLA frame.
    """
    return _normalise_goals(goal_2, normalization).astype(np.float32)


def waypoints_from_network(
    trajectory_H2: Floats, normalization: Normalization, speed_mps: float
) -> NDArray[np.float64]:
    """Turn the network's output into waypoints.

    Args:
        trajectory_H2: Normalised waypoints, CARLA frame.
        normalization: Ranges of the weights in use.
        speed_mps: Present speed, as in the network's input [m/s].

    Returns:
        (H, 2) waypoints (x forward, y left) in the base frame [m].
    """
    x_H = normalization.waypoint_x.denormalise(trajectory_H2[:, 0])
    x_H += _going_on(len(x_H), normalization, speed_mps)
    y_H = normalization.waypoint_y.denormalise(trajectory_H2[:, 1])
    return mirror_points(np.stack([x_H, y_H], axis=1))


def waypoints_to_network(waypoints_H2: Floats, normalization: Normalization, speed_mps: float) -> NDArray[np.float32]:
    """Turn waypoints into what the network is to learn; undoes :func:`waypoints_from_network`.

    Args:
        waypoints_H2: Waypoints (x forward, y left) in the base frame [m].
        normalization: Ranges of the weights in use.
        speed_mps: Present speed, as in the network's input [m/s].

    Returns:
        (H, 2) float32, normalised, CARLA frame, not clipped.
    """
    mirrored_H2 = mirror_points(waypoints_H2)
    ahead_H = mirrored_H2[:, 0] - _going_on(len(mirrored_H2), normalization, speed_mps)
    x_H = normalization.waypoint_x.normalise(ahead_H)
    y_H = normalization.waypoint_y.normalise(mirrored_H2[:, 1])
    return np.stack([x_H, y_H], axis=1).astype(np.float32)


def _going_on(horizon: int, normalization: Normalization, speed_mps: float) -> NDArray[np.float64]:
    """Return how far ahead each waypoint is told from [m]."""
    step_m = STEP_NS * 1e-9 * speed_mps if normalization.relative_to_speed else 0.0
    return np.arange(horizon, dtype=np.float64) * step_m


def _heading_change(yaw_T: Floats, *, wrap: bool) -> NDArray[np.float64]:
    theta_T = mirror_yaw(yaw_T)
    if wrap:
        return wrap_angle(theta_T - theta_T[-1])
    # The release takes its heading from a compass in [0, 2 pi) less a quarter turn.
    compass_T = (theta_T + np.pi / 2.0) % (2.0 * np.pi)
    return np.asarray(compass_T - compass_T[-1])


def _normalise_goals(goals: Floats, normalization: Normalization) -> NDArray[np.float64]:
    mirrored = mirror_points(goals)
    x, y = mirrored[..., 0], mirrored[..., 1]
    return np.stack([normalization.goal_x.normalise(x), normalization.goal_y.normalise(y)], axis=-1)
