"""What this moment of a drive asks for: a skill and a view, by the paper's rules, from what the world knows.

Skill, the first that holds: TRAFFIC_SIGN before a stop line with a sign; the skill of a situation that is on; the
scenario's skill beside an obstacle that must be passed; NORMAL.

View, the first that holds: what a situation that is on asks for; the camera that faces a siren that comes nearer; at an
obstacle that must be passed, the rear camera of the side one moves to, or the front one if oncoming traffic has that
side; in a junction one turns in, the front camera of the side one leaves to; ``back``.

Source:
    DriveMoE (arXiv 2505.16278), data/data.md of its repository: skills of the scenarios, and rules of the views.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING

from drivemoe_ros.data.labels import Label
from drivemoe_ros.data.skills import NORMAL, TRAFFIC_SIGN
from drivemoe_ros.world.detours import near
from drivemoe_ros.world.ego_vehicle import LENGTH_M
from drivemoe_ros.world.lane_watch import inside
from drivemoe_ros.world.scene import Lamp
from drivemoe_ros.world.situation import comes_nearer

if TYPE_CHECKING:
    from drivemoe_ros.world.scenario import Detour, Scenario
    from drivemoe_ros.world.simulation import World
    from drivemoe_ros.world.situation import Situation

# A sign counts from here on until the car's nose has passed its line.
SIGN_FROM_M = 20.0
PAST_LINE_M = 1.0
# An obstacle counts from here on, and until one is back in one's lane.
DETOUR_BEFORE_M = 30.0
DETOUR_AFTER_M = 20.0
SIREN_NEAR_M = 45.0
# Less than this is going straight on.
TURN_RAD = math.radians(35.0)
# Where the candidate views look, counter-clockwise from forward; what is nearer to forward than AHEAD the front sees.
VIEWS_RAD = {
    "front_left": math.radians(55.0),
    "back_left": math.radians(110.0),
    "back": math.pi,
    "back_right": math.radians(-110.0),
    "front_right": math.radians(-55.0),
}
AHEAD_RAD = math.radians(20.0)
DEFAULT_VIEW = "back"


def label(world: World) -> Label:
    """Return which skill and which view this moment asks for.

    Args:
        world: The world, whose scenario says by data when its situations are on.

    Returns:
        The label.
    """
    on = next((situation for situation in world.scenario.situations if situation.is_on(world)), None)
    return Label(_skill(world, on), _view(world, on))


def _skill(world: World, on: Situation | None) -> str:
    if _under_stop_sign(world):
        return TRAFFIC_SIGN
    if on is not None:
        return on.skill or world.scenario.skill
    return world.scenario.skill if _detour(world) else NORMAL


def _under_stop_sign(world: World) -> bool:
    nose_m = world.ego_s_m + 0.5 * LENGTH_M
    return any(line.light is None and -PAST_LINE_M < line.s_m - nose_m < SIGN_FROM_M for line in world.stop_lines)


def _view(world: World, on: Situation | None) -> str:
    asked = "" if on is None else on.view or _facing_agent(world, on.faces)
    if asked:
        return asked
    for car in world.cars:
        near = Lamp.SIREN in car.lamps and _distance(world, car.position) < SIREN_NEAR_M
        if near and comes_nearer(world, car):
            return facing_view(world, float(car.position[0]), float(car.position[1]))
    detour = _detour(world)
    if detour is not None:
        return _detour_view(world, detour)
    return _turn_view(world)


def _distance(world: World, position: tuple[float, float]) -> float:
    return math.hypot(float(position[0]) - world.ego.x_m, float(position[1]) - world.ego.y_m)


def _facing_agent(world: World, name: str) -> str:
    """Return the view that faces an agent; nothing if it is not there."""
    agent = next((agent for agent in world.agents if agent.name == name), None)
    return "" if agent is None else facing_view(world, float(agent.position[0]), float(agent.position[1]))


def facing_view(world: World, x_m: float, y_m: float) -> str:
    """Tell which candidate view looks most directly at a place.

    Args:
        world: The world.
        x_m: The place [m].
        y_m: The place [m].

    Returns:
        The view's name; the default for what the front sees well.
    """
    bearing_rad = math.atan2(y_m - world.ego.y_m, x_m - world.ego.x_m) - world.ego.yaw_rad
    if abs(math.remainder(bearing_rad, math.tau)) < AHEAD_RAD:
        return DEFAULT_VIEW
    return min(VIEWS_RAD, key=lambda view: abs(math.remainder(bearing_rad - VIEWS_RAD[view], math.tau)))


def _detour(world: World) -> Detour | None:
    """Return the obstacle that is being passed."""
    for detour in world.scenario.detours:
        if near(world, detour, DETOUR_BEFORE_M, DETOUR_AFTER_M):
            return detour
    return None


def _detour_view(world: World, detour: Detour) -> str:
    """Return the view towards the side one moves to: out before and beside the obstacle, back after it."""
    back = not near(world, detour, math.inf, 0.0)
    side = "left" if (detour.left_m > 0.0) != back else "right"
    return f"front_{side}" if detour.opposing else f"back_{side}"


def _turn_view(world: World) -> str:
    for from_m, to_m, side in turns(world.scenario):
        if from_m < world.ego_s_m + 0.5 * LENGTH_M and world.ego_s_m < to_m:
            return f"front_{side}"
    return DEFAULT_VIEW


@functools.lru_cache(maxsize=16)
def turns(scenario: Scenario) -> tuple[tuple[float, float, str], ...]:
    """Return where a scenario's route turns in junctions.

    Args:
        scenario: Route and roads.

    Returns:
        For each turn: where the route enters the junction [m], where it leaves it [m], "left" or "right".
    """
    route, found = scenario.route, []
    for area_N2 in scenario.roads.open_areas:
        within = [float(s) for s, point in zip(route.s_N, route.points_N2, strict=True) if inside(area_N2, *point)]
        if not within:
            continue
        turn_rad = route.pose(within[-1] + 1.0)[2] - route.pose(within[0] - 1.0)[2]
        if abs(turn_rad) > TURN_RAD:
            found.append((within[0], within[-1], "left" if turn_rad > 0.0 else "right"))
    return tuple(sorted(found))
