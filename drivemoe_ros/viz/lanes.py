"""Lanes of a timeline: which view was selected, and how the expert probabilities were shared out.

Shape legend: R results, W columns of a lane, H rows of a lane, E candidates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from drivemoe_ros.viz import theme
from drivemoe_ros.viz.theme import Box, Colour
from drivemoe_ros.viz.words import name_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from drivemoe_ros.data.decision import RoutingDecision
    from drivemoe_ros.data.plan import PlanResult
    from drivemoe_ros.viz.canvas import Canvas
    from drivemoe_ros.viz.timeaxis import TimeAxis

LEGEND_GAP_PX = 16
KEY_ROW_PX = 24


def draw_views(canvas: Canvas, box: Box, axis: TimeAxis, results: Sequence[PlanResult]) -> int:
    """Draw one lane a candidate view, filled while it was selected, underlined while it could not be chosen.

    Args:
        canvas: Where to.
        box: Room of all lanes [px], names and legend included.
        axis: Time of every result.
        results: The plans.

    Returns:
        The row below the last lane [px].
    """
    views = [result.output.view if result.output is not None else None for result in results]
    made = [view for view in views if view is not None]
    if not made:
        canvas.text((box.left, box.top + 12), "view: none was routed", colour=theme.FAINT)
        return box.top + 24
    names = made[0].names
    row_px = box.height // len(names)
    for index, name in enumerate(names):
        lane = Box(box.left, box.top + index * row_px, box.right, box.top + (index + 1) * row_px)
        _draw_view(canvas, lane, axis, views, index)
        share = sum(view.selected == name for view in made) / len(made)
        masked = any(not view.available_E[index] for view in made)
        note = f"{share:.0%}, masked at times" if masked else f"{share:.0%}"
        at = (axis.right + LEGEND_GAP_PX, (lane.top + lane.bottom) // 2)
        canvas.text(at, note, colour=theme.WARNING if masked else theme.FAINT)
        canvas.text((box.left, at[1]), name_words(name))
    return box.bottom


def _draw_view(canvas: Canvas, lane: Box, axis: TimeAxis, views: Sequence[RoutingDecision | None], index: int) -> None:
    colours = [theme.series_colour(index) if v is not None and index in v.chosen else theme.SUNKEN for v in views]
    paint_columns(canvas, axis.left, lane.top + 3, lane.height - 6, axis.paint(np.array(colours)))
    masked_R = np.array([view is not None and not view.available_E[index] for view in views])
    index_W = axis.columns()
    for column in np.flatnonzero((index_W >= 0) & masked_R[index_W]):
        left = axis.left + int(column)
        canvas.fill(Box(left, lane.bottom - 6, left + 1, lane.bottom - 3), theme.WARNING)


def draw_experts(canvas: Canvas, box: Box, axis: TimeAxis, results: Sequence[PlanResult]) -> None:
    """Draw the probabilities of every routed level, stacked to 1, the first expert at the bottom.

    Args:
        canvas: Where to.
        box: Room of all levels [px], names and legend included.
        axis: Time of every result.
        results: The plans.
    """
    made = [result.output.experts if result.output is not None else () for result in results]
    levels = max(made, key=len)
    if not levels:
        canvas.text((box.left, box.top + 12), "experts: none were routed", colour=theme.FAINT)
        return
    height = box.height // len(levels)
    for level, first in enumerate(levels):
        area = Box(box.left, box.top + level * height, box.right, box.top + (level + 1) * height - 8)
        share_RE = np.full((len(made), len(first.names)), np.nan)
        for index, experts in enumerate(made):
            if len(experts) > level:
                share_RE[index] = experts[level].probabilities_E
        _draw_shares(canvas, area, axis, first, share_RE)


def _draw_shares(
    canvas: Canvas, area: Box, axis: TimeAxis, first: RoutingDecision, share_RE: NDArray[np.float64]
) -> None:
    count = len(first.names)
    canvas.text((area.left, area.top + 10), "experts")
    canvas.text((area.left, area.top + 30), name_words(first.level), size_px=13, colour=theme.FAINT)
    index_W = axis.columns()
    edge_WE = np.where(index_W[:, None] >= 0, np.cumsum(share_RE, axis=1)[index_W], np.nan)
    known_W = np.isfinite(edge_WE).all(axis=1)
    height_H11 = 1.0 - (np.arange(area.height)[:, None, None] + 0.5) / area.height
    expert_HW = np.minimum((height_H11 > np.nan_to_num(edge_WE)).sum(axis=2), count - 1)
    colours = np.array([*(theme.series_colour(index) for index in range(count)), theme.SUNKEN], dtype=np.uint8)
    canvas.image.paste(Image.fromarray(colours[np.where(known_W, expert_HW, count)]), (axis.left, area.top))
    mean_E = share_RE[np.isfinite(share_RE).all(axis=1)].mean(axis=0)
    row_px = min(KEY_ROW_PX, area.height // count)
    for index, name in enumerate(first.names):
        row = area.bottom - round((index + 0.5) * row_px)
        words = f"{name_words(name)} {mean_E[index]:.0%}"
        draw_key(canvas, (axis.right + LEGEND_GAP_PX, row), words, theme.series_colour(index))


def paint_columns(canvas: Canvas, left: int, top: int, height: int, colours_W3: NDArray[np.uint8]) -> None:
    """Paint a band of this height [px], one colour a column."""
    rows_HW3 = np.broadcast_to(colours_W3, (height, *colours_W3.shape))
    canvas.image.paste(Image.fromarray(np.ascontiguousarray(rows_HW3)), (left, top))


def draw_key(canvas: Canvas, at: tuple[int, int], words: str, colour: Colour) -> None:
    """Draw one entry of a legend; ``at`` is the middle of its left edge."""
    canvas.fill(Box(at[0], at[1] - 5, at[0] + 11, at[1] + 6), colour)
    canvas.text((at[0] + 20, at[1]), words, size_px=14)
