"""Stop signs: come to a stop before the line, let traffic from the left pass, go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.world.scenario import Scenario
from drivemoe_ros.world.scenarios.crossroads import EGO_ARM, LEFT, RIGHT, STRAIGHT, crossroads, gaps
from drivemoe_ros.world.scenarios.draws import between, chance
from drivemoe_ros.world.scenarios.drive import drive
from drivemoe_ros.world.situation import Situation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator

# From here on one looks where traffic comes from, until one drives on.
LOOK_M = 14.0
NOSE_M = 2.5


def straight(rng: Generator) -> Scenario:
    """Return a stop sign at a crossroads where the car goes straight on."""
    return _stop_sign(rng, ("east", "north", "west", "south"), STRAIGHT, 3)


def t_junction(rng: Generator) -> Scenario:
    """Return a stop sign at the end of a road, with traffic on the road it meets."""
    exit_arm = LEFT if chance(rng, 0.5) else RIGHT
    return _stop_sign(rng, ("east", "west", "south"), exit_arm, 3)


def turn(rng: Generator) -> Scenario:
    """Return a stop sign at a crossroads where the car turns, with little traffic or none."""
    exit_arm = LEFT if chance(rng, 0.5) else RIGHT
    return _stop_sign(rng, ("east", "north", "west", "south"), exit_arm, 1)


def _stop_sign(rng: Generator, arms: Sequence[str], exit_arm: str, most_cars: int) -> Scenario:
    line_m = between(rng, 2.2, 3.5)
    place = crossroads(rng, arms, line_before_end_m=line_m)
    place.junction.paint_stop_line(EGO_ARM)
    before_m, speed_mps = between(rng, 26.0, 42.0), between(rng, 4.5, 7.5)
    after_m = between(rng, 16.0, 28.0)
    route = place.route(exit_arm, before_m, after_m)
    # The car stands at the line after about this time.
    stands_s = before_m / 5.0 + 1.0
    flow_mps = between(rng, 5.5, 8.0)
    first_s = stands_s + between(rng, -3.0, 1.0)
    cars = place.stream(rng, LEFT, gaps(rng, first_s, int(rng.integers(0, most_cars + 1)), 2.0, 5.5), flow_mps)
    if exit_arm == RIGHT:
        # In nobody's way.
        cars += place.stream(rng, RIGHT, gaps(rng, stands_s - 3.0, 2, 3.0, 6.0), flow_mps)
    return drive(
        rng,
        place.roads,
        route,
        per_100_m=8.0,
        speed_mps=speed_mps,
        cars=cars,
        stop_signs=(place.junction.stop_sign(EGO_ARM),),
        situations=(Situation(before_m - line_m - LOOK_M, before_m - NOSE_M, view="front_left"),),
        yields=(place.yields(route.length_m, before_m, after_m),),
    )
