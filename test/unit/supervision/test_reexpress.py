"""A plan seen from where the vehicle is by now."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from drivemoe_ros.data.plan import Trajectory
from drivemoe_ros.geometry.se2 import points_in_pose, wrap_angle
from drivemoe_ros.supervision.reexpress import Pose, horizon_left_ns, reexpress, respace, seen_from

from .plans import INTERVAL_NS, TIMES_NS_H, arc_plan, arc_plans

NOWHERE = (0.0, 0.0, 0.0)
poses = st.tuples(st.floats(-20.0, 20.0), st.floats(-20.0, 20.0), st.floats(-3.0, 3.0))
END_NS = int(TIMES_NS_H[-1])


def assert_same(one: Trajectory | None, other: Trajectory | None) -> None:
    assert one is not None
    assert other is not None
    assert one.stamp_ns == other.stamp_ns
    np.testing.assert_array_equal(one.times_ns_H, other.times_ns_H)
    np.testing.assert_allclose(one.position_H2, other.position_H2, atol=1e-9)
    np.testing.assert_allclose(wrap_angle(one.yaw_H - other.yaw_H), 0.0, atol=1e-9)
    np.testing.assert_allclose(one.speed_H, other.speed_H, atol=1e-9)
    np.testing.assert_allclose(one.acceleration_H, other.acceleration_H, atol=1e-9)


def after(first: Pose, second: Pose) -> Pose:
    """The pose reached by one motion and then another, both seen from where they began."""
    cos, sin = np.cos(first[2]), np.sin(first[2])
    x_m = first[0] + cos * second[0] - sin * second[1]
    y_m = first[1] + sin * second[0] + cos * second[1]
    return float(x_m), float(y_m), first[2] + second[2]


@given(plan=arc_plans)
def test_without_motion_and_time_a_plan_stays_as_it_is(plan: Trajectory) -> None:
    assert_same(reexpress(plan, NOWHERE, plan.stamp_ns), plan)


@given(plan=arc_plans, first=poses, second=poses, parts_ns=st.tuples(st.integers(0, END_NS), st.integers(0, END_NS)))
def test_two_motions_after_each_other_are_one(
    plan: Trajectory, first: Pose, second: Pose, parts_ns: tuple[int, int]
) -> None:
    assume(sum(parts_ns) <= END_NS)
    between = reexpress(plan, first, plan.stamp_ns + parts_ns[0])
    assert between is not None
    twice = reexpress(between, second, plan.stamp_ns + sum(parts_ns))
    assert_same(twice, reexpress(plan, after(first, second), plan.stamp_ns + sum(parts_ns)))


@given(plan=arc_plans, elapsed_ns=st.integers(0, END_NS))
def test_a_vehicle_on_plan_is_the_first_point_and_the_past_is_gone(plan: Trajectory, elapsed_ns: int) -> None:
    times_s = TIMES_NS_H * 1e-9
    there = [float(np.interp(elapsed_ns * 1e-9, times_s, plan.position_H2[:, axis])) for axis in (0, 1)]
    moved = (there[0], there[1], float(np.interp(elapsed_ns * 1e-9, times_s, plan.yaw_H)))
    rest = reexpress(plan, moved, plan.stamp_ns + elapsed_ns)
    assert rest is not None
    np.testing.assert_allclose(rest.position_H2[0], 0.0, atol=1e-9)
    np.testing.assert_allclose(rest.yaw_H[0], 0.0, atol=1e-9)
    assert rest.times_ns_H[0] == 0
    assert np.all(np.diff(rest.times_ns_H) > 0)
    assert rest.stamp_ns + int(rest.times_ns_H[-1]) == plan.stamp_ns + END_NS
    assert len(rest.times_ns_H) == 1 + np.count_nonzero(elapsed_ns < TIMES_NS_H)
    np.testing.assert_allclose(rest.position_H2[1:], points_in_pose(plan.position_H2, *moved)[elapsed_ns < TIMES_NS_H])


def test_there_is_nothing_left_of_a_plan_that_is_over_or_not_begun() -> None:
    plan = arc_plan(0.0, 5.0, stamp_ns=INTERVAL_NS)
    assert reexpress(plan, NOWHERE, INTERVAL_NS + END_NS + 1) is None
    assert reexpress(plan, NOWHERE, INTERVAL_NS - 1) is None
    last = reexpress(plan, NOWHERE, INTERVAL_NS + END_NS)
    assert last is not None
    assert len(last.times_ns_H) == 1
    assert horizon_left_ns(plan, INTERVAL_NS) == END_NS


def test_headings_are_interpolated_along_the_shorter_arc() -> None:
    plan = seen_from(arc_plan(0.2, 10.0), (0.0, 0.0, 3.1 - np.pi * 2.0))
    rest = reexpress(plan, NOWHERE, INTERVAL_NS // 2)
    assert rest is not None
    assert abs(float(wrap_angle(rest.yaw_H[0] - plan.yaw_H[0] - 0.1))) < 1e-9


def test_respacing_gives_equal_steps_up_to_the_last_whole_one() -> None:
    plan = arc_plan(0.0, 5.0)
    rest = reexpress(plan, (0.2, 0.0, 0.0), 40_000_000)
    assert rest is not None
    even = respace(rest, INTERVAL_NS)
    np.testing.assert_array_equal(even.times_ns_H, TIMES_NS_H[:-1])
    np.testing.assert_allclose(even.position_H2[:, 0], 0.5 * np.arange(9), atol=1e-9)
    assert_same(respace(plan, INTERVAL_NS), plan)
