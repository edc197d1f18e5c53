"""Savitzky-Golay smoothing: a parabola through seven neighbours, its value or its slope in the middle.

Shape legend: N samples, W samples of a window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WINDOW = 7
ORDER = 2


def smooth(values_N: NDArray[np.float64], interval_s: float, *, slope: bool = False) -> NDArray[np.float64]:
    """Smooth equally spaced samples, or return the slope of the smoothed curve.

    At both ends the outermost window's parabola is continued, as ``mode="interp"`` of SciPy does.

    Args:
        values_N: Samples, at least ``WINDOW`` of them.
        interval_s: Time between two samples [s].
        slope: Return the first derivative instead of the value.

    Returns:
        As many values [unit of the samples, or that per second].

    Source:
        Savitzky and Golay, Smoothing and Differentiation of Data by Simplified Least Squares Procedures (1964), tables
        I and II for seven points.
    """
    num, half = len(values_N), WINDOW // 2
    powers = np.arange(ORDER + 1)
    offsets_W = np.arange(-half, half + 1)
    fit_CW = np.linalg.pinv(offsets_W[:, None] ** powers)
    windows_MW = np.lib.stride_tricks.sliding_window_view(values_N, WINDOW)
    coefficients_MC = windows_MW @ fit_CW.T
    centre_N = np.clip(np.arange(num), half, num - 1 - half)
    offset_N = (np.arange(num) - centre_N)[:, None].astype(np.float64)
    slope_NC = powers * offset_N ** np.maximum(powers - 1, 0) / interval_s
    terms_NC = slope_NC if slope else offset_N**powers
    smoothed_N: NDArray[np.float64] = (coefficients_MC[centre_N - half] * terms_NC).sum(axis=1)
    return smoothed_N
