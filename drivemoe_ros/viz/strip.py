"""A whole drive on one page: state, selected view, expert shares and planned speed over time.

Shape legend: R results.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.viz import theme
from drivemoe_ros.viz.canvas import Canvas
from drivemoe_ros.viz.curves import Curve, draw_curves
from drivemoe_ros.viz.lanes import draw_experts, draw_key, draw_views, paint_columns
from drivemoe_ros.viz.theme import Box
from drivemoe_ros.viz.timeaxis import TimeAxis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PIL import Image

    from drivemoe_ros.data.plan import PlanResult, Trajectory

WIDTH, HEIGHT = 1600, 900
MARGIN = 12
NAMES_PX = 130
LEGEND_PX = 230
EMPTY = "No plan was made, so there is nothing to draw."


def draw_timeline(
    results: Sequence[PlanResult], label: str, speed_now_mps_R: NDArray[np.float64] | None = None
) -> Image.Image:
    """Draw a drive from its first to its last plan.

    Args:
        results: Plans in the order they were made; a stamp that jumps back (a looped bag) goes on to the right.
        label: System and weights, e.g. ``drivemoe, untrained (seed 0)``.
        speed_now_mps_R: Speed of the vehicle at each plan [m/s], NaN where unknown; None leaves the curve out.

    Returns:
        RGB picture of 1600 by 900.
    """
    canvas = Canvas(WIDTH, HEIGHT)
    page = Box(MARGIN, MARGIN, WIDTH - MARGIN, HEIGHT - MARGIN)
    if not results:
        inside = canvas.panel(page, label)
        middle = ((inside.left + inside.right) // 2, (inside.top + inside.bottom) // 2)
        canvas.text(middle, EMPTY, size_px=18, colour=theme.FAINT, anchor="mm")
        return canvas.image
    stamps_ns_R = np.array([result.stamp_ns for result in results], dtype=np.int64)
    inside = canvas.panel(page, label, f"{len(results)} plans")
    axis = TimeAxis(stamps_ns_R, inside.left + NAMES_PX, inside.right - LEGEND_PX)
    _draw_states(canvas, Box(inside.left, inside.top, inside.right, inside.top + 40), axis, results)
    top = inside.top + 58
    top = draw_views(canvas, Box(inside.left, top, inside.right, top + 170), axis, results)
    bottom = inside.bottom - 30
    speed_top = bottom - 190
    draw_experts(canvas, Box(inside.left, top + 18, inside.right, speed_top - 26), axis, results)
    _draw_speeds(canvas, Box(inside.left, speed_top, inside.right, bottom), axis, results, speed_now_mps_R)
    axis.draw_ticks(canvas, inside.top, bottom)
    return canvas.image


def _draw_states(canvas: Canvas, box: Box, axis: TimeAxis, results: Sequence[PlanResult]) -> None:
    canvas.text((box.left, (box.top + box.bottom) // 2), "state")
    colours = np.array([theme.STATE_COLOURS[result.report.state] for result in results])
    paint_columns(canvas, axis.left, box.top + 6, box.height - 12, axis.paint(colours))
    column = axis.right + 16
    states = sorted({result.report.state for result in results})
    for row, state in enumerate(states[:5]):
        at = (column + 110 * (row // 3), box.top + 8 + 18 * (row % 3))
        draw_key(canvas, at, state.name, theme.STATE_COLOURS[state])


def _draw_speeds(
    canvas: Canvas, box: Box, axis: TimeAxis, results: Sequence[PlanResult], speed_now_R: NDArray[np.float64] | None
) -> None:
    plans = [result.trajectory for result in results]
    curves = [
        Curve("planned, first step", _speeds(plans, 0), theme.SELECTED, 2.0),
        Curve("planned, last step", _speeds(plans, -1), theme.GOAL, 2.0),
    ]
    if speed_now_R is not None:
        curves.append(Curve("vehicle", np.asarray(speed_now_R, dtype=np.float64), theme.TEXT, 2.0))
    canvas.text((box.left, box.top + 10), "speed")
    canvas.text((box.left, box.top + 30), "m/s", size_px=13, colour=theme.FAINT)
    draw_curves(canvas, Box(axis.left, box.top, axis.right, box.bottom), axis, curves)
    for index, curve in enumerate(curves):
        draw_key(canvas, (axis.right + 16, box.top + 12 + 24 * index), curve.name, curve.colour)


def _speeds(plans: Sequence[Trajectory | None], step: int) -> NDArray[np.float64]:
    """Return one waypoint's speed [m/s] a plan, NaN where there is none."""
    return np.array([plan.speed_H[step] if plan is not None else np.nan for plan in plans])
