"""Giving way to sirens: from behind on a road, and across a junction at green."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.world.scenario import CarPlan, Scenario, Yield
from drivemoe_ros.world.scenarios.crossroads import LEFT, RIGHT, STRAIGHT, crossroads
from drivemoe_ros.world.scenarios.draws import between, chance, colour, town_road, vehicle
from drivemoe_ros.world.scenarios.drive import drive
from drivemoe_ros.world.scenarios.street import draw_street
from drivemoe_ros.world.scenarios.traffic_lights import LONG_S, crossing_lights
from drivemoe_ros.world.scene import BodyKind, Lamp
from drivemoe_ros.world.situation import Situation, both, coming, either, near_route, not_past, within

if TYPE_CHECKING:
    from numpy.random import Generator

    from drivemoe_ros.world.car import Car
    from drivemoe_ros.world.roads import LaneIndex
    from drivemoe_ros.world.scenario import Script
    from drivemoe_ros.world.scene import Colour
    from drivemoe_ros.world.simulation import World

WHITES: tuple[Colour, ...] = ((235, 235, 230), (225, 60, 50), (230, 200, 60))
SIREN = frozenset({Lamp.SIREN})
START_M = 70.0
# A siren that is this near behind begins to pass the car if that has moved aside, and is past it this far ahead.
PASSING_M = 24.0
PASSED_M = 14.0
ASIDE_M = 0.45
# A siren that crosses is out of the way this far beside the route.
CROSSED_M = 5.0


def siren_behind(rng: Generator) -> Scenario:
    """Return a road on which a siren comes from behind and passes once the car keeps to the right."""
    section = town_road(rng, lane_m=between(rng, 3.5, 3.9), limit_mps=14.0, shoulder_m=between(rng, 0.5, 1.2))
    street = draw_street(rng, section, START_M + 190.0)
    length_m, speed_mps = between(rng, 95.0, 130.0), between(rng, 6.0, 7.8)
    route = street.route([(START_M, START_M + length_m, 0)])
    behind_m, siren_mps = between(rng, 28.0, 55.0), between(rng, 10.5, 13.0)
    cars = [
        street.car(
            "siren", START_M - behind_m, 0, siren_mps, kind=BodyKind.EMERGENCY, colour=_paint(rng), lamps=SIREN,
            scripts=(pass_ego(between(rng, 1.7, 2.1)),),
        )
    ]  # fmt: skip
    if chance(rng, 0.5):
        ahead_m = START_M + between(rng, 45.0, 60.0)
        cars.append(street.car("lead", ahead_m, 0, 7.5, kind=vehicle(rng), colour=colour(rng)))
    facts = {"yield_left_m": -between(rng, 0.8, 0.95)}
    on = Situation(when=both(within("siren", 34.0), not_past("siren", 8.0)))
    return drive(rng, street.roads, route, speed_mps=speed_mps, cars=cars, situations=(on,), facts=facts)


def siren_crossing(rng: Generator) -> Scenario:
    """Return a junction at green that a siren, or two, crosses at red: wait until they have passed."""
    place = crossroads(rng, line_before_end_m=between(rng, 1.0, 2.5))
    lights = crossing_lights(place, ((Lamp.GREEN, LONG_S),), oncoming_too=True)
    before_m, after_m = between(rng, 34.0, 48.0), between(rng, 22.0, 38.0)
    route = place.route(STRAIGHT, before_m, after_m)
    arm = LEFT if chance(rng, 0.5) else RIGHT
    siren_mps = between(rng, 4.0, 5.5)
    # Carefully over the crossing, so that it is seen ahead for long.
    arrival_s = before_m / 7.4 + between(rng, -0.8, 0.6)
    lane, end_m = place.lane_in(arm), place.roads.lane(place.lane_in(arm)).length
    cars = [_siren("siren", lane, end_m - siren_mps * arrival_s, siren_mps, _paint(rng))]
    if chance(rng, 0.5):
        second_m = end_m - siren_mps * arrival_s - between(rng, 11.0, 17.0)
        cars.append(_siren("second siren", lane, second_m, siren_mps, _paint(rng)))
    ons = [Situation(0.0, before_m, either(coming(car.name, 45.0), near_route(car.name, CROSSED_M))) for car in cars]
    gate = place.yields(route.length_m, before_m, after_m)
    return drive(
        rng,
        place.roads,
        route,
        per_100_m=8.0,
        speed_mps=between(rng, 5.5, 7.5),
        cars=cars,
        lights=lights,
        yields=(Yield(gate.wait_m, gate.clear_m - 4.0, speed_mps=7.0),),
        situations=ons,
    )


def _paint(rng: Generator) -> Colour:
    return WHITES[int(rng.integers(len(WHITES)))]


def _siren(name: str, lane: LaneIndex, s_m: float, speed_mps: float, paint: Colour) -> CarPlan:
    ignores = frozenset({"lights", "ego"})
    return CarPlan(
        name, lane, s_m, speed_mps, speed_mps, BodyKind.EMERGENCY, colour=paint, lamps=SIREN, ignores=ignores
    )


def pass_ego(left_m: float) -> Script:
    """Return the script of a siren that passes the driven car on its left once that has moved to the right or stands.

    Args:
        left_m: Where it drives while it passes, to the left of its lane's middle [m].

    Returns:
        The script.
    """

    def script(world: World, car: Car) -> None:
        s_m, _ = world.scenario.route.project(float(car.position[0]), float(car.position[1]))
        behind_m = world.ego_s_m - s_m
        made_room = world.ego_left_m < -ASIDE_M
        if -PASSED_M < behind_m < PASSING_M and (made_room or "passing" in car.memory):
            car.memory["passing"] = True
            car.wanted_left_m = left_m
        elif behind_m <= -PASSED_M:
            car.wanted_left_m = 0.0

    return script
