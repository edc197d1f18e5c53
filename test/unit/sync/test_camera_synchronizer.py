"""What a user sees of the synchroniser: which sets come, when, and what is said of a camera without a picture."""

import pytest

from drivemoe_ros.data.cameras import FRONT, CameraSet
from drivemoe_ros.data.state import InputCondition, InputStatus
from drivemoe_ros.errors import InputError, ParameterError
from drivemoe_ros.parameters.schema import SyncParameters
from drivemoe_ros.sync.camera_synchronizer import CameraSynchronizer

from .streams import MS, S, matched, picture

BACK = "back"
LEFT = "front_left"


def synchronizer(**parameters: float) -> CameraSynchronizer:
    """Front, back and front left with the default limits, save those given."""
    return CameraSynchronizer((FRONT, BACK, LEFT), FRONT, SyncParameters(**parameters))  # type: ignore[arg-type]


def push(target: CameraSynchronizer, *messages: tuple[str, int]) -> list[CameraSet]:
    """Push pictures given by camera and milliseconds after one second."""
    return [one for camera, time in messages for one in target.push(picture(camera, S + time * MS))]


def drive(target: CameraSynchronizer, cameras: tuple[str, ...], first: int, last: int) -> list[CameraSet]:
    """Push a picture of every camera each 50 ms."""
    return [one for time in range(first, last, 50) for one in push(target, *((name, time) for name in cameras))]


def status_of_back(sets: list[CameraSet]) -> InputStatus:
    """Status of the back camera in the last set."""
    return sets[-1].missing[BACK]


def test_a_set_comes_with_the_last_exact_picture() -> None:
    sync = synchronizer()
    assert push(sync, (FRONT, 0), (BACK, 0)) == []
    assert [matched(one) for one in push(sync, (LEFT, 0))] == [(S, {FRONT: S, BACK: S, LEFT: S})]


def test_of_two_equally_near_pictures_the_earlier_is_taken() -> None:
    sync = synchronizer()
    sets = push(sync, (BACK, -20), (FRONT, 0), (LEFT, 0), (BACK, 20))
    assert sets[0].images[BACK].stamp_ns == S - 20 * MS


def test_one_picture_may_serve_two_sets() -> None:
    sets = push(synchronizer(), (FRONT, 0), (LEFT, 0), (BACK, 10), (FRONT, 20), (LEFT, 20), (BACK, 90))
    assert [one.images[BACK].stamp_ns for one in sets] == [S + 10 * MS] * 2


def test_without_a_known_period_a_set_waits_for_the_next_picture_and_with_one_it_does_not() -> None:
    messages = ((BACK, -10), (LEFT, 0), (FRONT, 0))
    assert push(synchronizer(), *messages) == []
    assert len(push(synchronizer(min_period_s=0.045), *messages)) == 1


def test_a_dead_camera_delays_a_set_by_the_longest_wait_and_no_more() -> None:
    sync = synchronizer()
    assert drive(sync, (FRONT, LEFT), 0, 240) == []
    assert [one.stamp_ns for one in push(sync, (FRONT, 240))] == [S]


def test_a_camera_that_never_spoke_has_no_age() -> None:
    status = status_of_back(drive(synchronizer(), (FRONT, LEFT), 0, 500))
    assert status == InputStatus(BACK, InputCondition.MISSING, None, "no picture yet")


def test_a_camera_that_stopped_is_missing_and_its_last_picture_ages() -> None:
    sync = synchronizer()
    drive(sync, (FRONT, LEFT, BACK), 0, 100)
    status = status_of_back(drive(sync, (FRONT, LEFT), 100, 651))
    assert status.condition is InputCondition.MISSING
    assert status.age_ns == 350 * MS
    assert status.detail == "no picture within 0.04 s; the last is 0.35 s older"


def test_a_single_dropped_picture_is_missing_once() -> None:
    sync = synchronizer()
    sets = drive(sync, (FRONT, LEFT, BACK), 0, 100) + drive(sync, (FRONT, LEFT), 100, 101)
    sets += drive(sync, (FRONT, LEFT, BACK), 150, 300)
    assert [one.stamp_ns for one in sets if BACK in one.missing] == [S + 100 * MS]


def test_a_camera_whose_pictures_come_after_their_set_was_closed_is_late() -> None:
    sync = synchronizer()
    sets = [one for time in range(0, 1500, 50) for one in push(sync, (FRONT, time), (LEFT, time), (BACK, time - 400))]
    status = status_of_back(sets)
    assert status.condition is InputCondition.LATE
    assert status.detail == "the last picture came 0.40 s behind, after its set was closed"
    assert sync.counters()[BACK].late > 0


def test_a_camera_whose_clock_runs_ahead_is_named_at_once_and_delays_nothing() -> None:
    sync = synchronizer()
    sets = []
    for time in range(0, 1000, 50):
        new = push(sync, (BACK, time + 10_000), (LEFT, time), (FRONT, time))
        assert [one.stamp_ns for one in new] == [S + time * MS]
        sets += new
    status = status_of_back(sets)
    assert status.condition is InputCondition.FUTURE
    assert status.age_ns is not None
    assert status.age_ns < 0
    assert "ahead" in status.detail
    assert sync.counters()[BACK].future > 0


def test_a_camera_that_comes_back_after_a_gap_is_not_from_the_future() -> None:
    sync = synchronizer()
    sets = drive(sync, (FRONT, LEFT, BACK), 0, 500) + drive(sync, (FRONT, LEFT), 500, 1000)
    sets += drive(sync, (FRONT, LEFT, BACK), 1000, 1500)
    conditions = {one.missing[BACK].condition for one in sets if BACK in one.missing}
    assert conditions == {InputCondition.MISSING}
    assert BACK in sets[-1].images


def test_a_camera_that_repeats_its_stamp_is_frozen() -> None:
    sync = synchronizer()
    sets = [one for time in range(0, 600, 50) for one in push(sync, (FRONT, time), (LEFT, time), (BACK, 0))]
    status = status_of_back(sets)
    assert status.condition is InputCondition.FROZEN
    assert status.detail == "repeats stamp 1.000 s"


def test_duplicates_are_counted_and_dropped() -> None:
    sync = synchronizer()
    sets = push(sync, (BACK, 0), (BACK, 0), (FRONT, 0), (FRONT, 0), (LEFT, 0), (FRONT, 0))
    assert len(sets) == 1
    assert sync.counters()[FRONT].duplicate == 2
    assert sync.counters()[BACK].duplicate == 1


def test_one_wild_stamp_costs_one_picture() -> None:
    sync = synchronizer()
    drive(sync, (FRONT, LEFT, BACK), 0, 200)
    push(sync, (BACK, 50_000))
    sets = drive(sync, (FRONT, LEFT, BACK), 200, 500)
    assert all(BACK in one.images for one in sets[1:])


def test_a_wild_stamp_of_the_anchor_is_survived() -> None:
    sync = synchronizer()
    drive(sync, (FRONT, LEFT, BACK), 0, 200)
    push(sync, (FRONT, 50_000))
    sets = drive(sync, (FRONT, LEFT, BACK), 200, 500)
    assert [one.stamp_ns for one in sets if not one.missing] == [S + time * MS for time in range(200, 500, 50)]


def test_the_first_pictures_after_a_jump_count_though_they_came_before_the_anchors() -> None:
    sync = synchronizer()
    drive(sync, (FRONT, LEFT, BACK), 0, 5000)
    sets = push(sync, (BACK, 0), (BACK, 50), (LEFT, 0), (FRONT, 0))
    assert matched(sets[-1]) == (S, {FRONT: S, BACK: S, LEFT: S})
    assert sync.num_jumps == 1


def test_the_last_pictures_before_a_jump_do_not_hurt_though_they_come_after_the_anchors() -> None:
    sync = synchronizer()
    drive(sync, (FRONT, LEFT, BACK), 0, 5000)
    assert push(sync, (FRONT, 0), (BACK, 5000), (LEFT, 0)) == []
    assert [BACK in one.images for one in push(sync, (BACK, 0))] == [True]


def test_a_camera_that_died_before_the_jump_leaves_no_picture_behind() -> None:
    sync = synchronizer()
    drive(sync, (FRONT, LEFT, BACK), 0, 1050)
    drive(sync, (FRONT, LEFT), 1050, 5000)
    sets = drive(sync, (FRONT, LEFT), 0, 1500)
    assert len(sets) > 20
    assert not any(BACK in one.images for one in sets)
    assert status_of_back(sets).detail == "no picture since the clock jumped back"


def test_flush_decides_what_waits_and_reset_forgets_it() -> None:
    sync = synchronizer()
    push(sync, (FRONT, 0), (LEFT, 0))
    assert [one.stamp_ns for one in sync.flush()] == [S]
    push(sync, (FRONT, 50))
    sync.reset()
    assert sync.flush() == []
    assert sync.num_kept == 0


def test_an_unknown_camera_is_refused_in_one_sentence_and_harms_nothing() -> None:
    sync = synchronizer()
    with pytest.raises(InputError, match="'roof' came, but the cameras are front, back, front_left"):
        push(sync, ("roof", 0))
    assert len(drive(sync, (FRONT, LEFT, BACK), 0, 100)) == 2


def test_limits_that_hide_a_jump_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"sync.jump_back_s is 0.5 s, but it must be more than 1 s"):
        synchronizer(jump_back_s=0.5, tolerance_s=0.5)
