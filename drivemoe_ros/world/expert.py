"""A driver that sees everything: follows the route, keeps distance, gives way by forecast, and stops at lines.

It is there to make examples to learn from and to show that a scenario can be driven; it uses what no camera sees.
Shape legend: A agents, T times, K candidates, N points.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drivemoe_ros.data.control import ControlCommand
from drivemoe_ros.parameters.schema import ControlParameters
from drivemoe_ros.world.ego_vehicle import LENGTH_M
from drivemoe_ros.world.expert_gaps import fit_in
from drivemoe_ros.world.expert_path import ShiftedPath
from drivemoe_ros.world.expert_yields import YieldGates
from drivemoe_ros.world.predict import Forecast, forecast
from drivemoe_ros.world.scene import Lamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drivemoe_ros.world.scenario import Detour
    from drivemoe_ros.world.simulation import World

STEP_S = 0.05
# What it wants: comfort as Bench2Drive measures it leaves room above these.
CRUISE_MPS = 8.0
GAIN_MPS2 = 1.6
COMFORT_BRAKE_MPS2 = 2.0
SIDE_MPS2 = 2.2
JERK_MPS3 = 3.5
# The intelligent driver model: gap at a standstill, and time gap.
STANDING_GAP_M = 3.0
TIME_GAP_S = 1.2
HORIZON_S = 5.0
MARGIN_M = 0.35
# What it tries when what it wants would end badly, the most comfortable first.
CANDIDATES_MPS2 = (-2.0, -3.5, -5.5, -8.0)
STOP_S = 0.5
# Whose rear is beside the nose by no more than this is still ahead.
BESIDE_M = 2.0


class Hit(NamedTuple):
    """Where the car would come too near to somebody.

    Attributes:
        time_s: In how long [s].
        place_m: Where along the path it should be at rest for that one [m].
        row: Who it is, in the forecast.
    """

    time_s: float
    place_m: float
    row: int


class Expert:
    """Drives one world.

    Attributes:
        path: Where it drives: the route, shifted past what blocks it.
    """

    def __init__(
        self,
        world: World,
        parameters: ControlParameters | None = None,
        cruise_mps: float = CRUISE_MPS,
        detours: Sequence[Detour] | None = None,
    ) -> None:
        """Look at the route.

        Args:
            world: The world it drives in.
            parameters: Wheelbase and limits of the car; the defaults if None.
            cruise_mps: The speed it wants on a free road [m/s].
            detours: What it drives around; all of the scenario's if None.
        """
        self._world = world
        self._parameters = parameters or ControlParameters()
        self._cruise_mps = cruise_mps
        self.path = ShiftedPath(world.scenario.route, world.scenario.detours if detours is None else detours)
        self._yields = YieldGates(world.scenario.yields)
        self._last_mps2 = 0.0
        self._stopped: dict[float, float] = {}  # stop signs that were obeyed, and how long it has stood there [s]

    def command(self) -> ControlCommand:
        """Return what to do now."""
        world = self._world
        seen = forecast(world, self.path.now, HORIZON_S)
        self.path.update(world, seen)
        wanted = min(self._free_road(), self._follow(seen), self._lines(), self._gates())
        safe = self._choose(wanted, seen)
        # Comfort bounds how fast it changes its mind, danger does not.
        change = JERK_MPS3 * STEP_S
        # What braking is left at a stand is released at once.
        last = self._last_mps2 if world.ego.speed_mps > 0.0 else max(self._last_mps2, 0.0)
        eased = min(max(safe, last - 2.0 * change), last + change)
        self._last_mps2 = safe if safe < -COMFORT_BRAKE_MPS2 - 1.0 else eased
        return self._pedals(self._last_mps2, self._steer())

    def blind_command(self) -> ControlCommand:
        """Return what somebody would do who knows the way and sees nothing."""
        return self._pedals(self._free_road(), self._steer())

    def _free_road(self) -> float:
        """Return the acceleration towards the speed that the path allows [m/s^2]."""
        ego, path = self._world.ego, self.path.now
        near_N = (path.s_N >= self._world.ego_s_m - 2.0) & (path.s_N <= self._world.ego_s_m + 45.0)
        bend_N = np.maximum(np.abs(path.curvature_N[near_N]), 1e-4)
        ahead_N = np.maximum(path.s_N[near_N] - self._world.ego_s_m, 0.0)
        allowed_N = np.sqrt(SIDE_MPS2 / bend_N + 2.0 * 1.3 * ahead_N)
        wanted_mps = min(self._cruise_mps, float(allowed_N.min()) if len(allowed_N) else self._cruise_mps)
        wanted_mps = min(wanted_mps, self.path.limit_mps)
        return min(max((wanted_mps - ego.speed_mps) / 0.8, -COMFORT_BRAKE_MPS2 - 1.0), GAIN_MPS2)

    def _idm(self, gap_m: float, ahead_mps: float) -> float:
        """Return the acceleration that keeps distance to what is ahead [m/s^2]."""
        speed_mps = self._world.ego.speed_mps
        closing = speed_mps * (speed_mps - ahead_mps) / (2.0 * math.sqrt(GAIN_MPS2 * COMFORT_BRAKE_MPS2))
        wanted_m = STANDING_GAP_M + max(speed_mps * TIME_GAP_S + closing, 0.0)
        free = 1.0 - (speed_mps / self._cruise_mps) ** 4
        # Far below the wanted gap the model brakes harder than keeping clear takes.
        needed = max(speed_mps - ahead_mps, 0.0) ** 2 / (2.0 * max(gap_m - 2.0, 0.3))
        return max(GAIN_MPS2 * (free - (wanted_m / max(gap_m, 0.5)) ** 2), -1.5 - 1.3 * needed)

    def _stop_before(self, s_m: float) -> float:
        """Return the acceleration that brings the nose to rest before a place of the path [m/s^2]."""
        speed_mps, left_m = self._world.ego.speed_mps, s_m - self._world.ego_s_m - 0.5 * LENGTH_M
        if left_m < 0.1:  # noqa: PLR2004
            return -1.0 if speed_mps < 0.6 else -3.0  # noqa: PLR2004
        needed = speed_mps**2 / (2.0 * left_m)
        # Braking evenly, and not before it takes half of what is comfortable.
        return -needed if needed > 0.5 * COMFORT_BRAKE_MPS2 else GAIN_MPS2 if speed_mps < 2.0 else 0.3  # noqa: PLR2004

    def _follow(self, seen: Forecast) -> float:
        """Return the acceleration that keeps distance to who is ahead in the way now [m/s^2]."""
        wanted = GAIN_MPS2
        gap_A = seen.contacts(self._world.ego_s_m, MARGIN_M)
        for row in np.flatnonzero(np.isfinite(gap_A)):
            beside = seen.s_AT[row, 0] < self._world.ego_s_m
            if not beside and self.path.counts(float(seen.s_AT[row, 0])):
                wanted = min(wanted, self._idm(float(gap_A[row]), max(float(seen.speed_A[row]), 0.0)))
        return wanted

    def _lines(self) -> float:
        """Return the acceleration that closed stop lines allow [m/s^2]."""
        ego, wanted = self._world.ego, GAIN_MPS2
        for line in self._world.stop_lines:
            left_m = line.s_m - self._world.ego_s_m - 0.5 * LENGTH_M
            if not -1.0 < left_m < 60.0 or self._stopped.get(line.s_m, 0.0) >= STOP_S:  # noqa: PLR2004
                continue
            if line.light is None:
                wanted = min(wanted, self._stop_before(line.s_m - 0.4))
                if ego.speed_mps < 0.15 and left_m < 3.0:  # noqa: PLR2004
                    self._stopped[line.s_m] = self._stopped.get(line.s_m, 0.0) + STEP_S
            elif line.light.closed and ego.speed_mps**2 < 2.0 * 3.5 * max(left_m, 0.3):
                wanted = min(wanted, self._stop_before(line.s_m - 0.6))
            elif line.light.lamp is Lamp.GREEN:
                continue
        return wanted

    def _gates(self) -> float:
        """Return the acceleration that detours and those who have the right of way allow [m/s^2]."""
        gates_m = (self.path.closed_gate(self._world), self._yields.closed(self._world, self.path.now))
        return min((self._stop_before(gate_m) for gate_m in gates_m if gate_m is not None), default=GAIN_MPS2)

    def _choose(self, wanted: float, seen: Forecast) -> float:
        """Return the wanted acceleration, or braking that ends well, as gently as it can be [m/s^2]."""
        wanted, hit = self._mingle(wanted, seen)
        if hit is None:
            return wanted
        # Evenly to a stop before the place, or harder; gentler would only put the braking off.
        even = min(self._stop_before(hit.place_m), -0.5, wanted)
        best, latest_s = even, -1.0
        for option in (even, *(option for option in CANDIDATES_MPS2 if option < even)):
            hit = self._first_hit(option, seen)
            if hit is None:
                return option
            if hit.time_s > latest_s:
                best, latest_s = option, hit.time_s
        return best

    def _mingle(self, wanted: float, seen: Forecast) -> tuple[float, Hit | None]:
        """Return the acceleration that fits in with those who drive the same way, and who is in the way then."""
        passed: list[int] = []
        hit = self._first_hit(wanted, seen)
        while hit is not None:
            fitting = fit_in(self._world, seen, hit.row, self._idm)
            if fitting is None:
                break
            wanted = min(wanted, fitting)
            passed.append(hit.row)
            hit = self._first_hit(wanted, seen, passed)
        return wanted, hit

    def _first_hit(self, acceleration: float, seen: Forecast, passed: Sequence[int] = ()) -> Hit | None:
        """Return when and where the car comes too near to anybody with an acceleration; who is passed is left out."""
        speed_T = np.clip(self._world.ego.speed_mps + acceleration * seen.times_s_T, 0.0, self._cruise_mps)
        steps_T = 0.5 * (speed_T[1:] + speed_T[:-1]) * np.diff(seen.times_s_T)
        s_T = self._world.ego_s_m + np.concatenate([[0.0], np.cumsum(steps_T)])
        gap_T = 0.6 + 0.12 * speed_T + 0.15 * seen.times_s_T * (speed_T > 0.0)
        hit_AT = seen.conflicts(s_T, MARGIN_M, gap_T)
        # Who is behind in the same way keeps distance by itself.
        along_A = (seen.speed_A > 0.5) & seen.blocks(MARGIN_M)[:, 0]  # noqa: PLR2004
        hit_AT[along_A & (seen.s_AT[:, 0] < self._world.ego_s_m)] = False
        hit_AT[list(passed)] = False
        # Standing still is never the mistake.
        hit_AT &= speed_T > 0.0
        if not hit_AT.any():
            return None
        step = int(np.argmax(hit_AT.any(0)))
        row = int(np.argmax(hit_AT[:, step]))
        return Hit(float(seen.times_s_T[step]), float(seen.s_AT[row, step] - seen.half_AT[row, step] - 1.0), row)

    def _steer(self) -> float:
        """Return the wheel angle that leads to a point ahead on the path [rad]."""
        ego, rear_m = self._world.ego, self._parameters.rear_axle_x_m
        ahead_m = 3.0 + 0.45 * ego.speed_mps
        x_m, y_m, _ = self.path.now.pose(self._world.ego_s_m + ahead_m)
        east_m = x_m - ego.x_m - rear_m * math.cos(ego.yaw_rad)
        north_m = y_m - ego.y_m - rear_m * math.sin(ego.yaw_rad)
        angle_rad = math.remainder(math.atan2(north_m, east_m) - ego.yaw_rad, math.tau)
        bend = 2.0 * math.sin(angle_rad) / math.hypot(east_m, north_m)
        return math.atan(self._parameters.wheelbase_m * bend)

    def _pedals(self, acceleration: float, wheel_rad: float) -> ControlCommand:
        parameters, speed_mps = self._parameters, self._world.ego.speed_mps
        push = acceleration
        if acceleration > 0.0 or speed_mps > 0.5:  # noqa: PLR2004
            push += parameters.rolling_mps2 + parameters.drag_per_s * speed_mps
        limit_rad = parameters.max_steering_rad
        wheel_rad = min(max(wheel_rad, -limit_rad), limit_rad)
        return ControlCommand(
            throttle=min(max(push, 0.0) / parameters.max_acceleration_mps2, 1.0),
            brake=min(max(-push, 0.0) / parameters.max_deceleration_mps2, 1.0),
            steer=wheel_rad / limit_rad,
            steering_angle_rad=wheel_rad,
            speed_mps=max(speed_mps + acceleration * 0.5, 0.0),
            yaw_rate_radps=speed_mps * math.tan(wheel_rad) / parameters.wheelbase_m,
            acceleration_mps2=acceleration,
        )
