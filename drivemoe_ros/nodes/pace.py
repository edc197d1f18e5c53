"""How often something may be done."""

from __future__ import annotations

# Messages come a little early or late; one that is early by less than this share of a period is not skipped.
SLACK = 0.3


class Pace:
    """Lets at most so many through a second, on average.

    Attributes:
        rate_hz: The rate; 0 lets none through.
    """

    def __init__(self, rate_hz: float) -> None:
        """Begin at once.

        Args:
            rate_hz: The rate.
        """
        self.rate_hz = rate_hz
        self._next_s = 0.0

    def is_due(self, now_s: float) -> bool:
        """Tell whether it may be done now, and count it as done if so.

        Args:
            now_s: Monotonic time [s].

        Returns:
            Whether the last time is long enough ago.
        """
        if not self.rate_hz:
            return False
        period_s = 1.0 / self.rate_hz
        if now_s < self._next_s - SLACK * period_s:
            return False
        self._next_s = max(self._next_s + period_s, now_s)
        return True
