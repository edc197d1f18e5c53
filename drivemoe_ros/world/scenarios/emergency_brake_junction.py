"""Braking hard at junctions: for those who take the right of way, and for what stands or walks behind a turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from drivemoe_ros.world.path import Path, resampled
from drivemoe_ros.world.scenario import CarPlan, Scenario, WalkerPlan
from drivemoe_ros.world.scenarios.crossroads import LEFT, RIGHT, STRAIGHT, crossroads, gaps
from drivemoe_ros.world.scenarios.draws import between, chance, clothes, colour, vehicle
from drivemoe_ros.world.scenarios.drive import drive
from drivemoe_ros.world.scenarios.traffic_lights import LONG_S, crossing_lights
from drivemoe_ros.world.scene import Lamp
from drivemoe_ros.world.scripts import brake_hard, drive_off, meet_ego
from drivemoe_ros.world.situation import Situation, both, coming, either, near_route, slower, within
from drivemoe_ros.world.triggers import ego_arrives, ego_stood, reaches

if TYPE_CHECKING:
    from numpy.random import Generator

    from drivemoe_ros.world.lanes import Arc
    from drivemoe_ros.world.scenarios.crossroads import Crossroads

ARMS = ("east", "north", "west", "south")
SEEN_M = 30.0
# The nose is this far before the middle of the car.
NOSE_M = 2.5
# Who comes from the side counts from here on, until this far beside the route.
FROM_M = 16.0
PAST_M = 4.5


def red_light_runner(rng: Generator) -> Scenario:
    """Return a green light, and somebody who runs the red one, takes fright and stops in the middle."""
    place = crossroads(rng, line_before_end_m=between(rng, 1.0, 2.5))
    lights = crossing_lights(place, ((Lamp.GREEN, LONG_S),), oncoming_too=True)
    return _runner(rng, place, lights=lights)


def priority_taken(rng: Generator) -> Scenario:
    """Return a crossroads where those who have a yield sign do not give way."""
    place = crossroads(rng, line_before_end_m=between(rng, 1.0, 2.5), lane_m=between(rng, 3.3, 3.9))
    place.junction.paint_stop_line("east")
    place.junction.paint_stop_line("west")
    return _runner(rng, place, signs=(place.yield_sign("east"), place.yield_sign("west")))


def _runner(rng: Generator, place: Crossroads, **more: Any) -> Scenario:  # noqa: ANN401
    before_m, speed_mps = between(rng, 30.0, 44.0), between(rng, 5.5, 7.5)
    route = place.route(STRAIGHT, before_m, between(rng, 14.0, 24.0))
    arm = LEFT if chance(rng, 0.5) else RIGHT
    lane = place.lane_in(arm)
    meet_m, middle = _crossing(route, place.roads.lane(lane).arc)
    # Slow enough to be seen ahead, and early enough to stand in the way.
    flow_mps, early_m = between(rng, 3.6, 4.8), between(rng, 12.0, 17.0)
    s_m = place.roads.lane(lane).length + place.junction.half_m - flow_mps * (meet_m - early_m) / 7.4
    stands_s = between(rng, 2.0, 4.0)
    scripts = (
        meet_ego(meet_m - early_m, middle, until_m=14.0, most_mps=5.0),
        brake_hard(reaches(middle, between(rng, 1.5, 4.0)), stands_s, 5.0),
    )
    runner = CarPlan(
        "runner", lane, max(s_m, 5.0), flow_mps, flow_mps, vehicle(rng), colour=colour(rng),
        ignores=frozenset({"lights", "ego", "cars"}), scripts=scripts,
    )  # fmt: skip
    in_the_way = either(both(coming("runner", SEEN_M), near_route("runner", FROM_M)), near_route("runner", PAST_M))
    cars = [runner, *place.stream(rng, STRAIGHT, [between(rng, 0.3, 1.5), *gaps(rng, 13.0, 2, 2.5, 5.0)], 7.0)]
    on = Situation(meet_m - SEEN_M, meet_m, in_the_way, view="back")
    return drive(rng, place.roads, route, per_100_m=8.0, speed_mps=speed_mps, cars=cars, situations=(on,), **more)


def _crossing(route: Path, arc: Arc) -> tuple[float, tuple[float, float]]:
    """Return where a lane that enters the junction, led on straight, crosses the route: along it [m], and x, y [m]."""
    steps_m = arc.length_m + np.arange(0.0, 30.0, 0.5)
    places = np.array([arc.pose(float(s_m))[:2] for s_m in steps_m])
    along, aside = route.project_all(places)
    best = int(np.argmin(np.abs(aside)))
    return float(along[best]), (float(places[best, 0]), float(places[best, 1]))


def blocked_junction(rng: Generator) -> Scenario:
    """Return a turn, and a vehicle that has broken down behind it and drives on after a while."""
    exit_arm = LEFT if chance(rng, 0.5) else RIGHT
    place = crossroads(rng, ARMS if chance(rng, 0.6) else ("east", "west", "south"))
    before_m, after_m = between(rng, 24.0, 38.0), between(rng, 32.0, 45.0)
    route = place.route(exit_arm, before_m, after_m)
    lane, behind_m = place.lane_out(exit_arm), between(rng, 5.0, 11.0)
    scripts = (drive_off(ego_stood(between(rng, 1.5, 3.0), 20.0), between(rng, 6.5, 8.0)),)
    hazard = frozenset({Lamp.LEFT, Lamp.RIGHT})
    blocker = CarPlan(
        "blocker", lane, behind_m, 0.0, 0.0, vehicle(rng), None, colour(rng), lamps=hazard, scripts=scripts
    )
    # Who comes out of that road goes straight on, which only a right turn leaves room for.
    oncoming = place.stream(rng, RIGHT, gaps(rng, between(rng, 4.0, 9.0), 2, 3.0, 6.0), 6.5)
    exit_m = route.length_m - after_m
    stands = both(within("blocker", SEEN_M), slower("blocker", 2.5))
    return drive(
        rng,
        place.roads,
        route,
        per_100_m=8.0,
        speed_mps=between(rng, 5.0, 7.0),
        cars=(blocker, *(oncoming if exit_arm == RIGHT else ())),
        situations=(Situation(before_m - NOSE_M, exit_m + behind_m, stands),),
    )


def pedestrian_after_turn(rng: Generator) -> Scenario:
    """Return a turn, and somebody who crosses the road one turns into."""
    exit_arm = LEFT if chance(rng, 0.5) else RIGHT
    place = crossroads(rng, ARMS if chance(rng, 0.6) else ("east", "west", "south"))
    before_m, after_m = between(rng, 26.0, 40.0), between(rng, 28.0, 42.0)
    route = place.route(exit_arm, before_m, after_m)
    if chance(rng, 0.5):
        place.junction.paint_zebra(exit_arm)
    across_m = route.length_m - after_m + between(rng, 1.8, 5.0)
    section = place.junction.section
    kerb_m = 0.5 * section.lane_m + between(rng, 0.6, 1.2)
    right, left = -kerb_m, kerb_m + section.lane_m
    from_right = chance(rng, 0.5)
    sides = (right, left) if from_right else (left, right)
    way = resampled(np.array([route.pose(across_m, side)[:2] for side in sides]))
    # Who starts on the far side has farther to go.
    lead_s = between(rng, 1.6, 2.6) + (0.0 if from_right else 1.6)
    walker = WalkerPlan("pedestrian", way, between(rng, 1.2, 1.9), ego_arrives(across_m, lead_s), colour=clothes(rng))
    return drive(
        rng,
        place.roads,
        route,
        per_100_m=8.0,
        speed_mps=between(rng, 5.0, 7.5),
        walkers=(walker, *_bystanders(rng, route, across_m, -kerb_m - 1.2)),
        situations=(Situation(max(across_m - 18.0, before_m - NOSE_M), across_m + 1.0),),
    )


def _bystanders(rng: Generator, route: Path, near_m: float, left_m: float) -> tuple[WalkerPlan, ...]:
    """Return people who stand or walk beside the road and stay there."""
    people = []
    for number in range(int(rng.integers(0, 3))):
        from_m = near_m + between(rng, 6.0, 14.0)
        way = resampled(np.array([route.pose(from_m + step, left_m)[:2] for step in (0.0, 12.0)]))
        people.append(WalkerPlan(f"bystander {number}", way, between(rng, 0.0, 1.4), colour=clothes(rng)))
    return tuple(people)
