"""The expert waits for those who have the right of way, and for nobody else."""

import dataclasses

import pytest

from drivemoe_ros.world.expert import Expert
from drivemoe_ros.world.expert_yields import is_free
from drivemoe_ros.world.scenario import CarPlan, Scenario, Yield
from drivemoe_ros.world.simulation import Outcome, World

from .streets import crossing, scenario

WAIT_M = 58.0


def left_turn(*cars: CarPlan) -> Scenario:
    """Return a left turn at a crossing that begins after 60 m; who comes the other way goes first."""
    junction, route = crossing("west")
    drawn = scenario(junction.roads, route, speed_mps=6.0, cars=cars, yields=(Yield(WAIT_M, 84.0),))
    return dataclasses.replace(drawn, start=route.pose(30.0))


def oncoming(from_junction_m: float, speed_mps: float = 7.0) -> CarPlan:
    return CarPlan("oncoming", ("far north-", "x.north-", 0), 60.0 - from_junction_m, speed_mps, speed_mps)


@pytest.mark.parametrize(("from_junction_m", "free"), [(30.0, False), (59.0, True)])
def test_the_way_is_free_if_nobody_comes_before_one_is_through(from_junction_m: float, *, free: bool) -> None:
    drawn = left_turn(oncoming(from_junction_m))
    assert is_free(World(drawn), drawn.route, drawn.yields[0]) is free


def test_those_who_stand_are_not_waited_for() -> None:
    drawn = left_turn(oncoming(10.0, speed_mps=0.0))
    assert is_free(World(drawn), drawn.route, drawn.yields[0])


def test_an_empty_junction_is_not_waited_at() -> None:
    world = World(left_turn())
    expert, slowest_mps = Expert(world), 6.0
    while world.outcome is None:
        world.step(expert.command())
        slowest_mps = min(slowest_mps, world.ego.speed_mps)
    assert world.outcome is Outcome.ARRIVED
    assert slowest_mps > 3.0


def test_it_waits_with_its_nose_before_the_place_until_others_have_passed() -> None:
    first, second = oncoming(32.0), dataclasses.replace(oncoming(50.0), name="second")
    world = World(left_turn(first, second))
    expert, waited = Expert(world), 0.0
    while world.outcome is None:
        world.step(expert.command())
        if world.ego.speed_mps < 0.5:
            waited += 0.05
            assert world.ego_s_m + 2.45 < WAIT_M + 0.3
    assert (world.outcome, world.infractions) == (Outcome.ARRIVED, ())
    assert waited > 1.0
