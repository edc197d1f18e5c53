"""Resampling of odometry and IMU; examples are drawn from a fixed seed."""

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivemoe_ros.data.ego import EgoHistory, NoHistory
from drivemoe_ros.data.samples import ImuSample, OdometrySample
from drivemoe_ros.data.state import InputCondition
from drivemoe_ros.parameters.schema import EgoParameters
from drivemoe_ros.sync.ego_motion import EgoMotion

MS = 1_000_000
S = 1_000_000_000
# A stamp of today: float64 nanoseconds would be too coarse for it.
START = 1_760_000_000 * S
FIXED = settings(max_examples=100)


def odometry(time: int, *, speed: float = 5.0, yaw_rate: float = 0.0, yaw: float = 0.0) -> OdometrySample:
    """Odometry at a number of milliseconds: straight along x at a constant speed, heading turning linearly."""
    heading = math.remainder(yaw + yaw_rate * time / 1000, math.tau)
    rates = (0.0, 0.0, yaw_rate)
    return OdometrySample(START + time * MS, "odom", speed * time / 1000, 2.0, heading, (speed, 0.0, 0.0), rates)


def imu(time: int) -> ImuSample:
    return ImuSample(START + time * MS, (time / 1000, 1.0, 9.7), (0.0, 0.0, time / 500))


def ego(*samples: OdometrySample | ImuSample, **parameters: float) -> EgoMotion:
    motion = EgoMotion(EgoParameters(**parameters), S)  # type: ignore[arg-type]
    for sample in samples:
        motion.push(sample)
    return motion


def history(motion: EgoMotion, time: int) -> EgoHistory:
    result = motion.history(START + time * MS, 5, 100 * MS)
    assert isinstance(result, EgoHistory), result
    return result


def reason(motion: EgoMotion, time: int) -> str:
    result = motion.history(START + time * MS, 5, 100 * MS)
    assert isinstance(result, NoHistory)
    return result.reason


@FIXED
@given(
    st.lists(st.integers(0, 1000), min_size=5, unique=True).map(sorted),
    st.floats(-20, 20),
    st.floats(-3, 3),
    st.floats(-math.pi, math.pi),
    st.integers(400, 1000),
)
def test_linear_motion_is_met_exactly_and_the_heading_has_no_step(
    times: list[int], speed: float, yaw_rate: float, yaw: float, time: int
) -> None:
    motion = ego(*(odometry(t, speed=speed, yaw_rate=yaw_rate, yaw=yaw) for t in (0, *times, 1000)), max_gap_s=1.0)
    result = history(motion, time)
    wanted = np.array([time - 400, time - 300, time - 200, time - 100, time]) / 1000
    assert (result.stamps_ns_T - START).tolist() == [round(t * 1000) * MS for t in wanted]
    np.testing.assert_allclose(result.position_T2, np.stack([speed * wanted, np.full(5, 2.0)], axis=1), atol=1e-9)
    np.testing.assert_allclose(np.diff(result.yaw_T), 0.1 * yaw_rate, atol=1e-9)
    assert math.remainder(result.yaw_T[-1] - yaw - yaw_rate * wanted[-1], math.tau) == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(result.speed_T, speed, atol=1e-9)


@FIXED
@given(st.lists(st.integers(0, 900), min_size=1, max_size=60), st.integers(0, 1000), st.integers(0, 2**32))
def test_the_order_of_messages_does_not_matter_and_nothing_is_extrapolated(
    times: list[int], time: int, seed: int
) -> None:
    samples: list[OdometrySample | ImuSample] = [odometry(t, yaw_rate=1.0) for t in times] + [imu(t) for t in times]
    shuffled = samples.copy()
    random.Random(seed).shuffle(shuffled)
    stamp_ns = START + time * MS
    results = [ego(*one).history(stamp_ns, 5, 100 * MS) for one in (samples, shuffled)]
    if isinstance(results[0], NoHistory):
        assert results[0] == results[1]
        return
    assert min(times) <= time - 400
    assert max(times) >= time
    assert isinstance(results[1], EgoHistory)
    for name in ("position_T2", "yaw_T", "speed_T", "acceleration_T3", "angular_velocity_T3"):
        np.testing.assert_array_equal(getattr(results[0], name), getattr(results[1], name))


def test_why_there_is_no_history_is_said_in_words() -> None:
    every_50 = [odometry(t) for t in range(0, 1001, 50)]
    assert reason(ego(), 500) == "no odometry yet"
    assert reason(ego(*every_50), 200) == "odometry covers only 0.2 s of the 0.4 s needed"
    assert reason(ego(*every_50), 1300) == "odometry is 0.3 s behind the picture"
    assert reason(ego(*every_50), -500) == "odometry starts 0.5 s after the picture"
    assert reason(ego(*(odometry(t) for t in (0, 50, 100, 700, 750))), 500) == "odometry has a gap of 0.6 s"


def test_the_lag_moves_every_state_back() -> None:
    motion = ego(*(odometry(t) for t in range(0, 1001, 10)), lag_s=0.05)
    assert history(motion, 1000).stamps_ns_T[-1] == START + 950 * MS
    assert motion.covers(START + 1050 * MS)
    assert not motion.covers(START + 1051 * MS)


def test_the_imu_is_used_where_it_covers_the_history() -> None:
    samples = [odometry(t) for t in range(0, 1001, 10)] + [imu(t) for t in range(0, 1001, 10)]
    result = history(ego(*samples), 905)
    assert result.source == "odometry and IMU"
    np.testing.assert_allclose(result.acceleration_T3[-1], [0.905, 1.0, 9.7])
    np.testing.assert_allclose(result.angular_velocity_T3[-1], [0.0, 0.0, 1.81])


@pytest.mark.parametrize(("use_imu", "last"), [(False, 1000), (True, 700)])
def test_without_a_covering_imu_acceleration_comes_from_odometry(*, use_imu: bool, last: int) -> None:
    samples = [odometry(t, speed=3.0 + t / 500, yaw_rate=0.4) for t in range(0, 1001, 20)]
    motion = ego(*samples, *(imu(t) for t in range(0, last, 10)), use_imu=use_imu)
    result = history(motion, 910)
    assert result.source == "odometry"
    np.testing.assert_allclose(result.acceleration_T3[:, 0], 2.0)
    np.testing.assert_allclose(result.acceleration_T3[:, 1], 0.4 * result.speed_T)
    np.testing.assert_allclose(result.acceleration_T3[:, 2], 9.81)
    np.testing.assert_allclose(result.angular_velocity_T3, np.tile([0.0, 0.0, 0.4], (5, 1)))


def test_a_live_imu_is_waited_for_and_a_dead_one_is_not() -> None:
    motion = ego(*(odometry(t) for t in range(0, 1001, 50)), *(imu(t) for t in range(0, 501, 10)))
    assert motion.covers(START + 500 * MS)
    assert not motion.covers(START + 600 * MS)
    assert motion.covers(START + 1000 * MS)


def test_duplicates_are_dropped_and_memory_is_bounded_by_time() -> None:
    motion = ego(*(odometry(t) for t in range(0, 100_000, 20) for _ in range(2)))
    assert motion.num_duplicates == 5000
    assert motion.num_kept <= 20_000 / 20 + 1


def test_after_a_jump_back_the_history_grows_anew_and_the_last_set_before_it_keeps_its_own() -> None:
    samples = [odometry(t) for t in range(0, 5001, 50)]
    motion = ego(*samples, odometry(0), odometry(50))
    assert motion.covers(START + 5000 * MS)
    np.testing.assert_array_equal(history(motion, 5000).position_T2, history(ego(*samples), 5000).position_T2)
    assert reason(motion, 50) == "odometry covers only 0.05 s of the 0.4 s needed"
    motion.reset()
    assert reason(motion, 5000) == "no odometry yet"


def test_a_picture_ahead_of_its_time_long_after_a_jump_back_is_not_taken_for_one_from_before_it() -> None:
    again = [odometry(t) for t in range(0, 3001, 50)]
    motion = ego(*(odometry(t) for t in range(0, 5001, 50)), *again)
    assert reason(motion, 8000) == "odometry is 5 s behind the picture"
    # Nor from one that happens to lie in the time before, once nothing can wait for that any more.
    motion = ego(*(odometry(t) for t in range(0, 60_001, 50)), *(odometry(t) for t in range(0, 55_001, 50)))
    assert reason(motion, 60_000) == "odometry is 5 s behind the picture"


def test_status_names_what_is_wrong_and_does_not_depend_on_what_came_since() -> None:
    motion = ego(*(odometry(t) for t in range(0, 1001, 50)))
    wheel, inertial = motion.status(START + 520 * MS)
    assert (wheel.name, wheel.condition, wheel.age_ns, wheel.detail) == ("odometry", InputCondition.OK, 20 * MS, "")
    assert (inertial.name, inertial.condition, inertial.age_ns) == ("imu", InputCondition.MISSING, None)
    late = motion.status(START + 1400 * MS)[0]
    assert (late.condition, late.age_ns, late.detail) == (
        InputCondition.LATE,
        400 * MS,
        "odometry is 0.4 s behind the picture",
    )
    assert motion.status(START - 100 * MS)[0].condition is InputCondition.FUTURE
    assert [status.name for status in ego(use_imu=False).status(START)] == ["odometry"]
