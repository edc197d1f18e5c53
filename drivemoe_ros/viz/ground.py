"""From metres around the car to pixels, and a pen that draws in metres.

Shape legend: N points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.viz import theme
from drivemoe_ros.viz.theme import Box, Colour

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import ImageDraw

GRID_M = 5
# The picture is drawn enlarged and then averaged, which smooths lines and dots.
SMOOTHING = 3


@dataclass(frozen=True)
class Ground:
    """Maps metres around the car to pixels of the panel.

    Attributes:
        box: The drawing's box on the page.
        scale: Pixels a metre.
        origin: Where the car's origin is, in pixels of the box.
    """

    box: Box
    scale: float
    origin: tuple[float, float]

    def pixels(self, points_N2: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (column, row) in the box for points (x forward, y left) [m]."""
        return np.column_stack(
            (self.origin[0] - points_N2[:, 1] * self.scale, self.origin[1] - points_N2[:, 0] * self.scale)
        )

    def grid_m(self) -> tuple[list[int], list[int]]:
        """Return the grid's x and y values [m] that lie in the box."""
        front = int(self.origin[1] / self.scale) // GRID_M
        back = int((self.box.height - self.origin[1]) / self.scale) // GRID_M
        side = int(self.origin[0] / self.scale) // GRID_M
        return [GRID_M * step for step in range(-back, front + 1)], [GRID_M * step for step in range(-side, side + 1)]


class Pen:
    """Draws in metres on the enlarged picture; widths and radii are pixels of the page."""

    def __init__(self, draw: ImageDraw.ImageDraw, ground: Ground) -> None:
        """Draw on a picture that is ``SMOOTHING`` times the size of the ground's box."""
        self.draw = draw
        self.ground = ground

    def at(self, points_N2: NDArray[np.float64]) -> list[tuple[float, float]]:
        """Return (column, row) of points [m] on the enlarged picture."""
        pixels_N2 = np.clip(self.ground.pixels(np.asarray(points_N2)) * SMOOTHING, -1e5, 1e5)
        return [(float(column), float(row)) for column, row in pixels_N2]

    def line(self, points_N2: NDArray[np.float64], colour: Colour, width_px: float) -> None:
        """Draw a line through points [m]."""
        self.draw.line(self.at(points_N2), fill=colour, width=round(width_px * SMOOTHING), joint="curve")

    def dots(self, points_N2: NDArray[np.float64], colours_N3: NDArray[np.generic], radius_px: float) -> None:
        """Draw a dot at every point [m], each in its colour."""
        radius = radius_px * SMOOTHING
        for (column, row), colour in zip(self.at(points_N2), colours_N3, strict=True):
            circle = (column - radius, row - radius, column + radius, row + radius)
            fill = tuple(int(part) for part in colour)
            self.draw.ellipse(circle, fill=fill, outline=theme.BACKGROUND, width=SMOOTHING)

    def cross(self, point_12: NDArray[np.float64], colour: Colour) -> None:
        """Draw a target at one point [m], shape (1, 2)."""
        ((column, row),) = self.at(point_12)
        radius = 9.0 * SMOOTHING
        circle = (column - radius, row - radius, column + radius, row + radius)
        self.draw.ellipse(circle, outline=colour, width=2 * SMOOTHING)
        for turn in ((1.5, 0.0), (0.0, 1.5)):
            reach = (radius * turn[0], radius * turn[1])
            ends = [(column - reach[0], row - reach[1]), (column + reach[0], row + reach[1])]
            self.draw.line(ends, fill=colour, width=2 * SMOOTHING)
