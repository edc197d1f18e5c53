"""Every transition of the driving state, as data; ``docs/states.md`` shows this table.

Once the vehicle had to stop, one plan that passes is not enough to go on: a fault that comes and goes would make it
jerk. So STOPPING and FAULT are left only after several such plans in a row, and a cell holds both states.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivemoe_ros.data.state import DrivingState

if TYPE_CHECKING:
    from collections.abc import Mapping

RECOVER_PARAMETER = "supervision.recover_plans"


class Event(enum.Enum):
    """What a tick of the supervisor came to; the value says it in words."""

    GOOD = "the plan passes all checks, and nothing that it needs is missing or in doubt"
    LACKING = "the plan passes with something missing or stood in for, or the last plan is driven on"
    STOPPED = "a stop trajectory takes the plan's place"
    NOTHING = "there is not even a stop trajectory: no pose, or no plan to stop along"
    RESTART = "the clock jumped back, or the node was activated"


@dataclass(frozen=True)
class Transition:
    """One cell of the table.

    Attributes:
        to: State that follows.
        recovered: State that follows instead once enough plans in a row have passed; None where none are asked for.
    """

    to: DrivingState
    recovered: DrivingState | None = None


_PLANNED = {Event.GOOD: DrivingState.RUNNING, Event.LACKING: DrivingState.DEGRADED}


def _from_driving() -> Mapping[Event, Transition]:
    return {
        **{event: Transition(state) for event, state in _PLANNED.items()},
        Event.STOPPED: Transition(DrivingState.STOPPING),
        Event.NOTHING: Transition(DrivingState.FAULT),
        Event.RESTART: Transition(DrivingState.WAITING),
    }


def _from_waiting() -> Mapping[Event, Transition]:
    # Nothing has driven yet, so there is nothing to stop from; the controller brakes by itself.
    waiting = Transition(DrivingState.WAITING)
    return {**_from_driving(), Event.STOPPED: waiting, Event.NOTHING: waiting}


def _from_stopped() -> Mapping[Event, Transition]:
    recovering = {event: Transition(DrivingState.STOPPING, state) for event, state in _PLANNED.items()}
    return {**_from_driving(), **recovering}


_ROWS: Mapping[DrivingState, Mapping[Event, Transition]] = {
    DrivingState.WAITING: _from_waiting(),
    DrivingState.RUNNING: _from_driving(),
    DrivingState.DEGRADED: _from_driving(),
    DrivingState.STOPPING: _from_stopped(),
    DrivingState.FAULT: _from_stopped(),
}

TRANSITIONS: Mapping[tuple[DrivingState, Event], Transition] = {
    (state, event): _ROWS[state][event] for state in DrivingState for event in Event
}


def transition_table() -> str:
    """Return the table of ``docs/states.md``: one row a transition."""
    lines = ["| state | event | next state |", "| --- | --- | --- |"]
    lines += [f"| {state.name} | {event.name} | {_words(cell)} |" for (state, event), cell in TRANSITIONS.items()]
    return "\n".join(lines) + "\n"


def event_table() -> str:
    """Return the table of events in ``docs/states.md``."""
    lines = ["| event | when |", "| --- | --- |", *(f"| {event.name} | {event.value} |" for event in Event)]
    return "\n".join(lines) + "\n"


def _words(cell: Transition) -> str:
    if cell.recovered is None:
        return cell.to.name
    return f"{cell.to.name}; {cell.recovered.name} once `{RECOVER_PARAMETER}` plans in a row have passed"
