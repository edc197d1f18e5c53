"""What is driven when no plan may: along the last good plan's path until the vehicle stands.

Shape legend: H waypoints, N points of a path, G = N - 1 pieces between them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.plan import Trajectory
from drivemoe_ros.geometry.se2 import wrap_angle
from drivemoe_ros.parameters.schema import to_ns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivemoe_ros.parameters.schema import ControlParameters
    from drivemoe_ros.parameters.supervision_schema import SupervisionParameters

# Points of a learned plan that are nearer to each other than this say nothing about direction.
MIN_SPACING_M = 0.3
# A vehicle beside the path is led back onto it over this distance.
JOIN_M = 5.0
# One further beside it has left the path, e.g. because somebody else drove on, and brakes straight ahead.
OFF_PATH_M = 2.0
STRAIGHT_AHEAD_22 = np.array([[0.0, 0.0], [1.0, 0.0]])


def stop_trajectory(
    path: Trajectory | None, stamp_ns: int, speed_mps: float, deceleration_mps2: float, times_ns_H: NDArray[np.int64]
) -> Trajectory:
    """Brake evenly along a path until the vehicle stands.

    The first point is the vehicle itself. Only the path's places count, not its times, so it may begin behind the
    vehicle or ahead of it; it goes on straight at both ends.

    Args:
        path: Path in the present base frame; None for straight ahead.
        stamp_ns: Stamp of the present base frame [ns].
        speed_mps: Speed now [m/s]; a vehicle that rolls backwards is planned to stand where it is.
        deceleration_mps2: How fast the speed falls [m/s^2], positive.
        times_ns_H: Time of every point after the stamp [ns], ascending from 0.

    Returns:
        The trajectory in the present base frame.
    """
    start_mps = max(speed_mps, 0.0)
    stop_s = start_mps / deceleration_mps2
    times_s_H = times_ns_H * 1e-9
    braking_s_H = np.minimum(times_s_H, stop_s)
    distance_H = braking_s_H * (start_mps - 0.5 * deceleration_mps2 * braking_s_H)
    standing_H = times_s_H >= stop_s
    position_H2, yaw_H = _places(path, distance_H)
    return Trajectory(
        stamp_ns=stamp_ns,
        times_ns_H=times_ns_H,
        position_H2=position_H2,
        yaw_H=yaw_H,
        speed_H=np.where(standing_H, 0.0, np.maximum(start_mps - deceleration_mps2 * times_s_H, 0.0)),
        acceleration_H=np.where(standing_H, 0.0, -deceleration_mps2),
    )


class Stopper:
    """One stop after the other: comfortable first, firm if the vehicle still moves after a while."""

    def __init__(self, supervision: SupervisionParameters, control: ControlParameters) -> None:
        """Start without a stop.

        Args:
            supervision: The comfortable deceleration, and when it ends.
            control: The firm deceleration, which is also the controller's own.
        """
        self._comfortable_mps2 = supervision.comfortable_stop_mps2
        self._firm_mps2 = max(supervision.comfortable_stop_mps2, control.stop_deceleration_mps2)
        self._firm_after_ns = to_ns(supervision.firm_after_s)
        self._begun_ns: int | None = None

    def hurry(self, stamp_ns: int) -> None:
        """Brake firmly from a stamp on [ns], whether a stop has begun or not, until ``release``."""
        self._begun_ns = stamp_ns - self._firm_after_ns

    def release(self) -> None:
        """End the stop, because a plan drives again or the clock jumped; the next begins comfortably."""
        self._begun_ns = None

    def stop(
        self, path: Trajectory | None, stamp_ns: int, speed_mps: float, times_ns_H: NDArray[np.int64]
    ) -> Trajectory:
        """Go on with the stop, or begin one.

        Args:
            path: The last good plan seen from the present pose (``seen_from``); None for straight ahead.
            stamp_ns: Time now [ns].
            speed_mps: Speed now [m/s].
            times_ns_H: Time of every point after the stamp [ns], as plans have them.

        Returns:
            The stop trajectory from the present pose.
        """
        return stop_trajectory(path, stamp_ns, speed_mps, self._deceleration_mps2(stamp_ns), times_ns_H)

    def _deceleration_mps2(self, stamp_ns: int) -> float:
        if self._begun_ns is None or stamp_ns < self._begun_ns:
            self._begun_ns = stamp_ns
        firm = stamp_ns - self._begun_ns >= self._firm_after_ns
        return self._firm_mps2 if firm else self._comfortable_mps2


def _places(
    path: Trajectory | None, distance_H: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return position (H, 2) [m] and heading (H) [rad] after each distance along a path, from the vehicle on."""
    points_N2 = _lengthened(_direction_points(path), float(distance_H[-1]))
    piece_G2 = np.diff(points_N2, axis=0)
    length_G = np.hypot(piece_G2[:, 0], piece_G2[:, 1])
    along_N = np.concatenate([[0.0], np.cumsum(length_G)])
    yaw_G = np.unwrap(np.arctan2(piece_G2[:, 1], piece_G2[:, 0]))
    yaw_N = np.concatenate([yaw_G[:1], 0.5 * (yaw_G[:-1] + yaw_G[1:]), yaw_G[-1:]])

    # The foot of the vehicle, which is the origin, on the path.
    share_G = np.clip(-np.sum(points_N2[:-1] * piece_G2, axis=1) / length_G**2, 0.0, 1.0)
    foot_G2 = points_N2[:-1] + share_G[:, None] * piece_G2
    beside_G = np.hypot(foot_G2[:, 0], foot_G2[:, 1])
    nearest = int(np.argmin(beside_G))
    if beside_G[nearest] > OFF_PATH_M:
        return _places(None, distance_H)
    begin_m = along_N[nearest] + share_G[nearest] * length_G[nearest]

    wanted_H = begin_m + distance_H
    position_H2 = np.stack([np.interp(wanted_H, along_N, points_N2[:, axis]) for axis in (0, 1)], axis=1)
    beside_H = np.clip(1.0 - distance_H / JOIN_M, 0.0, 1.0)
    return position_H2 - beside_H[:, None] * foot_G2[nearest], wrap_angle(np.interp(wanted_H, along_N, yaw_N))


def _direction_points(path: Trajectory | None) -> NDArray[np.float64]:
    """Return the points that tell a direction, at least two."""
    if path is None:
        return STRAIGHT_AHEAD_22
    kept, direction_2 = [path.position_H2[0]], STRAIGHT_AHEAD_22[1]
    for point_2 in path.position_H2[1:]:
        step_2 = point_2 - kept[-1]
        # A plan may end a little behind where it led before, which a stop must not follow.
        if np.hypot(*step_2) >= MIN_SPACING_M and step_2 @ direction_2 > 0.0:
            kept.append(point_2)
            direction_2 = step_2
    return np.array(kept) if len(kept) > 1 else STRAIGHT_AHEAD_22


def _lengthened(points_N2: NDArray[np.float64], reach_m: float) -> NDArray[np.float64]:
    """Return the points with one more at each end, straight on and far enough for the vehicle and its stop."""
    reach_m += 1.0 + float(np.max(np.hypot(points_N2[:, 0], points_N2[:, 1])))
    before, after = points_N2[0] - points_N2[1], points_N2[-1] - points_N2[-2]
    first = points_N2[0] + reach_m * before / np.hypot(*before)
    last = points_N2[-1] + reach_m * after / np.hypot(*after)
    return np.concatenate([[first], points_N2, [last]])
