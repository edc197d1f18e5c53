"""What a live node publishes begins where the vehicle is by then, or as it was made where that is not known."""

from __future__ import annotations

import dataclasses
import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from drivemoe_ros.data.plan import PlanResult, PlanSource, Refusal, Trajectory
from drivemoe_ros.data.samples import OdometrySample
from drivemoe_ros.data.state import DrivingState, StateReport
from drivemoe_ros.parameters.load import build_parameters
from drivemoe_ros.pipeline.publication import Publication

from ..supervision.plans import TIMES_NS_H, arc_plan, arc_plans  # noqa: TID252

MS = 1_000_000
STILL = (0.0, 0.0, 0.0)
RUNNING = StateReport(DrivingState.RUNNING, "", ())


def publication(**values: object) -> Publication:
    return Publication(build_parameters({"control.mode": "pure_pursuit"} | values))


def result_of(plan: Trajectory, source: PlanSource = PlanSource.POLICY) -> PlanResult:
    return PlanResult(plan.stamp_ns, RUNNING, trajectory=plan, source=source)


def place_at(plan: Trajectory, elapsed_ns: int) -> tuple[float, float, float]:
    """Return where a plan is by then, seen from where it began."""
    columns = (plan.position_H2[:, 0], plan.position_H2[:, 1], plan.yaw_H)
    x_m, y_m, yaw_rad = (float(np.interp(elapsed_ns, TIMES_NS_H, column)) for column in columns)
    return x_m, y_m, yaw_rad


def in_world(points_N2: NDArray[np.float64], pose: tuple[float, float, float]) -> NDArray[np.float64]:
    cos, sin = np.cos(pose[2]), np.sin(pose[2])
    return np.asarray(points_N2 @ np.array([[cos, sin], [-sin, cos]]) + pose[:2])


def on_plan(
    plan: Trajectory, begun: tuple[float, float, float], elapsed_ns: int, frame: str = "odom"
) -> OdometrySample:
    """Return odometry of a vehicle that does what was planned."""
    x_m, y_m, yaw_rad = place_at(plan, elapsed_ns)
    ((world_x_m, world_y_m),) = in_world(np.array([[x_m, y_m]]), begun)
    at = (float(world_x_m), float(world_y_m), begun[2] + yaw_rad)
    drives = 0 <= elapsed_ns < TIMES_NS_H[-1]
    speed_mps, yaw_rate_radps = (
        float(np.interp(elapsed_ns, TIMES_NS_H, column)) if drives else 0.0
        for column in (plan.speed_H, np.gradient(plan.yaw_H, TIMES_NS_H * 1e-9))
    )
    twist = ((speed_mps, 0.0, 0.0), (0.0, 0.0, yaw_rate_radps))
    return OdometrySample(plan.stamp_ns + elapsed_ns, frame, *at, *twist)


@given(
    plan=arc_plans,
    begun=st.tuples(st.floats(-500.0, 500.0), st.floats(-500.0, 500.0), st.floats(-3.0, 3.0)),
    elapsed_ms=st.integers(0, 500),
)
def test_a_vehicle_on_plan_is_the_first_point_and_the_others_stay_where_they_are(
    plan: Trajectory, begun: tuple[float, float, float], elapsed_ms: int
) -> None:
    one = publication()
    for time_ms in (*range(0, elapsed_ms, 50), elapsed_ms):
        one.push(on_plan(plan, begun, time_ms * MS))
    sent = one.present(result_of(plan))
    rest = sent.trajectory
    assert rest is not None
    assert (sent.stamp_ns, rest.stamp_ns) == (plan.stamp_ns, plan.stamp_ns + elapsed_ms * MS)
    np.testing.assert_allclose(rest.position_H2[0], 0.0, atol=1e-6)
    assert set(np.diff(rest.times_ns_H)) == {100 * MS}
    now = on_plan(plan, begun, elapsed_ms * MS)
    planned_H2 = [place_at(plan, elapsed_ms * MS + int(time_ns))[:2] for time_ns in rest.times_ns_H]
    seen_H2 = in_world(rest.position_H2, (now.x_m, now.y_m, now.yaw_rad))
    np.testing.assert_allclose(seen_H2, in_world(np.array(planned_H2), begun), atol=1e-6)


def test_a_plan_stays_as_it_was_made_where_the_way_since_is_not_known() -> None:
    made = result_of(arc_plan(0.0, 5.0, stamp_ns=10**18))
    assert made.trajectory is not None
    none, before, later = publication(), publication(), publication()
    off = publication(**{"supervision.reexpress": False})
    before.push(on_plan(made.trajectory, STILL, -50 * MS))
    later.push(on_plan(made.trajectory, STILL, 100 * MS))
    for elapsed_ms in (0, 50, 100):
        off.push(on_plan(made.trajectory, STILL, elapsed_ms * MS))
    for one in (none, before, later, off):
        assert one.present(made) is made


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"x_m": 20.0}, "its position jumped by 19.5 m"),
        ({"frame_id": "map"}, "its frame changed from 'odom' to 'map'"),
        ({"velocity_mps": (80.0, 0.0, 0.0)}, "its speed is 80 m/s, but at most 60 m/s is believed"),
    ],
)
def test_no_plan_is_brought_to_a_pose_that_cannot_be_true(change: dict[str, Any], words: str) -> None:
    plan = arc_plan(0.0, 5.0, stamp_ns=10**18)
    one = publication()
    for elapsed_ms in (0, 50):
        one.push(on_plan(plan, STILL, elapsed_ms * MS))
    one.push(dataclasses.replace(on_plan(plan, STILL, 100 * MS), **change))
    sent = one.present(result_of(plan))
    assert sent.trajectory is None
    assert (sent.report.state, sent.report.reason) == (DrivingState.FAULT, f"odometry: {words}")


def test_a_plan_from_before_a_jump_stays_worthless_however_soon_odometry_is_believed_again() -> None:
    plan = arc_plan(0.0, 5.0, stamp_ns=10**18)
    one = publication(**{"supervision.implausible_hold_s": 0.0})
    for elapsed_ms in (0, 50, 100, 150):
        true = on_plan(plan, STILL, elapsed_ms * MS)
        one.push(dataclasses.replace(true, y_m=true.y_m + 5.0 * (elapsed_ms >= 100)))
    sent = one.present(result_of(plan))
    assert sent.trajectory is None
    assert sent.report.reason == "odometry: jumped by 5.0 m and 0.00 rad"


def test_a_refused_plan_stays_as_it_was() -> None:
    plan, refused = arc_plan(0.0, 5.0, stamp_ns=10**18), arc_plan(0.0, 90.0, stamp_ns=10**18)
    made = dataclasses.replace(result_of(plan, PlanSource.STOP), refusal=Refusal("speed", "why"), refused=refused)
    one = publication()
    for elapsed_ms in (0, 100):
        one.push(on_plan(plan, STILL, elapsed_ms * MS))
    sent = one.present(made)
    assert sent.refused is refused
    assert sent.trajectory is not None
    assert sent.trajectory.stamp_ns == 10**18 + 100 * MS


@pytest.mark.parametrize(
    ("late_ms", "source", "is_sent"),
    [
        (500, PlanSource.POLICY, True),
        (510, PlanSource.POLICY, False),
        (510, PlanSource.STOP, True),
        (810, PlanSource.STOP, False),
        (5000, PlanSource.LAST_PLAN, False),
    ],
)
def test_a_plan_of_which_too_little_is_left_is_not_sent(late_ms: int, source: PlanSource, *, is_sent: bool) -> None:
    plan = arc_plan(0.0, 5.0, stamp_ns=10**18)
    one = publication()
    for elapsed_ms in (0, late_ms):
        one.push(on_plan(plan, STILL, elapsed_ms * MS))
    sent = one.present(result_of(plan, source))
    assert (sent.trajectory is not None) == is_sent
    if not is_sent:
        assert sent.report.state is DrivingState.FAULT
        assert sent.report.reason.startswith(f"the plan came {late_ms / 1000:.2f} s late, with 0.")


def test_nothing_has_driven_yet_where_the_first_plans_come_too_late() -> None:
    plan = arc_plan(0.0, 5.0)
    one = publication()
    for elapsed_ms in (0, 800):
        one.push(on_plan(plan, STILL, elapsed_ms * MS))
    waiting = dataclasses.replace(result_of(plan), report=StateReport(DrivingState.WAITING, "", ()))
    assert one.present(waiting).report.state is DrivingState.WAITING


def test_the_released_controller_gets_plans_long_enough_for_it() -> None:
    plan = arc_plan(0.0, 5.0)
    one = publication(**{"control.mode": "pid"})
    one.push(on_plan(plan, STILL, 0))
    one.push(on_plan(plan, STILL, 200 * MS))
    rest = one.present(result_of(plan)).trajectory
    assert rest is not None
    assert len(rest.times_ns_H) == 8
    one.push(on_plan(plan, STILL, 250 * MS))
    assert one.present(result_of(plan)).trajectory is plan


def test_odometry_may_come_while_a_plan_is_brought_up_to_now() -> None:
    plan = arc_plan(0.1, 5.0)
    one = publication()
    one.push(on_plan(plan, STILL, 0))

    def push() -> None:
        for elapsed_ms in range(1, 400):
            one.push(on_plan(plan, STILL, elapsed_ms * MS))

    pusher = threading.Thread(target=push)
    pusher.start()
    sent = [one.present(result_of(plan)).trajectory for _ in range(200)]
    pusher.join()
    sent.append(one.present(result_of(plan)).trajectory)
    stamps_ns = [rest.stamp_ns for rest in sent if rest is not None]
    assert len(stamps_ns) == len(sent)
    assert stamps_ns == sorted(stamps_ns)
    assert stamps_ns[-1] == 399 * MS
    for rest in sent:
        assert rest is not None
        np.testing.assert_allclose(rest.position_H2[0], 0.0, atol=1e-9)
