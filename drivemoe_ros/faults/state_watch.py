"""Compares the states that are reported with the table of transitions, as somebody would who only listens."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from drivemoe_ros.data.state import DrivingState
from drivemoe_ros.supervision.transitions import TRANSITIONS, Event

if TYPE_CHECKING:
    from drivemoe_ros.faults.vehicle import Moment

# A state comes at least once a second; a step of the world is 0.05 s.
SILENT_NS = 1_100_000_000
# What a node may say by itself while there is no plan.
SAID_IN_SILENCE = (DrivingState.WAITING, DrivingState.DEGRADED, DrivingState.FAULT)


class StateWatch:
    """Looks for transitions that cannot be, states without a reason, and silence.

    Attributes:
        transitions: How often the supervisor went from a state to another.
    """

    def __init__(self, recover_plans: int) -> None:
        """Begin to look on.

        Args:
            recover_plans: So many plans in a row must pass after a stop.
        """
        self._recover_plans = recover_plans
        self._decided = DrivingState.WAITING
        self._recovering = 0
        self._told_ns: int | None = None
        self.transitions: Counter[tuple[DrivingState, DrivingState]] = Counter()

    def look(self, moment: Moment, *, restarts: bool) -> list[str]:
        """Take the next report.

        Args:
            moment: The report.
            restarts: Whether the clock may have jumped back.

        Returns:
            What is wrong with it, a sentence each.
        """
        wrong = [self._silence(moment.time_ns), _reason(moment)]
        if moment.decided is None:
            if moment.state not in SAID_IN_SILENCE:
                wrong.append(f"without a plan the state was said to be {moment.state.name}")
        else:
            wrong.append(self._follow(moment.decided, restarts=restarts))
            if moment.state not in (moment.decided, TRANSITIONS[moment.decided, Event.NOTHING].to):
                wrong.append(f"{moment.decided.name} was published as {moment.state.name}")
        return [words for words in wrong if words]

    def _silence(self, now_ns: int) -> str:
        before_ns, self._told_ns = self._told_ns, now_ns
        if before_ns is None or now_ns - before_ns <= SILENT_NS:
            return ""
        return f"no state was published for {(now_ns - before_ns) * 1e-9:.2f} s"

    def _follow(self, after: DrivingState, *, restarts: bool) -> str:
        before, recovering = self._decided, self._recovering
        self._decided = after
        self._recovering = recovering + 1 if after is DrivingState.STOPPING else 0
        if before is not after:
            self.transitions[before, after] += 1
        starts = (before, DrivingState.WAITING) if restarts else (before,)
        # The plan after the last of those that were counted drives: it is the one that completes them.
        has_recovered = recovering >= self._recover_plans - 1
        for cell in (TRANSITIONS[start, event] for start in starts for event in Event if event is not Event.RESTART):
            if after is cell.to or (after is cell.recovered and has_recovered):
                return ""
        counted = f" after {recovering} reports of a stop" if before is DrivingState.STOPPING else ""
        return f"{before.name} was followed by {after.name}{counted}"


def _reason(moment: Moment) -> str:
    if bool(moment.reason) is (moment.state is not DrivingState.RUNNING):
        return ""
    return f"{moment.state.name} had {'the reason ' + repr(moment.reason) if moment.reason else 'no reason'}"
