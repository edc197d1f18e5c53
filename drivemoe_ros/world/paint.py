"""What a piece of road looks like from above: asphalt, shoulders, pavements and lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.world.scene import GroundPatch, Surface

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drivemoe_ros.world.lanes import Arc
    from drivemoe_ros.world.roads import Section

LINE_M = 0.15
DASH_M = 3.0
DASH_PERIOD_M = 9.0
# A chord of this turn stays within a hand's breadth of the arc at any radius that is driven here.
_TURN_RAD = 0.08


def strip(surface: Surface, arc: Arc, right_m: float, left_m: float, span: tuple[float, float]) -> GroundPatch:
    """Return the patch along a part of an arc.

    Args:
        surface: What it is made of.
        arc: The line it runs along.
        right_m: Its right edge, to the left of the line [m].
        left_m: Its left edge, to the left of the line [m].
        span: From where to where along the line [m].

    Returns:
        The patch.
    """
    turn_rad = abs(arc.curvature_radpm) * (span[1] - span[0])
    s_N = np.linspace(*span, max(int(turn_rad / _TURN_RAD) + 1, 1) + 1)
    right = [arc.pose(float(s_m), right_m)[:2] for s_m in s_N]
    left = [arc.pose(float(s_m), left_m)[:2] for s_m in reversed(s_N)]
    return GroundPatch(surface, np.array(right + left))


def line(surface: Surface, arc: Arc, left_m: float, style: str) -> Iterator[GroundPatch]:
    """Yield a painted line beside an arc.

    Args:
        surface: Its paint.
        arc: The line it runs along.
        left_m: How far to the left of it [m].
        style: "dashed", "solid" or "" for none.

    Yields:
        One patch, or one a dash.
    """
    half_m = 0.5 * LINE_M
    if style == "solid":
        yield strip(surface, arc, left_m - half_m, left_m + half_m, (0.0, arc.length_m))
    elif style == "dashed":
        for begin_m in np.arange(0.5 * DASH_M, arc.length_m - 0.5 * DASH_M, DASH_PERIOD_M):
            end_m = min(float(begin_m) + DASH_M, arc.length_m)
            yield strip(surface, arc, left_m - half_m, left_m + half_m, (float(begin_m), end_m))


def paint_piece(arc: Arc, section: Section) -> Iterator[GroundPatch]:
    """Yield everything that lies on the ground along one piece of road.

    Args:
        arc: Its middle, or the left edge of a one-way road.
        section: What the road consists of.

    Yields:
        Patches, in any order.
    """
    whole = (0.0, arc.length_m)
    right_m, left_m = -section.ahead * section.lane_m, section.back * section.lane_m
    shoulder_m = section.shoulder_m
    if section.pavement_m:
        outer_m = shoulder_m + section.pavement_m
        yield strip(Surface.PAVEMENT, arc, right_m - outer_m, left_m + outer_m, whole)
    if shoulder_m:
        yield strip(Surface.SHOULDER, arc, right_m - shoulder_m, left_m + shoulder_m, whole)
    yield strip(Surface.ASPHALT, arc, right_m, left_m, whole)
    if section.ahead and section.back:
        yield from line(Surface.YELLOW, arc, 0.0, section.middle)
    for lane in range(1, section.ahead):
        yield from line(Surface.WHITE, arc, -lane * section.lane_m, section.divider)
    for lane in range(1, section.back):
        yield from line(Surface.WHITE, arc, lane * section.lane_m, section.divider)
    if section.edges:
        yield from line(Surface.WHITE, arc, right_m + LINE_M, "solid")
        yield from line(Surface.WHITE, arc, left_m - LINE_M, "solid")
