"""Stop signs: come to a stop before the line, let traffic from the left pass, go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.data.skills import TRAFFIC_SIGN
from drivemoe_ros.world.roadside import beside_the_road
from drivemoe_ros.world.scenario import Scenario
from drivemoe_ros.world.scenarios.crossroads import EGO_ARM, LEFT, RIGHT, STRAIGHT, crossroads, gaps
from drivemoe_ros.world.scenarios.draws import between, chance, light
from drivemoe_ros.world.situation import Situation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator

# From here on one looks where traffic comes from, until one drives on.
LOOK_M = 14.0
NOSE_M = 2.5


def straight(rng: Generator, seed: int) -> Scenario:
    """Return a stop sign at a crossroads where the car goes straight on."""
    return _stop_sign("traffic_sign/straight", (rng, seed), ("east", "north", "west", "south"), STRAIGHT, 3)


def t_junction(rng: Generator, seed: int) -> Scenario:
    """Return a stop sign at the end of a road, with traffic on the road it meets."""
    exit_arm = LEFT if chance(rng, 0.5) else RIGHT
    return _stop_sign("traffic_sign/t_junction", (rng, seed), ("east", "west", "south"), exit_arm, 3)


def turn(rng: Generator, seed: int) -> Scenario:
    """Return a stop sign at a crossroads where the car turns, with little traffic or none."""
    exit_arm = LEFT if chance(rng, 0.5) else RIGHT
    return _stop_sign("traffic_sign/turn", (rng, seed), ("east", "north", "west", "south"), exit_arm, 1)


def _stop_sign(
    family: str, source: tuple[Generator, int], arms: Sequence[str], exit_arm: str, most_cars: int
) -> Scenario:
    rng, seed = source
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
    return Scenario(
        family=family,
        skill=TRAFFIC_SIGN,
        seed=seed,
        roads=place.roads,
        route=route,
        speed_mps=speed_mps,
        cars=tuple(cars),
        stop_signs=(place.junction.stop_sign(EGO_ARM),),
        props=beside_the_road(place.roads, route, rng, 8.0),
        light=light(rng),
        situations=(Situation(before_m - line_m - LOOK_M, before_m - NOSE_M, view="front_left"),),
        yields=(place.yields(route.length_m, before_m, after_m),),
        limit_s=60.0,
    )
