"""The ladder of plans, rung by rung: the policy's plan, the last one, a stop, nothing; and the way back up."""

from __future__ import annotations

import dataclasses
from collections.abc import Container

import numpy as np
import pytest
from numpy.typing import NDArray

from drivemoe_ros.data.plan import Observation, PlanResult, PlanSource, PolicyOutput
from drivemoe_ros.data.state import DrivingState
from drivemoe_ros.errors import PolicyError

from .cruise import TIMES_S_H, Cruise, between, pipeline_of
from .drive import MS, Drive, at, by_time, run

SPEED_MPS = 5.0
TOO_FAST_H = 40.0 * TIMES_S_H
# From 20 m/s at 25 m/s^2.
BRAKING_H = np.minimum(TIMES_S_H, 0.8) * 20.0 - 12.5 * np.minimum(TIMES_S_H, 0.8) ** 2
GOOD = (DrivingState.RUNNING, PlanSource.POLICY)
AGAIN = (DrivingState.DEGRADED, PlanSource.LAST_PLAN)
STOP = (DrivingState.STOPPING, PlanSource.STOP)


class Unsure(Cruise):
    """Cruise, whose several samples of a flow end as far apart as its speed is high."""

    def plan(self, observation: Observation, flow_steps: int | None = None) -> PolicyOutput:
        return dataclasses.replace(super().plan(observation, flow_steps), spread_m=observation.ego.speed_T[-1])


class Failing(Cruise):
    """Cruise, which raises an error at some times [ms]."""

    def __init__(self, error: Exception, times: Container[int]) -> None:
        super().__init__()
        self._error, self._times = error, times

    def plan(self, observation: Observation, flow_steps: int | None = None) -> PolicyOutput:
        if (observation.stamp_ns - at(0)) // MS in self._times:
            raise self._error
        return super().plan(observation, flow_steps)


def rungs(results: dict[int, PlanResult]) -> dict[int, tuple[DrivingState, PlanSource]]:
    return {time: (result.report.state, result.source) for time, result in results.items()}


def drive(policy: Cruise, length: int = 2200, **values: object) -> dict[int, PlanResult]:
    return by_time(run(pipeline_of(policy, **values), Drive(length=length).samples()))


def deceleration_mps2(result: PlanResult) -> float:
    assert result.trajectory is not None
    return -float(result.trajectory.acceleration_H[0])


def test_a_plan_that_passes_is_driven() -> None:
    results = drive(Cruise(), length=900)
    assert {time: rung for time, rung in rungs(results).items() if time >= 400} == dict.fromkeys(
        range(400, 900, 100), GOOD
    )


def test_one_refused_plan_is_bridged_by_the_last_one_from_where_the_vehicle_is() -> None:
    results = drive(Cruise(between(800, 900, TOO_FAST_H)), length=1100)
    found = rungs(results)
    assert [found[time] for time in (700, 800, 900)] == [GOOD, AGAIN, GOOD]
    refusal, refused, trajectory = results[800].refusal, results[800].refused, results[800].trajectory
    assert refusal is not None
    assert refusal.check == "speed"
    assert results[800].report.reason == (
        f"the plan was refused: {refusal.detail}; the last plan, 0.1 s old, is driven on"
    )
    assert refused is not None
    np.testing.assert_allclose(refused.position_H2[:, 0], TOO_FAST_H)
    assert trajectory is not None
    assert trajectory.stamp_ns == at(800)
    np.testing.assert_allclose(trajectory.position_H2[:, 0], SPEED_MPS * TIMES_S_H[:9], atol=1e-9)
    np.testing.assert_allclose(np.diff(trajectory.times_ns_H), 1e8)


def test_after_a_third_of_a_second_it_stops_and_drives_on_after_five_plans_that_pass() -> None:
    results = drive(Cruise(between(800, 1500, TOO_FAST_H)))
    found = rungs(results)
    assert [found[time] for time in (800, 900, 1000)] == [AGAIN] * 3
    assert [found[time] for time in range(1100, 1900, 100)] == [STOP] * 8
    assert [found[time] for time in range(1900, 2200, 100)] == [GOOD] * 3
    for time in range(1100, 1900, 100):
        trajectory = results[time].trajectory
        assert trajectory is not None
        assert trajectory.stamp_ns == at(time)
        np.testing.assert_allclose(trajectory.position_H2[0], 0.0, atol=1e-9)
        assert trajectory.speed_H[0] == pytest.approx(SPEED_MPS)
        assert np.all(np.diff(trajectory.speed_H) < 0.0)
    assert "it asks for a speed of" in results[1400].report.reason
    assert results[1600].report.reason.startswith("2 of 5 plans in a row have passed since the stop (the plan was")
    assert results[1600].refusal is None


def test_one_refusal_while_recovering_begins_the_count_anew() -> None:
    def ahead(time: int, speed_mps: float) -> NDArray[np.float64]:
        return TOO_FAST_H if 800 <= time < 1200 or time == 1500 else speed_mps * TIMES_S_H

    found = rungs(drive(Cruise(ahead)))
    assert [found[time] for time in range(1100, 2000, 100)] == [STOP] * 9
    assert found[2000] == GOOD


def test_a_stop_is_comfortable_first_then_firm() -> None:
    results = drive(Cruise(between(800, 9999, TOO_FAST_H)), length=2400)
    assert [deceleration_mps2(results[time]) for time in (1100, 2000)] == [2.0, 2.0]
    firm_mps2 = [deceleration_mps2(results[time]) for time in (2100, 2300)]
    assert min(firm_mps2) > 2.0


def test_a_plan_that_brakes_too_hard_is_not_answered_by_driving_on() -> None:
    fast = Drive(length=1100, speed_mps=lambda _: 20.0)
    pipeline = pipeline_of(Cruise(between(800, 900, BRAKING_H)))
    results = by_time(run(pipeline, fast.samples()))
    found = rungs(results)
    assert found[700] == GOOD
    assert found[800] == STOP
    assert results[800].refusal is not None
    assert results[800].refusal.check == "deceleration"
    assert deceleration_mps2(results[800]) > 2.0
    assert found[900] == STOP


def test_without_any_plan_that_passed_it_waits() -> None:
    results = drive(Cruise(between(0, 9999, TOO_FAST_H)), length=1200)
    assert {result.report.state for result in results.values()} == {DrivingState.WAITING}
    assert all(result.trajectory is None for result in results.values())
    assert results[900].refusal is not None


def test_the_last_plan_is_not_driven_to_its_end() -> None:
    patient = {"supervision.reuse_plan_s": 2.0, "supervision.max_refusals": 100}
    found = rungs(drive(Cruise(between(800, 9999, TOO_FAST_H)), length=1500, **patient))
    # That of 700 ms ends at 1600 ms, and 0.4 s must be left of it.
    assert [found[time] for time in range(800, 1300, 100)] == [AGAIN] * 5
    assert found[1300] == STOP


def test_what_is_left_of_the_last_plan_is_never_a_single_point() -> None:
    # That of 700 ms ends at 1600 ms.
    bridged = {"supervision.reuse_plan_s": 2.0, "supervision.max_refusals": 100, "supervision.plan_horizon_s": 0.0}
    results = drive(Cruise(between(800, 9999, TOO_FAST_H)), length=1800, **bridged)
    assert [rungs(results)[time] for time in (1500, 1600)] == [AGAIN, STOP]
    assert results[1500].trajectory is not None
    assert len(results[1500].trajectory.times_ns_H) == 2


def test_no_reuse_stops_at_once() -> None:
    found = rungs(drive(Cruise(between(800, 900, TOO_FAST_H)), length=1000, **{"supervision.reuse_plan_s": 0.0}))
    assert (found[700], found[800]) == (GOOD, STOP)


def test_a_clock_that_jumps_back_ends_a_stop_and_forgets_the_last_plan() -> None:
    samples = Drive(length=1500).samples()
    results = run(pipeline_of(Cruise(between(800, 1500, TOO_FAST_H))), samples * 2)
    first, second = results[:15], results[15:]
    assert first[-1].report.state is DrivingState.STOPPING
    assert [(r.report.state, r.source, r.report.reason) for r in second] == [
        (r.report.state, r.source, r.report.reason) for r in first
    ]
    assert second[0].report.state is DrivingState.WAITING


def test_a_plan_of_which_the_policy_is_not_sure_drives_and_the_state_says_so() -> None:
    results = drive(Unsure(), length=900, **{"supervision.max_spread_m": 4.0})
    assert rungs(results)[800] == (DrivingState.DEGRADED, PlanSource.POLICY)
    assert results[800].report.reason == "the flow's samples end 5.00 m apart, and 4 m is the limit"


@pytest.mark.parametrize("limit_m", [0.0, 5.5])
def test_samples_that_agree_or_are_not_judged_are_no_lack(limit_m: float) -> None:
    assert rungs(drive(Unsure(), length=900, **{"supervision.max_spread_m": limit_m}))[800] == GOOD


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PolicyError("The plan is not finite."), "The plan is not finite."),
        (KeyError("weights"), "planning failed (KeyError: 'weights')"),
        (MemoryError(), "planning failed (MemoryError: )"),
    ],
)
def test_a_policy_that_fails_goes_down_the_ladder_and_up_again(error: Exception, words: str) -> None:
    results = drive(Failing(error, range(800, 1300, 100)))
    found = rungs(results)
    assert [found[time] for time in (700, 800, 900, 1000)] == [GOOD, AGAIN, AGAIN, AGAIN]
    assert [found[time] for time in range(1100, 1700, 100)] == [STOP] * 6
    assert [found[time] for time in (1700, 1800)] == [GOOD] * 2
    assert results[800].report.reason == f"{words}; the last plan, 0.1 s old, is driven on"
    assert [results[time].error for time in (700, 800, 1200, 1300)] == [None, error, error, None]


def flickering(time: int, speed_mps: float) -> NDArray[np.float64]:
    return TOO_FAST_H if 800 <= time < 2000 and time % 200 == 0 else speed_mps * TIMES_S_H


def test_a_policy_that_is_wrong_every_other_time_stops_the_vehicle() -> None:
    results = drive(Cruise(flickering), length=2800)
    found = rungs(results)
    assert [found[time] for time in (800, 900, 1000, 1100, 1200, 1300)] == [AGAIN, GOOD] * 3
    # The fourth within two seconds; between the others no five pass in a row.
    assert [found[time] for time in range(1400, 2300, 100)] == [STOP] * 9
    assert found[2300] == GOOD
    assert results[1400].report.reason.startswith(
        "more than supervision.max_refusals = 3 plans were refused or failed within 2 s; the plan was refused: it asks"
    )


def test_refusals_that_lie_far_enough_apart_are_bridged_each() -> None:
    found = rungs(drive(Cruise(flickering), length=2000, **{"supervision.refusal_window_s": 0.5}))
    assert [found[time] for time in range(800, 2000, 100)] == [AGAIN, GOOD] * 6


def test_random_plans_are_not_checked_since_they_do_not_drive() -> None:
    found = rungs(drive(Cruise(between(800, 900, TOO_FAST_H), trained=False), length=1000))
    assert found[800] == GOOD
