"""What counts as an infraction, and how drives end."""

import math

import pytest

from drivemoe_ros.world.path import Path, resampled
from drivemoe_ros.world.scenario import CarPlan, Detour, WalkerPlan
from drivemoe_ros.world.scene import Body, BodyKind, Lamp
from drivemoe_ros.world.simulation import Outcome, World

from .streets import crossing, run, scenario, straight_road

CONE = Body(BodyKind.CONE, 40.0, -1.75, 0.0, 0.4, 0.4, 0.8, (220, 90, 30))


def kinds(world: World) -> list[str]:
    return [infraction.kind for infraction in world.infractions]


def test_a_free_road_is_driven_to_its_end_without_infractions() -> None:
    roads, route = straight_road(heading_rad=1.0)
    world = World(scenario(roads, Path(route.points_N2[:80]), speed_mps=6.0))
    run(world, 20.0, throttle=0.15)
    assert world.outcome is Outcome.ARRIVED
    assert (world.completion, world.infractions) == (1.0, ())


def test_nothing_moves_once_a_drive_is_over() -> None:
    roads, route = straight_road()
    world = World(scenario(roads, Path(route.points_N2[:30]), speed_mps=6.0))
    run(world, 10.0, throttle=0.2)
    ended = (world.time_ns, world.ego)
    run(world, 1.0, throttle=1.0)
    assert (world.time_ns, world.ego) == ended


def test_touching_a_car_a_pedestrian_or_a_cone_ends_the_drive() -> None:
    roads, route = straight_road()
    car = CarPlan("car", ("a", "b", 0), 40.0, 0.0, 0.0)
    walker = WalkerPlan("walker", resampled(route.points_N2[40:50]), starts=lambda _world, _walker: False)
    hits = {
        "collisions_vehicle": scenario(roads, route, speed_mps=6.0, cars=(car,)),
        "collisions_pedestrian": scenario(roads, route, speed_mps=6.0, walkers=(walker,)),
        "collisions_layout": scenario(roads, route, speed_mps=6.0, things=(CONE,)),
    }
    for kind, planned in hits.items():
        world = World(planned)
        run(world, 20.0, throttle=0.15)
        assert (world.outcome, kinds(world)) == (Outcome.CRASHED, [kind])


@pytest.mark.parametrize(("lamp", "found"), [(Lamp.RED, ["red_light"]), (Lamp.AMBER, []), (Lamp.GREEN, [])])
def test_passing_a_light_counts_at_red_only(lamp: Lamp, found: list[str]) -> None:
    junction, route = crossing("north")
    light = junction.light("south", ((lamp, 1000.0),))
    world = World(scenario(junction.roads, route, speed_mps=6.0, lights=(light,)))
    run(world, 12.0, throttle=0.15)
    assert kinds(world) == found


def test_waiting_before_a_red_light_is_no_infraction() -> None:
    junction, route = crossing("north")
    light = junction.light("south", ((Lamp.RED, 1000.0),))
    world = World(scenario(junction.roads, Path(route.points_N2[40:]), lights=(light,)))
    run(world, 20.0, brake=1.0)
    assert world.infractions == ()


def test_a_stop_sign_wants_a_stop_at_its_line() -> None:
    junction, route = crossing("north")
    planned = scenario(junction.roads, route, speed_mps=6.0, stop_signs=(junction.stop_sign("south"),))
    passed, stopped = World(planned), World(planned)
    run(passed, 15.0, throttle=0.15)
    line_m = stopped.stop_lines[0].s_m
    while stopped.ego_s_m + 2.45 < line_m - 5.0:
        run(stopped, 0.05, throttle=0.1)
    run(stopped, 2.0, brake=1.0)
    run(stopped, 25.0, throttle=0.3)
    assert kinds(passed) == ["stop_infraction"]
    assert (stopped.outcome, kinds(stopped)) == (Outcome.ARRIVED, [])


def test_the_way_on_the_wrong_side_is_counted_except_past_an_obstacle() -> None:
    roads, route = straight_road()
    start = (20.0, 1.75, 0.0)
    wrong = World(scenario(roads, Path(route.points_N2[20:80]), start=start, speed_mps=6.0))
    detour = Detour(0.0, 80.0, 3.5, opposing=True)
    past = World(scenario(roads, Path(route.points_N2[20:80]), start=start, speed_mps=6.0, detours=(detour,)))
    for world in (wrong, past):
        run(world, 20.0, throttle=0.15)
    assert kinds(wrong) == ["outside_route_lanes"]
    assert wrong.infractions[0].share == pytest.approx(1.0)
    assert kinds(past) == []


def test_leaving_the_road_is_counted_by_its_share_and_ends_far_from_the_route() -> None:
    roads, route = straight_road()
    world = World(scenario(roads, route, start=(20.0, -1.75, -0.6), speed_mps=7.0))
    run(world, 20.0, throttle=0.2)
    assert world.outcome is Outcome.OFF_ROUTE
    assert kinds(world) == ["route_dev", "outside_route_lanes"]
    assert 0.8 < world.infractions[1].share < 1.0


def test_standing_is_blocked_and_dawdling_is_too_late() -> None:
    roads, route = straight_road()
    blocked, late = World(scenario(roads, route)), World(scenario(roads, route, limit_s=5.0))
    run(blocked, 70.0, brake=1.0)
    run(late, 70.0, brake=1.0)
    assert (blocked.outcome, kinds(blocked)) == (Outcome.BLOCKED, ["vehicle_blocked"])
    assert (late.outcome, kinds(late)) == (Outcome.TIMED_OUT, ["route_timeout"])
    assert math.isclose(late.time_s, 5.05)


def test_holding_up_a_siren_is_noted_once() -> None:
    roads, route = straight_road()
    siren = CarPlan("ambulance", ("a", "b", 0), 5.0, 10.0, 11.0, kind=BodyKind.EMERGENCY, lamps=frozenset({Lamp.SIREN}))
    world = World(scenario(roads, Path(route.points_N2[30:]), speed_mps=3.0, cars=(siren,)))
    run(world, 20.0, throttle=0.06)
    assert kinds(world) == ["yield_emergency_vehicle_infractions"]
