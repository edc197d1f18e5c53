"""Which plan each column of a lane shows.

Shape legend: R results, W columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.viz import theme
from drivemoe_ros.viz.theme import Box
from drivemoe_ros.viz.words import NANOSECONDS_PER_SECOND

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivemoe_ros.viz.canvas import Canvas

# A plan is shown until the next one, but at most this many usual periods; then the lane is empty.
MAX_PERIODS = 3.0
MAX_TICKS = 12
TICKS_S = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)


class TimeAxis:
    """Seconds since the first plan, spread over the columns between two edges."""

    def __init__(self, stamps_ns_R: NDArray[np.int64], left: int, right: int) -> None:
        """Spread the plans.

        Args:
            stamps_ns_R: Stamps [ns]; one at or before its forerunner is shown one usual period after it.
            left: First column.
            right: Column after the last.
        """
        step_s = np.diff(stamps_ns_R) / NANOSECONDS_PER_SECOND
        ascending = step_s[step_s > 0.0]
        self.period_s = float(np.median(ascending)) if len(ascending) else 0.1
        self.time_s_R = np.concatenate(([0.0], np.cumsum(np.where(step_s > 0.0, step_s, self.period_s))))
        self.span_s = float(self.time_s_R[-1]) + self.period_s
        self.max_hold_s = MAX_PERIODS * self.period_s
        self.left, self.right = left, right

    def column(self, time_s: float) -> float:
        """Return the column of a time [s] after the first plan."""
        return self.left + time_s / self.span_s * (self.right - self.left)

    def columns(self) -> NDArray[np.int64]:
        """Return the plan shown in each column from left to right; -1 where there is none."""
        time_s_W = (np.arange(self.right - self.left) + 0.5) / (self.right - self.left) * self.span_s
        index_W = np.searchsorted(self.time_s_R, time_s_W, side="right") - 1
        fresh_W = time_s_W - self.time_s_R[index_W] <= self.max_hold_s
        return np.where(fresh_W, index_W, -1)

    def paint(self, colours_R3: NDArray[np.generic]) -> NDArray[np.uint8]:
        """Return one colour a column, RGB, for one colour a plan."""
        index_W = self.columns()
        return np.where(index_W[:, None] >= 0, colours_R3[index_W], np.array(theme.PANEL)).astype(np.uint8)

    def draw_ticks(self, canvas: Canvas, top: int, bottom: int) -> None:
        """Draw times [s] under the lanes and a faint mark at each."""
        step_s = next((step for step in TICKS_S if self.span_s / step <= MAX_TICKS), self.span_s / MAX_TICKS)
        for time_s in np.arange(0.0, self.span_s, step_s):
            column = round(self.column(float(time_s)))
            canvas.fill(Box(column, bottom, column + 1, bottom + 6), theme.FAINT)
            canvas.text((column, bottom + 17), f"{time_s:g}", size_px=13, colour=theme.FAINT, anchor="mm")
        canvas.text((self.right + 16, bottom + 17), "s since the first plan", size_px=13, colour=theme.FAINT)
        canvas.fill(Box(self.left - 1, top, self.left, bottom), theme.RULE)
