"""A one-way road of two lanes with an entry and an exit, joined by a third lane: its nodes, lanes and flow.

Nodes along the road are a, b, c, d; the entry leads r, q, b, and the exit c, x, y. Between b and c there are three
lanes, of which lane 2 is that of entry and exit.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from drivemoe_ros.world.lanes import Arc
from drivemoe_ros.world.roads import RoadMap, Section
from drivemoe_ros.world.scenario import CarPlan
from drivemoe_ros.world.scenarios.draws import between, chance, colour, vehicle

if TYPE_CHECKING:
    from numpy.random import Generator

BEFORE_M, AFTER_M = 130.0, 170.0
RAMP_M = 60.0


class Motorway:
    """The road of one scenario.

    Attributes:
        roads: The map.
        join_m: Length of the part with three lanes [m].
        lane_m: Width of a lane [m].
        bend_m: Length of the entry's bend, from q to b [m].
    """

    def __init__(self, rng: Generator) -> None:
        """Draw and lay it."""
        self.roads, self.lane_m = RoadMap(), between(rng, 3.4, 3.8)
        self.join_m = between(rng, 75.0, 95.0)
        section = Section(ahead=2, back=0, lane_m=self.lane_m, shoulder_m=between(rng, 0.8, 2.0), pavement_m=0.0)
        pen = self.roads.pen("a", (0.0, 0.0, between(rng, -math.pi, math.pi)), section)
        pen.straight("b", BEFORE_M)
        fork = pen.pose
        pen.change(ahead=3).straight("c", self.join_m)
        merge = pen.pose
        pen.change(ahead=2)
        if chance(rng, 0.5):
            pen.straight("d", AFTER_M)
        else:
            pen.bend("d", between(rng, 200.0, 400.0), math.copysign(AFTER_M / 400.0, between(rng, -1.0, 1.0)))
        ramp = Section(ahead=1, back=0, lane_m=self.lane_m, shoulder_m=section.shoulder_m, pavement_m=0.0)
        self._lay_exit(rng, ramp, merge)
        self.bend_m = self._lay_entry(rng, ramp, fork)

    def _edge(self, pose: tuple[float, float, float]) -> tuple[float, float, float]:
        """Return where the left edge of lane 2 is at the left edge of the road."""
        return Arc(*pose, 1.0).pose(0.0, -2.0 * self.lane_m)

    def _lay_exit(self, rng: Generator, section: Section, merge: tuple[float, float, float]) -> None:
        pen = self.roads.pen("c", self._edge(merge), section)
        pen.bend("x", between(rng, 60.0, 100.0), -between(rng, 0.35, 0.6)).straight("y", 80.0)

    def _lay_entry(self, rng: Generator, section: Section, fork: tuple[float, float, float]) -> float:
        x_m, y_m, heading_rad = self._edge(fork)
        radius_m, turn_rad = between(rng, 70.0, 110.0), between(rng, 0.3, 0.55)
        # Laid from its end backwards to find where it begins: it comes from the right and bends to the right.
        back = Arc(x_m, y_m, heading_rad + math.pi, radius_m * turn_rad, 1.0 / radius_m)
        x_m, y_m, away_rad = back.pose(back.length_m)
        x_m, y_m, _ = Arc(x_m, y_m, away_rad, RAMP_M).pose(RAMP_M)
        pen = self.roads.pen("r", (x_m, y_m, away_rad - math.pi), section)
        pen.straight("q", RAMP_M).bend("b", radius_m, -turn_rad)
        return self.roads.lane(("q", "b", 0)).length

    def flow(self, rng: Generator, lane: int, from_m: float, speed_mps: float, count: int) -> list[CarPlan]:
        """Return cars in a lane of the road, one behind the other with gaps to merge into.

        Args:
            rng: What is drawn from.
            lane: Which lane.
            from_m: Where the first one is, from b on [m], negative before it.
            speed_mps: What they drive [m/s].
            count: How many at most.

        Returns:
            The plans.
        """
        cars = []
        s_m = from_m + BEFORE_M
        for number in range(count):
            if s_m < 2.0:  # noqa: PLR2004
                break
            index = ("a", "b", lane) if s_m < BEFORE_M else ("b", "c", lane)
            along_m = s_m if s_m < BEFORE_M else s_m - BEFORE_M
            name, own_mps = f"flow {lane} {number}", speed_mps * between(rng, 0.97, 1.03)
            look: dict[str, Any] = {"kind": vehicle(rng), "colour": colour(rng)}
            cars.append(CarPlan(name, index, along_m, own_mps, own_mps, **look))
            s_m -= between(rng, 20.0, 36.0)
        return cars
