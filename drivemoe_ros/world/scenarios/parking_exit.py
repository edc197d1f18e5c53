"""Leaving a parking bay: along the street, or nose first at an angle, with and without traffic on the lane."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from drivemoe_ros.world.ego_vehicle import LENGTH_M
from drivemoe_ros.world.roads import Section
from drivemoe_ros.world.scenario import CarPlan, Scenario, Yield
from drivemoe_ros.world.scenarios.bays import parallel_bays, parked, slanted_bays
from drivemoe_ros.world.scenarios.draws import between, chance, colour, town_road, vehicle
from drivemoe_ros.world.scenarios.drive import drive
from drivemoe_ros.world.scenarios.street import Pose, Street, draw_street
from drivemoe_ros.world.scene import BodyKind
from drivemoe_ros.world.situation import Situation

if TYPE_CHECKING:
    from numpy.random import Generator

    from drivemoe_ros.world.path import Path
    from drivemoe_ros.world.scene import Body

# Where the car stands along the street: traffic comes from as far behind as that.
START_M = 75.0
BAY_M = 2.4


def parallel_free(rng: Generator) -> Scenario:
    """Return a drive out of a row of cars parked along the street, onto a lane that is free.

    Args:
        rng: What is drawn from.

    Returns:
        The scenario.
    """
    return _parallel(rng, wait=False)


def parallel_wait(rng: Generator) -> Scenario:
    """Return a drive out of a row of parked cars, once those who come from behind have passed; arguments as above."""
    return _parallel(rng, wait=True)


def _parallel(rng: Generator, *, wait: bool) -> Scenario:
    street = draw_street(rng, _section(rng), START_M + 170.0)
    lane = street.section.ahead - 1
    bay_left_m = street.right_m - 0.5 * BAY_M + between(rng, -0.1, 0.15)
    parallel_bays(street, START_M - between(rng, 15.0, 40.0), START_M + between(rng, 16.0, 45.0), BAY_M)
    start = street.pose(START_M, bay_left_m)
    out_m = START_M + between(rng, 10.5, 12.5)
    route = street.route([(out_m, out_m + between(rng, 45.0, 65.0), lane)], first=start)
    # The gap ahead lets the car out without reversing.
    ahead_m, behind_m = START_M + between(rng, 12.3, 15.0), START_M - between(rng, 6.4, 9.0)
    things = [parked(street, ahead_m + 6.5 * number, bay_left_m, rng) for number in range(2) if chance(rng, 0.75)]
    things += [parked(street, behind_m - 6.5 * number, bay_left_m, rng) for number in range(3) if chance(rng, 0.7)]
    cars = _traffic(street, rng, lane, wait=wait)
    return _drive(rng, street, (start, route), things, cars, in_lane_m=out_m - START_M + 4.0)


def slanted_bay(rng: Generator) -> Scenario:
    """Return a drive out of a bay at an angle to the street, nose first, with or without traffic on the lane.

    Args:
        rng: What is drawn from.

    Returns:
        The scenario.
    """
    street = draw_street(rng, _section(rng), START_M + 170.0)
    lane = street.section.ahead - 1
    turn_rad = math.radians(between(rng, 35.0, 80.0))
    steep = turn_rad > math.radians(55.0)
    bay_m = 2.85 / math.sin(turn_rad)
    depth_m = 5.0 * math.sin(turn_rad) + 2.0 * math.cos(turn_rad) + 0.3
    middles = [START_M + number * bay_m for number in range(-4, 5)]
    slanted_bays(street, middles, depth_m, bay_m, turn_rad)
    # The car's nose stands a little inside the lane's edge.
    inside_m = 2.45 + between(rng, 0.5, 0.9) + 0.93 * math.cos(turn_rad) / math.sin(turn_rad)
    left_m = street.right_m - inside_m * math.sin(turn_rad)
    along_m = inside_m * math.cos(turn_rad)
    x_m, y_m, heading_rad = street.pose(START_M - along_m, left_m)
    start = (x_m, y_m, heading_rad + turn_rad)
    out_m = START_M + between(rng, 8.5, 11.0)
    run_up_m = 1.0 + 2.0 * math.sin(turn_rad)
    route = street.route([(out_m, out_m + between(rng, 45.0, 60.0), lane)], start, run_up_m)
    # Who turns out steeply needs the bays on the side of the turn.
    empty = {0, 1, 2} if steep else {0, 1}
    things = [
        parked(street, middle_m - along_m, left_m - between(rng, 0.0, 0.5), rng, turn_rad=turn_rad, kind=BodyKind.CAR)
        for number, middle_m in zip(range(-4, 5), middles, strict=True)
        if number not in empty and chance(rng, 0.75)
    ]
    cars = _traffic(street, rng, lane, wait=chance(rng, 0.5))
    return _drive(rng, street, (start, route), things, cars, in_lane_m=out_m - START_M + 6.0)


def _section(rng: Generator) -> Section:
    lanes = 2 if chance(rng, 0.3) else 1
    return town_road(rng, ahead=lanes, back=lanes, shoulder_m=0.0, edges=False)


def _traffic(street: Street, rng: Generator, lane: int, *, wait: bool) -> list[CarPlan]:
    """Return who drives on the street; if one must wait, one or more cars that come from behind on the lane."""
    cars = []
    if wait:
        speed_mps = between(rng, 5.0, 7.5)
        begin_m = START_M - speed_mps * between(rng, 1.5, 4.5)
        for number in range(1 + int(rng.integers(3))):
            plan = street.car(f"passing {number}", begin_m, lane, speed_mps, kind=vehicle(rng), colour=colour(rng))
            cars.append(plan)
            begin_m -= between(rng, 12.0, 18.0)
            if begin_m < 5.0:  # noqa: PLR2004
                break
    for number in range(int(rng.integers(3))):
        begin_m = START_M + between(rng, 20.0, 50.0) + 40.0 * number
        speed_mps = between(rng, 5.0, 7.5)
        cars.append(
            street.oncoming_car(f"oncoming {number}", begin_m, 0, speed_mps, kind=vehicle(rng), colour=colour(rng))
        )
    return cars


def _drive(
    rng: Generator, street: Street, way: tuple[Pose, Path], things: list[Body], cars: list[CarPlan], in_lane_m: float
) -> Scenario:
    """Return the drive; one has left the bay once one is in the lane, that far along the route [m]."""
    start, route = way
    # The camera that faces the lane's traffic matters until then.
    on = Situation(to_m=in_lane_m, view="back_left")
    gate = Yield(0.5 * LENGTH_M + 0.05, in_lane_m + 8.0, 4.0)
    return drive(
        rng,
        street.roads,
        route,
        clear_m=8.0,
        start=start,
        cars=cars,
        things=things,
        situations=(on,),
        yields=(gate,),
    )
