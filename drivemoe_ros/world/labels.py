"""What this moment of a drive asks for: the skill, and the view to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.data.labels import Label

if TYPE_CHECKING:
    from drivemoe_ros.world.simulation import World


def label(world: World) -> Label:
    """Return the skill of the scenario, and the view that is looked at where nothing else calls."""
    return Label(world.scenario.skill, "back")
