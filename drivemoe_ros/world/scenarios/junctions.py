"""Merging at junctions without lights: turns across and into traffic that has the right of way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.world.scenario import Scenario
from drivemoe_ros.world.scenarios.crossroads import EGO_ARM, LEFT, RIGHT, STRAIGHT, crossroads, gaps
from drivemoe_ros.world.scenarios.draws import between, chance
from drivemoe_ros.world.scenarios.drive import drive
from drivemoe_ros.world.situation import Situation

if TYPE_CHECKING:
    from numpy.random import Generator

    from drivemoe_ros.world.scenario import CarPlan
    from drivemoe_ros.world.scenarios.crossroads import Crossroads

FROM_M = 24.0  # merging begins this far before the junction ...
TO_M = 6.0  # ... and ends this far behind it
LOOK_M = 12.0
NOSE_M = 2.5


def left_across(rng: Generator) -> Scenario:
    """Return a left turn across oncoming traffic, which has the right of way."""
    arms = ("east", "north", "west", "south") if chance(rng, 0.5) else ("north", "west", "south")
    place = crossroads(rng, arms)
    before_m, speed_mps = between(rng, 28.0, 45.0), between(rng, 5.0, 7.5)
    first_s = before_m / 6.5 + between(rng, -1.5, 1.0)
    flow_mps = between(rng, 5.5, 8.0)
    cars = place.stream(rng, STRAIGHT, gaps(rng, first_s, int(rng.integers(1, 4)), 1.8, 7.0), flow_mps)
    return _turn(rng, (place, LEFT, before_m, speed_mps), cars)


def right_turn(rng: Generator) -> Scenario:
    """Return a right turn, after a yield sign, into traffic that comes from the left."""
    place = crossroads(rng, line_before_end_m=between(rng, 1.5, 2.5), lane_m=between(rng, 3.4, 3.8))
    place.junction.paint_stop_line(EGO_ARM)
    before_m, speed_mps = between(rng, 28.0, 45.0), between(rng, 5.0, 7.5)
    first_s = before_m / 6.0 + between(rng, -1.5, 1.0)
    flow_mps = between(rng, 5.0, 7.5)
    cars = place.stream(rng, LEFT, gaps(rng, first_s, int(rng.integers(1, 4)), 1.8, 7.0), flow_mps)
    cars += place.stream(rng, RIGHT, gaps(rng, first_s, 2, 3.0, 6.0), flow_mps)
    return _turn(rng, (place, RIGHT, before_m, speed_mps), cars, "front_left")


def left_into_flow(rng: Generator) -> Scenario:
    """Return a left turn at the end of a road, after a yield sign, into traffic that comes from the right."""
    place = crossroads(rng, ("east", "west", "south"), between(rng, 1.5, 2.5), lane_m=between(rng, 3.4, 3.8))
    place.junction.paint_stop_line(EGO_ARM)
    before_m, speed_mps = between(rng, 28.0, 45.0), between(rng, 5.0, 7.5)
    first_s = before_m / 6.0 + between(rng, -1.0, 1.5)
    flow_mps = between(rng, 5.0, 7.5)
    cars = place.stream(rng, RIGHT, gaps(rng, first_s, int(rng.integers(1, 4)), 2.0, 7.0), flow_mps)
    return _turn(rng, (place, LEFT, before_m, speed_mps), cars, "front_right")


def _turn(
    rng: Generator, turn: tuple[Crossroads, str, float, float], cars: list[CarPlan], wait_view: str = ""
) -> Scenario:
    """Return a turn at a junction.

    Args:
        rng: What is drawn from.
        turn: Junction, where the route leaves it, length of the way to it [m], speed at the beginning [m/s].
        cars: Traffic.
        wait_view: Where to look before the junction if there is a yield sign; there is none if empty.

    Returns:
        The scenario.
    """
    place, exit_arm, before_m, speed_mps = turn
    after_m = between(rng, 24.0, 36.0)
    route = place.route(exit_arm, before_m, after_m)
    situations = [Situation(before_m - FROM_M, route.length_m - after_m + TO_M)]
    if wait_view:
        situations.insert(0, Situation(before_m - LOOK_M, before_m - NOSE_M, view=wait_view))
    return drive(
        rng,
        place.roads,
        route,
        per_100_m=8.0,
        signs=(place.yield_sign(),) if wait_view else (),
        speed_mps=speed_mps,
        cars=cars,
        situations=situations,
        yields=(place.yields(route.length_m, before_m, after_m),),
    )
