"""Poses in the plane and waypoints over time.

Shape legend: N points, H waypoints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.plan import Trajectory

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Below this distance between two waypoints their direction is noise, and the heading before is kept.
MIN_STEP_M = 0.02


def wrap_angle(angle_rad: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """Return angles wrapped to [-pi, pi) [rad]."""
    return np.asarray((np.asarray(angle_rad) + np.pi) % (2.0 * np.pi) - np.pi)


def yaw_from_quaternion(x: float, y: float, z: float, w: float) -> float:
    """Return the heading [rad] of a quaternion; a zero quaternion, as unset poses hold, has heading 0."""
    return float(np.arctan2(2.0 * (w * z + x * y), w * w + x * x - y * y - z * z))


def points_in_pose(points_N2: NDArray[np.float64], x_m: float, y_m: float, yaw_rad: float) -> NDArray[np.float64]:
    """Express points of the parent frame in the frame of a pose.

    Args:
        points_N2: Points (x, y) in the parent frame [m].
        x_m: Position of the pose in the parent frame [m].
        y_m: Position of the pose in the parent frame [m].
        yaw_rad: Heading of the pose in the parent frame [rad].

    Returns:
        Points (x forward, y left) in the pose's frame [m], shape (N, 2).
    """
    cos, sin = np.cos(yaw_rad), np.sin(yaw_rad)
    offset_N2 = points_N2 - np.array([x_m, y_m])
    return np.asarray(offset_N2 @ np.array([[cos, -sin], [sin, cos]]))


def trajectory_from_waypoints(waypoints_H2: NDArray[np.float64], stamp_ns: int, interval_ns: int) -> Trajectory:
    """Give equally spaced waypoints a time, heading, speed and acceleration each.

    Speeds are those of the step that follows a waypoint (the last repeats the one before); the heading follows the
    step too, and is kept where the step is too short to have a direction.

    Args:
        waypoints_H2: (x forward, y left) in the base frame of ``stamp_ns`` [m]; at least two rows.
        stamp_ns: Stamp of the base frame [ns].
        interval_ns: Time between two waypoints [ns].

    Returns:
        The trajectory in the same frame.
    """
    num = len(waypoints_H2)
    interval_s = interval_ns * 1e-9
    step_G2 = np.diff(waypoints_H2, axis=0)
    length_G = np.hypot(step_G2[:, 0], step_G2[:, 1])
    yaw_H = np.zeros(num)
    for index in range(num):
        step = min(index, num - 2)
        moved = length_G[step] >= MIN_STEP_M
        before = yaw_H[index - 1] if index else 0.0
        yaw_H[index] = np.arctan2(step_G2[step, 1], step_G2[step, 0]) if moved else before
    speed_H = np.append(length_G, length_G[-1]) / interval_s
    acceleration_H = np.append(np.diff(speed_H) / interval_s, 0.0)
    times_ns_H = np.arange(num, dtype=np.int64) * interval_ns
    return Trajectory(stamp_ns, times_ns_H, waypoints_H2, yaw_H, speed_H, acceleration_H)
