"""Colours that mean the same on pictures and in RViz; they stay apart for colour-blind eyes (Okabe-Ito)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.state import DrivingState

if TYPE_CHECKING:
    from numpy.typing import NDArray

Colour = tuple[int, int, int]

TEXT: Colour = (226, 231, 237)
FAINT: Colour = (128, 138, 150)
SELECTED: Colour = (86, 210, 255)
ROUTE: Colour = (204, 121, 167)
GOAL: Colour = (0, 214, 160)
REFUSED: Colour = (213, 94, 0)

STATE_COLOURS: dict[DrivingState, Colour] = {
    DrivingState.WAITING: (150, 160, 172),
    DrivingState.RUNNING: (0, 178, 132),
    DrivingState.DEGRADED: (240, 170, 40),
    DrivingState.STOPPING: (226, 106, 30),
    DrivingState.FAULT: (214, 90, 170),
}
SERIES: tuple[Colour, ...] = (
    (86, 180, 233),
    (204, 121, 167),
    (230, 159, 0),
    (213, 94, 0),
    (240, 228, 66),
    (0, 158, 115),
    (150, 160, 172),
    (0, 114, 178),
)
# Slow to fast, after cividis with its dark end lifted for a dark ground.
SPEED_RAMP = np.array(
    [(66, 98, 170), (92, 128, 168), (134, 156, 150), (188, 184, 118), (240, 214, 70), (255, 240, 150)]
)


def series_colour(index: int) -> Colour:
    """Return the colour of candidate number ``index``; they repeat after eight."""
    return SERIES[index % len(SERIES)]


def speed_colours(speed_N: NDArray[np.float64], top_mps: float) -> NDArray[np.uint8]:
    """Return one colour a speed.

    Args:
        speed_N: Speeds [m/s], N of them.
        top_mps: Speed of the brightest colour [m/s].

    Returns:
        RGB, shape (N, 3).
    """
    place_N = np.clip(np.asarray(speed_N) / top_mps, 0.0, 1.0) * (len(SPEED_RAMP) - 1)
    stops = np.arange(len(SPEED_RAMP))
    return np.column_stack([np.interp(place_N, stops, SPEED_RAMP[:, c]) for c in range(3)]).astype(np.uint8)
