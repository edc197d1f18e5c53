"""How the expert finds a gap among those who drive the same way beside it: behind this one, or before that one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from drivemoe_ros.world.ego_vehicle import LENGTH_M
from drivemoe_ros.world.predict import STEP_S, Forecast

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivemoe_ros.world.simulation import World

# Slower than this one waits instead of mingling.
MINGLING_MPS = 2.0
# Headings that differ by less than this are the same way.
SAME_WAY = math.cos(math.radians(20.0))
# Falling back behind somebody is done this hard, and before somebody one goes with this much room.
FALL_BACK_MPS2 = 2.2
AHEAD_M = 2.0


def fit_in(world: World, seen: Forecast, row: int, follow: Callable[[float, float], float]) -> float | None:
    """Return the acceleration that lets the car come to drive before or behind somebody beside it [m/s^2].

    Args:
        world: The world.
        seen: Where everybody is expected.
        row: Who the car would come too near to.
        follow: The acceleration that keeps distance, from a gap [m] and the speed of who is ahead [m/s].

    Returns:
        The most it should accelerate; None if this is not somebody who drives the same way.
    """
    now_3, next_3 = seen.poses_AT3[row, 0], seen.poses_AT3[row, 1]
    speed_mps = math.hypot(next_3[0] - now_3[0], next_3[1] - now_3[1]) / STEP_S
    same_way = math.cos(now_3[2] - world.ego.yaw_rad) > SAME_WAY
    if min(speed_mps, world.ego.speed_mps) < MINGLING_MPS or not same_way:
        return None
    ahead_m = float(seen.s_AT[row, 0]) - world.ego_s_m
    gap_m = abs(ahead_m) - float(seen.half_AT[row, 0]) - 0.5 * LENGTH_M
    if ahead_m > -1.0:
        return max(follow(max(gap_m, 0.5), speed_mps), -FALL_BACK_MPS2)
    closing_mps = max(speed_mps - world.ego.speed_mps, 0.0)
    if gap_m > AHEAD_M + 2.0 * closing_mps + closing_mps**2 / 3.0:
        return math.inf
    return -FALL_BACK_MPS2
