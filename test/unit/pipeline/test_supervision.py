"""What the pipeline does about input that comes but cannot be trusted: state, source and recovery, check by check."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

import numpy as np
import pytest

from drivemoe_ros.data.cameras import FRONT
from drivemoe_ros.data.plan import PlanResult, PlanSource
from drivemoe_ros.data.samples import EncodedImage, ImageSample, ImuSample, OdometrySample, RouteSample, Sample, Vector3
from drivemoe_ros.data.state import DrivingState, InputCondition, InputStatus
from drivemoe_ros.pipeline.pipeline import DrivingPipeline

from .cruise import VIEWS, Cruise, pipeline_of
from .drive import MS, ROUTE_N2, Change, Drive, at, by_time, picture, run

GOOD = (DrivingState.RUNNING, PlanSource.POLICY)
LACKING = (DrivingState.DEGRADED, PlanSource.POLICY)
AGAIN = (DrivingState.DEGRADED, PlanSource.LAST_PLAN)
STOP = (DrivingState.STOPPING, PlanSource.STOP)
NOTHING = (DrivingState.FAULT, PlanSource.STOP)
BLACK = np.zeros(108, dtype=np.uint8)


def rungs(results: Mapping[int, PlanResult], times: Iterable[int]) -> list[tuple[DrivingState, PlanSource]]:
    return [(results[time].report.state, results[time].source) for time in times]


def status(result: PlanResult, name: str) -> InputStatus:
    return next(status for status in result.report.inputs if status.name == name)


def time_of(sample: Sample) -> int:
    assert sample.stamp_ns is not None
    return (sample.stamp_ns - at(0)) // MS


def showing(data: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], camera: str, since: int, until: int) -> Change:
    """Replace a camera's pictures for a while [ms]."""

    def change(sample: Sample) -> Sample:
        if not isinstance(sample, ImageSample) or sample.camera != camera or not since <= time_of(sample) < until:
            return sample
        return ImageSample(sample.stamp_ns, camera, EncodedImage("mono8", data, 9, 12, 12))

    return change


def moved(**changes: float) -> Change:
    """Change odometry from 725 ms on: ``x_m`` is added, a ``speed_mps`` is that of the one message at 750 ms."""

    def change(sample: Sample) -> Sample:
        if not isinstance(sample, OdometrySample) or time_of(sample) < 725:
            return sample
        if "speed_mps" in changes and time_of(sample) == 750:
            sample = dataclasses.replace(sample, velocity_mps=(changes["speed_mps"], 0.0, 0.0))
        return dataclasses.replace(sample, x_m=sample.x_m + changes.get("x_m", 0.0))

    return change


def run_refusing(
    pipeline: DrivingPipeline, samples: Iterable[Sample], name: str, reason: str, times: set[int]
) -> dict[int, PlanResult]:
    """Let messages of an input be refused, each just before the first sample of its time [ms]."""
    results, left = [], sorted(times)
    for sample in samples:
        while left and time_of(sample) >= left[0]:
            left.pop(0)
            pipeline.refuse(name, reason)
        results += [pipeline.plan(request) for request in pipeline.push(sample)]
    return by_time(results + [pipeline.plan(request) for request in pipeline.flush()])


def test_a_black_view_is_passed_over_and_named() -> None:
    policy = Cruise()
    samples = Drive(length=1000).samples(showing(BLACK, VIEWS[0], 700, 800))
    results = by_time(run(pipeline_of(policy), samples))
    assert rungs(results, (600, 700, 800)) == [GOOD, LACKING, GOOD]
    assert [policy.looked[time] for time in (600, 700, 800)] == [VIEWS[0], VIEWS[1], VIEWS[0]]
    found = status(results[700], VIEWS[0])
    assert found.condition is InputCondition.IMPLAUSIBLE
    assert found.detail.startswith("the picture is black")
    assert results[700].report.reason == f"{VIEWS[0]}: {found.detail}"


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_front_picture_that_shows_nothing_gives_no_plan(level: int) -> None:
    samples = Drive(length=1100).samples(showing(np.full(108, level, dtype=np.uint8), FRONT, 700, 800))
    results = by_time(run(pipeline_of(Cruise()), samples))
    # The plan after looks back at it.
    assert rungs(results, (600, 700, 800, 900)) == [GOOD, AGAIN, AGAIN, GOOD]
    found = status(results[700], FRONT)
    assert (found.condition, found.age_ns) == (InputCondition.IMPLAUSIBLE, 0)
    assert status(results[800], FRONT).age_ns == 100 * MS
    assert results[700].report.reason.startswith(f"front: {found.detail}; the last plan")


def test_a_covered_front_camera_stops_the_vehicle_until_it_sees_again() -> None:
    results = by_time(run(pipeline_of(Cruise()), Drive(length=2200).samples(showing(BLACK, FRONT, 700, 1500))))
    assert rungs(results, range(700, 1000, 100)) == [AGAIN] * 3
    assert rungs(results, range(1000, 2000, 100)) == [STOP] * 10
    assert rungs(results, (2000, 2100)) == [GOOD] * 2


def test_what_counts_as_showing_nothing_is_the_users_choice() -> None:
    samples = Drive(length=900).samples(showing(BLACK, FRONT, 700, 800))
    seeing = {"supervision.black_level": 0.0, "supervision.uniform_spread": 0.0}
    assert rungs(by_time(run(pipeline_of(Cruise(), **seeing), samples)), (700, 800)) == [GOOD] * 2


def test_a_frozen_front_camera_gives_no_plan_until_its_picture_changes() -> None:
    def freeze(sample: Sample) -> Sample:
        if isinstance(sample, ImageSample) and sample.camera == FRONT and 300 <= time_of(sample) < 1200:
            return picture(FRONT, time_of(sample), content=300)
        return sample

    results = by_time(run(pipeline_of(Cruise()), Drive(length=1800).samples(freeze)))
    assert rungs(results, (600, 700, 800, 900)) == [GOOD, AGAIN, AGAIN, AGAIN]
    assert rungs(results, range(1000, 1600, 100)) == [STOP] * 6
    assert rungs(results, (1600, 1700)) == [GOOD] * 2
    assert results[1000].report.reason == "front: same picture 8 times in a row while moving"


def test_a_standing_vehicle_is_not_kept_standing_by_odometry_that_lied_about_its_speed() -> None:
    def stand(sample: Sample) -> Sample:
        time = time_of(sample)
        if isinstance(sample, ImageSample) and sample.camera == FRONT and time >= 700:
            return picture(FRONT, time, content=700)
        if isinstance(sample, OdometrySample) and time >= 725:
            speed_mps = 80.0 if time < 1700 else 0.0
            return dataclasses.replace(sample, x_m=at_700_x_m, velocity_mps=(speed_mps, 0.0, 0.0))
        return sample

    samples = Drive(length=3500).samples()
    at_700_x_m = next(s.x_m for s in samples if isinstance(s, OdometrySample) and time_of(s) >= 700)
    results = by_time(run(pipeline_of(Cruise()), Drive(length=3500).samples(stand)))
    assert status(results[1500], "odometry").condition is InputCondition.IMPLAUSIBLE
    assert status(results[3400], "odometry").usable
    assert status(results[3400], FRONT).usable


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (moved(x_m=20.0), "its position jumped by"),
        (moved(speed_mps=80.0), "its speed is 80 m/s"),
        (moved(speed_mps=25.0), "its speed changed by"),
    ],
)
def test_odometry_that_cannot_be_true_is_a_fault_for_a_second(change: Change, words: str) -> None:
    # The route from before the position jumped lies elsewhere now, so it is sent again.
    samples = sent_again(Drive(length=2500).samples(change), 1000)
    results = by_time(run(pipeline_of(Cruise()), samples))
    assert rungs(results, (700,)) == [GOOD]
    # Neither the last plan nor a stop: both begin where the vehicle is.
    first_good = next(time for time in range(800, 2500, 100) if rungs(results, (time,)) != [NOTHING])
    assert first_good in (1800, 1900)
    for time in range(800, first_good, 100):
        assert results[time].trajectory is None
        assert status(results[time], "odometry").condition is InputCondition.IMPLAUSIBLE
        assert words in results[time].report.reason
    assert rungs(results, range(first_good, first_good + 400, 100)) == [STOP] * 4
    assert rungs(results, (first_good + 400, first_good + 500)) == [GOOD] * 2
    trajectory = results[first_good].trajectory
    assert trajectory is not None
    np.testing.assert_allclose(trajectory.position_H2[0], 0.0, atol=1e-6)


def sent_again(samples: list[Sample], time: int) -> list[Sample]:
    """Send the route once more at a time [ms], in front of what else comes then."""
    index = next(index for index, sample in enumerate(samples) if time_of(sample) >= time)
    return [*samples[:index], RouteSample(at(time), "odom", ROUTE_N2), *samples[index:]]


def away_for_a_while(far_m: float) -> Change:
    def change(sample: Sample) -> Sample:
        if isinstance(sample, OdometrySample) and 725 <= time_of(sample) < 1200:
            return dataclasses.replace(sample, x_m=sample.x_m + far_m)
        return sample

    return change


def test_a_route_from_before_a_jump_is_not_followed_until_it_is_sent_again() -> None:
    samples = sent_again(Drive(length=3300).samples(moved(x_m=3.0)), 2700)
    results = by_time(run(pipeline_of(Cruise()), samples))
    lost, again = results[2600], results[2900]
    assert rungs(results, (2600, 3200)) == [NOTHING, GOOD]
    assert status(lost, "route").condition is InputCondition.IMPLAUSIBLE
    assert lost.report.reason == (
        "odometry jumped by 3.0 m and 0.00 rad since the route came; send it again: route.when_lost is 'stop'"
    )
    assert lost.goals is None
    assert again.goals is not None
    assert again.goals.source == "route"


def test_a_route_is_followed_again_once_odometry_has_jumped_back() -> None:
    results = by_time(run(pipeline_of(Cruise()), Drive(length=3200).samples(away_for_a_while(20.0))))
    assert rungs(results, (800, 1300, 2900)) == [NOTHING, NOTHING, GOOD]
    assert status(results[2900], "route").usable


def test_a_route_that_came_while_odometry_was_elsewhere_is_not_followed_after_it_came_back() -> None:
    samples = sent_again(Drive(length=3200).samples(away_for_a_while(3.0)), 1000)
    results = by_time(run(pipeline_of(Cruise()), samples))
    assert rungs(results, (2900,)) == [NOTHING]
    assert not status(results[2900], "route").usable


def test_a_route_that_was_sent_again_stays_known_when_the_clock_of_the_cameras_alone_jumps_back() -> None:
    def change(sample: Sample) -> Sample | None:
        if isinstance(sample, ImageSample) and 3000 <= time_of(sample) < 3500:
            return dataclasses.replace(sample, stamp_ns=sample.stamp_ns + 5_000 * MS)
        return moved(x_m=3.0)(sample)

    samples = sent_again(Drive(length=5000).samples(change), 1500)
    results = by_time(run(pipeline_of(Cruise()), samples))
    assert rungs(results, (2900, 4900)) == [GOOD, GOOD]
    assert status(results[4900], "route").usable


def test_one_odometry_message_that_was_refused_is_not_overlooked() -> None:
    samples = Drive(length=2400).samples()
    results = run_refusing(pipeline_of(Cruise()), samples, "odometry", "it holds NaN", {690})
    assert rungs(results, (600,)) == [GOOD]
    assert rungs(results, range(700, 1700, 100)) == [NOTHING] * 10
    assert "it holds NaN" in results[700].report.reason
    assert rungs(results, range(1700, 2100, 100)) == [STOP] * 4
    assert rungs(results, (2100,)) == [GOOD]


def test_odometry_that_was_never_usable_says_why() -> None:
    samples = Drive(length=500).samples(lambda sample: None if isinstance(sample, OdometrySample) else sample)
    results = run_refusing(pipeline_of(Cruise()), samples, "odometry", "it holds NaN", set(range(0, 500, 50)))
    assert rungs(results, (400,)) == [(DrivingState.WAITING, PlanSource.STOP)]
    found = status(results[400], "odometry")
    assert found.condition is InputCondition.CORRUPT
    assert found.detail == "no odometry yet; a message was refused: it holds NaN"


def test_a_camera_whose_messages_are_refused_is_corrupt_and_not_just_missing() -> None:
    def drop(sample: Sample) -> Sample | None:
        gone = isinstance(sample, ImageSample) and sample.camera == "back" and 700 <= time_of(sample) < 900
        return None if gone else sample

    samples = Drive(length=1100).samples(drop)
    results = run_refusing(pipeline_of(Cruise()), samples, "back", "its stamp is zero", {700, 800})
    assert rungs(results, (600, 700, 800, 900)) == [GOOD, LACKING, LACKING, GOOD]
    assert status(results[700], "back").condition is InputCondition.CORRUPT
    assert status(results[800], "back").condition is InputCondition.CORRUPT
    assert results[700].report.reason.endswith("a message was refused: its stamp is zero")


def test_an_imu_that_was_there_and_is_lost_is_missed() -> None:
    samples = Drive(length=1500).samples(
        lambda sample: None if isinstance(sample, ImuSample) and 700 <= time_of(sample) < 1000 else sample
    )
    results = by_time(run(pipeline_of(Cruise()), samples))
    assert rungs(results, (600, 900, 1400)) == [GOOD, LACKING, GOOD]
    assert results[900].report.reason == "imu: imu has a gap of 0.35 s"


@pytest.mark.parametrize(
    ("acceleration_mps2", "turn_radps", "words"),
    [
        ((3000.0, 0.0, 9.8), (0.0, 0.0, 0.0), "it accelerates by 3e+03 m/s^2"),
        ((0.0, 0.0, 9.8), (0.0, 1e9, 0.0), "it turns at 1e+09 rad/s"),
    ],
)
def test_an_imu_that_says_what_no_vehicle_does_is_not_used_and_named(
    acceleration_mps2: Vector3, turn_radps: Vector3, words: str
) -> None:
    def lie(sample: Sample) -> Sample:
        if isinstance(sample, ImuSample) and time_of(sample) >= 700:
            return ImuSample(sample.stamp_ns, acceleration_mps2, turn_radps)
        return sample

    results = by_time(run(pipeline_of(Cruise()), Drive(length=1500).samples(lie)))
    assert rungs(results, (600, 900, 1400)) == [GOOD, LACKING, LACKING]
    assert status(results[1400], "imu").condition is InputCondition.CORRUPT
    assert words in results[1400].report.reason


def test_a_slow_camera_is_used_and_named() -> None:
    def halve(sample: Sample) -> Sample | None:
        dropped = isinstance(sample, ImageSample) and sample.camera == "back" and time_of(sample) % 200
        return None if dropped else sample

    samples = Drive(length=1700).samples(halve)
    pipeline = pipeline_of(Cruise())
    requests = {}
    results = []
    for sample in samples:
        for request in pipeline.push(sample):
            requests[time_of_stamp(request.stamp_ns)] = request
            results.append(pipeline.plan(request))
    slow = by_time(results)[1600]
    assert rungs({1600: slow}, (1600,)) == [LACKING]
    found = status(slow, "back")
    assert found.condition is InputCondition.SLOW
    assert found.usable
    assert slow.report.reason == "back: comes 5 times a second, but 10 are expected"
    assert "back" in requests[1600].views
    unexpected = by_time(run(pipeline_of(Cruise(), **{"supervision.camera_rate_hz": 0.0}), samples))
    assert rungs(unexpected, (1600,)) == [GOOD]


def test_a_front_picture_that_comes_late_is_used_and_named() -> None:
    def comes(sample: Sample) -> int:
        is_front = isinstance(sample, ImageSample) and sample.camera == FRONT
        return max(time_of(sample), 951) if is_front and time_of(sample) >= 700 else time_of(sample)

    results = by_time(run(pipeline_of(Cruise()), sorted(Drive(length=1300).samples(), key=comes)))
    found = status(results[700], FRONT)
    assert (found.condition, found.usable) == (InputCondition.DELAYED, True)
    assert results[700].report.reason == (
        "front: came 0.25 s after its stamp, by odometry's, and supervision.max_lateness_s is 0.2 s"
    )
    assert rungs(results, (600, 700, 800, 900)) == [GOOD, LACKING, GOOD, GOOD]


def test_a_second_sender_on_a_cameras_topic_is_noticed() -> None:
    samples = Drive(length=5000).samples()
    second = [picture("back", time + 13) for time in range(2500, 4000, 100)]
    both = sorted([*samples, *second], key=lambda sample: sample.stamp_ns or 0)
    results = by_time(run(pipeline_of(Cruise()), both))
    assert rungs(results, (2400, 3400, 3900, 4900)) == [GOOD, LACKING, LACKING, GOOD]
    assert status(results[3400], "back").condition is InputCondition.CROWDED
    assert results[3400].report.reason.endswith("are there two senders on its topic?")


def test_slow_odometry_is_named_and_recovers() -> None:
    def thin(sample: Sample) -> Sample | None:
        dropped = isinstance(sample, OdometrySample) and 1000 < time_of(sample) < 3000 and time_of(sample) % 200
        return None if dropped else sample

    results = by_time(run(pipeline_of(Cruise()), Drive(length=5200).samples(thin)))
    assert rungs(results, (900,)) == [GOOD]
    assert rungs(results, (2800,)) == [LACKING]
    assert status(results[2800], "odometry").condition is InputCondition.SLOW
    assert rungs(results, (5100,)) == [GOOD]


def test_a_looped_drive_is_neither_slow_nor_implausible_around_its_jump() -> None:
    samples = Drive(length=2000).samples()
    results = run(pipeline_of(Cruise()), samples * 2)
    assert {s.condition for result in results for s in result.report.inputs if s.name != "odometry"} == {
        InputCondition.OK
    }
    driving = [result for result in results if result.trajectory is not None]
    assert {result.report.state for result in driving} == {DrivingState.RUNNING}
    assert len(driving) == 2 * 16


def time_of_stamp(stamp_ns: int) -> int:
    return (stamp_ns - at(0)) // MS
