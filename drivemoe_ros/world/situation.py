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
    """Return whether the distance between an agent and the driven car shrinks."""
    ego = world.ego
    east_m, north_m = float(agent.position[0]) - ego.x_m, float(agent.position[1]) - ego.y_m
    east_mps = float(agent.velocity[0]) - ego.speed_mps * math.cos(ego.yaw_rad)
    north_mps = float(agent.velocity[1]) - ego.speed_mps * math.sin(ego.yaw_rad)
    return east_m * east_mps + north_m * north_mps < 0.0


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
