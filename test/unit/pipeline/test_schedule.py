"""Plans keep a steady rate whatever the cameras' rate is."""

from __future__ import annotations

import random

import pytest

from drivemoe_ros.pipeline.schedule import PlanSchedule

S = 1_000_000_000


def planned(schedule: PlanSchedule, stamps_ns: list[int]) -> list[int]:
    return [index for index, stamp_ns in enumerate(stamps_ns) if schedule.is_due(stamp_ns)]


def frames(rate_hz: float, length_s: float = 4.0) -> list[int]:
    return [5 * S + round(index * S / rate_hz) for index in range(round(length_s * rate_hz))]


@pytest.mark.parametrize(("camera_hz", "every"), [(10, 1), (20, 2), (30, 3), (5, 1)])
def test_every_nth_picture_of_a_camera_at_a_multiple_of_the_rate(camera_hz: int, every: int) -> None:
    stamps_ns = frames(camera_hz)
    assert planned(PlanSchedule(10.0), stamps_ns) == list(range(0, len(stamps_ns), every))


@pytest.mark.parametrize("camera_hz", [11.0, 12.0, 13.7, 17.0, 25.0, 29.97, 100.0])
def test_other_rates_come_out_at_the_wanted_rate_on_average(camera_hz: float) -> None:
    assert len(planned(PlanSchedule(10.0), frames(camera_hz, 20.0))) == pytest.approx(200, abs=2)


def test_jitter_of_an_eighth_of_the_period_loses_no_plan() -> None:
    rng = random.Random(0)
    stamps_ns = [stamp_ns + rng.randrange(-S // 80, S // 80) for stamp_ns in frames(10, 20.0)]
    assert planned(PlanSchedule(10.0), stamps_ns) == list(range(200))


def test_a_gap_is_not_made_up_for_by_a_burst() -> None:
    stamps_ns = [*frames(20, 1.0), *(stamp_ns + 10 * S for stamp_ns in frames(20, 1.0))]
    after = [index for index in planned(PlanSchedule(10.0), stamps_ns) if index >= 20]
    assert after[0] == 20
    assert len(after) <= 11


def test_rate_zero_plans_every_picture() -> None:
    assert planned(PlanSchedule(0.0), frames(100)) == list(range(400))


def test_reset_begins_anew_at_an_earlier_stamp() -> None:
    schedule = PlanSchedule(10.0)
    assert schedule.is_due(100 * S)
    assert not schedule.is_due(90 * S)
    schedule.reset()
    assert schedule.is_due(90 * S)
