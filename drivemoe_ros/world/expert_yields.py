"""Where the expert waits for those who have the right of way, and when it goes.

Shape legend: A agents, T times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.world.ego_vehicle import LENGTH_M
from drivemoe_ros.world.predict import STEP_S, forecast

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivemoe_ros.world.path import Path
    from drivemoe_ros.world.scenario import Yield
    from drivemoe_ros.world.simulation import World

HORIZON_S = 9.0
# From how far it looks, and whose nose is past the line by this much goes on.
LOOK_M = 40.0
COMMITTED_M = 0.6
# How it would go.
ACCELERATION_MPS2 = 1.3
AHEAD_MPS = 7.5
# Time to spare before and behind everybody, and room along and beside its own way.
SPARE_STEPS = round(1.0 / STEP_S)
ROOM_M = 1.5
MARGIN_M = 0.4
MOVING_MPS = 0.3


class YieldGates:
    """The places of one drive where the right of way is given."""

    def __init__(self, yields: tuple[Yield, ...]) -> None:
        """Begin before all of them."""
        self._yields = yields
        self._passed: set[int] = set()

    def closed(self, world: World, path: Path) -> float | None:
        """Tell where to wait now.

        Args:
            world: The world.
            path: The car's path.

        Returns:
            Where the nose is to stay along the path [m]; None if there is no need.
        """
        nose_m = world.ego_s_m + 0.5 * LENGTH_M
        for number, gate in enumerate(self._yields):
            left_m = gate.wait_m - nose_m
            if number in self._passed or left_m > LOOK_M:
                continue
            if left_m < -COMMITTED_M:
                self._passed.add(number)
            elif not is_free(world, path, gate):
                return gate.wait_m
        return None


def is_free(world: World, path: Path, gate: Yield) -> bool:
    """Tell whether the car could drive on now.

    Args:
        world: The world.
        path: The car's path.
        gate: What it would drive through.

    Returns:
        Whether it would be out of everybody's way in time.
    """
    seen = forecast(world, path, HORIZON_S)
    if not seen.names:
        return True
    times_s_T = seen.times_s_T
    s_T = _drive_on(world, gate, times_s_T)
    inside_T = (s_T + 0.5 * LENGTH_M > gate.wait_m) & (s_T - 0.5 * LENGTH_M < gate.clear_m)
    near_AT = np.abs(seen.s_AT[None] - _shifts(s_T)[:, None]) < seen.half_AT + 0.5 * LENGTH_M + ROOM_M
    hit_AT = near_AT.any(0) & seen.blocks(MARGIN_M) & inside_T
    # Who is ahead in the same way is followed, and who follows keeps distance.
    same_way_A = seen.blocks(MARGIN_M)[:, 0] & (np.abs(seen.left_AT[:, 0]) < 1.0)
    hit_AT[same_way_A & (seen.s_AT[:, 0] < gate.wait_m)] = False
    return not bool(hit_AT[_speeds(seen.s_AT, seen.left_AT) > MOVING_MPS].any())


def _drive_on(world: World, gate: Yield, times_s_T: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where along its path the car would be [m], shape (T,)."""
    s_m, speed_mps = world.ego_s_m, world.ego.speed_mps
    way = [s_m]
    for _ in times_s_T[1:]:
        limit_mps = gate.speed_mps if s_m < gate.clear_m else AHEAD_MPS
        change = min(max(limit_mps - speed_mps, -1.5 * STEP_S), ACCELERATION_MPS2 * STEP_S)
        s_m += (speed_mps + 0.5 * change) * STEP_S
        speed_mps += change
        way.append(s_m)
    return np.array(way)


def _shifts(s_T: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the same way driven earlier and later by the time to spare, shape (shifts, T) [m]."""
    count = len(s_T)
    steps = np.arange(count)
    return np.array([s_T[np.clip(steps + by, 0, count - 1)] for by in range(-SPARE_STEPS, SPARE_STEPS + 1)])


def _speeds(s_AT: NDArray[np.float64], left_AT: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how fast everybody moves in the plane of the path [m/s], shape (A,)."""
    return np.asarray(np.hypot(s_AT[:, 1] - s_AT[:, 0], left_AT[:, 1] - left_AT[:, 0]) / STEP_S)
