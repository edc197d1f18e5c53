"""When a drive asks for more than normal driving: spans of the route and conditions, as data of a scenario.

A scenario lists its situations; ``labels.py`` reads them and knows no family by name. Of several that are on the first
counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from drivemoe_ros.world.scene import Lamp

if TYPE_CHECKING:
    from drivemoe_ros.world.simulation import World

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


def siren_on(world: World) -> bool:
    """Return whether a siren is on anywhere."""
    return any(Lamp.SIREN in car.lamps for car in world.cars)
