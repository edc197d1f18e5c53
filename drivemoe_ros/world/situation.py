"""When a drive asks for more than normal driving: spans of the route and conditions, as data of a scenario.

A scenario lists its situations; ``labels.py`` reads them and knows no family by name. Of several that are on the first
counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from drivemoe_ros.world.car import Car
    from drivemoe_ros.world.scene import Lamp
    from drivemoe_ros.world.simulation import World
    from drivemoe_ros.world.walkers import Walker

Condition = Callable[[Any], bool]  # (world: World)


@dataclass(frozen=True)
class Situation:
    """A part of a drive that asks for a skill and a view.

    Attributes:
        from_m: Where it begins: the car's middle along the route [m].
        to_m: Where it ends [m].
        when: Whether it is on while the car is between the two; always if None.
        skill: The skill it asks for, one of ``data.skills.SKILL_NAMES``; the scenario's if empty.
        view: The view it asks for, one of ``data.cameras.CANDIDATE_VIEWS``; what ``faces`` or the rules say if empty.
        faces: Name of the agent to look at, while it is there; what the rules say if empty.
    """

    from_m: float = -math.inf
    to_m: float = math.inf
    when: Condition | None = None
    skill: str = ""
    view: str = ""
    faces: str = ""

    def is_on(self, world: World) -> bool:
        """Return whether it is on in a world now."""
        return self.from_m <= world.ego_s_m < self.to_m and (self.when is None or self.when(world))


def both(one: Condition, other: Condition) -> Condition:
    """Return the condition that two conditions hold."""
    return lambda world: one(world) and other(world)


def either(one: Condition, other: Condition) -> Condition:
    """Return the condition that one of two conditions holds."""
    return lambda world: one(world) or other(world)


def comes_nearer(world: World, agent: Car | Walker) -> bool:
    """Return whether an agent moves towards the driven car, wherever that drives."""
    east_m, north_m = float(agent.position[0]) - world.ego.x_m, float(agent.position[1]) - world.ego.y_m
    return east_m * float(agent.velocity[0]) + north_m * float(agent.velocity[1]) < 0.0


def coming(name: str, distance_m: float) -> Condition:
    """Return the condition that an agent is nearer than this and comes nearer still [m]."""
    near = within(name, distance_m)
    return lambda world: near(world) and any(comes_nearer(world, agent) for agent in world.agents if agent.name == name)


def within(name: str, distance_m: float) -> Condition:
    """Return the condition that an agent is there, and nearer than this to the driven car [m]."""

    def condition(world: World) -> bool:
        return any(
            math.hypot(float(agent.position[0]) - world.ego.x_m, float(agent.position[1]) - world.ego.y_m) < distance_m
            for agent in world.agents
            if agent.name == name
        )

    return condition


def started(name: str) -> Condition:
    """Return the condition that a walker has begun to go."""
    return lambda world: any(walker.started for walker in world.walkers if walker.name == name)


def slower(name: str, speed_mps: float) -> Condition:
    """Return the condition that an agent is slower than this [m/s]."""
    return lambda world: any(agent.speed < speed_mps for agent in world.agents if agent.name == name)


def near_route(name: str, distance_m: float) -> Condition:
    """Return the condition that an agent is no farther beside the route than this [m]."""

    def condition(world: World) -> bool:
        return any(
            abs(world.scenario.route.project(float(agent.position[0]), float(agent.position[1]))[1]) < distance_m
            for agent in world.agents
            if agent.name == name
        )

    return condition


def not_past(name: str, by_m: float) -> Condition:
    """Return the condition that an agent is no farther along the route than this before the driven car [m]."""

    def condition(world: World) -> bool:
        return any(
            world.scenario.route.project(float(agent.position[0]), float(agent.position[1]))[0] < world.ego_s_m + by_m
            for agent in world.agents
            if agent.name == name
        )

    return condition


def lamp_on(name: str, lamp: Lamp) -> Condition:
    """Return the condition that a lamp shines which a vehicle's scripts or plan have switched on."""
    return lambda world: any(lamp in car.lamps for car in world.cars if car.name == name)


def aside(name: str, left_m: float) -> Condition:
    """Return the condition that a vehicle is farther to the left of its lane's middle than this [m]."""
    return lambda world: any(car.left_m > left_m for car in world.cars if car.name == name)


def not_met(name: str, within_m: float) -> Condition:
    """Return the condition that an agent is still ahead along the route, and no farther than this [m]."""

    def condition(world: World) -> bool:
        return any(
            -2.0  # noqa: PLR2004
            < world.scenario.route.project(float(agent.position[0]), float(agent.position[1]))[0] - world.ego_s_m
            < within_m
            for agent in world.agents
            if agent.name == name
        )

    return condition
