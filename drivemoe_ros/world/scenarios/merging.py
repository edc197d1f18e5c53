"""Finding a gap: from an entry onto a road, from one lane into the next, and out through a busy lane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drivemoe_ros.world.scenario import CarPlan, Scenario
from drivemoe_ros.world.scenarios.draws import between, chance, colour, town_road, vehicle
from drivemoe_ros.world.scenarios.drive import drive
from drivemoe_ros.world.scenarios.motorway import BEFORE_M, RAMP_M, Motorway
from drivemoe_ros.world.scenarios.street import draw_street
from drivemoe_ros.world.situation import Situation
from drivemoe_ros.world.ways import Leg, way

if TYPE_CHECKING:
    from numpy.random import Generator

    from drivemoe_ros.world.path import Path
    from drivemoe_ros.world.roads import RoadMap

LIMIT_S = 90.0
# A change of lane is looked for from here on, and is done once one is this far behind its end.
BEFORE_CHANGE_M = 25.0
START_M = 60.0


def entry_ramp(rng: Generator) -> Scenario:
    """Return a drive from an entry lane into the flow of a road.

    Args:
        rng: What is drawn from.

    Returns:
        The scenario.
    """
    road = Motorway(rng)
    on_ramp_m = between(rng, 22.0, 38.0)
    change_m, over_m = between(rng, 12.0, 22.0), between(rng, 24.0, 30.0)
    legs = [
        Leg("r", "q", 0, from_m=RAMP_M + road.bend_m - on_ramp_m) if on_ramp_m > road.bend_m else None,
        Leg("q", "b", 0, from_m=max(road.bend_m - on_ramp_m, 0.0)),
        Leg("b", "c", 2, to_m=change_m),
        Leg("b", "c", 1, from_m=change_m + over_m),
        Leg("c", "d", 1, to_m=between(rng, 12.0, 35.0)),
    ]
    route = way(road.roads, [leg for leg in legs if leg is not None])
    speed_mps = between(rng, 5.0, 7.5)
    cars = road.flow(rng, 1, between(rng, -26.0, 4.0) - on_ramp_m * 0.5, speed_mps, 2 + int(rng.integers(4)))
    cars += road.flow(rng, 0, between(rng, -40.0, 10.0), speed_mps + 0.5, int(rng.integers(3)))
    begin_m = on_ramp_m + change_m
    on = Situation(begin_m - BEFORE_CHANGE_M, begin_m + over_m, view="back_left")
    return _drive(rng, road.roads, route, on, cars)


def exit_ramp(rng: Generator) -> Scenario:
    """Return a drive that leaves a road through its busy right lane and an exit; as above."""
    road = Motorway(rng)
    from_m, over_m = BEFORE_M - between(rng, 58.0, 70.0), between(rng, 24.0, 30.0)
    change_m = from_m + between(rng, 14.0, 24.0)
    again_m, again_over_m = between(rng, 4.0, 12.0), between(rng, 20.0, 26.0)
    legs = [
        Leg("a", "b", 0, from_m, change_m),
        Leg("a", "b", 1, from_m=change_m + over_m),
        Leg("b", "c", 1, to_m=again_m),
        Leg("b", "c", 2, from_m=again_m + again_over_m),
        Leg("c", "x", 0, to_m=min(between(rng, 10.0, 20.0), road.roads.lane(("c", "x", 0)).length)),
    ]
    route = way(road.roads, legs)
    speed_mps = between(rng, 5.0, 7.0)
    first_m = from_m - BEFORE_M + between(rng, -12.0, 26.0)
    cars = road.flow(rng, 1, first_m, speed_mps, 2 + int(rng.integers(3)))
    until_m = BEFORE_M - from_m + again_m + again_over_m
    on = Situation(change_m - from_m - BEFORE_CHANGE_M, until_m, view="back_right")
    return _drive(rng, road.roads, route, on, cars)


def lane_change(rng: Generator) -> Scenario:
    """Return a drive whose route changes to the next lane, left or right, where others drive; as above."""
    back = 2 if chance(rng, 0.5) else 0
    lanes = 3 if not back and chance(rng, 0.5) else 2
    street = draw_street(rng, town_road(rng, ahead=lanes, back=back, middle="solid"), 300.0, sharpest=1.0 / 120.0)
    lane = int(rng.integers(lanes))
    target = lane + 1 if lane == 0 else lane - 1 if lane == lanes - 1 or chance(rng, 0.5) else lane + 1
    change_m, over_m = START_M + between(rng, 28.0, 42.0), between(rng, 24.0, 30.0)
    end_m = change_m + over_m + between(rng, 30.0, 45.0)
    route = street.route([(START_M, change_m, lane), (change_m + over_m, end_m, target)])
    speed_mps = between(rng, 5.0, 7.5)
    cars = []
    s_m = START_M + between(rng, -14.0, 16.0)
    for number in range(1 + int(rng.integers(3))):
        look: dict[str, Any] = {"kind": vehicle(rng), "colour": colour(rng)}
        cars.append(street.car(f"beside {number}", s_m, target, speed_mps * between(rng, 0.97, 1.03), **look))
        s_m -= between(rng, 18.0, 30.0)
        if s_m < 4.0:  # noqa: PLR2004
            break
    if chance(rng, 0.4):
        ahead_m = START_M + between(rng, 22.0, 34.0)
        cars.append(street.car("lead", ahead_m, lane, between(rng, 5.5, 7.0), kind=vehicle(rng), colour=colour(rng)))
    side = "left" if target < lane else "right"
    on = Situation(change_m - START_M - BEFORE_CHANGE_M, change_m - START_M + over_m, view=f"back_{side}")
    return _drive(rng, street.roads, route, on, cars)


def _drive(rng: Generator, roads: RoadMap, route: Path, on: Situation, cars: list[CarPlan]) -> Scenario:
    speed_mps = between(rng, 5.5, 7.5)
    return drive(rng, roads, route, clear_m=6.0, speed_mps=speed_mps, cars=cars, situations=(on,), limit_s=LIMIT_S)
