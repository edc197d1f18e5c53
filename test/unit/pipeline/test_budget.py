"""A plan's time: fewer flow steps where all would come too late, none where even those would, and back again.

The clock is moved by hand: the policy moves it by as long as the machine is said to take.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivemoe_ros.data.cameras import CAMERA_NAMES
from drivemoe_ros.data.plan import Observation, PlanResult, PlanSource, PolicyOutput
from drivemoe_ros.data.state import DrivingState
from drivemoe_ros.parameters.load import build_parameters
from drivemoe_ros.parameters.supervision_schema import SupervisionParameters
from drivemoe_ros.pipeline.budget import PlanBudget
from drivemoe_ros.pipeline.pipeline import DrivingPipeline

from .cruise import Cruise
from .drive import MS, START, Drive, by_time

ALL = 10
REST_S = 0.02
BUDGET_S = 0.1
FULL = (DrivingState.RUNNING, PlanSource.POLICY, ALL)
LAST = (DrivingState.DEGRADED, PlanSource.LAST_PLAN)
STOP = (DrivingState.STOPPING, PlanSource.STOP)


class Machine(Cruise):
    """Cruise on a machine whose flow steps take as long as is said [s], by time [ms]."""

    def __init__(self, step_s: Callable[[int], float]) -> None:
        super().__init__()
        self.spec = dataclasses.replace(self.spec, flow_steps=ALL)
        self._step_s = step_s
        self.now_s = 0.0

    def plan(self, observation: Observation, flow_steps: int | None = None) -> PolicyOutput:
        output = super().plan(observation)
        steps = flow_steps or ALL
        step_s = self._step_s((observation.stamp_ns - START) // MS)
        self.now_s += REST_S + steps * step_s
        return dataclasses.replace(output, flow_steps=steps, step_s=step_s)


def drive(
    step_s: Callable[[int], float], length: int = 2000, waited_s: float = 0.0, budget_s: float = BUDGET_S
) -> dict[int, PlanResult]:
    """Drive with a budget of time; every request has waited as long as is said."""
    machine = Machine(step_s)
    parameters = build_parameters({"supervision.plan_budget_s": budget_s})
    pipeline = DrivingPipeline(machine, CAMERA_NAMES, parameters, lambda: machine.now_s)
    results = [
        pipeline.plan(request, machine.now_s - waited_s)
        for sample in Drive(length=length).samples()
        for request in pipeline.push(sample)
    ]
    return by_time(results)


def found(result: PlanResult) -> tuple[object, ...]:
    steps = () if result.output is None or result.refusal is not None else (result.output.flow_steps,)
    return (result.report.state, result.source, *steps)


def slow(since: int, until: int, step_s: float) -> Callable[[int], float]:
    return lambda time: step_s if since <= time < until else 0.002


def test_a_fast_machine_plans_as_ever() -> None:
    results = drive(lambda _: 0.005)
    assert {found(results[time]) for time in range(400, 1900, 100)} == {FULL}


def test_a_slow_machine_takes_fewer_steps_after_two_late_plans_and_says_so_until_it_is_fast_again() -> None:
    results = drive(slow(800, 1400, 0.013))
    assert found(results[700]) == FULL
    assert [found(results[time]) for time in (800, 900)] == [LAST] * 2
    assert results[800].refusal is not None
    assert results[800].refusal.check == "deadline"
    assert results[800].refusal.detail == "it came 0.150 s after its input, and supervision.plan_budget_s is 0.1 s"
    # 0.09 s are planned with: 0.02 s for the rest and 5 steps of 0.013 s.
    fewer = (DrivingState.DEGRADED, PlanSource.FEWER_STEPS, 5)
    assert {found(results[time]) for time in range(1000, 1600, 100)} == {fewer}
    assert results[1000].report.reason == (
        "planned in 5 of 10 flow steps: all would last 0.150 s after a wait of 0.000 s, "
        "and supervision.plan_budget_s is 0.1 s"
    )
    assert {found(results[time]) for time in range(1600, 1900, 100)} == {FULL}


def test_one_slow_plan_is_bridged_by_the_last_and_changes_nothing_after_it() -> None:
    results = drive(slow(800, 900, 1.0), length=1500)
    assert found(results[800]) == LAST
    assert {found(results[time]) for time in (*range(400, 800, 100), *range(900, 1400, 100))} == {FULL}


def test_a_machine_that_is_far_too_slow_drives_the_last_plan_then_stops_and_drives_on_when_it_is_fast_again() -> None:
    results = drive(slow(800, 1600, 0.5), length=3000)
    assert [found(results[time]) for time in (800, 900, 1000)] == [LAST] * 3
    assert {found(results[time])[:2] for time in range(1100, 1600, 100)} == {STOP}
    skipped = [results[time].report.reason for time in range(1000, 1600, 100) if results[time].output is None]
    assert "no plan was begun: it would last 1.520 s after a wait of 0.000 s" in skipped[0]
    tried = [results[time].output for time in range(1100, 1600, 100)]
    assert [output and output.flow_steps for output in tried] == [None, 3, None, 3, None]
    assert {found(results[time]) for time in range(2500, 2900, 100)} == {FULL}


def test_what_a_request_waited_is_missing_from_its_time() -> None:
    fewer = drive(lambda _: 0.005, waited_s=0.029)
    assert found(fewer[1000]) == (DrivingState.DEGRADED, PlanSource.FEWER_STEPS, 8)
    none = drive(lambda _: 0.005, waited_s=0.06)
    assert "no plan was begun: it would last 0.035 s after a wait of 0.060 s" in none[1000].report.reason


@pytest.mark.parametrize("budget_s", [0.0, 10.0])
def test_without_a_budget_or_with_a_large_one_time_plays_no_part(budget_s: float) -> None:
    results = drive(slow(800, 1400, 0.5), budget_s=budget_s)
    assert {found(results[time]) for time in range(400, 1900, 100)} == {FULL}


def test_without_a_clock_the_budget_is_not_kept_so_that_bags_and_drives_repeat() -> None:
    parameters = build_parameters({"supervision.plan_budget_s": BUDGET_S})
    pipeline = DrivingPipeline(Machine(lambda _: 0.5), CAMERA_NAMES, parameters)
    results = by_time(pipeline.plan(r) for sample in Drive(length=900).samples() for r in pipeline.push(sample))
    assert {found(results[time]) for time in range(400, 800, 100)} == {FULL}


times_s = st.floats(0.0, 1.0)


@given(
    plans=st.lists(st.tuples(times_s, times_s, times_s), max_size=30),
    most=st.integers(0, 20),
    fewest=st.integers(1, 20),
)
def test_no_plan_gets_fewer_steps_than_the_fewest_or_more_than_all_and_none_is_put_off_for_ever(
    plans: list[tuple[float, float, float]], most: int, fewest: int
) -> None:
    now_s = [0.0]
    limits = SupervisionParameters(plan_budget_s=BUDGET_S, min_flow_steps=fewest)
    budget = PlanBudget(limits, most, lambda: now_s[0])
    skipped = 0
    for waited_s, rest_s, step_s in [*plans, *[(0.0, 0.0, 0.0)] * 12]:
        grant = budget.grant(now_s[0] - waited_s)
        steps = most if grant.flow_steps is None else grant.flow_steps
        assert min(fewest, most) <= steps <= most
        assert bool(grant.reason) == (not grant.fits or steps < most)
        skipped = 0 if grant.fits or waited_s else skipped + 1
        assert skipped <= 3
        if not grant.fits:
            continue
        now_s[0] += rest_s + steps * step_s
        budget.settle(None, PolicyOutput(np.zeros((2, 2)), flow_steps=steps, step_s=step_s))
    assert budget.grant(None) == (True, None, "")


def test_plans_that_come_too_late_now_and_then_are_bridged_each() -> None:
    results = drive(lambda time: 0.02 if time % 400 == 0 else 0.004, length=3200)
    late = [time for time, result in results.items() if result.refusal is not None]
    assert late == list(range(400, 3200, 400))
    assert {(results[time].report.state, results[time].source) for time in late[1:]} == {LAST}
