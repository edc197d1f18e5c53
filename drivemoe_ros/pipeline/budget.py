"""Keeps plans within their time: by how many flow steps each may take, and by saying which came too late.

It learns from the last plans how long one flow step and all the rest take. Three are enough: one slow plan among them
changes nothing, two make the next one shorter, while the last plan may still be driven on.
"""

from __future__ import annotations

import statistics
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivemoe_ros.data.plan import PolicyOutput
    from drivemoe_ros.parameters.supervision_schema import SupervisionParameters

MEMORY = 3
# Not all plans last alike, so that this share of the budget is planned with.
HEADROOM = 0.9


class Grant(NamedTuple):
    """What a plan may take.

    Attributes:
        fits: Whether it shall be made at all.
        flow_steps: In how many flow steps; None for as many as ever.
        reason: Why in fewer or not at all, in words.
    """

    fits: bool = True
    flow_steps: int | None = None
    reason: str = ""


class _Lasted(NamedTuple):
    rest_s: float
    step_s: float


class PlanBudget:
    """Holds plans to ``supervision.plan_budget_s``; without a clock it grants everything."""

    def __init__(self, limits: SupervisionParameters, flow_steps: int, clock: Callable[[], float] | None) -> None:
        """Know nothing yet.

        Args:
            limits: Parameters of supervision.
            flow_steps: How many flow steps the policy takes by itself; 0 if it has no flow.
            clock: Tells the time [s]; None where plans have all the time they need.
        """
        self._budget_s, self._most = limits.plan_budget_s, flow_steps
        self._fewest = min(limits.min_flow_steps, flow_steps)
        self._clock = clock if self._budget_s > 0.0 else None
        self._begun_s = 0.0
        self._lasted: deque[_Lasted] = deque(maxlen=MEMORY)

    def grant(self, made_s: float | None) -> Grant:
        """Say how a plan that is to begin now may be made.

        Args:
            made_s: When its request was made, by the clock [s]; None if unknown, so that it did not wait.

        Returns:
            What it may take.
        """
        if self._clock is None:
            return Grant()
        self._begun_s = self._clock()
        if not self._lasted:
            return Grant()
        rest_s, step_s = map(statistics.median, zip(*self._lasted, strict=True))
        waited_s = 0.0 if made_s is None else self._begun_s - made_s
        left_s = HEADROOM * self._budget_s - waited_s - rest_s
        fitting = [steps for steps in range(self._fewest, self._most + 1) if steps * step_s <= left_s]
        words = f"after a wait of {waited_s:.3f} s, and supervision.plan_budget_s is {self._budget_s:g} s"
        if not fitting and left_s + waited_s < self._fewest * step_s:
            # One that had not waited would not fit either, and by memory alone none would ever be tried again.
            if len(self._lasted) == 1:
                fitting = [self._fewest]
            else:
                self._lasted.popleft()
        if not fitting:
            needed_s = rest_s + self._fewest * step_s
            return Grant(fits=False, reason=f"no plan was begun: it would last {needed_s:.3f} s {words}")
        if fitting[-1] == self._most:
            return Grant()
        reason = f"planned in {fitting[-1]} of {self._most} flow steps: all would last "
        return Grant(flow_steps=fitting[-1], reason=f"{reason}{rest_s + self._most * step_s:.3f} s {words}")

    def settle(self, made_s: float | None, output: PolicyOutput) -> str:
        """Learn from a plan that has just been made as it was granted.

        Args:
            made_s: When its request was made, by the clock [s]; None if unknown.
            output: The policy's answer.

        Returns:
            Why it must not drive; empty if it came in time.
        """
        if self._clock is None:
            return ""
        now_s = self._clock()
        step_s = output.step_s or 0.0
        self._lasted.append(_Lasted(now_s - self._begun_s - output.flow_steps * step_s, step_s))
        age_s = now_s - (self._begun_s if made_s is None else made_s)
        if age_s <= self._budget_s:
            return ""
        return f"it came {age_s:.3f} s after its input, and supervision.plan_budget_s is {self._budget_s:g} s"
