"""Plans that fail too often to be bridged: a policy that is right every other time is not to be trusted at all."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from drivemoe_ros.parameters.schema import to_ns

if TYPE_CHECKING:
    from drivemoe_ros.parameters.supervision_schema import SupervisionParameters


class Patience:
    """Counts plans that were refused or that the policy failed to make, over the last while."""

    def __init__(self, limits: SupervisionParameters) -> None:
        """Start without failures.

        Args:
            limits: How many are bridged, and over how long they are counted.
        """
        self._most = limits.max_refusals
        self._window_s = limits.refusal_window_s
        # One more than is bridged is all that counts.
        self._failed_ns: deque[int] = deque(maxlen=limits.max_refusals + 1)

    def reset(self) -> None:
        """Forget all failures, e.g. after the clock jumped back."""
        self._failed_ns.clear()

    def note(self, stamp_ns: int) -> None:
        """Count a plan that was refused or failed, by its stamp [ns]."""
        self._failed_ns.append(stamp_ns)

    def why_over(self, stamp_ns: int) -> str:
        """Say why the last plan must not be driven on any more.

        Args:
            stamp_ns: Stamp of the present plan [ns].

        Returns:
            The reason in words; empty while failures are few.
        """
        if len(self._failed_ns) <= self._most or stamp_ns - self._failed_ns[0] > to_ns(self._window_s):
            return ""
        return (
            f"more than supervision.max_refusals = {self._most} plans were refused or failed "
            f"within {self._window_s:g} s"
        )
