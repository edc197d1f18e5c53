"""How fast, how hard and how tightly a plan drives, read from smooth curves through its waypoints.

Two neighbouring waypoints of a learned plan say little: centimetres of noise, a tenth of a second apart, are several
metres per second squared. So a cubic is laid through all waypoints of a window, and its middle is read.

Shape legend: H waypoints, W windows, N waypoints of one window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivemoe_ros.data.plan import Trajectory

DEGREE = 3
# Two waypoints more than a straight line needs; a curve through all of them would follow their noise.
SPARE_POINTS = 2
MIN_WINDOW_POINTS = DEGREE + SPARE_POINTS
# A window that leads nowhere has no direction of its own.
MIN_CHORD_M = 0.3
# Stamps are whole nanoseconds, seconds are not.
SLACK_S = 1e-6


@dataclass(frozen=True, eq=False)
class PlanMotion:
    """What a plan asks for in the middle of each window.

    Attributes:
        speed_W: Speed [m/s].
        along_W: Acceleration along the way [m/s^2].
        across_W: Acceleration to the left of the way [m/s^2].
        jerk_W: Change of acceleration, in whichever direction [m/s^3].
        scatter_W: Largest distance of a waypoint from the curve [m].
        length_W: Length of the window [s].
    """

    speed_W: NDArray[np.float64]
    along_W: NDArray[np.float64]
    across_W: NDArray[np.float64]
    jerk_W: NDArray[np.float64]
    scatter_W: NDArray[np.float64]
    length_W: NDArray[np.float64]


class _Curve(NamedTuple):
    """A curve's derivatives in its window's middle, and how far its waypoints lie from it."""

    velocity_2: NDArray[np.float64]
    acceleration_2: NDArray[np.float64]
    jerk_2: NDArray[np.float64]
    scatter_m: float


def seconds(times_ns: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return whole nanoseconds as seconds."""
    return np.asarray(times_ns * 1e-9, np.float64)


def motion_of(plan: Trajectory, fit_s: float) -> PlanMotion:
    """Read a plan's motion from its positions and times; its own speeds and headings are not used.

    Args:
        plan: At least two finite waypoints, times ascending.
        fit_s: Length of a window [s]; a shorter plan is one window.

    Returns:
        One value a window, in order of time.
    """
    times_s_H = seconds(plan.times_ns_H)
    rows: list[tuple[float, ...]] = []
    heading_2 = np.array([1.0, 0.0])  # the vehicle's own
    for start, stop in _windows(times_s_H, fit_s):
        times_s_N, position_N2 = times_s_H[start:stop], plan.position_H2[start:stop]
        curve = _fit(times_s_N, position_N2)
        heading_2 = _heading(position_N2[-1] - position_N2[0], heading_2)
        along = float(curve.acceleration_2 @ heading_2)
        across = float(heading_2[0] * curve.acceleration_2[1] - heading_2[1] * curve.acceleration_2[0])
        speed, jerk = float(np.hypot(*curve.velocity_2)), float(np.hypot(*curve.jerk_2))
        rows.append((speed, along, across, jerk, curve.scatter_m, float(times_s_N[-1] - times_s_N[0])))
    return PlanMotion(*np.array(rows).T)


def acceleration_from_car(plan: Trajectory, speed_mps: float, fit_s: float) -> float:
    """Return the acceleration that, kept from now on, comes closest to the plan's first waypoints.

    It tells what the plan asks of a vehicle at this speed: a plan at a steady 10 m/s is no steady plan for one that
    stands.

    Args:
        plan: At least two finite waypoints, times ascending.
        speed_mps: Speed of the vehicle [m/s].
        fit_s: How much of the plan counts [s].

    Returns:
        The acceleration [m/s^2].
    """
    times_s_H = seconds(plan.times_ns_H)
    num = max(int(np.searchsorted(times_s_H, fit_s + SLACK_S)), 2)
    times_s_N, (x_N, y_N) = times_s_H[:num], plan.position_H2[:num].T
    ahead_m_N = np.copysign(np.hypot(x_N, y_N), x_N)
    gained_N = 0.5 * times_s_N**2
    return float((ahead_m_N - speed_mps * times_s_N) @ gained_N) / float(gained_N @ gained_N)


def farthest_back_m(position_H2: NDArray[np.float64], stride_m: float) -> float:
    """Return how far a plan leads back at most, against the way that it led before.

    Args:
        position_H2: Waypoints in the base frame [m].
        stride_m: A way forward as long as this gives the next direction [m].

    Returns:
        The distance [m]; zero if it never leads back.
    """
    anchor_2, heading_2, back_m = position_H2[0], np.array([1.0, 0.0]), 0.0
    for point_2 in position_H2[1:]:
        along_m = float((point_2 - anchor_2) @ heading_2)
        back_m = max(back_m, -along_m)
        if along_m >= stride_m:
            heading_2 = _heading(point_2 - anchor_2, heading_2)
            anchor_2 = point_2
    return back_m


def _windows(times_s_H: NDArray[np.float64], fit_s: float) -> list[tuple[int, int]]:
    """Return begin and end (exclusive) of every window; the last one ends with the plan."""
    num = len(times_s_H)
    windows: list[tuple[int, int]] = []
    for start in range(num):
        by_time = int(np.searchsorted(times_s_H, times_s_H[start] + fit_s + SLACK_S))
        stop = max(by_time, start + MIN_WINDOW_POINTS)
        if stop > num or (windows and windows[-1][1] == num):
            break
        windows.append((start, stop))
    return windows or [(0, num)]


def _fit(times_s_N: NDArray[np.float64], position_N2: NDArray[np.float64]) -> _Curve:
    half_s = 0.5 * (times_s_N[-1] - times_s_N[0])
    # Scaled to [-1, 1], so that the fit is as well conditioned for milliseconds as for minutes.
    scaled_N = (times_s_N - times_s_N[0]) / half_s - 1.0
    degree = min(DEGREE, max(len(times_s_N) - SPARE_POINTS, 1))
    powers_ND = np.vander(scaled_N, degree + 1, increasing=True)
    fitted_D2 = np.linalg.lstsq(powers_ND, position_N2, rcond=None)[0]
    coefficients_42 = np.zeros((DEGREE + 1, 2))
    coefficients_42[: degree + 1] = fitted_D2
    _, velocity_2, acceleration_2, jerk_2 = coefficients_42 * np.array([[1.0], [1.0], [2.0], [6.0]])
    off_N2 = position_N2 - powers_ND @ fitted_D2
    scatter_m = float(np.hypot(off_N2[:, 0], off_N2[:, 1]).max())
    return _Curve(velocity_2 / half_s, acceleration_2 / half_s**2, jerk_2 / half_s**3, scatter_m)


def _heading(chord_2: NDArray[np.float64], before_2: NDArray[np.float64]) -> NDArray[np.float64]:
    length_m = float(np.hypot(*chord_2))
    return chord_2 / length_m if length_m >= MIN_CHORD_M else before_2
