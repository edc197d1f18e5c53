"""Skill and view of a moment follow the paper's rules."""

import dataclasses
import math

import pytest

from drivemoe_ros.data.skills import GIVE_WAY, MERGING, NORMAL, OVERTAKING, TRAFFIC_SIGN
from drivemoe_ros.world.labels import facing_view, label, turns
from drivemoe_ros.world.path import Path
from drivemoe_ros.world.scenario import CarPlan, Detour, Scenario
from drivemoe_ros.world.scene import BodyKind, Lamp
from drivemoe_ros.world.simulation import World
from drivemoe_ros.world.situation import Situation, coming, near_route, slower, within

from .streets import crossing, scenario, straight_road


def at(drawn: Scenario, s_m: float) -> World:
    """Return a world in which the car stands at a distance along its route."""
    world = World(dataclasses.replace(drawn, start=drawn.route.pose(s_m)))
    assert world.ego_s_m == pytest.approx(s_m, abs=0.5)
    return world


def along(**more: object) -> Scenario:
    roads, route = straight_road()
    return scenario(roads, Path(route.points_N2[:200]), **more)


def test_a_free_road_is_normal_and_asks_to_look_back() -> None:
    now = label(at(along(), 50.0))
    assert (now.skill, now.view) == (NORMAL, "back")


@pytest.mark.parametrize(("exit_arm", "view"), [("west", "front_left"), ("east", "front_right"), ("north", "back")])
def test_in_a_junction_one_looks_to_where_one_leaves(exit_arm: str, view: str) -> None:
    junction, route = crossing(exit_arm)
    drawn = scenario(junction.roads, route)
    assert label(at(drawn, 60.0)).view == view
    assert label(at(drawn, 50.0)).view == "back"
    assert label(at(drawn, route.length_m - 20.0)).view == "back"


def test_turns_are_where_the_route_bends_in_a_junction() -> None:
    junction, route = crossing("west")
    ((from_m, to_m, side),) = turns(scenario(junction.roads, route))
    assert side == "left"
    assert from_m == pytest.approx(60.0, abs=1.5)
    assert to_m == pytest.approx(route.length_m - 60.0, abs=1.5)


def test_a_stop_sign_counts_until_its_line_is_passed() -> None:
    junction, route = crossing("north")
    drawn = scenario(junction.roads, route, stop_signs=(junction.stop_sign("south"),))
    assert [label(at(drawn, s_m)).skill for s_m in (30.0, 45.0, 56.0, 59.0)] == [
        NORMAL,
        TRAFFIC_SIGN,
        TRAFFIC_SIGN,
        NORMAL,
    ]


@pytest.mark.parametrize(
    ("detour", "out", "back"),
    [
        (Detour(90.0, 96.0, 3.5, opposing=True), "front_left", "front_right"),
        (Detour(90.0, 96.0, 3.5, opposing=False), "back_left", "back_right"),
        (Detour(90.0, 96.0, -3.5, opposing=False), "back_right", "back_left"),
    ],
)
def test_at_an_obstacle_one_looks_to_the_lane_one_moves_to(detour: Detour, out: str, back: str) -> None:
    drawn = dataclasses.replace(along(detours=(detour,)), skill=OVERTAKING)
    seen = {s_m: label(at(drawn, s_m)) for s_m in (40.0, 75.0, 105.0, 150.0)}
    assert [now.skill for now in seen.values()] == [NORMAL, OVERTAKING, OVERTAKING, NORMAL]
    assert [now.view for now in seen.values()] == ["back", out, back, "back"]


def siren_at(s_m: float, speed_mps: float) -> CarPlan:
    lamps = frozenset({Lamp.SIREN})
    return CarPlan("siren", ("a", "b", 0), s_m, speed_mps, speed_mps, BodyKind.EMERGENCY, lamps=lamps)


def test_a_siren_that_comes_is_looked_at() -> None:
    assert label(at(along(cars=(siren_at(30.0, 9.0),)), 60.0)).view == "back"
    beside = dataclasses.replace(siren_at(57.0, 9.0), left_m=3.0)
    assert label(at(along(cars=(beside,)), 60.0)).view == "back_left"
    gone = dataclasses.replace(siren_at(75.0, 9.0), left_m=12.0)
    assert label(at(along(cars=(gone,)), 60.0)).view == "back"


@pytest.mark.parametrize(
    ("bearing_deg", "view"),
    [(10, "back"), (40, "front_left"), (-60, "front_right"), (100, "back_left"), (-120, "back_right"), (170, "back")],
)
def test_the_view_that_faces_a_place_is_the_nearest_one(bearing_deg: float, view: str) -> None:
    world = at(along(), 50.0)
    bearing_rad = world.ego.yaw_rad + math.radians(bearing_deg)
    place = world.ego.x_m + 20.0 * math.cos(bearing_rad), world.ego.y_m + 20.0 * math.sin(bearing_rad)
    assert facing_view(world, *place) == view


def test_of_several_situations_the_first_that_is_on_counts() -> None:
    situations = (
        Situation(40.0, 60.0, view="front_left"),
        Situation(50.0, 80.0, skill=GIVE_WAY, view="back_right"),
    )
    drawn = dataclasses.replace(along(situations=situations), skill=MERGING)
    seen = [label(at(drawn, s_m)) for s_m in (30.0, 55.0, 70.0, 90.0)]
    assert [now.skill for now in seen] == [NORMAL, MERGING, GIVE_WAY, NORMAL]
    assert [now.view for now in seen] == ["back", "front_left", "back_right", "back"]


def test_a_situation_may_look_at_an_agent() -> None:
    car = CarPlan("other", ("a", "b", 0), 70.0, 0.0, 0.0, left_m=14.0)
    world = at(along(cars=(car,), situations=(Situation(faces="other"),)), 60.0)
    assert label(world).view == "front_left"
    world = at(along(situations=(Situation(faces="other"),)), 60.0)
    assert label(world).view == "back"


def test_conditions_speak_about_one_agent() -> None:
    car = CarPlan("other", ("a", "b", 0), 30.0, 6.0, 6.0, left_m=4.0)
    world = at(along(cars=(car,)), 60.0)
    assert within("other", 31.0)(world)
    assert not within("other", 29.0)(world)
    assert not within("nobody", 1000.0)(world)
    assert coming("other", 40.0)(world)
    assert near_route("other", 4.5)(world)
    assert not near_route("other", 3.5)(world)
    assert not slower("other", 5.0)(world)
