"""Traffic lights: phases, and the stop lines they rule."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from drivemoe_ros.world.scene import Lamp

if TYPE_CHECKING:
    from drivemoe_ros.world.roads import LaneIndex, RoadMap
    from drivemoe_ros.world.scenario import LightPlan
    from drivemoe_ros.world.scene import Body


class TrafficLight:
    """A traffic light; its lamp is a function of time.

    Attributes:
        plan: How it was planned.
        lamp: What shines now.
        lines: For each lane it rules, where along the lane its stop line is [m].
    """

    def __init__(self, plan: LightPlan, roads: RoadMap) -> None:
        """Set it up.

        Args:
            plan: Lanes and phases.
            roads: The roads.
        """
        self.plan = plan
        self._cycle_s = sum(seconds for _, seconds in plan.phases)
        self.lines: dict[LaneIndex, float] = {
            index: roads.lane(index).arc.length_m - plan.line_before_end_m for index in plan.lanes
        }
        self.show(0)

    def show(self, time_ns: int) -> None:
        """Go to a time [ns]."""
        self.lamp, self.remaining_s = self._phase(time_ns * 1e-9)

    def _phase(self, time_s: float) -> tuple[Lamp, float]:
        left_s = math.fmod(time_s + self.plan.offset_s, self._cycle_s)
        for lamp, seconds in self.plan.phases:
            if left_s < seconds:
                return lamp, seconds - left_s
            left_s -= seconds
        return self.plan.phases[-1][0], 0.0

    @property
    def closed(self) -> bool:
        """Whether one must stop if one can."""
        return self.lamp is not Lamp.GREEN

    def body(self) -> Body:
        """Return it with its lamp."""
        return dataclasses.replace(self.plan.body, lamps=frozenset({self.lamp}))
