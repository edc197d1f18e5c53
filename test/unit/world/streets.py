"""Small worlds for tests: a straight road, a crossing, and commands."""

import math
from dataclasses import replace

from drivemoe_ros.data.control import ControlCommand
from drivemoe_ros.world.junctions import Junction, lay_junction
from drivemoe_ros.world.path import Path
from drivemoe_ros.world.roads import RoadMap, Section
from drivemoe_ros.world.scenario import Scenario
from drivemoe_ros.world.simulation import World
from drivemoe_ros.world.ways import way_through

LENGTH_M = 300.0


def straight_road(heading_rad: float = 0.0, **section: object) -> tuple[RoadMap, Path]:
    """Return a straight road from "a" over "b" at 100 m to "c", and the way along it."""
    roads = RoadMap()
    pen = roads.pen("a", (0.0, 0.0, heading_rad), replace(Section(), **section))  # type: ignore[arg-type]
    pen.straight("b", 100.0).straight("c", LENGTH_M - 100.0)
    return roads, way_through(roads, ["a", "b", "c"])


def crossing(turn: str) -> tuple[Junction, Path]:
    """Return a crossing with arms of 60 m, and the way that comes from the south and leaves through an arm."""
    roads = RoadMap()
    junction = lay_junction(roads, "x", (0.0, 0.0, 0.3), Section())
    for arm in junction.arms:
        junction.pen(arm).straight(f"far {arm}", 60.0)
    nodes = ["far south-", junction.into("south"), junction.out(turn), f"far {turn}"]
    return junction, way_through(roads, nodes)


def scenario(roads: RoadMap, route: Path, **more: object) -> Scenario:
    """Return a scenario on roads, with whatever else it has."""
    return Scenario(family="test", skill="normal", seed=0, roads=roads, route=route, **more)  # type: ignore[arg-type]


def command(throttle: float = 0.0, brake: float = 0.0, wheel_rad: float = 0.0) -> ControlCommand:
    """Return a command of pedals and a wheel angle."""
    return ControlCommand(throttle, brake, 0.0, wheel_rad, 0.0, 0.0, 0.0)


def run(world: World, seconds: float, throttle: float = 0.0, brake: float = 0.0, wheel_rad: float = 0.0) -> None:
    """Hold a command for a while, or until the drive is over."""
    for _ in range(math.ceil(seconds / 0.05)):
        world.step(command(throttle, brake, wheel_rad))
