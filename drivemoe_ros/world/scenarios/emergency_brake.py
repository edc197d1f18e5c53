"""Braking for what happens suddenly: a leader who brakes, pedestrians who step out, cars that cut in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from drivemoe_ros.world.path import resampled
from drivemoe_ros.world.scenario import CarPlan, Scenario, WalkerPlan
from drivemoe_ros.world.scenarios.bays import parallel_bays, parked
from drivemoe_ros.world.scenarios.draws import between, chance, clothes, colour, town_road, vehicle
from drivemoe_ros.world.scenarios.drive import drive
from drivemoe_ros.world.scenarios.street import Street, draw_street
from drivemoe_ros.world.scene import BodyKind, Lamp, Surface
from drivemoe_ros.world.scripts import brake_hard, drive_off, signal
from drivemoe_ros.world.situation import Situation, aside, both, lamp_on, near_route, slower, started
from drivemoe_ros.world.triggers import ego_arrives, ego_past, later

if TYPE_CHECKING:
    from numpy.random import Generator

    from drivemoe_ros.world.path import Path
    from drivemoe_ros.world.scenario import Trigger

# Where the route begins along the street.
START_M = 40.0
BAY_M = 2.3
# Nearer to the route than this a pedestrian is a matter for the brake.
ON_ROAD_M = 4.5
ZEBRA_M = 3.0


def lead_brakes(rng: Generator) -> Scenario:
    """Return a drive behind a car that brakes hard to a stop, and later goes on.

    Args:
        rng: What is drawn from.

    Returns:
        The scenario.
    """
    street = _street(rng)
    lane = street.section.ahead - 1
    speed_mps = between(rng, 5.5, 7.5)
    kind = vehicle(rng)
    brakes = brake_hard(ego_past(between(rng, 12.0, 45.0)), between(rng, 3.0, 6.0), between(rng, 4.0, 6.5))
    begin_m = START_M + between(rng, 14.0, 19.0) + (3.0 if kind is BodyKind.TRUCK else 0.0)
    lead = street.car("lead", begin_m, lane, speed_mps, kind=kind, colour=colour(rng), scripts=(brakes,))
    on = Situation(when=slower("lead", 0.8 * speed_mps))
    route = street.route([(START_M, START_M + between(rng, 85.0, 105.0), lane)])
    cars = [lead, *_others(street, rng)]
    return _drive(rng, street, route, speed_mps=speed_mps, cars=cars, situations=(on,))


def pedestrian_steps_out(rng: Generator) -> Scenario:
    """Return a drive past parked cars, from behind one of which a pedestrian steps onto the lane; as above."""
    street = _street(rng, shoulder_m=0.0, edges=False)
    where_m = START_M + between(rng, 45.0, 60.0)
    bay_left_m = street.right_m - 0.5 * BAY_M
    parallel_bays(street, where_m - 28.0, where_m + 20.0, BAY_M)
    # They wait between two cars, and whoever stands before them hides them in part.
    cars_m = [where_m - 3.4, *(where_m - 3.4 - 6.5 * n for n in (1, 2, 3) if chance(rng, 0.7))]
    cars_m += [where_m + 3.6 + 6.5 * n for n in (0, 1) if chance(rng, 0.7)]
    things = [parked(street, s_m, bay_left_m, rng, kind=BodyKind.CAR) for s_m in cars_m]
    begin = ego_arrives(where_m - START_M, between(rng, 2.3, 3.2))
    walker = _walker(
        "pedestrian", street, where_m, (bay_left_m - 0.2, _far_side(street)), (begin, between(rng, 1.2, 2.0)), rng
    )
    on = Situation(to_m=where_m - START_M + 1.0, when=both(started("pedestrian"), near_route("pedestrian", ON_ROAD_M)))
    route = street.route([(START_M, where_m + between(rng, 35.0, 50.0), street.section.ahead - 1)])
    cars = _others(street, rng)
    return _drive(rng, street, route, cars=cars, walkers=(walker,), things=things, situations=(on,))


def pedestrian_crossing(rng: Generator) -> Scenario:
    """Return a drive towards a zebra crossing, at whose kerb pedestrians stand who begin to walk; as above."""
    street = _street(rng, pavement_m=between(rng, 1.5, 3.0))
    where_m = START_M + between(rng, 45.0, 62.0)
    _zebra(street, where_m)
    walkers, ons = [], []
    first: Trigger | None = None
    for number in range(1 + int(rng.integers(3))):
        # Over four lanes from the far side it takes so long that the car has passed by then.
        from_right = street.section.back > 1 or chance(rng, 0.5)
        sides_m = (street.right_m - street.section.shoulder_m - 0.5, _far_side(street))
        sides_m = sides_m if from_right else sides_m[::-1]
        # They come into the way about when the car is there, if it does not brake.
        lane_m, speed_mps = street.lane_left_m(street.section.ahead - 1), between(rng, 1.2, 2.0)
        reach_s = (abs(sides_m[0] - lane_m) - 1.8) / speed_mps + 0.5
        first = first or ego_arrives(where_m - START_M, max(reach_s, 2.2) + between(rng, -0.2, 1.0))
        # The others go with the first one: nobody starts before a car that has come to a stop right there.
        begin = later(first, between(rng, 0.0, 1.2) if number else 0.0)
        name, s_m = f"pedestrian {number}", where_m + between(rng, -1.2, 1.2)
        walkers.append(_walker(name, street, s_m, sides_m, (begin, speed_mps), rng))
        when = both(started(name), near_route(name, 1.5 * ON_ROAD_M))
        ons.append(Situation(to_m=where_m - START_M + 1.0, when=when))
    route = street.route([(START_M, where_m + between(rng, 35.0, 50.0), street.section.ahead - 1)])
    return _drive(rng, street, route, cars=_others(street, rng), walkers=walkers, situations=ons)


def parking_cut_in(rng: Generator) -> Scenario:
    """Return a drive past parked cars, one of which indicates and pulls out just before one is there; as above."""
    street = _street(rng, shoulder_m=0.0, edges=False)
    lane = street.section.ahead - 1
    where_m = START_M + between(rng, 42.0, 58.0)
    bay_left_m = street.right_m - 0.5 * BAY_M
    parallel_bays(street, where_m - 22.0, where_m + 34.0, BAY_M)
    cars_m = [where_m - step for step in (6.8, 13.3, 19.8) if chance(rng, 0.7)]
    cars_m += [where_m + step for step in (13.5, 20.0, 26.5) if chance(rng, 0.7)]
    things = [parked(street, s_m, bay_left_m, rng) for s_m in cars_m]
    out_s = between(rng, 2.2, 3.2)
    s_m = where_m - START_M
    cutter = street.car(
        "cutter",
        where_m,
        lane,
        0.0,
        left_m=bay_left_m - street.lane_left_m(lane),
        colour=colour(rng),
        ignores=frozenset({"ego"}),
        scripts=(
            signal(ego_arrives(s_m, out_s + between(rng, 1.1, 2.0))),
            drive_off(ego_arrives(s_m, out_s), between(rng, 4.5, 6.5)),
        ),
    )
    ons = _cut_in("cutter")
    route = street.route([(START_M, where_m + between(rng, 45.0, 60.0), lane)])
    cars = [cutter, *_others(street, rng)]
    return _drive(rng, street, route, cars=cars, things=things, situations=ons)


def queue_cut_in(rng: Generator) -> Scenario:
    """Return a drive past a queue in the next lane, out of which a car indicates and cuts in; as above."""
    street = _street(rng, lanes=2)
    where_m = START_M + between(rng, 45.0, 58.0)
    out_s = between(rng, 2.4, 3.4)
    s_m = where_m - START_M
    scripts = (
        signal(ego_arrives(s_m, out_s + between(rng, 1.1, 2.0))),
        drive_off(ego_arrives(s_m, out_s), between(rng, 4.5, 6.5)),
    )
    # It is a car of the free lane that stands far aside in it, and lets nobody hold it up.
    look: dict[str, Any] = {"colour": colour(rng), "lamps": frozenset({Lamp.BRAKE})}
    look["ignores"] = frozenset({"ego", "cars"})
    cars = [street.car("cutter", where_m, 0, 0.0, left_m=-street.section.lane_m, scripts=scripts, **look)]
    ahead_m = where_m + between(rng, 10.5, 12.5)
    for number in range(3):
        kind = vehicle(rng)
        look = {"kind": kind, "colour": colour(rng), "lamps": frozenset({Lamp.BRAKE})}
        cars.append(street.car(f"queue {number}", ahead_m + (2.0 if kind is BodyKind.TRUCK else 0.0), 1, 0.0, **look))
        ahead_m += between(rng, 10.0, 12.0)
    behind_m = where_m - between(rng, 6.6, 8.0)
    for number in range(3, 3 + int(rng.integers(1, 4))):
        look = {"colour": colour(rng), "lamps": frozenset({Lamp.BRAKE})}
        cars.append(street.car(f"queue {number}", behind_m, 1, 0.0, **look))
        behind_m -= between(rng, 6.6, 8.0)
    ons = _cut_in("cutter")
    route = street.route([(START_M, where_m + between(rng, 45.0, 60.0), 0)])
    return _drive(rng, street, route, cars=cars, situations=ons)


def _cut_in(name: str) -> tuple[Situation, ...]:
    """Return when a car cuts in: while it indicates, and then until it has gathered speed."""
    slow = both(aside(name, -0.6), slower(name, 4.0))
    return Situation(when=lamp_on(name, Lamp.LEFT), view="front_right"), Situation(when=slow)


def _street(rng: Generator, lanes: int = 0, **section: object) -> Street:
    lanes = lanes or (2 if chance(rng, 0.3) else 1)
    drawn = town_road(rng, **{"ahead": lanes, "back": lanes, **section})
    return draw_street(rng, drawn, 260.0, sharpest=1.0 / 110.0)


def _far_side(street: Street) -> float:
    """Return where the far kerb is, to the left of the street's middle [m]."""
    return street.section.back * street.section.lane_m + street.section.shoulder_m + 0.5


def _walker(
    name: str, street: Street, s_m: float, sides_m: tuple[float, float], going: tuple[Trigger, float], rng: Generator
) -> WalkerPlan:
    """Return a pedestrian who crosses from one side to the other, both to the left of the street's middle [m]."""
    ends = [street.pose(s_m, side_m)[:2] for side_m in sides_m]
    begin, speed_mps = going
    return WalkerPlan(name, resampled(np.array(ends)), speed_mps, begin, colour=clothes(rng))


def _zebra(street: Street, middle_m: float) -> None:
    span = (middle_m - 0.5 * ZEBRA_M, middle_m + 0.5 * ZEBRA_M)
    width_m = (street.section.ahead + street.section.back) * street.section.lane_m
    for stripe in range(int(width_m)):
        right_m = street.right_m + 0.25 + stripe
        street.paint(Surface.WHITE, span, right_m, right_m + 0.5)


def _others(street: Street, rng: Generator) -> list[CarPlan]:
    """Return cars of the other direction."""
    cars = []
    s_m = START_M + between(rng, 40.0, 80.0)
    for number in range(int(rng.integers(4))):
        look = {"kind": vehicle(rng), "colour": colour(rng)}
        lane = int(rng.integers(street.section.back))
        cars.append(street.oncoming_car(f"oncoming {number}", s_m, lane, between(rng, 5.0, 7.5), **look))
        s_m += between(rng, 16.0, 40.0)
        if s_m > 250.0:  # noqa: PLR2004
            break
    return cars


def _drive(rng: Generator, street: Street, route: Path, **fields: Any) -> Scenario:  # noqa: ANN401
    """Return the drive; what else there is goes into fields of ``Scenario`` by name."""
    speed_mps = fields.pop("speed_mps", None) or between(rng, 5.0, 7.5)
    return drive(rng, street.roads, route, clear_m=6.0, speed_mps=speed_mps, **fields)
