"""Where along the route an obstacle is now that must be passed: some stand, some drive along slowly."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivemoe_ros.world.scenario import Detour
    from drivemoe_ros.world.simulation import World


def span(world: World, detour: Detour) -> tuple[float, float] | None:
    """Tell where an obstacle is now.

    Args:
        world: The world.
        detour: The obstacle; its figures are measured from an agent's middle if it moves with one.

    Returns:
        Where it begins and ends along the route [m]; None if it is not there any more.
    """
    if not detour.agent:
        return detour.from_m, detour.to_m
    agent = next((agent for agent in world.agents if agent.name == detour.agent), None)
    if agent is None:
        return None
    s_m, _ = world.scenario.route.project(float(agent.position[0]), float(agent.position[1]))
    return s_m + detour.from_m, s_m + detour.to_m


def near(world: World, detour: Detour, before_m: float, after_m: float) -> bool:
    """Tell whether the driven car is near an obstacle.

    Args:
        world: The world.
        detour: The obstacle.
        before_m: From how far before it [m].
        after_m: Until how far behind it [m].

    Returns:
        Whether it is.
    """
    found = span(world, detour)
    return found is not None and found[0] - before_m < world.ego_s_m < found[1] + after_m
