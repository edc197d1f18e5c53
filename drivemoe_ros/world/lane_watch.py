"""Whether the car is where it may drive: on a lane of its own direction."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from drivemoe_ros.world.detours import near

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from drivemoe_ros.world.scenario import Scenario
    from drivemoe_ros.world.simulation import World

# Beside an obstacle that is passed on the other side of the road, that side may be driven on.
DETOUR_MARGIN_M = 35.0
# A wheel on the line is no offence.
EDGE_M = 0.3


class LaneWatch:
    """Measures how much of the way is driven outside the lanes.

    Attributes:
        outside_m: Way that was driven outside, or against the traffic [m].
        driven_m: Way that was driven [m].
    """

    def __init__(self, scenario: Scenario) -> None:
        """Begin with nothing driven."""
        self._scenario = scenario
        self._lanes = list(scenario.roads.lanes().values())
        self.outside_m = self.driven_m = 0.0

    @property
    def share(self) -> float:
        """Share of the way that was driven outside, 0 to 1."""
        return self.outside_m / max(self.driven_m, 1.0)

    def step(self, world: World, step_s: float) -> None:
        """Note one step.

        Args:
            world: The world.
            step_s: Time [s].
        """
        way_m = world.ego.speed_mps * step_s
        self.driven_m += way_m
        if way_m and not self.allowed(world):
            self.outside_m += way_m

    def allowed(self, world: World) -> bool:
        """Return whether the car may be where it is: in a lane of its direction, or where there are no lanes."""
        ego = world.ego
        either_way = any(
            detour.opposing and near(world, detour, DETOUR_MARGIN_M, DETOUR_MARGIN_M)
            for detour in self._scenario.detours
        )
        for lane in self._lanes:
            along_m, left_m = lane.local_coordinates((ego.x_m, ego.y_m))
            if not (-EDGE_M <= along_m <= lane.length + EDGE_M and abs(left_m) <= 0.5 * lane.width + EDGE_M):
                continue
            heading_rad = lane.arc.heading_rad + lane.arc.curvature_radpm * along_m
            if either_way or abs(math.remainder(heading_rad - ego.yaw_rad, math.tau)) < math.pi / 2.0:
                return True
        return any(inside(area, ego.x_m, ego.y_m) for area in self._scenario.roads.open_areas)


def inside(corners_N2: NDArray[np.float64], x_m: float, y_m: float) -> bool:
    """Return whether a position lies in a simple polygon.

    Args:
        corners_N2: Its corners in order [m], shape (N, 2).
        x_m: Position [m].
        y_m: Position [m].

    Returns:
        Whether it does.
    """
    odd = False
    before_x, before_y = corners_N2[-1]
    for corner_x, corner_y in corners_N2:
        if (corner_y > y_m) != (before_y > y_m):
            crossing_x = corner_x + (y_m - corner_y) / (before_y - corner_y) * (before_x - corner_x)
            odd ^= bool(x_m < crossing_x)
        before_x, before_y = corner_x, corner_y
    return odd
