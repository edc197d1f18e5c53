"""Keeps the driving state, one event a tick, and says why it is what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.data.state import DrivingState, StateReport
from drivemoe_ros.supervision.transitions import TRANSITIONS, Event

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drivemoe_ros.data.state import InputStatus
    from drivemoe_ros.parameters.supervision_schema import SupervisionParameters

_DRIVING = (DrivingState.RUNNING, DrivingState.DEGRADED)
_PASSING = (Event.GOOD, Event.LACKING)


class StateMachine:
    """The state of one drive; the same events give the same states.

    Attributes:
        state: State after the last event.
        recovering: Plans in a row that have passed since a stop or a fault; 0 while a plan drives.
    """

    def __init__(self, parameters: SupervisionParameters) -> None:
        """Start waiting.

        Args:
            parameters: How many plans in a row must pass after a stop.
        """
        self._recover_plans = parameters.recover_plans
        self._stop_reason = ""
        self.state = DrivingState.WAITING
        self.recovering = 0

    @property
    def may_drive(self) -> bool:
        """Whether a plan may be driven; while False after a stop, what drives is still the stop trajectory."""
        return self.state in _DRIVING

    @property
    def must_recover(self) -> bool:
        """Whether plans must pass several times in a row before one drives again.

        Until then the last plan is no way out: it belongs to the recovery as little as to the stop.
        """
        return self.state in (DrivingState.STOPPING, DrivingState.FAULT)

    def advance(self, event: Event, reason: str, inputs: Sequence[InputStatus]) -> StateReport:
        """Take what this tick came to.

        Args:
            event: What happened.
            reason: Why, in words; may be empty for ``GOOD``.
            inputs: Condition of every input.

        Returns:
            The new state with its reason; only RUNNING has none.
        """
        cell = TRANSITIONS[self.state, event]
        reason = reason or ("" if event is Event.GOOD else event.value)
        if cell.recovered is None:
            self.state, self.recovering = cell.to, 0
        else:
            self.recovering += 1
            recovered = self.recovering >= self._recover_plans
            self.state = cell.recovered if recovered else cell.to
        if self.may_drive:
            self.recovering = 0
        elif event in _PASSING:
            reason = self._recovery(reason)
        else:
            self._stop_reason = reason
        return StateReport(self.state, reason, tuple(inputs))

    def _recovery(self, lacks: str) -> str:
        counted = f"{self.recovering} of {self._recover_plans} plans in a row have passed since the stop"
        also = f"; {lacks}" if lacks else ""
        return f"{counted} ({self._stop_reason}){also}"
