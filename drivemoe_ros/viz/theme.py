"""Colours, letters and boxes shared by every drawing."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import ImageFont

from drivemoe_ros.data import palette

if TYPE_CHECKING:
    from numpy.typing import NDArray

Colour = palette.Colour

BACKGROUND: Colour = (17, 20, 25)
PANEL: Colour = (28, 33, 40)
SUNKEN: Colour = (40, 46, 55)
RULE: Colour = (62, 70, 81)
DARK_TEXT: Colour = (14, 16, 20)
WARNING: Colour = (240, 170, 40)
UNTRAINED: Colour = (240, 228, 66)

FAINT, TEXT, SELECTED = palette.FAINT, palette.TEXT, palette.SELECTED
ROUTE, GOAL, REFUSED = palette.ROUTE, palette.GOAL, palette.REFUSED
STATE_COLOURS = palette.STATE_COLOURS
series_colour, speed_colours = palette.series_colour, palette.speed_colours


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


def top_speed(speed_N: NDArray[np.float64]) -> float:
    """Return the round speed [m/s] a scale should end at; steps are coarse so that it rarely changes in a film."""
    fastest = float(np.max(speed_N)) if len(speed_N) else 0.0
    return next((top for top in (10.0, 20.0, 40.0) if fastest <= top), 80.0)
