"""State and decisions survive the way through messages; a message that makes no sense is refused in a sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from drivemoe_ros.bags.factory import BagMessageFactory
from drivemoe_ros.bags.typestore import output_typestore
from drivemoe_ros.data.decision import RoutingDecision
from drivemoe_ros.data.ego import GoalPoints
from drivemoe_ros.data.plan import PlanResult, PolicyLabel
from drivemoe_ros.data.state import DrivingState, InputCondition, InputStatus, StateReport
from drivemoe_ros.errors import InputError
from drivemoe_ros.messages.decode_decision import decode_expert_activation, decode_view_selection
from drivemoe_ros.messages.decode_plan import decode_state
from drivemoe_ros.messages.encode import encode_expert_activation, encode_state, encode_view_selection
from drivemoe_ros.messages.parts import Parts
from drivemoe_ros.messages.topics import EXPERT_ACTIVATION, STATE, VIEW_SELECTION

PARTS = Parts(BagMessageFactory(), 1_700_000_000_123_456_789, "base_link")
NOBODY = PolicyLabel("", "", trained=False)
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
NUMBERS = st.floats(-1e3, 1e3, width=32)
WEIGHTS = st.floats(0.0, 1.0, width=32)


def delivered(message: Any, type_name: str) -> Any:  # noqa: ANN401
    """Return a message as a subscriber gets it."""
    store = output_typestore()
    return store.deserialize_cdr(store.serialize_cdr(message, type_name), type_name)


@st.composite
def decisions(draw: st.DrawFn, level: str, most_chosen: int, num_steps: int) -> RoutingDecision:
    """Return any decision over up to eight candidates."""
    names = tuple(draw(st.lists(WORDS.filter(bool), min_size=1, max_size=8, unique=True)))
    num = len(names)
    every = st.permutations(range(num))
    chosen = tuple(draw(every)[: draw(st.integers(0, min(most_chosen, num)))])
    steps_SE = draw(arrays.arrays(np.float32, (num_steps, num), elements=WEIGHTS))
    return RoutingDecision(
        level=level,
        names=names,
        scores_E=draw(arrays.arrays(np.float32, num, elements=NUMBERS)),
        weights_E=steps_SE[-1] if num_steps else np.zeros(num, np.float32),
        chosen=chosen,
        available_E=draw(arrays.arrays(np.bool_, num)),
        step_weights_SE=steps_SE,
        reason=draw(WORDS),
    )


STATUSES = st.builds(
    InputStatus,
    name=WORDS,
    condition=st.sampled_from(InputCondition),
    age_ns=st.none() | st.integers(-(10**13), 10**13),
    detail=WORDS,
)
REPORTS = st.builds(StateReport, st.sampled_from(DrivingState), WORDS, st.lists(STATUSES, max_size=9).map(tuple))
LABELS = st.builds(PolicyLabel, WORDS, WORDS, trained=st.booleans())


@given(report=REPORTS, label=LABELS)
def test_a_state_comes_back_to_the_nanosecond(report: StateReport, label: PolicyLabel) -> None:
    message = encode_state(PlanResult(1, report), label, PARTS)
    got = decode_state(delivered(message, STATE.type_name), "state")
    assert got.report == report
    assert got.label == label
    assert got.goals is None


@given(point=arrays.arrays(np.float64, (3, 2), elements=st.floats(-1e6, 1e6)), source=WORDS.filter(bool))
def test_of_the_goals_the_present_one_comes_back(point: np.ndarray[Any, Any], source: str) -> None:
    report = StateReport(DrivingState.RUNNING, "", ())
    message = encode_state(PlanResult(1, report, GoalPoints(point, source, "detail")), NOBODY, PARTS)
    goals = decode_state(delivered(message, STATE.type_name), "state").goals
    assert goals is not None
    assert goals.source == source
    assert np.array_equal(goals.points_T2, point[-1:])


@given(decision=decisions("view", most_chosen=1, num_steps=1))
def test_a_view_selection_comes_back(decision: RoutingDecision) -> None:
    message = encode_view_selection(decision, PARTS)
    got = decode_view_selection(delivered(message, VIEW_SELECTION.type_name), "view selection")
    assert (got.level, got.names, got.chosen, got.reason) == ("view", decision.names, decision.chosen, decision.reason)
    assert (got.selected, got.preferred, got.fell_back) == (decision.selected, decision.preferred, decision.fell_back)
    assert np.array_equal(got.scores_E, decision.scores_E)
    assert np.array_equal(got.available_E, decision.available_E)
    assert np.flatnonzero(got.weights_E).tolist() == list(decision.chosen)


@given(data=st.data(), num_steps=st.integers(0, 12))
def test_an_expert_activation_comes_back(data: st.DataObject, num_steps: int) -> None:
    decision = data.draw(decisions("action", most_chosen=8, num_steps=num_steps))
    message = encode_expert_activation(decision, NOBODY, PARTS)
    got = decode_expert_activation(delivered(message, EXPERT_ACTIVATION.type_name), "expert activation")
    assert (got.level, got.names, got.chosen) == ("action", decision.names, decision.chosen)
    assert np.array_equal(got.scores_E, decision.scores_E)
    assert np.array_equal(got.weights_E, decision.weights_E)
    assert np.array_equal(got.step_weights_SE, decision.step_weights_SE)


def activation(**changes: object) -> Any:  # noqa: ANN401
    """Return an activation of two experts over one step, but for the changed fields."""
    fields: dict[str, object] = {
        "names": ["brake", "turn"],
        "scores": [1.0, 2.0],
        "weights": [0.0, 1.0],
        "chosen": ["turn"],
        "num_steps": 1,
        "step_weights": [0.0, 1.0],
    }
    return PARTS.make(EXPERT_ACTIVATION.type_name, **(fields | changes))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"names": []}, "0 candidates"),
        ({"scores": [1.0]}, "shape"),
        ({"weights": [0.5, 0.5, 0.0]}, "shape"),
        ({"weights": [float("nan"), 1.0]}, "NaN"),
        ({"scores": [float("inf"), 1.0]}, "NaN or infinity"),
        ({"chosen": ["fly"]}, "'fly', which is not among brake, turn"),
        ({"num_steps": 3}, "2 step weights, but 3 steps of 2 experts"),
        ({"step_weights": [float("nan"), 0.0]}, "NaN"),
    ],
)
def test_an_activation_that_contradicts_itself_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        decode_expert_activation(activation(**changes), "expert activation")


@pytest.mark.parametrize(("field", "value"), [("selected", "up"), ("names", []), ("available", [True])])
def test_a_view_selection_that_contradicts_itself_is_refused(field: str, value: object) -> None:
    fields = {"names": ["back", "left"], "scores": [1.0, 2.0], "available": [True, True], "selected": "back"}
    with pytest.raises(InputError):
        decode_view_selection(PARTS.make(VIEW_SELECTION.type_name, **(fields | {field: value})), "view selection")


@pytest.mark.parametrize(
    "changes",
    [
        {"state": 9},
        {"inputs": [PARTS.make("drivemoe_ros/msg/InputStatus", name="front", status=77)]},
        {"goal": PARTS.point(float("nan"), 0.0), "goal_source": "route"},
    ],
)
def test_a_state_without_meaning_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InputError):
        decode_state(PARTS.make(STATE.type_name, **changes), "state")


@pytest.mark.parametrize("age_s", [1e305, float("inf"), float("nan")])
def test_an_age_that_is_none_is_not_known(age_s: float) -> None:
    report = StateReport(DrivingState.RUNNING, "", (InputStatus("front", age_ns=0),))
    message = encode_state(PlanResult(1, report), NOBODY, PARTS)
    message.inputs[0].age = age_s
    (front,) = decode_state(delivered(message, STATE.type_name), "state").report.inputs
    assert front.age_ns is None
