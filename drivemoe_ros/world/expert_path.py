"""Where the expert drives: the route, shifted aside past what blocks it, for those who come over, and for sirens.

Shape legend: N points.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.world.detours import span
from drivemoe_ros.world.ego_vehicle import LENGTH_M, WIDTH_M
from drivemoe_ros.world.path import Path
from drivemoe_ros.world.predict import forecast
from drivemoe_ros.world.scene import Lamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from drivemoe_ros.world.predict import Forecast
    from drivemoe_ros.world.scenario import Detour
    from drivemoe_ros.world.simulation import World

# A shift of a lane's width takes this way; shifts to avoid somebody are smaller and come by and by.
RAMP_M = 18.0
CLEAR_M = 4.0
DODGE_MPS = 0.8
DODGE_MOST_M = 0.9
# Who must move aside farther than this for somebody who comes drives slowly meanwhile.
NARROW_M = 0.3
NARROW_MPS = 5.0
# Before it goes over to the other side it looks this far ahead in time.
GATE_HORIZON_S = 12.0
GATE_LOOK_M = 140.0
GATE_SPEED_MPS = 7.0
COMMIT_S = 1.5
# It waits with its nose this far beyond where it would begin to move over, so that it stands straight in its lane.
GATE_IN_M = 2.0
# Who drives slowly is passed this much faster, once one is this near.
PASS_FASTER_MPS = 2.5
PASS_NEAR_M = 28.0
RAMP_LEAST_M = 5.0
MERGE_S = 3.0
SIREN_NEAR_M = 32.0
SIREN_PAST_M = 8.0
SIREN_SPEED_MPS = 4.0
BESIDE_M = 3.0
# Gates farther away are not looked at yet.
GATE_NEAR_M = 40.0
# Slower than this counts as standing, and less aside than this as on the route.
MOVING_MPS = 0.5
SHIFTED_M = 0.3
# Who comes nearer to the middle than this does not come past but at one.
ONCOMING_LEFT_M = 0.5
STEP_S = 0.05


class ShiftedPath:
    """The path of one drive.

    Attributes:
        now: The path as it is now; distances along it are those along the route.
        limit_mps: The most it should be driven at now [m/s].
    """

    def __init__(self, route: Path, detours: Sequence[Detour]) -> None:
        """Shift the route past its detours.

        Args:
            route: The route.
            detours: Parts of it that are blocked.
        """
        self._route, self._detours = route, detours
        self._open: set[int] = set()
        self._aside_m = 0.0
        self.limit_mps = math.inf
        self._ways_m: dict[int, float] = {}  # ramps before agents that are being passed [m]
        fixed = [detour for detour in detours if not detour.agent]
        self._fixed_N = sum((_hump(detour, route.s_N, RAMP_M) for detour in fixed), np.zeros(len(route.s_N)))
        self._shift_N = self._fixed_N
        self.now = self._shifted(0.0)

    def _shifted(self, aside_m: float, shift_N: NDArray[np.float64] | None = None) -> Path:
        heading_N, shift_N = self._route.heading_N, (self._shift_N if shift_N is None else shift_N) + aside_m
        normal_N2 = np.stack([-np.sin(heading_N), np.cos(heading_N)], axis=1)
        path = Path(self._route.points_N2 + shift_N[:, None] * normal_N2)
        # Shifting changes the length a little; what counts is where along the route one is.
        path.s_N = self._route.s_N
        return path

    def counts(self, s_m: float) -> bool:
        """Return whether something standing at a distance along the path is in the way [m]: always, for now."""
        return math.isfinite(s_m)

    def update(self, world: World, seen: Forecast) -> None:
        """Move aside a little for whoever comes too near from the other side, or for a siren from behind.

        Args:
            world: The world.
            seen: Where everybody is expected along the path.
        """
        wanted_m, self.limit_mps = self._dodge(world, seen), math.inf
        if wanted_m < -NARROW_M:
            self.limit_mps = NARROW_MPS
        if _siren_behind(world):
            wanted_m = world.scenario.facts.get("yield_left_m", -DODGE_MOST_M)
            self.limit_mps = SIREN_SPEED_MPS
        passing = self._pass_agents(world)
        most = DODGE_MPS * STEP_S * (1.0 if world.ego.speed_mps > MOVING_MPS else 0.0)
        change = min(max(wanted_m - self._aside_m, -most), most)
        if change or passing:
            self._aside_m += change
            self.now = self._shifted(self._aside_m)

    def _dodge(self, world: World, seen: Forecast) -> float:
        """Return how far aside (negative: to the right) oncoming traffic asks it to go [m]."""
        needed_m = 0.0
        ahead_A = (seen.s_AT[:, 0] > world.ego_s_m - 3.0) & (seen.s_AT[:, 0] < world.ego_s_m + 45.0)
        for row in np.flatnonzero(ahead_A & (seen.speed_A < -1.0)):
            # On a detour it is the car that is on the wrong side, and the gate's business.
            if abs(np.interp(seen.s_AT[row, 0], self._route.s_N, self._shift_N)) > SHIFTED_M:
                continue
            # Measured from the path as it was without moving aside.
            left_m = float(seen.left_AT[row, :9].min()) + self._aside_m
            room_m = left_m - float(seen.aside_AT[row, 0]) - 0.5 * WIDTH_M
            if left_m > ONCOMING_LEFT_M:
                needed_m = max(needed_m, 0.7 - room_m)
        return -min(max(needed_m, 0.0), DODGE_MOST_M)

    def closed_gate(self, world: World) -> float | None:
        """Return where to wait before a detour until the lane it leads over is free [m]; None if there is no need.

        Args:
            world: The world.

        Returns:
            Where along the path the nose should stop.
        """
        for number, detour in enumerate(self._detours):
            gate_m = detour.from_m - CLEAR_M - RAMP_M + GATE_IN_M
            left_m = gate_m - world.ego_s_m - 0.5 * LENGTH_M
            if detour.agent or number in self._open or left_m > GATE_NEAR_M:
                continue
            if left_m >= -1.0 and not self._free(world, detour, self.now, (detour.from_m, detour.to_m)):
                return gate_m
            # From farther away one can still stop for somebody who is not to be seen yet.
            if left_m < COMMIT_S * world.ego.speed_mps:
                self._open.add(number)
        return None

    def _pass_agents(self, world: World) -> bool:
        """Shift the path past agents that are driven round while they move; return whether it changes."""
        shift_N, changes = self._fixed_N, False
        for number, detour in enumerate(self._detours):
            found = span(world, detour) if detour.agent else None
            if found is None or not found[0] - PASS_NEAR_M < world.ego_s_m < found[1] + CLEAR_M + RAMP_M:
                continue
            changes = True
            hump_N = self._moving_hump(world, number, found)
            if number not in self._open:
                trial = self._shifted(self._aside_m, shift_N + hump_N)
                if not self._free(world, detour, trial, found):
                    self._ways_m.pop(number, None)
                    continue
                self._open.add(number)
            shift_N = shift_N + hump_N
        self._shift_N = shift_N
        return changes

    def _moving_hump(self, world: World, number: int, found: tuple[float, float]) -> NDArray[np.float64]:
        """Return the shift past an agent, where along the path the car will meet it, shape (N,) [m]."""
        detour, s_N = self._detours[number], self._route.s_N
        agent_mps = float(world.agent(detour.agent).speed)
        share = agent_mps / max(world.ego.speed_mps, agent_mps + PASS_FASTER_MPS)
        # The agent is that much farther along when the car gets to a place.
        lead_N = share * np.maximum(s_N - world.ego_s_m, 0.0)
        gap_m = found[0] - CLEAR_M - world.ego_s_m
        way_m = self._ways_m.setdefault(number, min(max(gap_m, RAMP_LEAST_M), RAMP_M * (1.0 - share)))
        still = replace(detour, from_m=found[0], to_m=found[1])
        return _hump(still, s_N - lead_N, way_m)

    def _free(self, world: World, detour: Detour, path: Path, found: tuple[float, float]) -> bool:
        """Return whether a detour can be driven to its end before anybody comes."""
        seen = forecast(world, path, GATE_HORIZON_S, GATE_LOOK_M)
        speed_T = np.minimum(world.ego.speed_mps + 1.2 * seen.times_s_T, GATE_SPEED_MPS)
        steps_T = 0.5 * (speed_T[1:] + speed_T[:-1]) * np.diff(seen.times_s_T)
        s_T = world.ego_s_m + np.concatenate([[0.0], np.cumsum(steps_T)])
        # An agent that is passed goes on meanwhile.
        moved_T = world.agent(detour.agent).speed * seen.times_s_T if detour.agent else 0.0 * seen.times_s_T
        begin_T, end_T = found[0] - CLEAR_M - RAMP_M, found[1] + CLEAR_M + RAMP_M + moved_T
        over_T = (s_T > begin_T) & (s_T < end_T)
        if not detour.opposing:
            # Who comes from behind in the next lane adapts once one is there.
            over_T &= seen.times_s_T < seen.times_s_T[np.argmax(over_T)] + MERGE_S
        hit_AT = seen.conflicts(s_T, 0.3, np.full(len(s_T), 6.0 if detour.opposing else 2.5)) & over_T
        others_A = (np.abs(seen.speed_A) > MOVING_MPS) & np.array([name != detour.agent for name in seen.names], bool)
        return not bool(hit_AT[others_A].any())


def _hump(detour: Detour, s_N: NDArray[np.float64], ramp_m: float) -> NDArray[np.float64]:
    """Return how far to the left of the route one gets past an obstacle, at each place, shape (N,) [m]."""
    begin_m, end_m = detour.from_m - CLEAR_M, detour.to_m + CLEAR_M
    level_N = np.interp(s_N, [begin_m - ramp_m, begin_m, end_m, end_m + ramp_m], [0.0, 1.0, 1.0, 0.0])
    return np.asarray(detour.left_m * level_N**2 * (3.0 - 2.0 * level_N))


def _siren_behind(world: World) -> bool:
    for car in world.cars:
        if Lamp.SIREN in car.lamps:
            s_m, left_m = world.scenario.route.project(float(car.position[0]), float(car.position[1]))
            if -BESIDE_M < world.ego_s_m - s_m < SIREN_NEAR_M and abs(left_m) < BESIDE_M:
                return True
    return False
