"""Obstacles that move are passed where they are, and their passing is allowed and labelled there."""

import numpy as np
import pytest

from drivemoe_ros.world.detours import near, span
from drivemoe_ros.world.expert import Expert
from drivemoe_ros.world.labels import label
from drivemoe_ros.world.path import Path
from drivemoe_ros.world.scenario import CarPlan, Detour, Scenario
from drivemoe_ros.world.scene import BodyKind
from drivemoe_ros.world.simulation import Outcome, World

from .streets import run, scenario, straight_road


def behind_a_cyclist(*, opposing: bool = True, oncoming: bool = False) -> Scenario:
    roads, whole = straight_road()
    cyclist = CarPlan(
        "cyclist", ("a", "b", 0), 30.0, 2.5, 2.5, BodyKind.CYCLIST, left_m=-1.2, ignores=frozenset({"ego"})
    )
    detour = Detour(-0.9, 0.9, 1.2, opposing, agent="cyclist")
    cars = [cyclist]
    if oncoming:
        cars += [CarPlan(f"oncoming {n}", ("c-", "b-", 0), 130.0 - 18.0 * n, 6.0, 6.0) for n in range(3)]
    return scenario(roads, Path(whole.points_N2[:150]), speed_mps=6.0, cars=tuple(cars), detours=(detour,))


def test_an_obstacle_moves_with_its_agent_and_is_gone_with_it() -> None:
    world = World(behind_a_cyclist())
    detour = world.scenario.detours[0]
    assert span(world, detour) == pytest.approx((29.1, 30.9), abs=0.1)
    run(world, 4.0, brake=1.0)
    moved = span(world, detour)
    assert moved is not None
    assert moved[0] == pytest.approx(29.1 + 2.5 * 4.0, abs=0.5)
    assert near(world, detour, 100.0, 0.0)
    world.cars = []
    assert span(world, detour) is None
    assert not near(world, detour, 100.0, 100.0)


@pytest.mark.parametrize("oncoming", [False, True])
def test_the_expert_passes_a_cyclist_with_room_and_lets_oncoming_traffic_go_first(*, oncoming: bool) -> None:
    world = World(behind_a_cyclist(oncoming=oncoming))
    expert, beside_m, met = Expert(world), [], []
    while world.outcome is None:
        world.step(expert.command())
        cyclist = world.agent("cyclist")
        s_m, left_m = world.scenario.route.project(float(cyclist.position[0]), float(cyclist.position[1]))
        if abs(s_m - world.ego_s_m) < 2.0:
            beside_m.append(world.ego_left_m - left_m)
        met += [world.ego_left_m for car in world.cars if "oncoming" in car.name and _beside(world, car.position)]
    assert (world.outcome, world.infractions) == (Outcome.ARRIVED, ())
    assert min(beside_m) > 1.8
    assert bool(met) is oncoming
    assert np.max(met, initial=0.0) < 0.4


def _beside(world: World, position: tuple[float, float]) -> bool:
    return abs(world.scenario.route.project(float(position[0]), float(position[1]))[0] - world.ego_s_m) < 4.0


def test_passing_is_labelled_where_the_agent_is() -> None:
    world = World(behind_a_cyclist())
    views = set()
    expert = Expert(world)
    while world.outcome is None:
        views.add(label(world).view)
        world.step(expert.command())
    assert views == {"front_left", "front_right", "back"}
