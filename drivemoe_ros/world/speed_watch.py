"""How fast the car is beside the traffic around it, twenty times along the route."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivemoe_ros.world.simulation import World

CHECKS = 20
NEAR_M = 50.0
DRIVING_MPS = 0.5


class SpeedWatch:
    """Compares speeds over each twentieth of the route.

    Attributes:
        shares: For each twentieth that is done and had traffic: the car's mean speed over the traffic's.

    Source:
        Bench2Drive, tools/efficiency_smoothness_benchmark.py, and the leaderboard's MinimumSpeedRouteTest.
    """

    def __init__(self) -> None:
        """Begin with nothing measured."""
        self.shares: list[float] = []
        self._done = self._steps = self._met = 0
        self._own = self._others = 0.0

    def step(self, world: World, completion: float) -> None:
        """Note one step.

        Args:
            world: The world.
            completion: How much of the route is done, 0 to 1.
        """
        self._own += world.ego.speed_mps
        self._steps += 1
        speeds = [
            float(car.speed) for car in world.cars if car.target_speed > DRIVING_MPS and _near(world, car.position)
        ]
        if speeds:
            self._others += sum(speeds) / len(speeds)
            self._met += 1
        if completion * CHECKS >= self._done + 1:
            if self._met and self._others > 0.0:
                self.shares.append((self._own / self._steps) / (self._others / self._met))
            self._done = int(completion * CHECKS)
            self._own = self._others = 0.0
            self._steps = self._met = 0


def _near(world: World, position: tuple[float, float]) -> bool:
    return math.hypot(float(position[0]) - world.ego.x_m, float(position[1]) - world.ego.y_m) < NEAR_M
