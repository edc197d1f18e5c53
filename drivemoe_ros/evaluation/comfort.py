"""How smoothly was driven: the share of two-second segments within nuPlan's limits of comfort.

Shape legend: N moments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.evaluation.savitzky_golay import WINDOW, smooth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivemoe_ros.data.drive import Track

INTERVAL_S = 0.1
SEGMENT = 20

MAX_FORWARD_MPS2, MIN_FORWARD_MPS2 = 2.40, -4.05
MAX_LATERAL_MPS2 = 4.89
MAX_JERK_MPS3 = 8.37
MAX_FORWARD_JERK_MPS3 = 4.13
MAX_YAW_RATE_RADPS = 0.95


def comfort(track: Track) -> float | None:
    """Return the share of comfortable segments of a drive.

    A drive is cut into segments of 20 samples at 10 Hz; what is left over at its end does not count, and a drive that
    is shorter than one segment is one.

    Args:
        track: What was driven.

    Returns:
        0 to 1; None for a drive that is too short to tell.

    Source:
        Bench2Drive at 7ec25d1, tools/efficiency_smoothness_benchmark.py (limits, window, segments), after nuPlan. There
        the limit of 1.93 rad/s^2 on yaw acceleration is held against the yaw rate, where that of 0.95 rad/s binds
        first; so it is left out here.
    """
    times_s = (track.times_ns_N - track.times_ns_N[:1]) * 1e-9
    if len(times_s) < 2:  # noqa: PLR2004  (two moments make an interval)
        return None
    wanted_s = np.arange(0.0, times_s[-1] + 1e-6, INTERVAL_S)
    if len(wanted_s) < WINDOW:
        return None
    columns = (*track.acceleration_N2.T, track.yaw_rate_N)
    forward_N, left_N, yaw_rate_N = (np.interp(wanted_s, times_s, column) for column in columns)
    length = min(SEGMENT, len(wanted_s))
    starts = range(0, len(wanted_s) - length + 1, length)
    kept = [_is_comfortable(*(c[i : i + length] for c in (forward_N, left_N, yaw_rate_N))) for i in starts]
    return sum(kept) / len(kept)


def _is_comfortable(
    forward_N: NDArray[np.float64], left_N: NDArray[np.float64], yaw_rate_N: NDArray[np.float64]
) -> bool:
    # Smoothed first, and the slope taken of what is smooth: the tool filters twice.
    smooth_forward_N = smooth(forward_N, INTERVAL_S)
    total_N = smooth(np.hypot(forward_N, left_N), INTERVAL_S)
    jerk_N = smooth(total_N, INTERVAL_S, slope=True)
    forward_jerk_N = smooth(smooth_forward_N, INTERVAL_S, slope=True)
    inside = (
        (smooth_forward_N > MIN_FORWARD_MPS2) & (smooth_forward_N < MAX_FORWARD_MPS2),
        np.abs(smooth(left_N, INTERVAL_S)) < MAX_LATERAL_MPS2,
        np.abs(jerk_N) < MAX_JERK_MPS3,
        np.abs(forward_jerk_N) < MAX_FORWARD_JERK_MPS3,
        np.abs(smooth(yaw_rate_N, INTERVAL_S)) < MAX_YAW_RATE_RADPS,
    )
    return all(bool(within_N.all()) for within_N in inside)
