"""The experts as bars that lie on the ground to the right of the vehicle, the longest possible one being sure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.data import palette
from drivemoe_ros.messages.marker_pen import CUBE, TEXT_VIEW_FACING, MarkerPen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drivemoe_ros.data.decision import RoutingDecision
    from drivemoe_ros.messages.factory import Message

# To the right of the vehicle: a column of names, then the bars, away from the vehicle.
NAMES_Y_M = -4.3
BARS_Y_M = -7.2
FULL_M = 3.6
ROW_M = 0.95
BAR_WIDTH_M = 0.6
CHOSEN_HEIGHT_M, OTHER_HEIGHT_M, TRACK_HEIGHT_M = 0.35, 0.12, 0.03
NAME_HEIGHT_M = 0.45
SHORTEST_M = 0.02


def expert_bars(pen: MarkerPen, levels: Sequence[RoutingDecision]) -> list[Message]:
    """Draw every expert's probability; those that drive are bright and high.

    Args:
        pen: Makes the markers.
        levels: Decisions, one a level, drawn from the vehicle's nose backwards.

    Returns:
        For each expert a marker in ``expert tracks``, ``experts`` and ``expert names``, its id counted over all levels.
    """
    markers: list[Message] = []
    num = sum(len(decision.names) for decision in levels)
    rows = [(decision, index) for decision in levels for index in range(len(decision.names))]
    for row, (decision, index) in enumerate(rows):
        x_m = ROW_M * ((num - 1) / 2.0 - row)
        markers += _row(pen, row, x_m, decision, index)
    return markers


def _row(pen: MarkerPen, row: int, x_m: float, decision: RoutingDecision, index: int) -> list[Message]:
    chosen = index in decision.chosen
    share = float(decision.probabilities_E[index])
    words = f"{decision.names[index].replace('_', ' ')}  {share:.2f}"
    ink = palette.TEXT if chosen else palette.FAINT
    height_m = CHOSEN_HEIGHT_M if chosen else OTHER_HEIGHT_M
    length_m = max(share * FULL_M, SHORTEST_M)
    return [
        pen.marker(
            "expert tracks",
            CUBE,
            identity=row,
            at=(x_m, BARS_Y_M - FULL_M / 2.0, TRACK_HEIGHT_M / 2.0),
            scale=(BAR_WIDTH_M, FULL_M, TRACK_HEIGHT_M),
            colour=palette.FAINT,
            alpha=0.25,
        ),
        pen.marker(
            "experts",
            CUBE,
            identity=row,
            at=(x_m, BARS_Y_M - length_m / 2.0, height_m / 2.0),
            scale=(BAR_WIDTH_M, length_m, height_m),
            colour=palette.series_colour(index),
            alpha=1.0 if chosen else 0.35,
        ),
        pen.marker(
            "expert names",
            TEXT_VIEW_FACING,
            identity=row,
            at=(x_m, NAMES_Y_M, 0.2),
            scale=(0.0, 0.0, NAME_HEIGHT_M),
            colour=ink,
            text=words,
        ),
    ]
