"""How far a plan is from the last one, at times that both have.

Shape legend: H waypoints, A shared times.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.parameters.schema import to_ns
from drivemoe_ros.supervision.plan_motion import seconds
from drivemoe_ros.supervision.reexpress import Pose, seen_from

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivemoe_ros.data.plan import Trajectory

# Directions of a plan are those of its way from this long before to this long after.
AROUND_S = 0.2
MIN_WAY_M = 0.1


@dataclass(frozen=True, eq=False)
class LastPlan:
    """The last plan that passed, and where the vehicle has come since.

    Attributes:
        plan: The plan, in the base frame of its own stamp.
        moved: Pose at the new plan's stamp in that frame: x [m], y [m], yaw [rad].
    """

    plan: Trajectory
    moved: Pose


@dataclass(frozen=True, eq=False)
class Difference:
    """A plan less the one before.

    Attributes:
        times_s_A: Times after the new plan's stamp [s].
        along_A: How far ahead the new one is, along the last one's way [m].
        across_A: How far to its left [m].
    """

    times_s_A: NDArray[np.float64]
    along_A: NDArray[np.float64]
    across_A: NDArray[np.float64]


def difference(plan: Trajectory, last: LastPlan, ahead_s: float) -> Difference | None:
    """Compare a plan with the one before.

    Args:
        plan: The new plan, with a later stamp.
        last: The one before.
        ahead_s: How far ahead to compare [s].

    Returns:
        The difference; None if they share no time after the new plan's stamp.
    """
    age_ns = plan.stamp_ns - last.plan.stamp_ns
    last_ns_H = last.plan.times_ns_H - age_ns
    until_ns = min(to_ns(ahead_s), int(last_ns_H[-1]))
    shared_H = (plan.times_ns_H > 0) & (plan.times_ns_H <= until_ns)
    if not shared_H.any():
        return None
    times_s_H, last_s_H = seconds(plan.times_ns_H), seconds(last_ns_H)
    times_s_A = times_s_H[shared_H]
    last_H2 = seen_from(last.plan, last.moved).position_H2
    way_A2 = _at(times_s_A + AROUND_S, last_s_H, last_H2) - _at(times_s_A - AROUND_S, last_s_H, last_H2)
    length_A = np.hypot(way_A2[:, 0], way_A2[:, 1])
    leads_A = length_A >= MIN_WAY_M
    # A plan to stand has no direction but the vehicle's.
    forward_A2 = np.where(leads_A[:, None], way_A2 / np.where(leads_A, length_A, 1.0)[:, None], [1.0, 0.0])
    offset_A2 = plan.position_H2[shared_H] - _at(times_s_A, last_s_H, last_H2)
    along_A = (offset_A2 * forward_A2).sum(axis=1)
    across_A = forward_A2[:, 0] * offset_A2[:, 1] - forward_A2[:, 1] * offset_A2[:, 0]
    return Difference(times_s_A, along_A, across_A)


def _at(
    times_s_A: NDArray[np.float64], times_s_H: NDArray[np.float64], position_H2: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return a plan's positions at some times, shape (A, 2); before its begin and after its end it stands."""
    return np.stack([np.interp(times_s_A, times_s_H, column_H) for column_H in position_H2.T], axis=1)
