"""What goes wrong in a drive, named as CARLA's leaderboard names it; what it costs is the evaluation's business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivemoe_ros.world.footprint import Footprint

if TYPE_CHECKING:
    from drivemoe_ros.world.simulation import Outcome, World


@dataclass(frozen=True)
class Infraction:
    """One thing that went wrong.

    Attributes:
        kind: Its name, one of ``KINDS``.
        time_ns: When it was noted, since the drive's beginning [ns].
        detail: What happened, in words.
        share: For what is measured in shares: which, 0 to 1.
    """

    kind: str
    time_ns: int
    detail: str
    share: float = 1.0


class Judge:
    """Watches one world."""

    def __init__(self, world: World) -> None:
        """Begin."""
        self._world = world
        self.infractions: list[Infraction] = []
        self.completion = 0.0

    def step(self) -> Outcome | None:
        """Look at the world after a step and say whether the drive is over."""
        from drivemoe_ros.world.simulation import ARRIVED_M, Outcome

        world = self._world
        length_m = world.scenario.route.length_m
        self.completion = max(self.completion, min(world.ego_s_m / (length_m - ARRIVED_M), 1.0))
        box = world.ego_footprint
        for agent in world.agents:
            if box.touches(agent.footprint):
                self.infractions.append(Infraction("collisions_vehicle", world.time_ns, f"hit {agent.name}"))
                return Outcome.CRASHED
        for thing in (*world.scenario.things, *world.scenario.props):
            if box.touches(Footprint.of(thing)):
                self.infractions.append(Infraction("collisions_layout", world.time_ns, f"hit a {thing.kind.value}"))
                return Outcome.CRASHED
        if self.completion >= 1.0:
            return Outcome.ARRIVED
        return Outcome.TIMED_OUT if world.time_s > world.scenario.limit_s else None
