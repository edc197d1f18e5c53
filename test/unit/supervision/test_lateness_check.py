"""Pictures that come after odometry has long gone on are late; a jump of the clock is none."""

from __future__ import annotations

from drivemoe_ros.data.state import InputStatus
from drivemoe_ros.parameters.supervision_schema import SupervisionParameters
from drivemoe_ros.supervision.lateness_check import LatenessCheck

MS = 1_000_000
START_NS = 1_700_000_000_000_000_000


def new_check(limit_s: float = 0.2) -> LatenessCheck:
    return LatenessCheck(SupervisionParameters(max_lateness_s=limit_s), jump_back_ns=1000 * MS)


def at(time_ms: int) -> int:
    return START_NS + time_ms * MS


def asked(check: LatenessCheck, anchor_ms: int, age_ms: int | None, name: str = "front") -> dict[str, str]:
    return check.late(at(anchor_ms), [InputStatus(name, age_ns=None if age_ms is None else age_ms * MS)])


def test_a_picture_is_late_if_odometry_is_further_on_by_more_than_the_limit() -> None:
    check = new_check()
    check.push_picture("front", at(-500))  # nothing to compare with yet
    check.push_odometry(at(0))
    check.push_picture("front", at(-200))
    check.push_picture("back", at(-201))
    check.push_odometry(at(100))
    check.push_picture("front", at(-210))
    assert asked(check, -500, 0) == {}
    assert asked(check, -200, 0) == {}
    assert asked(check, -200, 10) == {
        "front": "came 0.31 s after its stamp, by odometry's, and supervision.max_lateness_s is 0.2 s"
    }
    assert asked(check, -200, 1, "back")["back"].startswith("came 0.20 s after its stamp")
    assert asked(check, -210, None) == {}


def test_without_a_limit_nothing_is_late() -> None:
    check = new_check(0.0)
    check.push_odometry(at(5000))
    check.push_picture("front", at(0))
    assert asked(check, 0, 0) == {}


def test_odometry_that_comes_out_of_order_does_not_make_pictures_early() -> None:
    check = new_check()
    check.push_odometry(at(300))
    check.push_odometry(at(50))
    check.push_picture("front", at(0))
    assert "front" in asked(check, 0, 0)


def test_after_a_jump_of_the_clock_nothing_is_late_until_odometry_has_jumped_too() -> None:
    check = new_check()
    check.push_odometry(at(60_000))
    check.push_picture("front", at(60_000))
    check.push_picture("front", at(0))
    check.push_picture("front", at(100))
    check.push_odometry(at(120))
    check.push_picture("front", at(200))
    assert [asked(check, time, 0) for time in (0, 100, 200)] == [{}, {}, {}]
    check.push_odometry(at(600))
    check.push_picture("front", at(300))
    assert "front" in asked(check, 300, 0)


def test_when_odometry_jumps_back_first_the_rest_is_not_late_either() -> None:
    check = new_check()
    check.push_odometry(at(60_000))
    check.push_picture("front", at(60_000))
    check.push_odometry(at(0))
    check.push_picture("front", at(0))
    assert asked(check, 0, 0) == {}
