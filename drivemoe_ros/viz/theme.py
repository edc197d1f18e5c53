"""Colours, letters and boxes shared by every drawing; colours stay apart for colour-blind eyes (Okabe-Ito)."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import ImageFont

from drivemoe_ros.data.state import DrivingState

if TYPE_CHECKING:
    from numpy.typing import NDArray

Colour = tuple[int, int, int]

BACKGROUND: Colour = (17, 20, 25)
PANEL: Colour = (28, 33, 40)
SUNKEN: Colour = (40, 46, 55)
RULE: Colour = (62, 70, 81)
FAINT: Colour = (128, 138, 150)
TEXT: Colour = (226, 231, 237)
DARK_TEXT: Colour = (14, 16, 20)
SELECTED: Colour = (86, 210, 255)
WARNING: Colour = (240, 170, 40)
UNTRAINED: Colour = (240, 228, 66)
ROUTE: Colour = (204, 121, 167)
GOAL: Colour = (0, 214, 160)

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


class Box(NamedTuple):
    """A rectangle [px]; the right and bottom edges are outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Columns."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Rows."""
        return self.bottom - self.top

    def inset(self, by_px: int) -> Box:
        """Return the box drawn in on all sides."""
        return Box(self.left + by_px, self.top + by_px, self.right - by_px, self.bottom - by_px)


@functools.lru_cache(maxsize=32)
def font(size_px: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return Pillow's own font, so that no font of the system is needed."""
    return ImageFont.load_default(size_px)


def mix(colour: Colour, other: Colour, share: float) -> Colour:
    """Return ``colour`` with a share (0 to 1) of ``other``."""
    mixed = [round(a + (b - a) * share) for a, b in zip(colour, other, strict=True)]
    return (mixed[0], mixed[1], mixed[2])


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


def top_speed(speed_N: NDArray[np.float64]) -> float:
    """Return the round speed [m/s] a scale should end at; steps are coarse so that it rarely changes in a film."""
    fastest = float(np.max(speed_N)) if len(speed_N) else 0.0
    return next((top for top in (10.0, 20.0, 40.0) if fastest <= top), 80.0)
