"""Stop lines along the route: where they are, and what makes them count."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivemoe_ros.world.lights import TrafficLight
    from drivemoe_ros.world.roads import LaneIndex
    from drivemoe_ros.world.scenario import Scenario

# Lines of the neighbouring lanes count too: one may come over them after a change of lane.
ASIDE_M = 5.0


@dataclass(frozen=True)
class StopLine:
    """A stop line that the route passes.

    Attributes:
        s_m: Where it is along the route [m].
        light: The traffic light that rules it; None at a stop sign.
    """

    s_m: float
    light: TrafficLight | None


def stop_lines(scenario: Scenario, lights: tuple[TrafficLight, ...]) -> tuple[StopLine, ...]:
    """Return the stop lines of a scenario's route, in the order of its travel.

    Args:
        scenario: Route, roads and signs.
        lights: Its traffic lights.

    Returns:
        One for every light and sign that the route passes.
    """
    found: dict[tuple[int, int], StopLine] = {}
    for number, light in enumerate(lights):
        for index in light.lines:
            s_m = _on_route(scenario, index, light.plan.line_before_end_m)
            if s_m is not None:
                found.setdefault((0, number), StopLine(s_m, light))
    for number, sign in enumerate(scenario.stop_signs):
        s_m = _on_route(scenario, sign.lane, sign.line_before_end_m)
        if s_m is not None:
            found[1, number] = StopLine(s_m, None)
    return tuple(sorted(found.values(), key=lambda line: line.s_m))


def _on_route(scenario: Scenario, index: LaneIndex, before_end_m: float) -> float | None:
    """Return where the end of a lane is along the route [m]; None if the route does not pass it."""
    arc = scenario.roads.lane(index).arc
    x_m, y_m, heading_rad = arc.pose(arc.length_m - before_end_m)
    s_m, left_m = scenario.route.project(x_m, y_m)
    turn_rad = math.remainder(scenario.route.pose(s_m)[2] - heading_rad, math.tau)
    inside = 0.0 < s_m < scenario.route.length_m
    return s_m if inside and abs(left_m) < ASIDE_M and abs(turn_rad) < math.pi / 4.0 else None
