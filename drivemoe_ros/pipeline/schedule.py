"""Which front pictures are planned for when cameras are faster than the policy."""

from __future__ import annotations

# Share of the period by which a picture may come early and still count as due: cameras jitter.
EARLY_SHARE = 0.25


class PlanSchedule:
    """Keeps a steady rate in recorded time without drifting from it."""

    def __init__(self, rate_hz: float) -> None:
        """Plan at most ``rate_hz`` times a second [Hz]; 0 plans always."""
        self._period_ns = round(1e9 / rate_hz) if rate_hz else 0
        self._due_ns: int | None = None

    def reset(self) -> None:
        """Forget the past, as after a jump of the clock."""
        self._due_ns = None

    def is_due(self, stamp_ns: int) -> bool:
        """Tell whether to plan for a picture, and note it if so.

        Args:
            stamp_ns: Stamp of the picture [ns], ascending from call to call.

        Returns:
            True if the picture is due.
        """
        if self._due_ns is None:
            self._due_ns = stamp_ns
        if stamp_ns < self._due_ns - EARLY_SHARE * self._period_ns:
            return False
        following_ns = self._due_ns + self._period_ns
        # After a gap the rate starts from here: what was missed is not made up for.
        self._due_ns = following_ns if stamp_ns < following_ns else stamp_ns + self._period_ns
        return True
