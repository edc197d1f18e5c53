"""A junction with roads that lead to it, as the families at junctions use it: the car always comes in from the south.

"South" is the junction's own; every junction is turned at random on the map.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivemoe_ros.world.junctions import ARMS, Junction, lay_junction
from drivemoe_ros.world.path import Path
from drivemoe_ros.world.roads import RoadMap
from drivemoe_ros.world.scenario import CarPlan, Yield
from drivemoe_ros.world.scenarios.draws import between, chance, colour, town_road, vehicle
from drivemoe_ros.world.scene import Body, BodyKind
from drivemoe_ros.world.ways import way_through

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.random import Generator

    from drivemoe_ros.world.roads import LaneIndex

EGO_ARM = "south"
SIGN_WHITE = (225, 225, 225)
# A stream of traffic begins at most this far from the junction.
ARM_M = 150.0
# One stands this far before a line, and is part of the traffic this far behind the junction.
LINE_M = 0.4
JOINED_M = 8.0
LEFT, STRAIGHT, RIGHT = "west", "north", "east"


@dataclass(frozen=True)
class Crossroads:
    """A junction and its roads.

    Attributes:
        junction: The junction.
        nodes: For each arm: the nodes of the lanes that lead away, from the junction on.
    """

    junction: Junction
    nodes: Mapping[str, Sequence[str]]

    @property
    def roads(self) -> RoadMap:
        """The map."""
        return self.junction.roads

    def lane_in(self, arm: str, lane: int = 0) -> LaneIndex:
        """Return the lane through which an arm's traffic enters."""
        return (f"{self.nodes[arm][0]}-", self.junction.into(arm), lane)

    def lane_out(self, arm: str, lane: int = 0) -> LaneIndex:
        """Return the lane through which traffic leaves into an arm."""
        return (self.junction.out(arm), self.nodes[arm][0], lane)

    def route(self, to_arm: str, before_m: float, after_m: float, lane: int = 0) -> Path:
        """Return the car's route.

        Args:
            to_arm: Where it leaves the junction.
            before_m: How far before the junction it begins [m].
            after_m: About how far behind the junction it ends [m].
            lane: Which lane, 0 next to the middle.

        Returns:
            The route; the junction begins ``before_m`` along it.
        """
        ways_in = [*(f"{node}-" for node in reversed(self.nodes[EGO_ARM])), self.junction.into(EGO_ARM)]
        whole = way_through(self.roads, [*ways_in, self.junction.out(to_arm), *self.nodes[to_arm]], lane)
        lane_in = self.roads.lane(self.lane_in(EGO_ARM, lane)).arc
        entry_m = whole.project(*lane_in.pose(lane_in.length_m)[:2])[0]
        lane_out = self.roads.lane(self.lane_out(to_arm)).arc
        exit_m = whole.project(lane_out.x_m, lane_out.y_m)[0]
        return Path(whole.points_N2[max(round(entry_m - before_m), 0) : round(exit_m + after_m) + 1])

    def stream(
        self, rng: Generator, arm: str, arrivals_s: Iterable[float], speed_mps: float, to_arm: str = ""
    ) -> list[CarPlan]:
        """Return traffic that comes in through an arm.

        Args:
            rng: What is drawn from.
            arm: Where it comes from.
            arrivals_s: When each vehicle reaches the junction if nothing holds it up, earliest first [s].
            speed_mps: How fast it drives [m/s].
            to_arm: Where it goes; straight on if empty.

        Returns:
            As many vehicles as the road has room for.
        """
        lane, cars, last_m = self.lane_in(arm), [], math.inf
        turns = {self.junction.into(arm): self.junction.out(to_arm)} if to_arm else {}
        for number, arrival_s in enumerate(arrivals_s):
            kind = vehicle(rng)
            s_m = self.roads.lane(lane).length - speed_mps * arrival_s
            paint = colour(rng)
            if not 5.0 < s_m < last_m - 14.0:  # noqa: PLR2004
                continue
            last_m = s_m
            cars.append(
                CarPlan(f"{arm} {number}", lane, s_m, speed_mps, speed_mps, kind=kind, colour=paint, turns=turns)
            )
        return cars

    def yields(self, length_m: float, before_m: float, after_m: float) -> Yield:
        """Lay down where the car waits for others, and where it is out of their way.

        Args:
            length_m: Length of its route [m].
            before_m: Where the junction begins along it [m].
            after_m: About how far before its end the junction ends [m].

        Returns:
            Both, along the route.
        """
        return Yield(before_m - self.junction.line_before_end_m - LINE_M, length_m - after_m + JOINED_M)

    def yield_sign(self, arm: str = EGO_ARM) -> Body:
        """Return a yield sign for those who come in through an arm."""
        side_m = self.junction.section.ahead * self.junction.section.lane_m + 1.3
        return Body(BodyKind.YIELD_SIGN, *self.junction.beside_entry(arm, 0.5, side_m), 0.2, 0.8, 2.4, SIGN_WHITE)


def crossroads(
    rng: Generator, arms: Sequence[str] = ARMS, line_before_end_m: float = 1.0, **section: object
) -> Crossroads:
    """Draw a junction of town roads; the road the car comes by may have a bend.

    Args:
        rng: What is drawn from.
        arms: Which arms it has.
        line_before_end_m: How far before it its stop lines are [m].
        **section: Fields of ``Section`` that are not drawn.

    Returns:
        The junction.
    """
    roads = RoadMap()
    pose = (0.0, 0.0, between(rng, -math.pi, math.pi))
    corner_m = between(rng, 4.5, 7.0)
    junction = lay_junction(roads, "x", pose, town_road(rng, **section), arms, corner_m, line_before_end_m)
    nodes: dict[str, Sequence[str]] = {}
    for arm in arms:
        pen = junction.pen(arm)
        if arm == EGO_ARM:
            turn_rad = between(rng, 0.25, 0.9) * (1.0 if chance(rng, 0.5) else -1.0)
            pen.straight("south 1", between(rng, 45.0, 65.0))
            pen.bend("south 2", between(rng, 40.0, 80.0), turn_rad).straight("south 3", 60.0)
            nodes[arm] = ("south 1", "south 2", "south 3")
        else:
            pen.straight(f"{arm} 1", ARM_M)
            nodes[arm] = (f"{arm} 1",)
    return Crossroads(junction, nodes)


def gaps(rng: Generator, first_s: float, count: int, least_s: float, most_s: float) -> list[float]:
    """Return when vehicles of a stream arrive.

    Args:
        rng: What is drawn from.
        first_s: When the first one does [s].
        count: How many there are.
        least_s: Least time between two [s].
        most_s: Most time between two [s].

    Returns:
        Times, earliest first [s].
    """
    times = [first_s]
    for _ in range(count - 1):
        times.append(times[-1] + between(rng, least_s, most_s))
    return times
