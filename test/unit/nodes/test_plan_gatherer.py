"""A plan is drawn once and whole, in whatever order its messages come, and without those that never come."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivemoe_ros.bags.factory import BagMessageFactory
from drivemoe_ros.data.plan import PlanResult, PlanSource, PolicyLabel, PolicyOutput, Refusal
from drivemoe_ros.data.state import DrivingState
from drivemoe_ros.messages.encode import encode_plan
from drivemoe_ros.nodes.pace import Pace
from drivemoe_ros.nodes.plan_gatherer import GRACE_S, GatheredPlan, PlanGatherer
from drivemoe_ros.nodes.plan_parts import EXPERTS, READERS, REFUSED, STATE, TRAJECTORY, VIEW, Part

from ..viz.results import expert_decision, plan, view_decision, waiting  # noqa: TID252

LABEL = PolicyLabel("drivemoe", "test weights", trained=True)
START_NS = 1_700_000_000_000_000_000
STEP_NS = 100_000_000


def parts_of(result: PlanResult) -> list[Part]:
    """Return what the visualizer reads of a published result."""
    by_topic = {topic: (name, read) for name, (topic, read) in READERS.items()}
    published = encode_plan(result, LABEL, "base_link", BagMessageFactory())
    readable = [(message, *by_topic[topic]) for topic, message in published if topic in by_topic]
    return [read(message, name) for message, name, read in readable]


def full(number: int) -> PlanResult:
    levels = (expert_decision(), expert_decision(level="chain"))
    return plan(view_decision(), levels, stamp_ns=START_NS + number * STEP_NS)


def replaced(number: int) -> PlanResult:
    """Return a stop in place of a plan that was refused."""
    usual = full(number)
    refusal = Refusal("curvature", "the plan bends too much")
    return dataclasses.replace(usual, source=PlanSource.STOP, refusal=refusal, refused=usual.trajectory)


def everything_is_wanted(_stamp_ns: int) -> bool:
    return True


def feed(gatherer: PlanGatherer, parts: Iterable[Part], now_s: float) -> list[GatheredPlan]:
    """Add parts one by one, and return what could be drawn after each."""
    taken = []
    for part in parts:
        gatherer.add(part, now_s)
        taken.append(gatherer.take(now_s, everything_is_wanted))
    return [one for one in taken if one is not None]


def warmed_up() -> PlanGatherer:
    """Return a gatherer that has seen every kind of part a moment ago."""
    gatherer = PlanGatherer()
    feed(gatherer, parts_of(full(-1)), 0.0)
    gatherer.take(2 * GRACE_S, everything_is_wanted)
    return gatherer


@given(order=st.permutations(parts_of(full(0))))
def test_a_plan_comes_out_once_and_whole_whatever_the_order_of_its_parts(order: list[Part]) -> None:
    gatherer = warmed_up()
    (got,) = feed(gatherer, order, 0.4)
    sent = full(0)
    assert sent.trajectory is not None
    assert got.result.trajectory is not None
    assert got.result.output is not None
    assert got.result.output.view is not None
    assert got.result.report == sent.report
    assert np.array_equal(got.result.trajectory.position_H2, sent.trajectory.position_H2)
    assert got.result.output.view.selected == "back"
    assert {decision.level for decision in got.result.output.experts} == {"action", "chain"}
    assert (got.label, got.frame_id) == (LABEL, "base_link")


def test_a_plan_that_was_brought_up_to_now_still_belongs_to_its_picture() -> None:
    gatherer = warmed_up()
    usual = full(0)
    assert usual.trajectory is not None
    later = dataclasses.replace(usual.trajectory, stamp_ns=usual.stamp_ns + 30_000_000)
    for part in parts_of(dataclasses.replace(usual, trajectory=later)):
        gatherer.add(part, 0.4)
    # The way up to where it begins must be known, to draw it where the picture was taken.
    assert gatherer.take(0.41, lambda stamp_ns: stamp_ns < later.stamp_ns) is None
    got = gatherer.take(0.42, lambda stamp_ns: stamp_ns <= later.stamp_ns)
    assert got is not None
    assert got.result.stamp_ns == usual.stamp_ns
    assert got.result.trajectory is not None
    assert got.result.trajectory.stamp_ns == later.stamp_ns


@given(order=st.permutations(parts_of(replaced(1))))
def test_a_refused_plan_comes_with_what_is_driven_in_its_place(order: list[Part]) -> None:
    gatherer = warmed_up()
    feed(gatherer, parts_of(replaced(0)), 0.4)
    gatherer.take(0.4 + 2 * GRACE_S, everything_is_wanted)
    (got,) = feed(gatherer, order, 0.8)
    assert got.result.refused is not None
    assert got.result.refusal == Refusal("curvature", "the plan bends too much")
    assert got.result.source is PlanSource.STOP


def test_after_a_refusal_good_plans_do_not_wait_for_another() -> None:
    gatherer = warmed_up()
    feed(gatherer, parts_of(replaced(0)), 0.4)
    gatherer.take(0.4 + 2 * GRACE_S, everything_is_wanted)
    (got,) = feed(gatherer, parts_of(full(1)), 0.8)
    assert (got.result.source, got.result.refused) == (PlanSource.POLICY, None)
    # A stop for lack of input is drawn too, a moment later.
    assert feed(gatherer, [part for part in parts_of(replaced(2)) if part.name != REFUSED], 0.9) == []
    late = gatherer.take(0.9 + 1.1 * GRACE_S, everything_is_wanted)
    assert late is not None
    assert (late.result.source, late.result.refusal) == (PlanSource.STOP, None)


@given(order=st.permutations([part for number in range(3) for part in parts_of(full(number))]))
def test_mixed_plans_each_come_out_at_most_once_and_the_last_state_is_not_lost(order: list[Part]) -> None:
    gatherer = warmed_up()
    got = feed(gatherer, order, 0.4)
    last = gatherer.take(0.4 + 2 * GRACE_S, everything_is_wanted)
    stamps = [one.result.stamp_ns for one in (*got, last) if one is not None]
    assert len(stamps) == len(set(stamps))
    newest = list(dict.fromkeys(part.stamp_ns for part in order))[-1]
    assert newest in stamps


@pytest.mark.parametrize("lost", [STATE, TRAJECTORY, VIEW, EXPERTS])
def test_what_never_comes_is_waited_for_a_moment_only(lost: str) -> None:
    gatherer = warmed_up()
    assert feed(gatherer, [part for part in parts_of(full(0)) if part.name != lost], 0.4) == []
    got = gatherer.take(0.4 + 1.1 * GRACE_S, everything_is_wanted)
    assert got is not None
    output = got.result.output
    assert output is not None
    assert (got.result.trajectory is None) == (lost == TRAJECTORY)
    assert (output.view is None) == (lost == VIEW)
    assert (len(output.experts) == 0) == (lost == EXPERTS)
    assert ("did not come" in got.result.report.reason) == (lost == STATE)


def test_a_straggler_of_a_drawn_plan_is_not_drawn_as_a_plan_of_its_own() -> None:
    gatherer = warmed_up()
    *most, straggler = parts_of(full(0))
    feed(gatherer, most, 0.4)
    assert gatherer.take(0.4 + 1.1 * GRACE_S, everything_is_wanted) is not None
    assert feed(gatherer, [straggler], 0.7) == []
    assert gatherer.take(0.95, everything_is_wanted) is None


def test_a_policy_without_routers_is_not_waited_for() -> None:
    gatherer = PlanGatherer()
    dense = [dataclasses.replace(full(number), output=PolicyOutput(np.zeros((2, 2)))) for number in range(2)]
    feed(gatherer, parts_of(dense[0]), 0.0)
    got = feed(gatherer, parts_of(dense[1]), 0.1)
    assert [one.result.stamp_ns for one in got] == [START_NS + STEP_NS]
    assert got[0].result.output is not None
    assert got[0].result.output.experts == ()


@pytest.mark.parametrize("state", [DrivingState.WAITING, DrivingState.FAULT])
def test_a_state_that_comes_with_no_plan_is_drawn_at_once(state: DrivingState) -> None:
    gatherer = warmed_up()
    report = dataclasses.replace(waiting().report, state=state)
    (got,) = feed(gatherer, parts_of(dataclasses.replace(waiting(), report=report)), 0.4)
    assert (got.result.report.state, got.result.trajectory, got.result.output) == (state, None, None)


def test_a_bag_that_begins_again_is_followed_at_once() -> None:
    gatherer = warmed_up()
    stamps = []
    for number, now_s in ((50, 0.4), (51, 0.5), (0, 0.6), (1, 0.7)):
        stamps += [one.result.stamp_ns for one in feed(gatherer, parts_of(full(number)), now_s)]
    assert stamps == [START_NS + number * STEP_NS for number in (50, 51, 0, 1)]


def test_a_plan_waits_until_it_is_wanted_but_not_longer_than_a_moment() -> None:
    gatherer = warmed_up()
    for part in parts_of(full(0)):
        gatherer.add(part, 0.4)
    assert gatherer.take(0.41, lambda _: False) is None
    assert gatherer.take(0.42, everything_is_wanted) is not None
    for part in parts_of(full(1)):
        gatherer.add(part, 0.5)
    assert gatherer.take(0.5 + 1.1 * GRACE_S, lambda _: False) is not None


@given(jitter_s=st.lists(st.floats(-0.02, 0.02), min_size=40, max_size=40))
def test_a_pace_lets_unsteady_messages_of_its_rate_through(jitter_s: list[float]) -> None:
    pace = Pace(10.0)
    assert all(pace.is_due(1000.0 + 0.1 * number + late_s) for number, late_s in enumerate(jitter_s))


@given(rate_hz=st.floats(0.5, 20.0), gaps_s=st.lists(st.floats(0.0, 0.3), min_size=1, max_size=200))
def test_a_pace_keeps_its_rate(rate_hz: float, gaps_s: list[float]) -> None:
    pace = Pace(rate_hz)
    times_s = 1000.0 + np.cumsum(gaps_s)
    num = sum(pace.is_due(float(now_s)) for now_s in times_s)
    assert num <= 2 + (times_s[-1] - times_s[0]) * rate_hz + 1


def test_a_pace_of_zero_lets_nothing_through() -> None:
    assert not Pace(0.0).is_due(1000.0)
