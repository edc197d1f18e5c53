"""Odometry that cannot be true is told from odometry that is only rough."""

import dataclasses
import itertools
import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivemoe_ros.data.samples import OdometrySample
from drivemoe_ros.data.state import InputCondition
from drivemoe_ros.parameters.supervision_schema import SupervisionParameters
from drivemoe_ros.supervision.odometry_check import OdometryCheck

from .cars import MS, START_NS, S, drive, noisy, problems, sample, scaled

PARAMETERS = SupervisionParameters()


def new_check() -> OdometryCheck:
    return OdometryCheck(PARAMETERS, jump_back_ns=S)


Roughen = Callable[[list[OdometrySample], int], list[OdometrySample]]


def exact(messages: list[OdometrySample], _seed: int) -> list[OdometrySample]:
    return messages


# Each piece: acceleration [m/s^2] and yaw rate [rad/s], held for half a second.
pieces = st.lists(st.tuples(st.floats(-6.0, 3.0), st.floats(-0.6, 0.6)), min_size=1, max_size=5)


@settings(max_examples=20)
@given(
    pieces=pieces,
    speed_mps=st.floats(0.0, 30.0),
    period_ns=st.sampled_from([10 * MS, 50 * MS, 100 * MS]),
    seed=st.integers(0, 99),
    roughen=st.sampled_from([exact, noisy]),
)
def test_a_car_that_drives_is_believed(
    pieces: list[tuple[float, float]], speed_mps: float, period_ns: int, seed: int, roughen: Roughen
) -> None:
    messages = [sample(START_NS, speed_mps=speed_mps)]
    for acceleration_mps2, yaw_rate_radps in pieces:
        start = messages[-1]
        turning = yaw_rate_radps if start.velocity_mps[0] > 3.0 else 0.0
        messages += drive(0.5, 0.0, acceleration_mps2, turning, period_ns, start)
    check = new_check()
    assert problems(check, roughen(messages, seed)) == []
    assert check.status(messages[-1].stamp_ns).usable


@settings(max_examples=20)
@given(gap_s=st.floats(0.2, 5.0), acceleration_mps2=st.floats(-4.0, 3.0), yaw_rate_radps=st.floats(-0.5, 0.5))
def test_a_gap_is_no_jump(gap_s: float, acceleration_mps2: float, yaw_rate_radps: float) -> None:
    messages = drive(7.0, 10.0, acceleration_mps2, yaw_rate_radps)
    lost_until_ns = START_NS + S + round(gap_s * S)
    kept = [item for item in messages if not START_NS + S < item.stamp_ns < lost_until_ns]
    assert problems(new_check(), kept) == []


MIDDLE = 40
Wrong = Callable[[OdometrySample], OdometrySample]


def from_the_middle(wrong: Wrong) -> tuple[list[str], OdometryCheck, int]:
    """Return what is found when messages are wrong from two seconds on, the check, and how many it took."""
    messages = drive(4.0)
    check = new_check()
    assert problems(check, messages[:MIDDLE]) == []
    for num, item in enumerate(messages[MIDDLE:], start=1):
        found = check.push(wrong(item))
        if found:
            return list(found), check, num
    return [], check, len(messages)


def frozen_pose(item: OdometrySample) -> OdometrySample:
    return dataclasses.replace(item, x_m=15.6, y_m=0.0)


def mirrored(item: OdometrySample) -> OdometrySample:
    return dataclasses.replace(item, velocity_mps=(0.0, item.velocity_mps[0], 0.0))


@pytest.mark.parametrize(
    ("wrong", "words", "most_messages"),
    [
        (lambda item: dataclasses.replace(item, x_m=item.x_m + 3.0), "position jumped by 3 m", 1),
        (lambda item: dataclasses.replace(item, yaw_rad=item.yaw_rad + 0.5), "heading jumped by 0.5", 1),
        (lambda item: dataclasses.replace(item, frame_id="map"), "frame changed from 'odom' to 'map'", 1),
        (lambda item: scaled(item, 10.0), "speed is 80 m/s, but at most 60", 1),
        (lambda item: scaled(item, 3.6), "speed changed by +20.8 m/s in 0.1 s", 1),
        (lambda item: scaled(item, -1.0), "speed changed by -16 m/s", 1),
        (frozen_pose, "but its speed says", 12),
        (mirrored, "speed changed", 1),
    ],
)
def test_what_cannot_be_true_is_named(wrong: Wrong, words: str, most_messages: int) -> None:
    found, check, num = from_the_middle(wrong)
    assert words in "; ".join(found)
    assert num <= most_messages
    status = check.status(START_NS + (MIDDLE + num - 1) * 50 * MS)
    assert status.condition is InputCondition.IMPLAUSIBLE
    assert words in status.detail
    assert status.age_ns == 0


@pytest.mark.parametrize(
    ("speed", "speed_mps", "words"),
    [(3.6, 2.0, "its speed says"), (0.45, 8.0, "its speed says"), (-1.0, 2.0, "180 degrees to the")],
)
def test_a_speed_in_another_unit_or_direction_is_found_from_the_start(
    speed: float, speed_mps: float, words: str
) -> None:
    messages = [scaled(item, speed) for item in drive(1.5, speed_mps)]
    found = problems(new_check(), messages)
    assert found
    assert words in found[-1]


def test_a_yaw_rate_of_the_wrong_sign_is_found() -> None:
    messages = [scaled(item, yaw_rate=-1.0) for item in drive(2.0, yaw_rate_radps=0.5)]
    assert any("but its yaw rate says -0.5" in text for text in problems(new_check(), messages))


def test_spinning_wheels_of_a_standing_car_are_found() -> None:
    messages = [sample(START_NS + index * 50 * MS, speed_mps=min(0.3 * index, 4.0)) for index in range(30)]
    found = problems(new_check(), messages)
    assert "it moved 0 m in" in found[0]


def test_one_impossible_speed_does_not_blame_the_message_after_it() -> None:
    messages = drive(2.0)
    messages[20] = scaled(messages[20], 100.0)
    assert problems(new_check(), messages) == ["its speed is 800 m/s, but at most 60 m/s is believed"]


def test_after_a_jump_odometry_is_believed_again_but_not_at_once() -> None:
    messages = drive(5.0)
    moved = messages[:20] + [dataclasses.replace(item, y_m=item.y_m + 5.0) for item in messages[20:]]
    check = new_check()
    assert len(problems(check, moved)) == 1
    jump_ns = moved[20].stamp_ns
    conditions = [check.status(jump_ns + after_ns).usable for after_ns in (-50 * MS, -1, 0, S, S + 1)]
    assert conditions == [True, False, False, False, True]


def test_the_status_at_a_stamp_does_not_depend_on_what_came_later() -> None:
    messages = drive(3.0)
    messages[30] = dataclasses.replace(messages[30], x_m=messages[30].x_m + 4.0)
    check, at_once = new_check(), []
    for before, item in itertools.pairwise(messages):
        check.push(item)
        # A picture between two messages is planned for once the later one has come.
        at_once += [(stamp_ns, check.status(stamp_ns)) for stamp_ns in (before.stamp_ns + 1, item.stamp_ns)]
    assert not all(status.usable for _, status in at_once)
    assert [check.status(stamp_ns) for stamp_ns, _ in at_once] == [status for _, status in at_once]


def test_two_senders_on_one_topic_are_found() -> None:
    messages = drive(0.5)
    check = new_check()
    problems(check, messages)
    assert check.push(messages[-1]) == ()
    (text,) = check.push(dataclasses.replace(messages[-1], x_m=messages[-1].x_m + 0.5))
    assert "more than one sender" in text
    assert not check.status(messages[-1].stamp_ns).usable


def test_a_message_without_a_stamp_and_one_that_was_refused_count() -> None:
    check = new_check()
    assert check.refuse("odometry holds NaN") == ("odometry holds NaN",)
    assert check.status(START_NS).usable  # nothing came yet, which others report
    messages = drive(0.5)
    problems(check, messages)
    assert check.push(dataclasses.replace(messages[-1], stamp_ns=0)) == ("a stamp of 0 ns is no time",)
    check.refuse("odometry holds NaN")
    status = check.status(messages[-1].stamp_ns)
    assert (status.condition, status.detail) == (InputCondition.IMPLAUSIBLE, "odometry holds NaN")


def test_a_clock_that_jumped_back_begins_anew_and_a_late_message_is_left_out() -> None:
    messages = drive(3.0)
    check = new_check()
    assert problems(check, messages) == []
    assert check.push(dataclasses.replace(messages[-2], x_m=99.0)) == ()
    elsewhere = [dataclasses.replace(item, x_m=item.x_m + 500.0) for item in messages]
    assert problems(check, elsewhere) == []


def test_headings_may_go_round() -> None:
    start = sample(START_NS, yaw_rad=math.pi - 0.1, speed_mps=5.0, yaw_rate_radps=0.5, left_mps=0.7)
    messages = [start, *drive(2.0, yaw_rate_radps=0.5, start=start)]
    assert min(item.yaw_rad for item in messages) < 0.0
    assert problems(new_check(), messages) == []


def test_a_flood_takes_no_more_memory_than_ten_seconds_of_messages() -> None:
    check = OdometryCheck(PARAMETERS, jump_back_ns=S)
    for index in range(700):
        check.push(sample(START_NS + index * 100 * MS, x_m=50.0 * (index % 2)))
        check.refuse("odometry holds NaN")
    assert len(check._stamps_ns) <= 201
    assert len(check._contradictions) <= 112
    assert len(check._marks) <= 12
