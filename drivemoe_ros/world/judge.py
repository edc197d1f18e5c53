"""Watches a drive: notes what goes wrong, and says when it is over and how it ended."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from drivemoe_ros.world import infractions
from drivemoe_ros.world.ego_vehicle import LENGTH_M
from drivemoe_ros.world.footprint import Footprint
from drivemoe_ros.world.infractions import Infraction
from drivemoe_ros.world.lane_watch import LaneWatch
from drivemoe_ros.world.route_signs import stop_lines
from drivemoe_ros.world.scene import BodyKind, Lamp

if TYPE_CHECKING:
    from drivemoe_ros.world.simulation import World

STEP_S = 0.05
# The destination is reached this far before the route's last point.
ARRIVED_M = 3.0
# CARLA's leaderboard: farther from the route than this is off it, and who stands for longer is blocked.
OFF_ROUTE_M = 30.0
BLOCKED_S = 60.0
STANDING_MPS = 0.1
# Who comes to a stop no farther than this before the line has obeyed the sign.
STOP_AREA_M = 6.0
STOPPED_MPS = 0.3
# A siren that has been kept below half its speed by the car for this long was not given way to.
SIREN_S = 6.0
SIREN_NEAR_M = 25.0
SIREN_ASIDE_M = 2.0


class Outcome(Enum):
    """How a drive ended."""

    ARRIVED = "arrived"
    CRASHED = "crashed"
    TIMED_OUT = "timed out"
    BLOCKED = "blocked"
    OFF_ROUTE = "off the route"


class Judge:
    """Watches one world.

    Attributes:
        infractions: What went wrong, in order.
        completion: How much of the route is done, 0 to 1.
        lines: Stop lines along the route.
    """

    def __init__(self, world: World) -> None:
        """Begin to watch a world that has just been set up."""
        self._world = world
        self.infractions: list[Infraction] = []
        self.completion = 0.0
        self.lines = stop_lines(world.scenario, world.lights)
        self._lanes = LaneWatch(world.scenario)
        self._static = [Footprint.of(body) for body in (*world.scenario.things, *world.scenario.props)]
        self._names = [body.kind.value for body in (*world.scenario.things, *world.scenario.props)]
        self._nose_m = world.ego_s_m + 0.5 * LENGTH_M
        self._stopped: set[float] = set()
        self._standing_s = 0.0
        self._held_up_s: dict[str, float] = {}

    def step(self) -> Outcome | None:
        """Look at the world after a step.

        Returns:
            How the drive ended; None if it goes on.
        """
        world = self._world
        way_m = world.scenario.route.length_m - ARRIVED_M
        self.completion = max(self.completion, min(max(world.ego_s_m, 0.0) / way_m, 1.0))
        self._lanes.step(world, STEP_S)
        self._watch_lines()
        self._watch_sirens()
        outcome = self._ended()
        if outcome is not None and self._lanes.share > 0.0:
            detail = f"{self._lanes.outside_m:.1f} m of {self._lanes.driven_m:.1f} m outside the lanes of its direction"
            self._note(infractions.OUTSIDE_LANES, detail, min(self._lanes.share, 1.0))
        return outcome

    def _note(self, kind: str, detail: str, share: float = 1.0) -> None:
        self.infractions.append(Infraction(kind, self._world.time_ns, detail, share))

    def _ended(self) -> Outcome | None:
        world = self._world
        self._standing_s = self._standing_s + STEP_S if world.ego.speed_mps < STANDING_MPS else 0.0
        if self._collides():
            return Outcome.CRASHED
        if self.completion >= 1.0:
            return Outcome.ARRIVED
        if abs(world.ego_left_m) > OFF_ROUTE_M:
            self._note(infractions.ROUTE_DEVIATION, f"{abs(world.ego_left_m):.0f} m from the route")
            return Outcome.OFF_ROUTE
        if self._standing_s > BLOCKED_S:
            self._note(infractions.BLOCKED, f"stood for {BLOCKED_S:g} s")
            return Outcome.BLOCKED
        if world.time_s > world.scenario.limit_s:
            self._note(infractions.TIMEOUT, f"not arrived after {world.scenario.limit_s:g} s")
            return Outcome.TIMED_OUT
        return None

    def _collides(self) -> bool:
        """Note what the car touches, and return whether it touches anything."""
        world, box = self._world, self._world.ego_footprint
        for agent in world.agents:
            if box.touches(agent.footprint):
                on_foot = agent.plan.kind is BodyKind.PEDESTRIAN
                self._note(infractions.PEDESTRIAN if on_foot else infractions.VEHICLE, f"touched {agent.name}")
                return True
        for footprint, name in zip(self._static, self._names, strict=True):
            if box.touches(footprint):
                self._note(infractions.LAYOUT, f"touched a {name}")
                return True
        return False

    def _watch_lines(self) -> None:
        """Note stop lines that are passed although they are closed."""
        before_m, self._nose_m = self._nose_m, self._world.ego_s_m + 0.5 * LENGTH_M
        for line in self.lines:
            if -1.0 < line.s_m - self._nose_m < STOP_AREA_M and self._world.ego.speed_mps < STOPPED_MPS:
                self._stopped.add(line.s_m)
            # A metre of grace: who stands with the nose on the line has not passed it.
            if not before_m < line.s_m + 1.0 <= self._nose_m:
                continue
            if line.light is None and line.s_m not in self._stopped:
                self._note(infractions.STOP_SIGN, "passed a stop sign without stopping")
            elif line.light is not None and line.light.lamp is Lamp.RED:
                self._note(infractions.RED_LIGHT, f"passed {line.light.plan.name} at red")

    def _watch_sirens(self) -> None:
        """Note sirens that are held up by the car."""
        ego = self._world.ego
        for car in self._world.cars:
            if Lamp.SIREN not in car.lamps or self._held_up_s.get(car.name, 0.0) > SIREN_S:
                continue
            s_m, left_m = self._world.scenario.route.project(*map(float, car.position))
            behind = (
                0.0 < self._world.ego_s_m - s_m < SIREN_NEAR_M and abs(left_m - self._world.ego_left_m) < SIREN_ASIDE_M
            )
            if behind and car.speed < 0.5 * car.target_speed and ego.speed_mps < 0.5 * car.target_speed:
                self._held_up_s[car.name] = self._held_up_s.get(car.name, 0.0) + STEP_S
                if self._held_up_s[car.name] > SIREN_S:
                    self._note(infractions.SIREN, f"{car.name} was held up for {SIREN_S:g} s")
