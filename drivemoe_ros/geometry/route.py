"""A route as a polyline, progress along it, and the goal point ahead.

Shape legend: N route points, G segments, T history steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.checks import require_finite, require_shape
from drivemoe_ros.errors import InputError
from drivemoe_ros.geometry.se2 import points_in_pose

if TYPE_CHECKING:
    from numpy.typing import NDArray

# How far along the route a vehicle may have moved since the hint; nearer than where routes meet themselves again.
WINDOW_M = 30.0


@dataclass(frozen=True, eq=False)
class Route:
    """Points in driving order; one point alone and repeated points are allowed.

    Attributes:
        points_N2: Positions (x, y) in the odometry frame [m].
    """

    points_N2: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Refuse an empty route, other shapes, NaN and infinity."""
        require_shape("route", self.points_N2, (-1, 2))
        require_finite("route", self.points_N2)
        if len(self.points_N2) == 0:
            msg = "The route has 0 points, but at least 1 is needed; send a path with poses or none at all."
            raise InputError(msg)

    @cached_property
    def arc_lengths_m(self) -> NDArray[np.float64]:
        """Length along the route up to each point [m]."""
        step_G2 = np.diff(self.points_N2, axis=0)
        return np.concatenate([[0.0], np.cumsum(np.hypot(step_G2[:, 0], step_G2[:, 1]))])

    @property
    def length_m(self) -> float:
        """Length of the route [m]."""
        return float(self.arc_lengths_m[-1])

    def progress(self, x_m: float, y_m: float, near_s_m: float | None = None) -> float:
        """Return how far along the route a position is.

        With a hint only the route within ``WINDOW_M`` of it is searched, so that a route that crosses itself does not
        make the progress jump to the other branch.

        Args:
            x_m: Position in the route's frame [m].
            y_m: Position [m].
            near_s_m: Progress shortly before [m]; None to search the whole route.

        Returns:
            Arc length of the nearest point of the polyline [m], the first of equally near ones.
        """
        s_N = self.arc_lengths_m
        low_m, high_m = 0.0, self.length_m
        if near_s_m is not None:
            near_s_m = min(max(near_s_m, low_m), high_m)
            low_m, high_m = max(low_m, near_s_m - WINDOW_M), min(high_m, near_s_m + WINDOW_M)
        # Segments that reach into the window; a repeated point is a segment without length and has none to divide by.
        used_G = np.flatnonzero((s_N[1:] >= low_m) & (s_N[:-1] <= high_m) & (np.diff(s_N) > 0.0))
        if len(used_G) == 0:
            return low_m
        start_G2 = self.points_N2[used_G]
        length_G = s_N[used_G + 1] - s_N[used_G]
        unit_G2 = (self.points_N2[used_G + 1] - start_G2) / length_G[:, None]
        position_2 = np.array([x_m, y_m])
        along_G = np.einsum("gc,gc->g", position_2 - start_G2, unit_G2)
        along_G = np.clip(along_G, np.maximum(0.0, low_m - s_N[used_G]), np.minimum(length_G, high_m - s_N[used_G]))
        gap_G2 = start_G2 + along_G[:, None] * unit_G2 - position_2
        best = int(np.argmin(np.einsum("gc,gc->g", gap_G2, gap_G2)))
        return float(s_N[used_G[best]] + along_G[best])

    def point_at_least(self, s_m: float) -> tuple[float, float]:
        """Return the first route point at or beyond an arc length, or the last point.

        Args:
            s_m: Arc length [m].

        Returns:
            Its position (x, y) [m].
        """
        # A billionth of slack, for arc lengths are sums of rounded numbers.
        index = int(np.searchsorted(self.arc_lengths_m, s_m - 1e-9))
        x_m, y_m = self.points_N2[min(index, len(self.points_N2) - 1)]
        return float(x_m), float(y_m)


def goal_points(
    route: Route | None,
    position_T2: NDArray[np.float64],
    yaw_T: NDArray[np.float64],
    look_ahead_m: float,
    origin_x_m: float,
    near_s_m: float | None = None,
) -> tuple[NDArray[np.float64], float | None]:
    """Return the goal that was ahead at each history pose, seen from the present one.

    The goal of a pose is the first route point at least ``look_ahead_m`` further along the route, or its last point;
    without a route it is straight ahead of that pose.

    Args:
        route: Route in the odometry frame; None without.
        position_T2: Poses' positions in the odometry frame [m], oldest first.
        yaw_T: Their headings [rad].
        look_ahead_m: Distance [m].
        origin_x_m: Where goals are measured from, ahead of the present base frame [m].
        near_s_m: The present pose's progress as returned last time [m]; None to search the whole route.

    Returns:
        Goals (x forward, y left) in the present base frame [m], shape (T, 2), and the present pose's progress along
        the route [m], None without a route.

    Source:
        DriveMoE, official closed-loop agent (RoutePlanner, min 7.5 m) and columns 8-9 of the vehicle state. Differs:
        distance counts along the route and not as the crow flies, so a bend does not swallow points.
    """
    progress_m = None
    if route is None:
        heading_T2 = np.stack([np.cos(yaw_T), np.sin(yaw_T)], axis=1)
        goals_T2 = position_T2 + look_ahead_m * heading_T2
    else:
        progress_m = hint_m = route.progress(float(position_T2[-1, 0]), float(position_T2[-1, 1]), near_s_m)
        goals_T2 = np.empty_like(position_T2, dtype=np.float64)
        for step in reversed(range(len(position_T2))):
            hint_m = route.progress(float(position_T2[step, 0]), float(position_T2[step, 1]), hint_m)
            goals_T2[step] = route.point_at_least(hint_m + look_ahead_m)
    present_T2 = points_in_pose(goals_T2, float(position_T2[-1, 0]), float(position_T2[-1, 1]), float(yaw_T[-1]))
    return present_T2 - np.array([origin_x_m, 0.0]), progress_m
