"""What odometry's jumps add up to, at the vehicle's own place."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivemoe_ros.supervision.displacement import MOST_JUMPS, Displacement

Pose = tuple[float, float, float]
# Far from the frame's origin, as in map coordinates.
POSES = st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4), st.floats(-3.0, 3.0))
HERE = (5000.0, -300.0, 0.4)


def test_without_jumps_nothing_has_moved() -> None:
    assert Displacement().between(0, 10, HERE) == (0.0, 0.0)


@given(POSES, POSES)
def test_one_jump_is_as_far_as_its_pose_jumped(expected: Pose, found: Pose) -> None:
    displacement = Displacement()
    displacement.jump(5, expected, found)
    far_m, turned_rad = displacement.between(0, 10, found)
    assert far_m == pytest.approx(math.dist(expected[:2], found[:2]), abs=1e-6)
    assert turned_rad == pytest.approx(abs(math.remainder(found[2] - expected[2], math.tau)), abs=1e-9)


@given(POSES, POSES)
def test_a_jump_and_one_back_are_none(expected: Pose, found: Pose) -> None:
    displacement = Displacement()
    displacement.jump(5, expected, found)
    displacement.jump(7, found, expected)
    assert displacement.between(0, 10, expected) == pytest.approx((0.0, 0.0), abs=1e-6)


def test_only_jumps_in_between_count() -> None:
    displacement = Displacement()
    for stamp_ns, far_m in ((5, 1.0), (7, 2.0), (9, 4.0)):
        displacement.jump(stamp_ns, HERE, (HERE[0] + far_m, *HERE[1:]))
    assert displacement.between(5, 9, HERE)[0] == pytest.approx(6.0)
    assert displacement.between(-1, 8, HERE)[0] == pytest.approx(3.0)
    displacement.reset()
    assert displacement.between(-1, 9, HERE) == (0.0, 0.0)


def test_more_jumps_than_are_remembered_still_add_up() -> None:
    displacement = Displacement()
    for number in range(MOST_JUMPS + 50):
        displacement.jump(number, HERE, (HERE[0], HERE[1] + 0.01, HERE[2]))
    assert displacement.between(-1, 10_000, HERE)[0] == pytest.approx(0.01 * (MOST_JUMPS + 50))
