"""The expert copes with what scenarios are made of, comfortably where nothing forces it."""

import math
from collections.abc import Callable

import pytest

from drivemoe_ros.world.expert import Expert
from drivemoe_ros.world.path import Path, resampled
from drivemoe_ros.world.roads import Section
from drivemoe_ros.world.scenario import CarPlan, Detour, Scenario, WalkerPlan
from drivemoe_ros.world.scenarios.bays import parallel_bays
from drivemoe_ros.world.scenarios.catalogue import scenario as drawn
from drivemoe_ros.world.scenarios.street import Street
from drivemoe_ros.world.scene import BodyKind, Lamp
from drivemoe_ros.world.scripts import brake_hard, keep_aside
from drivemoe_ros.world.simulation import Outcome, World
from drivemoe_ros.world.triggers import after, ego_arrives, ego_within

from .streets import crossing, scenario, straight_road


def left_turn_across_oncoming_traffic() -> Scenario:
    junction, route = crossing("west")
    lane = ("far north-", junction.into("north"), 0)
    cars = tuple(CarPlan(f"oncoming {number}", lane, 5.0 + 20.0 * number, 7.0, 7.5) for number in range(3))
    return scenario(junction.roads, route, speed_mps=5.0, cars=cars)


def red_light() -> Scenario:
    junction, route = crossing("north")
    light = junction.light("south", ((Lamp.RED, 15.0), (Lamp.GREEN, 100.0)))
    return scenario(junction.roads, route, speed_mps=6.0, lights=(light,))


def stop_sign_before_crossing_traffic() -> Scenario:
    junction, route = crossing("north")
    lane = ("far east-", junction.into("east"), 0)
    cars = tuple(CarPlan(f"crossing {number}", lane, 1.0 + 18.0 * number, 6.0, 7.0) for number in range(3))
    signs = (junction.stop_sign("south"),)
    return scenario(junction.roads, route, speed_mps=6.0, cars=cars, stop_signs=signs)


def pedestrian_who_steps_out() -> Scenario:
    roads, route = straight_road()
    across = resampled(route.points_N2[80:82] * [0.0, 0.0] + [[80.0, -6.0], [80.0, 6.0]])
    walker = WalkerPlan("walker", across, 1.6, ego_arrives(80.0, 3.0))
    return scenario(roads, Path(route.points_N2[:150]), speed_mps=6.0, walkers=(walker,))


def lead_that_brakes_hard() -> Scenario:
    roads, route = straight_road()
    lead = CarPlan("lead", ("a", "b", 0), 20.0, 7.0, 7.0, scripts=(brake_hard(after(4.0)),))
    return scenario(roads, Path(route.points_N2[:150]), speed_mps=6.0, cars=(lead,))


def parked_car_with_oncoming_traffic() -> Scenario:
    roads, route = straight_road()
    parked = CarPlan("parked", ("a", "b", 0), 90.0, 0.0, 0.0)
    cars = tuple(CarPlan(f"oncoming {number}", ("c-", "b-", 0), 60.0 + 40.0 * number, 7.0, 7.0) for number in range(3))
    detours = (Detour(87.7, 92.3, 3.0, opposing=True),)
    return scenario(roads, Path(route.points_N2[:180]), speed_mps=6.0, cars=(parked, *cars), detours=detours)


def out_of_a_bay() -> Scenario:
    street = Street(Section(), (0.0, 0.0, 0.0), [(100.0, 0.0)])
    parallel_bays(street, 14.0, 42.0, width_m=2.3, bay_m=7.0)
    bay_left_m = street.right_m - 1.15
    route = street.route([(38.5, 100.0, 0)], first=street.pose(24.5, bay_left_m))
    left_m = bay_left_m - street.lane_left_m(0)
    parked = tuple(street.car(f"parked at {s_m}", s_m, 0, 0.0, left_m=left_m) for s_m in (17.5, 38.5))
    return scenario(street.roads, route, cars=(*parked, street.car("passing", 5.0, 0, 7.0)))


def siren_from_behind() -> Scenario:
    roads, route = straight_road()
    siren = CarPlan(
        "ambulance",
        ("a", "b", 0),
        5.0,
        10.0,
        11.0,
        kind=BodyKind.EMERGENCY,
        lamps=frozenset({Lamp.SIREN}),
        scripts=(keep_aside(ego_within(25.0), 2.6, 8.0),),
    )
    return scenario(roads, Path(route.points_N2[40:220]), speed_mps=6.0, cars=(siren,))


def oncoming_car_over_the_line() -> Scenario:
    roads, route = straight_road()
    invader = CarPlan("invader", ("c-", "b-", 0), 60.0, 7.0, 7.0, scripts=(keep_aside(ego_within(60.0), 1.2),))
    return scenario(roads, Path(route.points_N2[:180]), speed_mps=6.0, cars=(invader,))


@pytest.mark.parametrize(
    "build",
    [
        left_turn_across_oncoming_traffic,
        red_light,
        stop_sign_before_crossing_traffic,
        pedestrian_who_steps_out,
        lead_that_brakes_hard,
        parked_car_with_oncoming_traffic,
        out_of_a_bay,
        siren_from_behind,
        oncoming_car_over_the_line,
    ],
)
def test_the_expert_arrives_without_infractions(build: Callable[[], Scenario]) -> None:
    world = World(build())
    expert = Expert(world)
    while world.outcome is None:
        world.step(expert.command())
    assert (world.outcome, world.infractions) == (Outcome.ARRIVED, ())


@pytest.mark.parametrize("seed", range(3))
def test_the_expert_follows_a_lane_comfortably(seed: int) -> None:
    world = World(drawn("normal/lane_follow", seed))
    expert = Expert(world)
    while world.outcome is None:
        world.step(expert.command())
        ego = world.ego
        assert abs(world.ego_left_m) < 0.5
        # Bench2Drive's limits of comfort.
        assert -4.05 <= ego.acceleration_mps2 <= 2.40
        assert abs(ego.speed_mps * ego.yaw_rate_radps) <= 4.89
        assert math.fabs(ego.yaw_rate_radps) <= 0.95
    assert (world.outcome, world.infractions) == (Outcome.ARRIVED, ())
