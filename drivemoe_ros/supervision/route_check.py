"""Routes that lead nowhere from where the vehicle is: too far away, or over already."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.geometry.se2 import points_in_pose

if TYPE_CHECKING:
    from drivemoe_ros.geometry.route import Route

# A vehicle may stand a little beyond the end that it was led to.
PAST_END_M = 1.0


def why_astray(route: Route, progress_m: float, pose: tuple[float, float, float], most_m: float) -> str:
    """Say why a route leads nowhere.

    A single point is a goal, and may be as far ahead as it likes.

    Args:
        route: The route or goal, in odometry's frame.
        progress_m: Arc length of its point that is nearest to the vehicle [m].
        pose: The vehicle in that frame: x [m], y [m], yaw [rad].
        most_m: How far away its nearest point may be [m].

    Returns:
        The reason, in words that follow ``route``; empty if it can be followed.
    """
    s_N, points_N2 = route.arc_lengths_m, route.points_N2
    nearest_m = [float(np.interp(progress_m, s_N, points_N2[:, axis])) for axis in (0, 1)]
    away_m = math.dist(nearest_m, pose[:2])
    if len(points_N2) > 1 and away_m > most_m:
        return f"is {away_m:.1f} m away at its nearest point, and route.max_distance_m is {most_m:g} m"
    behind_m = -float(points_in_pose(points_N2[-1:], *pose)[0, 0])
    if progress_m >= route.length_m and behind_m > PAST_END_M:
        ends = "ends" if len(points_N2) > 1 else "lies"
        return f"{ends} {behind_m:.1f} m behind the vehicle, and {PAST_END_M:g} m is the limit"
    return ""
