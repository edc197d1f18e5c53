"""When agents do something: small functions of the world and one agent, for scenarios to choose.

A trigger answers every step whether something happens now; what it must remember stands in ``agent.memory``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivemoe_ros.world.car import Car
    from drivemoe_ros.world.scenario import Trigger
    from drivemoe_ros.world.simulation import World
    from drivemoe_ros.world.walkers import Walker

# Below this speed a time to arrival says nothing, and this speed is taken.
SLOWEST_MPS = 1.0
STOOD_MPS = 0.3


def after(seconds: float) -> Trigger:
    """Return the trigger that comes at a time of the drive [s]."""
    return lambda world, _: world.time_s >= seconds


def later(when: Trigger, seconds: float) -> Trigger:
    """Return the trigger that comes this long after another has come for the same agent [s]."""

    def trigger(world: World, agent: Car | Walker) -> bool:
        since_s = since("later", when, world, agent)
        return since_s is not None and since_s >= seconds

    return trigger


def ego_within(distance_m: float) -> Trigger:
    """Return the trigger that comes once the driven car is this near to the agent [m]."""
    return lambda world, agent: distance_to_ego(world, agent) <= distance_m


def ego_past(s_m: float) -> Trigger:
    """Return the trigger that comes once the driven car is this far along its route [m]."""
    return lambda world, _: world.ego_s_m >= s_m


def ego_arrives(s_m: float, seconds: float) -> Trigger:
    """Return the trigger that comes once the driven car is this long before a place of its route.

    Args:
        s_m: The place, along the route [m].
        seconds: Time to arrival at its speed [s].

    Returns:
        The trigger.
    """
    return lambda world, _: s_m - world.ego_s_m <= seconds * max(world.ego.speed_mps, SLOWEST_MPS)


def reaches(place: tuple[float, float], distance_m: float) -> Trigger:
    """Return the trigger that comes once the agent is this near to a place on the map [m]."""
    return lambda _, agent: (
        math.hypot(place[0] - float(agent.position[0]), place[1] - float(agent.position[1])) <= distance_m
    )


def ego_stood(seconds: float, within_m: float) -> Trigger:
    """Return the trigger that comes once the driven car has stood near the agent for a while.

    Args:
        seconds: How long [s].
        within_m: How near [m].

    Returns:
        The trigger.
    """

    def trigger(world: World, agent: Car | Walker) -> bool:
        if world.ego.speed_mps > STOOD_MPS or distance_to_ego(world, agent) > within_m:
            agent.memory.pop("stood", None)
            return False
        since_s: float = agent.memory.setdefault("stood", world.time_s)
        return world.time_s - since_s >= seconds

    return trigger


def distance_to_ego(world: World, agent: Car | Walker) -> float:
    """Return the distance between the middles of an agent and the driven car [m]."""
    return math.hypot(float(agent.position[0]) - world.ego.x_m, float(agent.position[1]) - world.ego.y_m)


def signalled(seconds: float) -> Trigger:
    """Return the trigger that comes once the agent has indicated for this long [s], by ``signal``."""
    return lambda world, agent: world.time_s - agent.memory.get("signal", math.inf) >= seconds


def since(name: str, trigger: Trigger, world: World, agent: Car | Walker) -> float | None:
    """Return how long ago a trigger first came for an agent.

    Args:
        name: Under which name the agent remembers it.
        trigger: The trigger.
        world: The world.
        agent: The agent.

    Returns:
        Time since then [s]; None before it has come.
    """
    if name not in agent.memory and trigger(world, agent):
        agent.memory[name] = world.time_s
    begun_s: float | None = agent.memory.get(name)
    return None if begun_s is None else world.time_s - begun_s
