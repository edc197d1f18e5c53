"""What comes out of the pipeline for whole short drives through the real, untrained mini policy."""

from __future__ import annotations

import dataclasses
from typing import TypeGuard

import numpy as np
import pytest

from drivemoe_ros.data.cameras import FRONT
from drivemoe_ros.data.plan import PlanResult, PlanSource
from drivemoe_ros.data.samples import ImageSample, OdometrySample, Sample
from drivemoe_ros.data.state import DrivingState, InputCondition, InputStatus

from .conftest import MakePipeline
from .drive import CORRUPT, MS, Change, Drive, at, by_time, gather, odometry, picture, plain, run

VIEWS = ("front_left", "front_right", "back", "back_left", "back_right")
DRIVE = Drive(length=900)


@pytest.fixture(scope="module")
def usual(make_pipeline: MakePipeline) -> dict[int, PlanResult]:
    """Return what comes of the undisturbed drive, by time [ms]."""
    return by_time(run(make_pipeline(), DRIVE.samples()))


def status(result: PlanResult, name: str) -> InputStatus:
    return next(status for status in result.report.inputs if status.name == name)


def without(*names: str, since: int = 0, until: int = 10_000) -> Change:
    """Drop pictures of cameras in a span of time [ms]."""
    return lambda sample: None if _is_picture(sample, names, since, until) else sample


def corrupting(*names: str, since: int = 0, until: int = 10_000) -> Change:
    def change(sample: Sample) -> Sample:
        if not _is_picture(sample, names, since, until):
            return sample
        return ImageSample(sample.stamp_ns, sample.camera, CORRUPT)

    return change


def _is_picture(sample: Sample, names: tuple[str, ...], since: int, until: int) -> TypeGuard[ImageSample]:
    return isinstance(sample, ImageSample) and sample.camera in names and at(since) <= sample.stamp_ns < at(until)


def silent_odometry(since: int, until: int) -> Change:
    return lambda sample: (
        None if isinstance(sample, OdometrySample) and at(since) <= sample.stamp_ns < at(until) else sample
    )


def plans(results: dict[int, PlanResult]) -> dict[int, bytes]:
    """Return the waypoints of each plan, bit by bit, by time [ms]."""
    return {time: r.output.waypoints_H2.tobytes() for time, r in results.items() if r.output is not None}


def test_every_front_picture_gets_one_result_with_its_stamp(usual: dict[int, PlanResult]) -> None:
    assert list(usual) == list(range(0, 900, 100))


def test_the_first_plan_waits_for_the_history_and_says_so(usual: dict[int, PlanResult]) -> None:
    states = {time: result.report.state for time, result in usual.items()}
    assert all(states[time] is DrivingState.WAITING for time in (0, 100, 200, 300))
    assert all(states[time] is DrivingState.RUNNING for time in range(400, 900, 100))
    assert usual[200].report.reason == "odometry covers only 0.2 s of the 0.4 s needed"
    assert usual[200].trajectory is None
    assert usual[400].report.reason == ""


def test_the_first_plan_waits_for_a_front_picture_a_tenth_of_a_second_before(make_pipeline: MakePipeline) -> None:
    results = by_time(run(make_pipeline(), DRIVE.samples(without(FRONT, until=600))))
    assert list(results) == [600, 700, 800]
    assert results[600].report.state is DrivingState.WAITING
    assert results[600].report.reason == "no front picture 0.1 s before this one"
    assert results[700].report.state is DrivingState.RUNNING


def test_a_plan_is_ten_points_a_tenth_apart_from_the_front_stamp_on(usual: dict[int, PlanResult]) -> None:
    trajectory = usual[500].trajectory
    assert trajectory is not None
    assert trajectory.stamp_ns == at(500)
    assert trajectory.times_ns_H.tolist() == [100 * MS * step for step in range(10)]
    for values in (trajectory.position_H2, trajectory.yaw_H, trajectory.speed_H, trajectory.acceleration_H):
        assert len(values) == 10
        assert np.all(np.isfinite(values))


def test_every_input_is_reported_with_its_age(usual: dict[int, PlanResult]) -> None:
    inputs = {status.name: status for status in usual[500].report.inputs}
    assert set(inputs) == {FRONT, *VIEWS, "odometry", "imu", "route"}
    assert all(status.usable for status in inputs.values())
    assert inputs["route"].age_ns == 500 * MS
    assert all(inputs[name].age_ns == 0 for name in (FRONT, *VIEWS, "odometry", "imu"))


def test_a_missing_camera_is_named_and_the_next_best_view_taken(
    make_pipeline: MakePipeline, usual: dict[int, PlanResult]
) -> None:
    before = usual[600].output
    assert before is not None
    assert before.view is not None
    favourite = before.view.selected
    after = by_time(run(make_pipeline(), DRIVE.samples(without(favourite))))[600]
    assert after.report.state is DrivingState.DEGRADED
    assert after.report.reason == f"{favourite}: no picture yet"
    assert status(after, favourite).condition is InputCondition.MISSING
    assert after.output is not None
    view = after.output.view
    assert view is not None
    ranked = [view.names[index] for index in np.argsort(-view.scores_E)]
    assert ranked[0] == view.preferred == favourite
    assert view.selected == ranked[1]
    assert view.fell_back
    assert view.reason == f"{favourite} has no usable picture"


def test_with_no_view_at_all_it_still_plans(make_pipeline: MakePipeline) -> None:
    results = by_time(run(make_pipeline(), DRIVE.samples(without(*VIEWS))))
    assert list(plans(results)) == [400, 500, 600, 700, 800]
    report, output = results[600].report, results[600].output
    assert report.state is DrivingState.DEGRADED
    assert all(f"{name}: no picture yet" in report.reason for name in VIEWS)
    assert output is not None
    assert output.view is not None
    assert (output.view.selected, output.view.chosen) == ("", ())
    assert all(f"{name} has no usable picture" in output.view.reason for name in VIEWS)


def test_a_corrupt_picture_in_the_favourite_view_is_passed_over(
    make_pipeline: MakePipeline, usual: dict[int, PlanResult]
) -> None:
    before = usual[600].output
    assert before is not None
    assert before.view is not None
    favourite = before.view.selected
    results = by_time(run(make_pipeline(), DRIVE.samples(corrupting(favourite, since=600, until=700))))
    after = results[600]
    assert status(after, favourite).condition is InputCondition.CORRUPT
    assert after.report.state is DrivingState.DEGRADED
    assert after.report.reason.startswith(f"{favourite}: The jpeg picture of 200 bytes cannot be decoded")
    assert after.output is not None
    assert after.output.view is not None
    assert after.output.view.selected == after.output.view.names[int(np.argsort(-after.output.view.scores_E)[1])]
    assert after.output.view.reason.startswith(f"{favourite}: The jpeg picture")
    assert plain(results[500]) == plain(usual[500])
    assert plain(results[700]) == plain(usual[700])


def test_a_corrupt_front_picture_costs_the_plans_that_look_at_it(
    make_pipeline: MakePipeline, usual: dict[int, PlanResult]
) -> None:
    results = by_time(run(make_pipeline(), DRIVE.samples(corrupting(FRONT, since=600, until=700))))
    for time, age_ns in ((600, 0), (700, 100 * MS)):
        report = results[time].report
        assert report.state is DrivingState.DEGRADED
        assert report.reason.startswith("front: The jpeg picture of 200 bytes cannot be decoded")
        assert report.reason.endswith(f"the last plan, 0.{(time - 500) // 100} s old, is driven on")
        assert results[time].source is PlanSource.LAST_PLAN
        assert status(results[time], FRONT).condition is InputCondition.CORRUPT
        assert status(results[time], FRONT).age_ns == age_ns
    assert [time for time in usual if plain(results[time]) == plain(usual[time])] == [0, 100, 200, 300, 400, 500, 800]


def test_corrupt_from_the_start_is_waiting_not_fault(make_pipeline: MakePipeline) -> None:
    results = run(make_pipeline(), DRIVE.samples(corrupting(FRONT)))
    assert {result.report.state for result in results} == {DrivingState.WAITING}
    assert results[-1].report.reason.startswith("front: ")


def test_lost_odometry_is_a_fault_with_its_age_until_the_history_is_whole_again(make_pipeline: MakePipeline) -> None:
    results = by_time(run(make_pipeline(), Drive(length=2300).samples(silent_odometry(625, 1225))))
    assert results[600].report.state is DrivingState.RUNNING
    for time in range(700, 1700, 100):
        expected = DrivingState.DEGRADED if time <= 900 else DrivingState.FAULT
        assert results[time].report.state is expected, time
        assert results[time].trajectory is None
    last = "the last plan, 0.1 s old, is driven on"
    assert results[700].report.reason == f"odometry is 0.1 s behind the picture; {last}"
    assert status(results[700], "odometry").condition is InputCondition.LATE
    assert results[1300].report.reason == "odometry has a gap of 0.65 s"
    recovering = [results[time] for time in range(1700, 2100, 100)]
    assert {(r.report.state, r.source) for r in recovering} == {(DrivingState.STOPPING, PlanSource.STOP)}
    assert [results[time].report.state for time in (2100, 2200)] == [DrivingState.RUNNING] * 2


def test_without_any_odometry_it_waits_and_does_not_stop(make_pipeline: MakePipeline) -> None:
    results = run(make_pipeline(), DRIVE.samples(silent_odometry(0, 10_000)))
    assert len(results) == 9
    assert {(result.report.state, result.report.reason) for result in results} == {
        (DrivingState.WAITING, "no odometry yet")
    }
    assert status(results[0], "odometry").condition is InputCondition.MISSING


def test_an_imu_may_be_missing(make_pipeline: MakePipeline) -> None:
    result = run(make_pipeline(), dataclasses.replace(DRIVE, imu=False).samples())[-1]
    assert result.report.state is DrivingState.RUNNING
    assert status(result, "imu").condition is InputCondition.MISSING


def test_without_a_route_it_goes_straight_ahead_and_says_so(make_pipeline: MakePipeline) -> None:
    result = run(make_pipeline(), dataclasses.replace(DRIVE, route=False).samples())[-1]
    assert result.report.state is DrivingState.DEGRADED
    assert result.report.reason == "no route: the goal is straight ahead"
    assert result.goals is not None
    assert result.goals.source == "straight ahead"
    np.testing.assert_allclose(result.goals.points_T2[-1], (7.5, 0.0))


def test_a_route_in_another_frame_is_ignored_and_said(make_pipeline: MakePipeline) -> None:
    result = run(make_pipeline(), dataclasses.replace(DRIVE, frame_id="map").samples())[-1]
    assert result.report.state is DrivingState.DEGRADED
    assert result.report.reason == "the route is in frame 'map' but odometry in 'odom': the goal is straight ahead"
    assert status(result, "route").condition is InputCondition.MISSING


def test_a_looped_bag_gives_the_same_results_in_every_pass(make_pipeline: MakePipeline) -> None:
    samples = Drive(length=1500).samples()
    results = run(make_pipeline(), samples * 3)
    assert len(results) == 45
    first, second, third = (list(map(plain, results[start : start + 15])) for start in (0, 15, 30))
    assert first == second == third
    assert sum(result.output is not None for result in results) == 33


def test_a_dropped_front_picture_changes_no_other_plan(
    make_pipeline: MakePipeline, usual: dict[int, PlanResult]
) -> None:
    results = by_time(run(make_pipeline(), DRIVE.samples(without(FRONT, since=500, until=600))))
    assert 500 not in results
    assert results[600].report.reason.startswith("no front picture 0.1 s before this one; the last plan")
    assert {time for time in usual if time in results and plain(results[time]) == plain(usual[time])} == {
        *range(0, 500, 100),
        700,
        800,
    }


def test_a_dropped_side_picture_changes_no_other_result(
    make_pipeline: MakePipeline, usual: dict[int, PlanResult]
) -> None:
    results = by_time(run(make_pipeline(), DRIVE.samples(without("back", since=500, until=600))))
    assert [time for time in usual if plain(results[time]) != plain(usual[time])] == [500]
    assert status(results[500], "back").detail == "no picture within 0.04 s; the last is 0.10 s older"


@pytest.mark.parametrize(("speed_mps", "frozen_from"), [(5.0, 700), (0.0, None)])
def test_a_frozen_camera_is_masked_while_moving_only(
    make_pipeline: MakePipeline, speed_mps: float, frozen_from: int | None
) -> None:
    def freeze(sample: Sample) -> Sample:
        # The picture of 300 ms comes again and again, as the 2nd, 3rd, 4th and 5th of its kind from 400 ms on.
        if _is_picture(sample, ("back_left",), 300, 10_000):
            return picture("back_left", (sample.stamp_ns - at(0)) // MS, content=300)
        return sample

    results = by_time(run(make_pipeline(), Drive(length=900, speed_mps=lambda _: speed_mps).samples(freeze)))
    frozen = [time for time, result in results.items() if not status(result, "back_left").usable]
    assert frozen == ([] if frozen_from is None else list(range(frozen_from, 900, 100)))
    for time in frozen:
        assert status(results[time], "back_left").condition is InputCondition.FROZEN
        assert "back_left: same picture" in results[time].report.reason
        output = results[time].output
        assert output is not None
        assert output.view is not None
        assert not output.view.available_E[output.view.names.index("back_left")]
        assert output.view.selected != "back_left"


def test_twenty_pictures_a_second_give_ten_plans_a_second(
    make_pipeline: MakePipeline, usual: dict[int, PlanResult]
) -> None:
    results = by_time(run(make_pipeline(), dataclasses.replace(DRIVE, period=50).samples()))
    assert list(results) == list(range(0, 900, 100))
    # The pictures a plan looks at are those of 10 Hz, so the plans are too.
    assert plans(results) == plans(usual)


def test_plan_rate_zero_plans_for_every_picture(make_pipeline: MakePipeline) -> None:
    requests = gather(make_pipeline(**{"policy.plan_rate_hz": 0.0}), dataclasses.replace(DRIVE, period=50).samples())
    assert [request.stamp_ns for request in requests] == [at(time) for time in range(0, 900, 50)]


def test_planning_may_lag_behind_receiving(make_pipeline: MakePipeline, usual: dict[int, PlanResult]) -> None:
    samples = Drive(length=1500).samples()
    pipeline = make_pipeline()
    # A worker that is always late: over a jump of the clock too, all plans are made after everything was received.
    results = [pipeline.plan(request) for request in gather(pipeline, samples * 2)]
    assert list(map(plain, results)) == list(map(plain, run(make_pipeline(), samples * 2)))
    assert plans(by_time(results[:9])) == plans(usual)


def test_the_speed_that_counts_for_freezing_is_that_of_the_picture(make_pipeline: MakePipeline) -> None:
    # Two pictures alike while standing; the vehicle starts later, and odometry comes well before the pictures.
    parameters = {"supervision.frozen_pictures": 2, "supervision.max_lateness_s": 0.0}
    pictures = [picture(name, time, content=0) for time in range(0, 800, 100) for name in (FRONT, *VIEWS)]
    moving_s = {time: max(0, time - 500) * 1e-3 for time in range(0, 1000, 50)}
    motion = [odometry(time, 10.0 * moved_s, 5.0 * moved_s**2) for time, moved_s in moving_s.items()]
    early = gather(make_pipeline(**parameters), [*motion, *pictures])
    timely = gather(make_pipeline(**parameters), sorted([*motion, *pictures], key=lambda sample: sample.stamp_ns or 0))
    assert [dict(request.inputs) for request in early] == [dict(request.inputs) for request in timely]
    assert [not request.inputs["back"].usable for request in early] == [False] * 7 + [True]
