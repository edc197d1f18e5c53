"""Getting past what blocks the lane: parked cars and accidents, road works, open doors, slow cyclists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.world.car import DOOR_M, SIZES_M
from drivemoe_ros.world.scenario import CarPlan, Detour, Scenario
from drivemoe_ros.world.scenarios.bays import parallel_bays, parked
from drivemoe_ros.world.scenarios.draws import between, chance, clothes, colour, light, town_road, vehicle
from drivemoe_ros.world.scenarios.drive import drive
from drivemoe_ros.world.scenarios.road_works import accident, breakdown, road_works
from drivemoe_ros.world.scenarios.street import Street, draw_street
from drivemoe_ros.world.scene import BodyKind, Light
from drivemoe_ros.world.scripts import open_door
from drivemoe_ros.world.triggers import ego_past

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator

    from drivemoe_ros.world.scene import Body

# Where the route begins along the street: traffic comes from as far behind as that.
START_M = 45.0
BAY_M = 2.3
# Room between the car and what it passes.
ROOM_M = 0.75
HALF_M = 0.93
LIMIT_S = 90.0


def parked_obstacle(rng: Generator) -> Scenario:
    """Return a drive on a street with two lanes a direction, one of which is blocked by a breakdown or an accident.

    Args:
        rng: What is drawn from.

    Returns:
        The scenario.
    """
    back = 2 if chance(rng, 0.6) else 0
    street = draw_street(rng, town_road(rng, ahead=2, back=back, middle="solid"), 300.0)
    lane = 0 if chance(rng, 0.3) else 1
    where_m = START_M + between(rng, 42.0, 65.0)
    draw = accident if chance(rng, 0.4) else breakdown
    things, length_m = draw(street, where_m, street.lane_left_m(lane), rng)
    side = 1.0 if lane else -1.0
    from_m = where_m - START_M
    detour = Detour(from_m, from_m + length_m, side * street.section.lane_m, opposing=False)
    cars = _beside(street, 1 - lane, rng) + _oncoming(street, rng, free_from_m=0.0)
    return _drive(rng, street, lane, detour, cars, things)


def construction(rng: Generator) -> Scenario:
    """Return a drive on a two-lane street where road works leave only the other lane, and oncoming traffic goes first.

    Args:
        rng: What is drawn from.

    Returns:
        The scenario.
    """
    street = draw_street(rng, town_road(rng, middle="dashed"), 340.0, sharpest=1.0 / 150.0)
    where_m = START_M + between(rng, 45.0, 60.0)
    draw = road_works if chance(rng, 0.7) else accident if chance(rng, 0.5) else breakdown
    things, length_m = draw(street, where_m, street.lane_left_m(0), rng)
    from_m = where_m - START_M
    detour = Detour(from_m, from_m + length_m, street.section.lane_m, opposing=True)
    cars: list[CarPlan] = []
    if chance(rng, 0.65):
        # A row without large gaps, and nobody behind it: what is to be seen says whether to wait.
        speed_mps = between(rng, 4.5, 6.5)
        ahead_m = where_m + length_m + from_m / 6.0 * speed_mps + between(rng, -12.0, 22.0)
        for number in range(1 + int(rng.integers(4))):
            look = {"kind": vehicle(rng), "colour": colour(rng)}
            cars.append(street.oncoming_car(f"oncoming {number}", ahead_m, 0, speed_mps, **look))
            ahead_m += between(rng, 12.0, 20.0)
    return _drive(rng, street, 0, detour, cars, things)


def open_door_ahead(rng: Generator) -> Scenario:
    """Return a drive past cars parked along the street, one of which opens its door.

    Args:
        rng: What is drawn from.

    Returns:
        The scenario.
    """
    lanes = 2 if chance(rng, 0.35) else 1
    street = draw_street(rng, town_road(rng, ahead=lanes, back=lanes, shoulder_m=0.0, edges=False), 320.0)
    bay_left_m = street.right_m - 0.5 * BAY_M + 0.25
    where_m = START_M + between(rng, 40.0, 70.0)
    parallel_bays(street, where_m - 26.0, where_m + 26.0, BAY_M)
    opener = street.car(
        "opener",
        where_m,
        lanes - 1,
        0.0,
        left_m=bay_left_m - street.lane_left_m(lanes - 1),
        colour=colour(rng),
        scripts=(open_door(ego_past(where_m - START_M - between(rng, 30.0, 36.0))),),
    )
    others = [step for step in (-20.0, -13.0, -6.5, 6.5, 13.0, 20.0) if chance(rng, 0.6)]
    things = [parked(street, where_m + step, bay_left_m, rng, kind=BodyKind.CAR) for step in others]
    door_m = opener.left_m + 0.5 * SIZES_M[BodyKind.CAR][1] + DOOR_M
    left_m = max(door_m + ROOM_M + HALF_M, 0.3)
    # It takes no more than the own lane and the line where the other lane is that of oncoming traffic.
    over = lanes == 1 and left_m + HALF_M > 0.5 * street.section.lane_m + 0.15
    from_m = where_m - START_M
    detour = Detour(from_m - 2.3, from_m + 2.3, left_m, opposing=over)
    beside = _beside(street, 0, rng) if lanes > 1 else _oncoming(street, rng, free_from_m=where_m)
    return _drive(rng, street, lanes - 1, detour, [opener, *beside], things)


def slow_cyclist(rng: Generator) -> Scenario:
    """Return a drive behind a slow cyclist on the right of the lane, to be passed when nobody comes the other way.

    Args:
        rng: What is drawn from.

    Returns:
        The scenario.
    """
    lanes = 2 if chance(rng, 0.4) else 1
    street = draw_street(rng, town_road(rng, ahead=lanes, back=lanes, middle="dashed"), 340.0)
    ahead_m = between(rng, 22.0, 35.0)
    speed_mps = between(rng, 2.2, 3.4)
    aside_m = 0.5 * street.section.lane_m - between(rng, 0.4, 0.8)
    cyclist = street.car(
        "cyclist",
        START_M + ahead_m,
        lanes - 1,
        speed_mps,
        kind=BodyKind.CYCLIST,
        left_m=-aside_m,
        colour=clothes(rng),
        ignores=frozenset({"ego"}),
    )
    left_m = -aside_m + 0.3 + 1.3 * ROOM_M + HALF_M
    detour = Detour(-0.9, 0.9, left_m, opposing=lanes == 1, agent="cyclist")
    cars = [cyclist]
    if lanes > 1:
        cars += _beside(street, 0, rng)
    else:
        cars += _oncoming(street, rng, free_from_m=START_M + 2.0 * ahead_m)
    return _drive(rng, street, lanes - 1, detour, cars)


def _beside(street: Street, lane: int, rng: Generator) -> list[CarPlan]:
    """Return cars that drive in the next lane of the same direction, beside and behind the car."""
    cars = []
    s_m = START_M + between(rng, -14.0, 12.0)
    for number in range(int(rng.integers(4))):
        speed_mps = between(rng, 5.5, 7.5)
        cars.append(street.car(f"beside {number}", s_m, lane, speed_mps, kind=vehicle(rng), colour=colour(rng)))
        s_m -= between(rng, 13.0, 22.0)
        if s_m < 6.0:  # noqa: PLR2004
            break
    return cars


def _oncoming(street: Street, rng: Generator, free_from_m: float) -> list[CarPlan]:
    """Return cars of the other direction; where the car needs their lane, a row that ends."""
    if not street.section.back:
        return []
    cars = []
    s_m = max(free_from_m, START_M + 20.0) + between(rng, 5.0, 60.0)
    for number in range(int(rng.integers(3))):
        speed_mps = between(rng, 5.0, 7.0)
        lane = int(rng.integers(street.section.back))
        look = {"kind": vehicle(rng), "colour": colour(rng)}
        cars.append(street.oncoming_car(f"oncoming {number}", s_m, lane, speed_mps, **look))
        s_m += between(rng, 14.0, 24.0)
    return cars


def _drive(
    rng: Generator, street: Street, lane: int, detour: Detour, cars: list[CarPlan], things: Sequence[Body] = ()
) -> Scenario:
    """Return the drive; the detour comes measured along the street from the route's beginning."""
    until_m = 100.0 if detour.agent else detour.to_m
    route = street.route([(START_M, START_M + until_m + between(rng, 40.0, 55.0), lane)])
    return drive(
        rng,
        street.roads,
        route,
        clear_m=6.0,
        draw_light=_clear if detour.opposing else light,
        speed_mps=between(rng, 4.5, 7.0),
        cars=cars,
        things=things,
        detours=(_along(street, lane, detour, route.length_m),),
        limit_s=LIMIT_S,
    )


def _clear(rng: Generator) -> Light:
    """Return a light in which those who come the other way are seen from afar."""
    return Light.DUSK if chance(rng, 0.35) else Light.DAY


def _along(street: Street, lane: int, detour: Detour, length_m: float) -> Detour:
    """Return a detour measured along the route's lane, which is longer or shorter than the street's middle in bends."""
    if detour.agent:
        return detour
    left_m = street.lane_left_m(lane)
    way = street.route([(START_M, START_M + length_m, lane)])
    ends = [way.project(*street.pose(START_M + s_m, left_m)[:2])[0] for s_m in (detour.from_m, detour.to_m)]
    return Detour(ends[0], ends[1], detour.left_m, detour.opposing)
