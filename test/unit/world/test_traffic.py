"""What other road users do: they keep distance to the driven car, to each other, to pedestrians and to red lights."""

import pytest

from drivemoe_ros.world.car import Car
from drivemoe_ros.world.path import Path, resampled
from drivemoe_ros.world.scenario import CarPlan, Scenario, WalkerPlan
from drivemoe_ros.world.scene import Lamp
from drivemoe_ros.world.scripts import brake_hard, change_lane, drive_off, keep_aside, open_door
from drivemoe_ros.world.simulation import World
from drivemoe_ros.world.triggers import after, ego_within
from drivemoe_ros.world.ways import way_through

from .streets import crossing, run, scenario, straight_road

RED = ((Lamp.RED, 1000.0),)


def car_of(world: World, name: str) -> Car:
    agent = world.agent(name)
    assert isinstance(agent, Car)
    return agent


def alone(*cars: CarPlan, start_m: float = 150.0, **section: object) -> Scenario:
    """Return a straight road with cars, the driven car standing far ahead of them."""
    roads, route = straight_road(**section)  # type: ignore[arg-type]
    return scenario(roads, Path(route.points_N2[int(start_m) :]), cars=cars)


def test_a_car_stops_behind_the_driven_car_when_that_stands() -> None:
    world = World(alone(CarPlan("behind", ("a", "b", 0), 60.0, 8.0, 8.0)))
    run(world, 25.0, brake=1.0)
    behind = car_of(world, "behind")
    gap_m = 150.0 - 0.5 * 4.9 - float(behind.position[0]) - 0.5 * behind.LENGTH
    assert behind.speed < 0.1
    assert 1.0 < gap_m < 4.0
    assert Lamp.BRAKE in behind.body().lamps


def test_a_car_that_ignores_the_driven_car_hits_it() -> None:
    world = World(alone(CarPlan("blind", ("a", "b", 0), 80.0, 8.0, 8.0, ignores=frozenset({"ego"}))))
    run(world, 15.0, brake=1.0)
    assert world.infractions[0].kind == "collisions_vehicle"


def test_a_car_waits_for_a_pedestrian_on_the_road() -> None:
    roads, route = straight_road()
    stands = WalkerPlan("stands", resampled(route.points_N2[100:110]), starts=lambda _world, _walker: False)
    car = CarPlan("car", ("a", "b", 0), 40.0, 8.0, 8.0)
    world = World(scenario(roads, Path(route.points_N2[150:]), cars=(car,), walkers=(stands,)))
    run(world, 15.0, brake=1.0)
    assert car_of(world, "car").speed < 0.1
    assert 92.0 < float(car_of(world, "car").position[0]) < 97.0


@pytest.mark.parametrize(("phases", "stops"), [(RED, True), (((Lamp.GREEN, 1000.0),), False)])
def test_a_car_stops_at_a_light_that_is_red_and_only_then(phases: tuple[tuple[Lamp, float], ...], stops: bool) -> None:  # noqa: FBT001
    junction, _ = crossing("north")
    away = way_through(junction.roads, [junction.out("east"), "far east"])
    car = CarPlan("car", ("far south-", junction.into("south"), 0), 10.0, 8.0, 8.0)
    world = World(scenario(junction.roads, away, cars=(car,), lights=(junction.light("south", phases),)))
    run(world, 12.0, brake=1.0)
    waits = any(car.speed < 0.1 and car.lane_index[1] == junction.into("south") for car in world.cars)
    assert waits is stops


def test_a_car_turns_where_it_is_told_to_and_indicates_before() -> None:
    junction, _ = crossing("north")
    away = way_through(junction.roads, [junction.out("east"), "far east"])
    lane = ("far south-", junction.into("south"), 0)
    car = CarPlan("car", lane, 30.0, 7.0, 7.0, turns={junction.into("south"): junction.out("west")})
    world = World(scenario(junction.roads, Path(away.points_N2[20:]), cars=(car,)))
    run(world, 2.0, brake=1.0)
    assert Lamp.LEFT in car_of(world, "car").body().lamps
    aside_m = 0.0
    for _ in range(40):
        run(world, 0.2, brake=1.0)
        if world.cars:
            here = world.cars[0]
            aside_m = max(aside_m, abs(here.lane.local_coordinates(here.position)[1]))
            last = here.lane_index
    assert last[1] == "far west"
    assert aside_m < 0.5


def test_a_car_overtakes_a_slow_one_on_its_own() -> None:
    slow = CarPlan("slow", ("a", "b", 1), 40.0, 3.0, 3.0)
    fast = CarPlan("fast", ("a", "b", 1), 10.0, 8.0, 8.0, changes_lane=True)
    world = World(alone(slow, fast, start_m=130.0, ahead=2))
    run(world, 14.0, brake=1.0)
    assert car_of(world, "fast").position[0] > car_of(world, "slow").position[0] + 5.0


def test_cars_leave_the_map_at_the_end_of_their_road() -> None:
    world = World(alone(CarPlan("oncoming", ("b-", "a-", 0), 40.0, 8.0, 8.0)))
    run(world, 12.0, brake=1.0)
    assert world.cars == []


def test_a_car_brakes_hard_when_its_script_says_so_and_drives_on() -> None:
    script = brake_hard(after(1.0), for_s=2.0, deceleration_mps2=6.0)
    world = World(alone(CarPlan("lead", ("a", "b", 0), 20.0, 8.0, 8.0, scripts=(script,)), start_m=130.0))
    run(world, 2.9, brake=1.0)
    assert car_of(world, "lead").speed < 0.1
    run(world, 5.0, brake=1.0)
    assert car_of(world, "lead").speed > 5.0


def test_a_car_drives_out_of_a_bay_and_indicates() -> None:
    script = drive_off(after(0.5), 6.0)
    plan = CarPlan("parked", ("a", "b", 0), 20.0, 0.0, 0.0, left_m=-3.0, scripts=(script,))
    world = World(alone(plan, start_m=130.0))
    run(world, 0.4, brake=1.0)
    assert car_of(world, "parked").speed == 0.0
    run(world, 1.0, brake=1.0)
    assert Lamp.LEFT in car_of(world, "parked").body().lamps
    run(world, 6.0, brake=1.0)
    parked = car_of(world, "parked")
    assert abs(parked.lane.local_coordinates(parked.position)[1]) < 0.3


def test_a_car_changes_lane_and_keeps_aside_as_told() -> None:
    changes = CarPlan("changes", ("a", "b", 0), 20.0, 7.0, 7.0, scripts=(change_lane(after(0.5), ("a", "b", 1)),))
    aside = CarPlan("aside", ("b-", "a-", 0), 20.0, 7.0, 7.0, scripts=(keep_aside(ego_within(1000.0), 1.0),))
    world = World(alone(changes, aside, start_m=130.0, ahead=2))
    run(world, 5.0, brake=1.0)
    assert car_of(world, "changes").lane_index == ("a", "b", 1)
    oncoming = car_of(world, "aside")
    assert oncoming.lane.local_coordinates(oncoming.position)[1] == pytest.approx(1.0, abs=0.1)


def test_an_open_door_takes_room() -> None:
    plan = CarPlan("door", ("a", "b", 0), 20.0, 0.0, 0.0, scripts=(open_door(after(0.5)),))
    world = World(alone(plan, start_m=100.0))
    shut_m = car_of(world, "door").footprint.half_width_m
    run(world, 1.0, brake=1.0)
    assert car_of(world, "door").footprint.half_width_m == pytest.approx(shut_m + 0.45)
    assert Lamp.OPEN_DOOR_LEFT in car_of(world, "door").body().lamps


def test_a_pedestrian_goes_once_something_starts_it() -> None:
    roads, route = straight_road()
    across = resampled(route.points_N2[50:60])
    plan = WalkerPlan("walker", across, 1.5, after(2.0))
    world = World(scenario(roads, Path(route.points_N2[150:]), walkers=(plan,)))
    run(world, 1.9, brake=1.0)
    assert world.walkers[0].s_m == 0.0
    run(world, 20.0, brake=1.0)
    assert world.walkers[0].s_m == pytest.approx(across.length_m)
    assert world.walkers[0].speed < 1.6
