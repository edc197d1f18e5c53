"""The released agent's controller: two PID loops on the direction and the speed of the plan.

Shape legend: H waypoints.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivemoe_ros.data.plan import Trajectory

# The constants of the release (docs/model.md 14); they belong together and are tuned to CARLA's Lincoln MKZ.
TURN_GAINS, SPEED_GAINS, WINDOW = (1.25, 0.75, 0.3), (5.0, 0.5, 1.0), 20
SPEED_WAYPOINT, SPEED_FACTOR = 7, 2.0
INTERVAL_NS = 100_000_000
MAX_THROTTLE, MAX_SPEED_ERROR_MPS = 0.75, 0.25
BRAKE_SPEED_MPS, BRAKE_RATIO = 0.1, 1.1
NEAR_AIM_M, FAR_AIM_M, AIM_CHANGE_MPS = 5.5, 8.5, 5.5
STANDING_MPS = 0.01
CAPPED_THROTTLE, STRAIGHT_CAP_MPS, TURNING_CAP_MPS, TURNING_STEER = 0.05, 7.0, 4.5, 0.15


class PidLoop:
    """PID on a window of past errors: the integral is their mean, the derivative the last difference."""

    def __init__(self, gains: tuple[float, float, float]) -> None:
        """Start with a window of zero errors; ``gains`` are proportional, integral, derivative."""
        self._gains = gains
        self._errors = deque([0.0] * WINDOW, maxlen=WINDOW)

    def step(self, error: float) -> float:
        """Take an error and return the loop's answer."""
        self._errors.append(error)
        proportional, integral, derivative = self._gains
        mean = float(np.mean(self._errors))
        return proportional * error + integral * mean + derivative * (self._errors[-1] - self._errors[-2])


@dataclass(frozen=True)
class Pedals:
    """Throttle 0 to 1, brake 0 or 1, steer -1 to 1 (left is positive), and the speed the plan asked for [m/s]."""

    throttle: float
    brake: float
    steer: float
    desired_mps: float


class ReleasedPid:
    """The controller whose closed-loop figures were published.

    Source:
        DriveMoE release, src/utils/pid.py and src/agent/team_code/drivemoe_carla_agent.py; docs/model.md 14.
    """

    def __init__(self) -> None:
        """Start at rest."""
        self._turn = PidLoop(TURN_GAINS)
        self._speed = PidLoop(SPEED_GAINS)

    def step(self, waypoints_H2: NDArray[np.float64], speed_mps: float) -> Pedals:
        """Take one control step.

        Args:
            waypoints_H2: Plan (x forward, y left) in the present base frame [m], 0.1 s apart; more than 7 rows.
            speed_mps: Speed now [m/s].

        Returns:
            Pedals and steering.
        """
        desired_mps = float(np.linalg.norm(waypoints_H2[SPEED_WAYPOINT] - waypoints_H2[0])) * SPEED_FACTOR
        brake = desired_mps < BRAKE_SPEED_MPS or speed_mps / desired_mps > BRAKE_RATIO
        # Both loops are stepped while braking too, so that their windows hold the latest errors.
        speed_error_mps = min(max(desired_mps - speed_mps, 0.0), MAX_SPEED_ERROR_MPS)
        throttle = min(max(self._speed.step(speed_error_mps), 0.0), MAX_THROTTLE)
        aim_x_m, aim_y_m = _aim(waypoints_H2, NEAR_AIM_M if desired_mps < AIM_CHANGE_MPS else FAR_AIM_M)
        angle = math.degrees(math.atan2(aim_y_m, aim_x_m)) / 90.0 if speed_mps >= STANDING_MPS else 0.0
        steer = min(max(self._turn.step(angle), -1.0), 1.0)
        cap_mps = TURNING_CAP_MPS if abs(steer) > TURNING_STEER else STRAIGHT_CAP_MPS
        if speed_mps > cap_mps:
            throttle = min(throttle, CAPPED_THROTTLE)
        return Pedals(0.0 if brake else throttle, float(brake), steer, desired_mps)


def fits_pid(plan: Trajectory) -> bool:
    """Tell whether a plan has as many points as the loops look at, at the spacing that they were tuned for."""
    return len(plan.times_ns_H) > SPEED_WAYPOINT and bool(np.all(np.diff(plan.times_ns_H) == INTERVAL_NS))


def _aim(waypoints_H2: NDArray[np.float64], distance_m: float) -> tuple[float, float]:
    far_enough_H = np.hypot(waypoints_H2[:, 0], waypoints_H2[:, 1]) >= distance_m
    index = int(np.argmax(far_enough_H)) if far_enough_H.any() else len(waypoints_H2) - 1
    return float(waypoints_H2[index, 0]), float(waypoints_H2[index, 1])
