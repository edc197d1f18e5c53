"""Curves over time in one box with a grid of values.

Shape legend: R results.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from drivemoe_ros.viz import theme
from drivemoe_ros.viz.theme import Box, Colour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from drivemoe_ros.viz.canvas import Canvas
    from drivemoe_ros.viz.timeaxis import TimeAxis

SMOOTHING = 3
NUM_LINES = 4


@dataclass(frozen=True, eq=False)
class Curve:
    """One value over time.

    Attributes:
        name: For the legend.
        values_R: One value a plan; NaN breaks the line.
        colour: Line colour.
        width_px: Line width [px].
    """

    name: str
    values_R: NDArray[np.float64]
    colour: Colour
    width_px: float


def draw_curves(canvas: Canvas, box: Box, axis: TimeAxis, curves: Sequence[Curve]) -> None:
    """Draw curves of speeds [m/s] on a common scale that starts at 0.

    Args:
        canvas: Where to.
        box: Room of the curves [px]; its left and right edges are the axis's.
        axis: Time of every plan.
        curves: What to draw; later ones lie on top.
    """
    values = np.concatenate([curve.values_R for curve in curves])
    top = theme.top_speed(values[np.isfinite(values)])
    picture = Image.new("RGB", (box.width * SMOOTHING, box.height * SMOOTHING), theme.SUNKEN)
    draw = ImageDraw.Draw(picture)
    for step in range(1, NUM_LINES):
        row = (1.0 - step / NUM_LINES) * picture.height
        draw.line((0, row, picture.width, row), fill=theme.RULE, width=SMOOTHING)
    column_R = [(axis.column(float(time_s)) - box.left) * SMOOTHING for time_s in axis.time_s_R]
    for curve in curves:
        row_R = (1.0 - np.clip(curve.values_R / top, 0.0, 1.0)) * (picture.height - 4 * SMOOTHING) + 2 * SMOOTHING
        for points in _unbroken(column_R, row_R, axis):
            draw.line(points, fill=curve.colour, width=round(curve.width_px * SMOOTHING), joint="curve")
    canvas.image.paste(picture.reduce(SMOOTHING), box[:2])
    for step in range(NUM_LINES + 1):
        row = box.bottom - step * (box.height - 1) // NUM_LINES
        canvas.text((box.left - 8, row), f"{top * step / NUM_LINES:g}", size_px=13, colour=theme.FAINT, anchor="rm")


def _unbroken(column_R: Sequence[float], row_R: NDArray[np.float64], axis: TimeAxis) -> list[list[tuple[float, float]]]:
    """Split a curve where a value lacks or a pause is too long; a lone value becomes a short dash."""
    from_before = np.diff(axis.time_s_R, prepend=axis.time_s_R[0]) <= axis.max_hold_s
    pieces: list[list[tuple[float, float]]] = []
    for index, (column, row) in enumerate(zip(column_R, row_R, strict=True)):
        if not np.isfinite(row):
            continue
        if pieces and index and from_before[index] and np.isfinite(row_R[index - 1]):
            pieces[-1].append((column, float(row)))
        else:
            pieces.append([(column, float(row))])
    return [piece if len(piece) > 1 else [*piece, (piece[0][0] + 2 * SMOOTHING, piece[0][1])] for piece in pieces]
