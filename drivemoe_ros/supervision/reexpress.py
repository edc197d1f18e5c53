"""A plan seen from where the vehicle is by now.

Shape legend: H waypoints, K wanted times.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.plan import Trajectory
from drivemoe_ros.geometry.se2 import points_in_pose, wrap_angle

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The present pose in the frame of an earlier one: x [m], y [m], yaw [rad].
Pose = tuple[float, float, float]


def seen_from(plan: Trajectory, moved: Pose) -> Trajectory:
    """Give a plan's places in another base frame; times and stamp stay.

    Args:
        plan: The plan, in the base frame of its stamp.
        moved: Pose in that frame to see it from.

    Returns:
        All of its points, those behind the vehicle too.
    """
    position_H2 = points_in_pose(plan.position_H2, *moved)
    return dataclasses.replace(plan, position_H2=position_H2, yaw_H=wrap_angle(plan.yaw_H - moved[2]))


def horizon_left_ns(plan: Trajectory, now_ns: int) -> int:
    """Return how much of a plan lies ahead [ns]; negative if it is over."""
    return plan.stamp_ns + int(plan.times_ns_H[-1]) - now_ns


def reexpress(plan: Trajectory, moved: Pose, now_ns: int) -> Trajectory | None:
    """Give what is left of a plan in the present base frame, with times from now on.

    Points already past are dropped. The first point is where the plan is at this moment, interpolated linearly
    between its neighbours: the vehicle's place, as far as it is on plan.

    Args:
        plan: The plan, in the base frame of its stamp.
        moved: Pose now in that frame.
        now_ns: Time now, of the same clock as the plan's stamp [ns].

    Returns:
        The rest, stamped now; None if the plan is over or begins only later.
    """
    elapsed_ns = now_ns - plan.stamp_ns
    if elapsed_ns < int(plan.times_ns_H[0]) or horizon_left_ns(plan, now_ns) < 0:
        return None
    left_ns = plan.times_ns_H[plan.times_ns_H > elapsed_ns]
    return _sampled(seen_from(plan, moved), np.concatenate([[elapsed_ns], left_ns]).astype(np.int64), now_ns)


def respace(plan: Trajectory, interval_ns: int) -> Trajectory:
    """Give a plan equally spaced times again, as the released controller needs them.

    Args:
        plan: The plan, its first time 0.
        interval_ns: Wanted spacing [ns].

    Returns:
        The plan up to the last whole interval, interpolated linearly.
    """
    times_ns_K = np.arange(0, int(plan.times_ns_H[-1]) + 1, interval_ns, dtype=np.int64)
    return _sampled(plan, times_ns_K, plan.stamp_ns)


def _sampled(plan: Trajectory, times_ns_K: NDArray[np.int64], stamp_ns: int) -> Trajectory:
    """Return a plan at these of its times, the first of which becomes 0."""

    def at_times(values_H: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.interp(times_ns_K, plan.times_ns_H, values_H)

    return Trajectory(
        stamp_ns=stamp_ns,
        times_ns_H=times_ns_K - times_ns_K[0],
        position_H2=np.stack([at_times(plan.position_H2[:, 0]), at_times(plan.position_H2[:, 1])], axis=1),
        yaw_H=wrap_angle(at_times(np.unwrap(plan.yaw_H))),
        speed_H=at_times(plan.speed_H),
        acceleration_H=at_times(plan.acceleration_H),
    )
