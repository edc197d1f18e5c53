"""How the demo car moves: a winding lane and a speed that rises, falls and comes back to rest, exactly differentiable.

Shape legend: N points along the lane, K knots of the speed profile.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Times [s] and speeds [m/s] of the profile, joined smoothly; it ends as it began, so that longer drives repeat it.
KNOT_TIMES_S = (0.0, 0.8, 5.5, 8.0, 10.5, 11.5, 14.5, 16.0, 19.5, 20.0)
KNOT_SPEEDS_MPS = (0.0, 0.0, 8.2, 8.2, 3.0, 3.0, 7.2, 7.2, 0.0, 0.0)
MAX_DURATION_S = 600.0
STEP_M = 0.25
BEFORE_M = 150.0
BEYOND_M = 250.0


@dataclass(frozen=True)
class DriveState:
    """Where the car is in the map frame and how it moves.

    Attributes:
        x_m: Position [m].
        y_m: Position [m].
        yaw_rad: Heading [rad], counter-clockwise, never wrapped.
        speed_mps: Speed along the heading [m/s].
        acceleration_mps2: Acceleration along the heading [m/s^2].
        yaw_rate_radps: Turning rate [rad/s]; times the speed it is the acceleration to the left.
    """

    x_m: float
    y_m: float
    yaw_rad: float
    speed_mps: float
    acceleration_mps2: float
    yaw_rate_radps: float


def travel(t_s: float) -> tuple[float, float, float]:
    """Return distance [m], speed [m/s] and acceleration [m/s^2] of the profile at a time of zero or later."""
    rounds, within_s = divmod(t_s, KNOT_TIMES_S[-1])
    distance_m, lap_m = 0.0, 0.0
    speed_mps, acceleration_mps2 = 0.0, 0.0
    for start_s, end_s, low, high in zip(
        KNOT_TIMES_S, KNOT_TIMES_S[1:], KNOT_SPEEDS_MPS, KNOT_SPEEDS_MPS[1:], strict=False
    ):
        span_s = end_s - start_s
        part = min(max((within_s - start_s) / span_s, 0.0), 1.0)
        # Integral of low + (high - low) * (3 u^2 - 2 u^3), the smooth step between two speeds.
        distance_m += span_s * (low * part + (high - low) * (part**3 - part**4 / 2.0))
        lap_m += span_s * (low + high) / 2.0
        if start_s <= within_s < end_s:
            speed_mps = low + (high - low) * (3.0 * part**2 - 2.0 * part**3)
            acceleration_mps2 = (high - low) / span_s * 6.0 * part * (1.0 - part)
    return rounds * lap_m + distance_m, speed_mps, acceleration_mps2


class Lane:
    """The middle of the lane the car drives in; every place beside the road is told from it.

    The heading is a sum of two sines of the distance, so heading and curvature are exact everywhere.
    """

    def __init__(self, seed: int, length_m: float) -> None:
        """Lay the lane.

        Args:
            seed: Chooses the bends.
            length_m: Drivable length from the start [m]; the lane begins before it and goes on behind it.
        """
        phases = np.random.default_rng(seed).uniform(0.0, 2.0 * math.pi, 2)
        self._waves = ((0.38, 170.0, float(phases[0])), (0.12, 84.0, float(phases[1])))
        self._along_N = np.arange(-BEFORE_M, length_m + BEYOND_M, STEP_M)
        middle_N = self.heading(self._along_N + STEP_M / 2.0)
        x_N = np.concatenate(([0.0], np.cumsum(np.cos(middle_N[:-1])))) * STEP_M
        y_N = np.concatenate(([0.0], np.cumsum(np.sin(middle_N[:-1])))) * STEP_M
        self._x_N = x_N - np.interp(0.0, self._along_N, x_N)
        self._y_N = y_N - np.interp(0.0, self._along_N, y_N)

    def heading(self, along_m: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """Return the heading [rad] at distances [m]; it is 0 at the start."""
        along = np.asarray(along_m, dtype=np.float64)
        parts = [
            size * (np.sin(2.0 * math.pi * along / length + phase) - math.sin(phase))
            for size, length, phase in self._waves
        ]
        return np.asarray(parts[0] + parts[1])

    def curvature(self, along_m: float) -> float:
        """Return the curvature [1/m] at a distance [m], positive to the left."""
        turns = (2.0 * math.pi / length for _, length, _ in self._waves)
        return sum(
            size * turn * math.cos(turn * along_m + phase)
            for turn, (size, _, phase) in zip(turns, self._waves, strict=True)
        )

    def points(self, along_m: NDArray[np.float64] | float, left_m: float = 0.0) -> NDArray[np.float64]:
        """Return map positions (x, y) [m] at distances along the lane, shifted to the left, shape (N, 2)."""
        along_N = np.atleast_1d(np.asarray(along_m, dtype=np.float64))
        yaw_N = self.heading(along_N)
        x_N = np.interp(along_N, self._along_N, self._x_N) - left_m * np.sin(yaw_N)
        y_N = np.interp(along_N, self._along_N, self._y_N) + left_m * np.cos(yaw_N)
        return np.column_stack((x_N, y_N))


def check_duration(duration_s: float) -> None:
    """Refuse a drive without length or beyond ten minutes.

    Args:
        duration_s: Length [s].

    Raises:
        ParameterError: If ``duration_s`` is not above 0 and at most 600.
    """
    if not 0.0 < duration_s <= MAX_DURATION_S:
        msg = f"A demo drive of {duration_s:g} s is not possible; choose more than 0 and at most {MAX_DURATION_S:g} s."
        raise ParameterError(msg)
