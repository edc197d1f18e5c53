"""Making room on the road: for a car that pushes in from an entry, and for those who cut a bend."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from drivemoe_ros.world.scenario import CarPlan, Scenario
from drivemoe_ros.world.scenarios.draws import between, chance, colour, town_road
from drivemoe_ros.world.scenarios.drive import drive
from drivemoe_ros.world.scenarios.motorway import BEFORE_M, RAMP_M, Motorway
from drivemoe_ros.world.scenarios.street import Street
from drivemoe_ros.world.scene import BodyKind, Lamp
from drivemoe_ros.world.scripts import change_lane, keep_aside, meet_ego, signal
from drivemoe_ros.world.situation import Situation, aside, both, lamp_on, not_met
from drivemoe_ros.world.triggers import ego_within, reaches, signalled
from drivemoe_ros.world.ways import Leg, way

if TYPE_CHECKING:
    from numpy.random import Generator

START_M = 20.0


def entry_cut_in(rng: Generator) -> Scenario:
    """Return a drive on the right lane of a road, onto which a car pushes from an entry.

    Args:
        rng: What is drawn from.

    Returns:
        The scenario.
    """
    road = Motorway(rng)
    from_m = BEFORE_M - between(rng, 32.0, 45.0)
    legs = [Leg("a", "b", 1, from_m), Leg("b", "c", 1, to_m=between(rng, 50.0, 68.0))]
    route = way(road.roads, legs)
    speed_mps, own_mps = between(rng, 6.0, 7.5), 7.0
    # When it comes to the road the car is about that far behind it.
    behind_m = between(rng, 6.5, 11.0)
    left_s = (BEFORE_M - from_m - behind_m) / 7.5
    along_m = max(RAMP_M + road.bend_m - left_s * 7.0, 2.0)
    index = ("r", "q", 0) if along_m < RAMP_M else ("q", "b", 0)
    fork = road.roads.lane(("b", "c", 2)).arc.pose(between(rng, 0.0, 12.0))
    scripts = (
        meet_ego(BEFORE_M - from_m - behind_m, fork[:2]),
        signal(reaches(fork[:2], 3.0), for_s=6.0),
        change_lane(signalled(between(rng, 1.1, 1.8)), ("b", "c", 1), between(rng, 6.4, 7.4)),
    )
    cutter = CarPlan(
        "cutter",
        index,
        along_m if along_m < RAMP_M else along_m - RAMP_M,
        own_mps,
        own_mps,
        kind=BodyKind.VAN if chance(rng, 0.3) else BodyKind.CAR,
        colour=colour(rng),
        ignores=frozenset({"ego"}),
        scripts=scripts,
    )
    cars = [cutter, *road.flow(rng, 0, between(rng, -30.0, 20.0), between(rng, 6.0, 8.0), int(rng.integers(4)))]
    on = Situation(when=lamp_on("cutter", Lamp.LEFT), view="front_right")
    return drive(rng, road.roads, route, clear_m=6.0, speed_mps=speed_mps, cars=cars, situations=(on,))


def invading_turn(rng: Generator) -> Scenario:
    """Return a drive round a bend in which those who come the other way cut over the middle line; as above."""
    section = town_road(rng, lane_m=between(rng, 3.6, 4.0), shoulder_m=between(rng, 0.5, 1.0), middle="solid")
    side = 1.0 if chance(rng, 0.5) else -1.0
    radius_m, turn_rad = between(rng, 28.0, 50.0), between(rng, 0.7, 1.4)
    first_m, bend_m = between(rng, 55.0, 75.0), radius_m * turn_rad
    pieces = [(first_m, 0.0), (bend_m, side / radius_m), (140.0, 0.0)]
    street = Street(section, (0.0, 0.0, between(rng, -math.pi, math.pi)), pieces)
    route = street.route([(START_M, first_m + bend_m + between(rng, 25.0, 40.0), 0)])
    speed_mps = between(rng, 5.5, 7.0)
    cars, ons = [], []
    # The first one meets the car somewhere in the bend.
    meet_m = first_m + between(rng, 0.1, 0.9) * bend_m
    s_m = meet_m + (meet_m - START_M) / speed_mps * between(rng, 4.5, 6.0)
    for number in range(1 + int(rng.integers(3))):
        name = f"invader {number}"
        over_m = between(rng, 1.0, 1.5)
        scripts = (keep_aside(ego_within(between(rng, 34.0, 44.0)), over_m, for_s=8.0),)
        kind = BodyKind.VAN if chance(rng, 0.3) else BodyKind.CAR
        cars.append(street.oncoming_car(name, s_m, 0, 5.5, kind=kind, colour=colour(rng), scripts=scripts))
        ons.append(Situation(when=both(aside(name, 0.4), not_met(name, 42.0))))
        s_m += between(rng, 13.0, 22.0)
    return drive(rng, street.roads, route, clear_m=6.0, speed_mps=speed_mps, cars=cars, situations=ons)
