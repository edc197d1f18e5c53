"""The driving state: every row of the table in the documentation, and what recovery asks for."""

import pathlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivemoe_ros.data.state import DrivingState, InputCondition, InputStatus
from drivemoe_ros.parameters.supervision_schema import SupervisionParameters
from drivemoe_ros.supervision.state_machine import StateMachine
from drivemoe_ros.supervision.transitions import TRANSITIONS, Event, event_table, transition_table

DOCUMENT = (pathlib.Path(__file__).resolve().parents[3] / "docs" / "states.md").read_text(encoding="utf-8")
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in DOCUMENT.split("## Transitions")[1].splitlines()
    if line.startswith("|")
][2:]
PARAMETERS = SupervisionParameters(recover_plans=3)
# How a drive comes into each state.
WAYS = {
    "WAITING": (),
    "RUNNING": (Event.GOOD,),
    "DEGRADED": (Event.LACKING,),
    "STOPPING": (Event.GOOD, Event.STOPPED),
    "FAULT": (Event.GOOD, Event.NOTHING),
}
PASSING = (Event.GOOD, Event.LACKING)


def machine_after(*events: Event) -> StateMachine:
    machine = StateMachine(PARAMETERS)
    for event in events:
        machine.advance(event, event.value, ())
    return machine


def test_the_document_holds_the_tables() -> None:
    assert transition_table() in DOCUMENT
    assert event_table() in DOCUMENT


def test_every_state_answers_every_event() -> None:
    assert set(TRANSITIONS) == {(state, event) for state in DrivingState for event in Event}
    assert len(ROWS) == len(DrivingState) * len(Event)


@pytest.mark.parametrize(("state", "event", "words"), ROWS, ids=lambda cell: cell.split(";")[0])
def test_a_row_of_the_document(state: str, event: str, words: str) -> None:
    machine = machine_after(*WAYS[state])
    assert machine.state.name == state
    first, _, recovery = words.partition("; ")
    assert machine.advance(Event[event], "why", ()).state.name == first
    if recovery:
        recovered = recovery.split(" once ")[0]
        machine.advance(Event[event], "why", ())
        assert machine.state.name == first
        assert machine.advance(Event[event], "why", ()).state.name == recovered


def test_nothing_drives_before_the_first_plan_passes() -> None:
    machine = machine_after(Event.STOPPED, Event.NOTHING, Event.NOTHING)
    assert not machine.may_drive
    assert not machine.must_recover
    machine.advance(Event.GOOD, "", ())
    assert machine.may_drive


@pytest.mark.parametrize("stop", [Event.STOPPED, Event.NOTHING])
def test_a_plan_that_fails_in_between_starts_the_recovery_anew(stop: Event) -> None:
    machine = machine_after(Event.GOOD, stop, Event.GOOD, Event.GOOD)
    assert (machine.recovering, machine.may_drive, machine.must_recover) == (2, False, True)
    machine.advance(stop, "again", ())
    assert machine.recovering == 0
    machine.advance(Event.GOOD, "", ())
    machine.advance(Event.LACKING, "no route", ())
    assert not machine.may_drive
    machine.advance(Event.GOOD, "", ())
    assert (machine.state, machine.recovering) == (DrivingState.RUNNING, 0)


def test_the_reason_tells_how_far_the_recovery_is_and_what_the_stop_was_for() -> None:
    machine = machine_after(Event.GOOD)
    machine.advance(Event.STOPPED, "curvature 0.9 1/m is above 0.3", ())
    machine.advance(Event.GOOD, "", ())
    report = machine.advance(Event.LACKING, "back: no picture", ())
    assert report.reason == (
        "2 of 3 plans in a row have passed since the stop (curvature 0.9 1/m is above 0.3); back: no picture"
    )
    assert machine.advance(Event.GOOD, "", ()).reason == ""


def test_a_restart_asks_for_no_recovery() -> None:
    machine = machine_after(Event.GOOD, Event.STOPPED, Event.RESTART, Event.GOOD)
    assert machine.state is DrivingState.RUNNING


def test_the_inputs_are_reported_as_they_came() -> None:
    inputs = (InputStatus("back", InputCondition.MISSING, None, "no picture"),)
    assert StateMachine(PARAMETERS).advance(Event.LACKING, "back: no picture", inputs).inputs == inputs


@given(events=st.lists(st.tuples(st.sampled_from(Event), st.sampled_from(["", "why"])), max_size=40))
def test_no_state_but_running_is_silent_and_none_drives_on_early(events: list[tuple[Event, str]]) -> None:
    machine = StateMachine(PARAMETERS)
    passed = PARAMETERS.recover_plans
    for event, reason in events:
        report = machine.advance(event, reason, ())
        assert report.reason or report.state is DrivingState.RUNNING
        if event in PASSING:
            passed += 1
        elif event is Event.RESTART or (report.state is DrivingState.WAITING):
            passed = PARAMETERS.recover_plans
        else:
            passed = 0
        assert machine.may_drive == (event in PASSING and passed >= PARAMETERS.recover_plans)
