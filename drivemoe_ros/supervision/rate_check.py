"""Inputs that come too rarely, or suddenly too often, counted by their stamps."""

from __future__ import annotations

import statistics
from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

from drivemoe_ros.parameters.schema import NANOSECONDS_PER_SECOND, to_ns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from drivemoe_ros.parameters.supervision_schema import SupervisionParameters

# Longer than any picture that is asked about waits for its set.
KEEP_NS = 10_000_000_000
# From so many stamps on their intervals tell a rate.
LEAST_STAMPS = 4
# So long after an input came too often do the seconds looked back at still hold some of that.
UNLEARNT_NS = 3_000_000_000
# Whatever is sent, this many stamps of one input are remembered at most.
MOST_STAMPS = 100_000


def expected_rates(cameras: Iterable[str], parameters: SupervisionParameters) -> dict[str, float]:
    """Return how often each input is expected [Hz]: every camera, and odometry.

    Args:
        cameras: Names of the rig's cameras.
        parameters: Rates; 0 expects none.

    Returns:
        Rate by input name, without those that are not expected.
    """
    rates = dict.fromkeys(cameras, parameters.camera_rate_hz)
    rates["odometry"] = parameters.odometry_rate_hz
    return {name: rate_hz for name, rate_hz in rates.items() if rate_hz > 0.0}


class RateCheck:
    """Counts the stamps of every input over a window that ends at the stamp asked about.

    An input is judged from its first stamp on, over what of the window lies after it: an input that never came is
    missing, not slow. Stamps that come twice or out of order count once and in their place.
    """

    def __init__(self, expected_hz: Mapping[str, float], parameters: SupervisionParameters, jump_back_ns: int) -> None:
        """Start without stamps.

        Args:
            expected_hz: Expected rate by input name, e.g. of ``expected_rates``; other inputs are not judged.
            parameters: Window, and the least share of the expected rate.
            jump_back_ns: A stamp this far behind an input's newest is a clock that jumped back [ns].
        """
        self._expected_hz = dict(expected_hz)
        self._least_share = parameters.min_rate_share
        self._most_growth = parameters.max_rate_growth
        self._window_ns = to_ns(parameters.rate_window_s)
        self._jump_back_ns = jump_back_ns
        self.reset()

    def reset(self) -> None:
        """Forget all stamps, e.g. after the clock jumped back."""
        self._stamps_ns: dict[str, list[int]] = {}
        self._first_ns: dict[str, int] = {}
        self._jumped: set[str] = set()
        self._most_before: dict[str, int] = {}
        self._crowded_ns: dict[str, int] = {}

    def push(self, name: str, stamp_ns: int) -> None:
        """Take the stamp of one message.

        Args:
            name: Input name.
            stamp_ns: Its stamp [ns].
        """
        if name not in self._expected_hz:
            return
        stamps_ns = self._stamps_ns.get(name)
        jumped = stamps_ns is not None and stamp_ns < stamps_ns[-1] - self._jump_back_ns
        if jumped:
            self._jumped.add(name)
            self._most_before.pop(name, None)
            self._crowded_ns.pop(name, None)
        if stamps_ns is None or jumped:
            self._stamps_ns[name], self._first_ns[name] = [stamp_ns], stamp_ns
            return
        at = bisect_left(stamps_ns, stamp_ns)
        if at < len(stamps_ns) and stamps_ns[at] == stamp_ns:
            return
        stamps_ns.insert(at, stamp_ns)
        self._first_ns[name] = min(self._first_ns[name], stamp_ns)
        self._forget(stamps_ns)

    def rate_hz(self, name: str, stamp_ns: int) -> float | None:
        """Return how often an input came in the window up to a stamp.

        Args:
            name: Input name.
            stamp_ns: End of the window [ns].

        Returns:
            Messages a second [Hz]; None while less than half the window lies after the input's first stamp, without
            stamps, or for a stamp of the clock before a jump.
        """
        first_ns = self._first_ns.get(name)
        if first_ns is None or stamp_ns - first_ns < self._window_ns // 2:
            return None
        if name in self._jumped and stamp_ns > self._stamps_ns[name][-1] + self._jump_back_ns:
            return None
        begin_ns = max(stamp_ns - self._window_ns, first_ns)
        # The first stamp of all opens the window rather than filling it.
        stamps_ns = self._stamps_ns[name]
        num = bisect_right(stamps_ns, stamp_ns) - bisect_right(stamps_ns, begin_ns)
        return num * NANOSECONDS_PER_SECOND / (stamp_ns - begin_ns)

    def slow(self, stamp_ns: int) -> dict[str, str]:
        """Name the inputs that come too rarely.

        Args:
            stamp_ns: Stamp of the picture that a plan is made for [ns].

        Returns:
            Why, in words, by input name; empty if all come often enough.
        """
        found = {}
        for name, expected_hz in self._expected_hz.items():
            rate_hz = self.rate_hz(name, stamp_ns)
            if rate_hz is not None and rate_hz < self._least_share * expected_hz:
                found[name] = f"comes {rate_hz:.2g} times a second, but {expected_hz:g} are expected"
        return found

    def crowded(self, stamp_ns: int) -> dict[str, str]:
        """Name the inputs that suddenly come far more often than in any second before, as from two senders.

        To be called at ascending stamps: what an input usually does is learnt from one call to the next.

        Args:
            stamp_ns: Stamp of the picture that a plan is made for [ns].

        Returns:
            Why, in words, by input name; empty if none does.
        """
        found = {}
        for name, first_ns in self._first_ns.items():
            if stamp_ns - first_ns < 2 * NANOSECONDS_PER_SECOND:
                continue
            now = len(self._second(name, stamp_ns))
            earlier_ns = self._second(name, stamp_ns - NANOSECONDS_PER_SECOND)
            if name not in self._most_before and len(earlier_ns) < LEAST_STAMPS:
                # Nothing is known of what is usual, as after a jump of the clock and a gap.
                continue
            before = _usual(earlier_ns)
            most = self._most_before.get(name, before)
            limit = self._most_growth * max(most, self._expected_hz[name])
            if now > limit:
                found[name] = f"comes {now} times a second, but came {most} times: are there two senders on its topic?"
                self._crowded_ns[name] = stamp_ns
            elif stamp_ns - self._crowded_ns.get(name, stamp_ns - UNLEARNT_NS) >= UNLEARNT_NS:
                # What was too much must not become what is usual.
                self._most_before[name] = max(most, before)
        return found

    def _second(self, name: str, end_ns: int) -> list[int]:
        """Return the stamps in the second up to one [ns]."""
        stamps_ns = self._stamps_ns[name]
        begin = bisect_right(stamps_ns, end_ns - NANOSECONDS_PER_SECOND)
        return stamps_ns[begin : bisect_right(stamps_ns, end_ns)]

    def _forget(self, stamps_ns: list[int]) -> None:
        kept_ns = self._window_ns + KEEP_NS
        # Twice the time before pruning, so that most stamps cost no move of the list.
        if stamps_ns[0] < stamps_ns[-1] - 2 * kept_ns or len(stamps_ns) > MOST_STAMPS:
            del stamps_ns[: max(bisect_left(stamps_ns, stamps_ns[-1] - kept_ns), len(stamps_ns) - MOST_STAMPS)]


def _usual(second_ns: list[int]) -> int:
    """Return how often an input would have come in a second, had none of it been lost."""
    if len(second_ns) < LEAST_STAMPS:
        return len(second_ns)
    interval_ns = statistics.median(after_ns - before_ns for before_ns, after_ns in pairwise(second_ns))
    return max(len(second_ns), round(NANOSECONDS_PER_SECOND / interval_ns))
