"""Stamped rows of numbers in order of time, and linear interpolation between them.

Shape legend: N messages, T wanted stamps, C numbers a message.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Longer than any set waits (5 s) plus any history; older messages serve no one.
KEEP_NS = 10_000_000_000


class Track:
    """Messages of one topic, kept for ten seconds of recorded time, sorted by stamp whatever order they came in."""

    def __init__(self, name: str, jump_back_ns: int, max_gap_ns: int) -> None:
        """Start empty.

        Args:
            name: What the messages are, for sentences.
            jump_back_ns: A stamp this far behind the newest is a clock that jumped back [ns].
            max_gap_ns: Neighbours further apart than this are not interpolated between [ns].
        """
        self._name = name
        self._jump_back_ns = jump_back_ns
        self._max_gap_ns = max_gap_ns
        self._stamps_ns: list[int] = []
        self._rows: list[tuple[float, ...]] = []
        self._before: Track | None = None
        self.num_duplicates = 0
        self.num_jumps = 0

    def __len__(self) -> int:
        """Return how many messages are kept, those from before the last jump included."""
        return len(self._stamps_ns) + (len(self._before) if self._before else 0)

    @property
    def newest_ns(self) -> int | None:
        """Newest stamp [ns]; None without messages."""
        return self._stamps_ns[-1] if self._stamps_ns else None

    def clear(self) -> None:
        """Forget all messages."""
        self._stamps_ns, self._rows, self._before = [], [], None

    def on_clock_of(self, stamp_ns: int) -> Track:
        """Choose between the messages since the last jump of the clock and those before it.

        Args:
            stamp_ns: Stamp [ns]; far ahead of all messages since the jump, and near those before it, it is from before.

        Returns:
            The track whose clock the stamp follows.
        """
        since_ns, before_ns = self.newest_ns, self._before.newest_ns if self._before else None
        if self._before is None or since_ns is None or before_ns is None:
            return self
        return self._before if since_ns + self._jump_back_ns < stamp_ns <= before_ns + self._jump_back_ns else self

    def add(self, stamp_ns: int, row: tuple[float, ...]) -> None:
        """Insert a message at its place in time.

        The first of two with the same stamp is kept. A stamp far behind the newest begins a new track.

        Args:
            stamp_ns: Stamp [ns].
            row: C numbers.
        """
        stamps_ns = self._stamps_ns
        if stamps_ns and stamp_ns < stamps_ns[-1] - self._jump_back_ns:
            self._begin_era()
            stamps_ns = self._stamps_ns
        index = bisect_left(stamps_ns, stamp_ns)
        if index < len(stamps_ns) and stamps_ns[index] == stamp_ns:
            self.num_duplicates += 1
            return
        stamps_ns.insert(index, stamp_ns)
        self._rows.insert(index, row)
        # Twice the time before pruning, so that most messages cost no move of the list.
        if stamps_ns[0] < stamps_ns[-1] - 2 * KEEP_NS:
            self._before = None
            cut = bisect_left(stamps_ns, stamps_ns[-1] - KEEP_NS)
            del stamps_ns[:cut]
            del self._rows[:cut]

    def _begin_era(self) -> None:
        before = Track(self._name, self._jump_back_ns, self._max_gap_ns)
        before._stamps_ns, before._rows = self._stamps_ns, self._rows
        self._stamps_ns, self._rows, self._before = [], [], before
        self.num_jumps += 1

    def newest_at(self, stamp_ns: int) -> int | None:
        """Return the newest stamp at or before ``stamp_ns``, else the oldest of all [ns]; None without messages."""
        if not self._stamps_ns:
            return None
        return self._stamps_ns[max(0, bisect_right(self._stamps_ns, stamp_ns) - 1)]

    def has_from(self, stamp_ns: int) -> bool:
        """Tell whether a message at or shortly after ``stamp_ns`` has come; one far later has another clock."""
        index = bisect_left(self._stamps_ns, stamp_ns)
        return index < len(self._stamps_ns) and self._stamps_ns[index] <= stamp_ns + self._jump_back_ns

    def why_not(self, first_ns: int, last_ns: int) -> str:
        """Say why a span of time cannot be interpolated.

        A gap that lies between the two stamps counts although no wanted stamp may lie in it.

        Args:
            first_ns: Oldest wanted stamp [ns].
            last_ns: Newest wanted stamp [ns].

        Returns:
            The reason in words; empty if every stamp in the span can be interpolated.
        """
        stamps_ns = self._stamps_ns
        if not stamps_ns:
            return f"no {self._name} yet"
        if stamps_ns[0] > last_ns:
            return f"{self._name} starts {_seconds(stamps_ns[0] - last_ns)} after the picture"
        if stamps_ns[-1] < last_ns:
            return f"{self._name} is {_seconds(last_ns - stamps_ns[-1])} behind the picture"
        if stamps_ns[0] > first_ns:
            covered, needed = _seconds(last_ns - stamps_ns[0]), _seconds(last_ns - first_ns)
            return f"{self._name} covers only {covered} of the {needed} needed"
        low, high = self._span(first_ns, last_ns)
        gap_ns = max((stamps_ns[at + 1] - stamps_ns[at] for at in range(low, high - 1)), default=0)
        return f"{self._name} has a gap of {_seconds(gap_ns)}" if gap_ns > self._max_gap_ns else ""

    def _span(self, first_ns: int, last_ns: int) -> tuple[int, int]:
        """Return the slice of messages that encloses two stamps."""
        return bisect_right(self._stamps_ns, first_ns) - 1, bisect_left(self._stamps_ns, last_ns) + 1

    def window(
        self, stamps_ns_T: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return what is needed to interpolate at stamps for which ``why_not`` is empty.

        Args:
            stamps_ns_T: Wanted stamps, ascending [ns].

        Returns:
            Wanted times (T,), message times (N,), both in seconds after the first wanted stamp, and rows (N, C).
        """
        first_ns = int(stamps_ns_T[0])
        low, high = self._span(first_ns, int(stamps_ns_T[-1]))
        # Differences of integers first: a float64 of nanoseconds since 1970 is good to 256 ns only.
        times_N = np.array([stamp_ns - first_ns for stamp_ns in self._stamps_ns[low:high]], dtype=np.float64) * 1e-9
        times_T = (stamps_ns_T - first_ns).astype(np.float64) * 1e-9
        return times_T, times_N, np.array(self._rows[low:high], dtype=np.float64)

    def slope(self, stamps_ns_T: NDArray[np.int64], column: int) -> NDArray[np.float64]:
        """Return the finite difference of one number over the two messages around each stamp.

        Where a stamp is a message's own, the message before it is its partner, else the one after it; 0 where
        neither is near enough.

        Args:
            stamps_ns_T: Wanted stamps for which ``why_not`` is empty [ns].
            column: Which of the C numbers.

        Returns:
            Change a second, shape (T,).
        """
        return np.array([self._slope_at(int(stamp_ns), column) for stamp_ns in stamps_ns_T])

    def _slope_at(self, stamp_ns: int, column: int) -> float:
        at = bisect_left(self._stamps_ns, stamp_ns)
        for before in (at - 1, at):
            if before >= 0 and before + 1 < len(self._stamps_ns):
                step_ns = self._stamps_ns[before + 1] - self._stamps_ns[before]
                if step_ns <= self._max_gap_ns:
                    return (self._rows[before + 1][column] - self._rows[before][column]) / (step_ns * 1e-9)
        return 0.0


def _seconds(duration_ns: int) -> str:
    return f"{duration_ns * 1e-9:.2g} s"
