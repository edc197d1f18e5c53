"""Inputs that come too rarely are named; those that jitter, or never came, are not."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.parameters.supervision_schema import SupervisionParameters
from drivemoe_ros.supervision.rate_check import RateCheck, expected_rates

MS = 1_000_000
S = 1_000_000_000
START_NS = 1_700_000_000 * S
PARAMETERS = SupervisionParameters(rate_window_s=2.0, min_rate_share=0.7)
PERIOD_NS = 100 * MS


def new_check() -> RateCheck:
    return RateCheck({"front": 10.0}, PARAMETERS, jump_back_ns=S)


@settings(max_examples=30)
@given(
    seed=st.integers(0, 999), jitter_ms=st.integers(0, 40), drop=st.floats(0.0, 0.15), late_ms=st.sampled_from([0, 300])
)
def test_jitter_order_and_a_few_drops_are_not_slow(seed: int, jitter_ms: int, drop: float, late_ms: int) -> None:
    rng = random.Random(seed)
    stamps_ns = [START_NS + i * PERIOD_NS + rng.randint(0, jitter_ms) * MS for i in range(60)]
    kept = [stamp_ns for i, stamp_ns in enumerate(stamps_ns) if i % 10 == 0 or rng.random() >= drop]
    kept = sorted(kept, key=lambda stamp_ns: stamp_ns + rng.randint(0, late_ms) * MS)
    check = new_check()
    for stamp_ns in kept:
        check.push("front", stamp_ns)
    window = [stamp_ns for stamp_ns in kept if max(kept) - 2 * S < stamp_ns]
    assert (check.slow(max(kept)) == {}) == (len(window) >= 14)


def test_the_rate_is_that_of_the_stamps() -> None:
    check = new_check()
    for index in range(50):
        check.push("front", START_NS + index * PERIOD_NS)
        check.push("front", START_NS + index * PERIOD_NS)  # twice the same counts once
    assert check.rate_hz("front", START_NS + 49 * PERIOD_NS) == pytest.approx(10.0)
    assert check.rate_hz("front", START_NS + 24 * PERIOD_NS) == pytest.approx(10.0)


def test_a_camera_at_half_its_rate_is_named_and_recovers() -> None:
    check = new_check()
    stamps_ns = [START_NS + index * PERIOD_NS for index in range(30)]
    stamps_ns += [stamps_ns[-1] + index * 2 * PERIOD_NS for index in range(1, 16)]
    stamps_ns += [stamps_ns[-1] + index * PERIOD_NS for index in range(1, 31)]
    slow = []
    for stamp_ns in stamps_ns:
        check.push("front", stamp_ns)
        slow.append(bool(check.slow(stamp_ns)))
    assert (slow[29], slow[44], slow[74]) == (False, True, False)
    assert check.slow(stamps_ns[44]) == {"front": "comes 5 times a second, but 10 are expected"}


def test_a_camera_that_stopped_is_slow_and_one_that_never_came_or_just_began_is_not() -> None:
    check = new_check()
    assert check.slow(START_NS) == {}
    check.push("front", START_NS)
    assert check.slow(START_NS + 900 * MS) == {}
    assert check.slow(START_NS + 3 * S) == {"front": "comes 0 times a second, but 10 are expected"}


def test_a_clock_that_jumped_back_begins_anew() -> None:
    check = new_check()
    for start_ns in (START_NS + 100 * S, START_NS):
        for index in range(30):
            check.push("front", start_ns + index * PERIOD_NS)
    assert check.rate_hz("front", START_NS + 29 * PERIOD_NS) == pytest.approx(10.0)
    assert check.rate_hz("front", START_NS + 5 * PERIOD_NS) is None
    # What a set from before the jump is told: that pictures came too rarely then is not known any more.
    assert check.slow(START_NS + 103 * S) == {}


def test_every_camera_and_odometry_are_expected_unless_their_rate_is_zero() -> None:
    rig = load_rig("bench2drive")
    rates = expected_rates(rig.cameras, SupervisionParameters(camera_rate_hz=12.0, odometry_rate_hz=20.0))
    assert rates == {**dict.fromkeys(rig.cameras, 12.0), "odometry": 20.0}
    assert expected_rates(rig.cameras, SupervisionParameters(camera_rate_hz=0.0, odometry_rate_hz=0.0)) == {}
    check = new_check()
    check.push("imu", START_NS)
    assert check.rate_hz("imu", START_NS + S) is None


def test_memory_is_bounded_by_time() -> None:
    check = new_check()
    for index in range(5000):
        check.push("front", START_NS + index * 10 * MS)
    assert len(check._stamps_ns["front"]) <= 2 * 1200 + 1
    assert check.rate_hz("front", START_NS + 4999 * 10 * MS) == pytest.approx(100.0)


def crowded_at(stamps_ns: list[int], times_s: list[float]) -> list[bool]:
    """Ask ten times a second, and return the answers at some times after the start [s]."""
    check, answers = new_check(), {}
    rest = sorted(stamps_ns)
    for tick in range(round(max(times_s) * 10) + 1):
        now_ns = START_NS + tick * PERIOD_NS
        while rest and rest[0] <= now_ns:
            check.push("front", rest.pop(0))
        answers[tick] = "front" in check.crowded(now_ns)
    return [answers[round(time_s * 10)] for time_s in times_s]


def from_to(begin_s: float, end_s: float, rate_hz: float) -> list[int]:
    """Return evenly spaced stamps [ns]."""
    num = round((end_s - begin_s) * rate_hz)
    return [START_NS + round((begin_s + index / rate_hz) * S) for index in range(num)]


def test_a_second_sender_is_noticed_for_as_long_as_it_sends() -> None:
    stamps_ns = from_to(0.0, 20.0, 10.0) + from_to(4.013, 14.0, 10.0)
    assert crowded_at(stamps_ns, [3.9, 4.7, 6.0, 13.9, 15.5, 19.9]) == [False, True, True, True, False, False]
    # What was too much does not become usual.
    again_ns = stamps_ns + from_to(17.013, 20.0, 10.0)
    assert crowded_at(again_ns, [16.9, 17.8]) == [False, True]


def test_who_sends_too_often_is_asked_whether_there_are_two() -> None:
    check = new_check()
    for stamp_ns in sorted(from_to(0.0, 4.0, 10.0) + from_to(3.013, 4.0, 10.0)):
        check.push("front", stamp_ns)
    assert check.crowded(START_NS + 3 * S - 1) == {}
    assert check.crowded(START_NS + 4 * S - 1) == {
        "front": "comes 20 times a second, but came 10 times: are there two senders on its topic?"
    }


@pytest.mark.parametrize(
    "stamps_ns",
    [
        from_to(0.0, 3.0, 10.0) + from_to(6.0, 10.0, 10.0),
        from_to(0.0, 5.0, 2.0) + from_to(5.0, 10.0, 10.0),
        from_to(0.0, 0.5, 20.0) + from_to(1.2, 10.0, 20.0),
        from_to(0.0, 3.0, 20.0) + from_to(3.0, 6.0, 4.0) + from_to(6.0, 10.0, 20.0),
        # A few messages, then none for a while, as between two roads of a long drive.
        from_to(0.0, 0.15, 20.0) + from_to(3.0, 10.0, 20.0),
        from_to(0.0, 0.15, 20.0) + from_to(2.3, 10.0, 20.0),
    ],
)
def test_a_camera_that_is_back_at_its_rate_is_not_two(stamps_ns: list[int]) -> None:
    times_s = [0.1 * tick for tick in range(100)]
    assert crowded_at(stamps_ns, times_s) == [False] * 100


@settings(max_examples=20)
@given(seed=st.integers(0, 999), jitter_ms=st.integers(0, 60), drop=st.floats(0.0, 0.5))
def test_jitter_and_drops_are_not_two_senders(seed: int, jitter_ms: int, drop: float) -> None:
    rng = random.Random(seed)
    stamps_ns = [stamp_ns + rng.randint(0, jitter_ms) * MS for stamp_ns in from_to(0.0, 10.0, 10.0)]
    kept = [stamp_ns for stamp_ns in stamps_ns if rng.random() >= drop]
    assert not any(crowded_at(kept, [0.1 * tick for tick in range(100)]))


def test_after_a_jump_of_the_clock_what_is_usual_is_learnt_anew() -> None:
    stamps_ns = from_to(0.0, 6.0, 10.0)
    check = new_check()
    for stamp_ns in stamps_ns + from_to(0.0, 6.0, 20.0):
        check.push("front", stamp_ns)
        assert check.crowded(stamp_ns) == {}
