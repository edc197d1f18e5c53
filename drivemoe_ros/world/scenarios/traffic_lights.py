"""Normal driving at junctions: traffic lights, and turns where nobody comes."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from drivemoe_ros.world.scenario import CarPlan, Scenario
from drivemoe_ros.world.scenarios.crossroads import EGO_ARM, LEFT, RIGHT, STRAIGHT, crossroads, gaps
from drivemoe_ros.world.scenarios.draws import between, chance, colour, vehicle
from drivemoe_ros.world.scenarios.drive import drive
from drivemoe_ros.world.scene import Lamp

if TYPE_CHECKING:
    from numpy.random import Generator

    from drivemoe_ros.world.scenario import LightPlan
    from drivemoe_ros.world.scenarios.crossroads import Crossroads

LONG_S = 200.0
AMBER_S = 3.0


def traffic_light(rng: Generator) -> Scenario:
    """Return a traffic light on the way straight on: red that turns green, green, or green that turns red."""
    return _light(rng, STRAIGHT)


def light_turn(rng: Generator) -> Scenario:
    """Return a turn at a traffic light, while those who come the other way have red."""
    return _light(rng, LEFT if chance(rng, 0.5) else RIGHT)


def free_turn(rng: Generator) -> Scenario:
    """Return a turn at a junction where nobody is in the way."""
    exit_arm = LEFT if chance(rng, 0.5) else RIGHT
    place = crossroads(rng, [arm for arm in ("east", "north", "west", "south") if arm != _closed_arm(rng, exit_arm)])
    before_m = between(rng, 30.0, 50.0)
    route = place.route(exit_arm, before_m, between(rng, 35.0, 55.0))
    cars = []
    if chance(rng, 0.5):
        # Comes the other way on the road one turns into.
        lane, s_m = place.lane_in(exit_arm), between(rng, 60.0, 110.0)
        cars.append(CarPlan("other", lane, s_m, 0.0, 0.0, kind=vehicle(rng), colour=colour(rng)))
    return drive(rng, place.roads, route, per_100_m=8.0, speed_mps=between(rng, 4.5, 7.5), cars=cars)


def _closed_arm(rng: Generator, exit_arm: str) -> str:
    """Return an arm that a junction does without; nothing for a crossroads."""
    return ("", STRAIGHT, RIGHT if exit_arm == LEFT else LEFT)[int(rng.integers(3))]


def phases(rng: Generator, arrival_s: float) -> tuple[tuple[Lamp, float], ...]:
    """Return the phases of a light, for a car that reaches it at a time if nothing holds it up [s]."""
    kind = int(rng.integers(5))
    if kind <= 1:
        # Red, and green some time after the car has come to a stop, or just before it would.
        return (Lamp.RED, max(arrival_s + between(rng, -2.0, 6.0), 1.0)), (Lamp.GREEN, LONG_S)
    if kind == 2:  # noqa: PLR2004
        return ((Lamp.GREEN, LONG_S),)
    green_s, red_s = max(arrival_s + between(rng, -4.5, 0.5), 0.5), between(rng, 4.0, 8.0)
    return (Lamp.GREEN, green_s), (Lamp.AMBER, AMBER_S), (Lamp.RED, red_s), (Lamp.GREEN, LONG_S)


def crossing_lights(
    place: Crossroads, own: tuple[tuple[Lamp, float], ...], *, oncoming_too: bool
) -> tuple[LightPlan, ...]:
    """Return the lights of a crossroads: those of the crossing road are red unless one's own are for long.

    Args:
        place: The crossroads.
        own: Phases for those who come by the car's road.
        oncoming_too: Whether those who come the other way have the same; else they have red.

    Returns:
        The lights.
    """
    for arm in ("south", "north", "east", "west"):
        place.junction.paint_stop_line(arm)
    red = ((Lamp.RED, LONG_S),)
    junction = place.junction
    lights = [junction.light("south", own), junction.light("north", own if oncoming_too else red)]
    # Before the junction: from the car's road one would else see their lamps beside one's own.
    side_m = junction.section.ahead * junction.section.lane_m + 1.2
    for arm in (LEFT, RIGHT):
        plan, (x_m, y_m, _) = junction.light(arm, red), junction.beside_entry(arm, 0.5, side_m)
        lights.append(dataclasses.replace(plan, body=dataclasses.replace(plan.body, x_m=x_m, y_m=y_m)))
    return tuple(lights)


def _light(rng: Generator, exit_arm: str) -> Scenario:
    place = crossroads(rng, line_before_end_m=between(rng, 1.0, 3.0))
    before_m, speed_mps = between(rng, 30.0, 48.0), between(rng, 5.0, 7.5)
    route = place.route(exit_arm, before_m, between(rng, 20.0, 40.0))
    own = phases(rng, before_m / 7.0)
    straight_on = exit_arm == STRAIGHT
    lights = crossing_lights(place, own, oncoming_too=straight_on)
    cars = place.stream(rng, STRAIGHT, gaps(rng, between(rng, 4.0, 7.0), 3, 2.5, 5.0), between(rng, 5.5, 7.5))
    cars += place.stream(rng, LEFT, gaps(rng, 3.0, int(rng.integers(0, 3)), 2.0, 4.0), 7.0)
    cars += place.stream(rng, RIGHT, gaps(rng, 3.0, int(rng.integers(0, 3)), 2.0, 4.0), 7.0)
    if chance(rng, 0.4):
        lane = place.lane_in(EGO_ARM)
        ahead_m = place.roads.lane(lane).length - before_m + between(rng, 16.0, 22.0)
        turns = {place.junction.into(EGO_ARM): place.junction.out(exit_arm)}
        lead = CarPlan("lead", lane, ahead_m, speed_mps, 7.5, kind=vehicle(rng), colour=colour(rng), turns=turns)
        cars.append(lead)
    return drive(rng, place.roads, route, per_100_m=8.0, speed_mps=speed_mps, cars=cars, lights=lights, limit_s=70.0)
