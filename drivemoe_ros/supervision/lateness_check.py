"""Pictures that come long after they were taken, told by odometry's stamps.

No clock of this machine is asked, so that a bag says the same at every speed; what decides is the order of arrival, and
that is the bag's own.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from drivemoe_ros.parameters.schema import to_ns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from drivemoe_ros.data.state import InputStatus
    from drivemoe_ros.parameters.supervision_schema import SupervisionParameters

# Late pictures that are remembered of every camera; more wait for no plan.
MOST_PICTURES = 100


class _Late(NamedTuple):
    stamp_ns: int
    late_ns: int


class LatenessCheck:
    """Compares every picture's stamp with the newest one of odometry when it comes."""

    def __init__(self, limits: SupervisionParameters, jump_back_ns: int) -> None:
        """Start without messages.

        Args:
            limits: How late a picture may be.
            jump_back_ns: A stamp this far behind its topic's newest is a clock that jumped back [ns].
        """
        self._limit_s = limits.max_lateness_s
        self._jump_back_ns = jump_back_ns
        self._now_ns: int | None = None
        self._newest_ns: dict[str, int] = {}
        self._late: dict[str, deque[_Late]] = {}

    def push_odometry(self, stamp_ns: int) -> None:
        """Take an odometry message's stamp [ns]."""
        if self._now_ns is None or stamp_ns > self._now_ns or stamp_ns < self._now_ns - self._jump_back_ns:
            self._now_ns = stamp_ns

    def push_picture(self, camera: str, stamp_ns: int) -> None:
        """Take a picture's stamp [ns]."""
        if stamp_ns < self._newest_ns.get(camera, stamp_ns) - self._jump_back_ns:
            # Odometry's clock jumps too, and until it has there is nothing to compare with.
            self._now_ns = None
            self._late.clear()
        self._newest_ns[camera] = stamp_ns
        if self._now_ns is not None and 0 < to_ns(self._limit_s) < self._now_ns - stamp_ns:
            late = _Late(stamp_ns, self._now_ns - stamp_ns)
            self._late.setdefault(camera, deque(maxlen=MOST_PICTURES)).append(late)

    def late(self, stamp_ns: int, statuses: Iterable[InputStatus]) -> dict[str, str]:
        """Name the cameras whose picture of a set came late.

        Args:
            stamp_ns: Anchor stamp of the set [ns].
            statuses: How each input stands, with its picture's age.

        Returns:
            How late, in words, by camera; empty if none did.
        """
        found = {}
        for status in statuses:
            if status.age_ns is None:
                continue
            for late in self._late.get(status.name, ()):
                if late.stamp_ns == stamp_ns - status.age_ns:
                    words = f"came {late.late_ns * 1e-9:.2f} s after its stamp, by odometry's"
                    found[status.name] = f"{words}, and supervision.max_lateness_s is {self._limit_s:g} s"
        return found
