"""Plans that must not drive are refused by name, and those that may are not."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import ArrayLike, NDArray

from drivemoe_ros.data.plan import Refusal, Trajectory
from drivemoe_ros.geometry.se2 import trajectory_from_waypoints
from drivemoe_ros.parameters.schema import ControlParameters
from drivemoe_ros.parameters.supervision_schema import SupervisionParameters
from drivemoe_ros.supervision.plan_agreement import LastPlan
from drivemoe_ros.supervision.plan_checks import CHECKS, check_plan

from .plans import INTERVAL_NS, TIMES_NS_H, arc_plan

LIMITS, VEHICLE = SupervisionParameters(), ControlParameters()
LIMITS_TIGHT = dataclasses.replace(LIMITS, plan_agree_across_m=0.5, plan_agree_along_m=0.5)
# Wheels that turn as far as most vehicles' do; CARLA's 1.22 rad is far beyond.
USUAL_VEHICLE = ControlParameters(max_steering_rad=0.6)
STAMP_NS = 5_000_000_000
SPEED_MPS = 8.0
NUM = len(TIMES_NS_H)


def judge(plan: Trajectory, speed_mps: float = SPEED_MPS, last: LastPlan | None = None) -> Refusal | None:
    return check_plan(plan, speed_mps, last, LIMITS, USUAL_VEHICLE)


def through(*points_m: tuple[float, float]) -> Trajectory:
    return trajectory_from_waypoints(np.array(points_m), STAMP_NS, INTERVAL_NS)


def ahead(speed_mps: float = SPEED_MPS, acceleration_mps2: float = 0.0) -> Trajectory:
    return arc_plan(0.0, speed_mps, acceleration_mps2, STAMP_NS)


def moved_points(plan: Trajectory, offset_H2: ArrayLike) -> Trajectory:
    return dataclasses.replace(plan, position_H2=plan.position_H2 + np.asarray(offset_H2))


def zigzag(half_m: float) -> Trajectory:
    return moved_points(ahead(), [(0.0, half_m * (-1) ** i) if i else (0.0, 0.0) for i in range(NUM)])


def swerve() -> Trajectory:
    """Hard to the right and back at once: what the wheels do in the middle alone could be driven."""
    times_s = TIMES_NS_H * 1e-9
    return moved_points(ahead(), np.stack([np.zeros(NUM), 15.0 * times_s**3 - 20.0 * times_s**2], axis=1))


REFUSED = {
    "finite": (moved_points(ahead(), [(0.0, np.nan)] * NUM), SPEED_MPS, "point 0 is at (0, nan) m"),
    "start": (moved_points(ahead(), (0.0, 1.5)), SPEED_MPS, "1.50 m from the vehicle, and 0.5 m is the limit"),
    "speed": (ahead(speed_mps=40.0), 40.0, "40.00 m/s, and 30 m/s is the limit"),
    "acceleration": (ahead(acceleration_mps2=8.0), SPEED_MPS, "8.00 m/s^2 of acceleration, and 6 m/s^2"),
    "deceleration": (through(*[(0.0, 0.0)] * NUM), SPEED_MPS, "of deceleration, and 16 m/s^2"),
    "lateral": (arc_plan(0.1, 12.0, 0.0, STAMP_NS), 12.0, "to the side, and 8 m/s^2 is the limit"),
    "reverse": (through(*[(-0.1 * i, 0.0) for i in range(NUM)]), 0.0, "leads back by 0.90 m, and 0.5 m"),
    "curvature": (through(*[(0.0, 0.2 * i) for i in range(NUM)]), 1.0, "beside what the wheels can reach, and 0.3 m"),
    "jerk": (swerve(), 9.0, "changes by 90.00 m/s^3, and 80 m/s^3 is the limit"),
    "scatter": (zigzag(0.8), SPEED_MPS, "beside a smooth curve, and 0.6 m is the limit"),
    "horizon": (dataclasses.replace(ahead(), times_ns_H=TIMES_NS_H // 3), 24.0, "0.30 s of it lie ahead"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_plan_is_refused_by_the_check_that_is_meant_for_it(name: str) -> None:
    plan, speed_mps, words = REFUSED[name]
    refusal = judge(plan, speed_mps)
    assert refusal is not None
    assert (refusal.check, words in refusal.detail) == (name, True), refusal.detail


def test_every_check_has_a_plan_that_it_refuses() -> None:
    assert {*REFUSED, "agreement"} == set(CHECKS)


@pytest.mark.parametrize("check", CHECKS)
def test_driving_on_passes_every_check(check: str) -> None:
    last = LastPlan(arc_plan(0.0, SPEED_MPS, 0.0, STAMP_NS - INTERVAL_NS), (SPEED_MPS * 0.1, 0.0, 0.0))
    refusal = judge(ahead(), last=last)
    assert refusal is None or refusal.check != check


@given(
    curvature=st.floats(-0.19, 0.19),
    speed_mps=st.floats(0.0, 25.0),
    acceleration_mps2=st.floats(-8.0, 3.0),
    noise_H2=arrays(np.float64, (NUM, 2), elements=st.floats(-0.03, 0.03)),
)
def test_what_the_vehicle_can_drive_is_not_refused_for_its_noise(
    curvature: float, speed_mps: float, acceleration_mps2: float, noise_H2: NDArray[np.float64]
) -> None:
    held = min(abs(curvature), 5.0 / max(speed_mps + max(acceleration_mps2, 0.0), 1.0) ** 2)
    plan = arc_plan(float(np.copysign(held, curvature)), speed_mps, acceleration_mps2, STAMP_NS)
    assert judge(moved_points(plan, noise_H2), speed_mps) is None


def test_standing_is_a_plan_for_a_vehicle_that_stands() -> None:
    assert judge(through(*[(0.0, 0.0)] * NUM), 0.0) is None


def test_full_brake_from_speed_is_not_refused() -> None:
    assert judge(ahead(acceleration_mps2=-8.0)) is None
    assert judge(ahead(speed_mps=5.0, acceleration_mps2=-8.0), 5.0) is None


def test_a_plan_at_speed_is_none_for_a_vehicle_that_stands() -> None:
    refusal = judge(ahead(), 0.0)
    assert refusal is not None
    assert refusal.check == "acceleration"
    assert refusal.detail.startswith("at 0.0 m/s")


def test_a_vehicle_whose_wheels_turn_further_may_drive_a_tighter_plan() -> None:
    tight = arc_plan(0.4, 3.0, 0.0, STAMP_NS)
    refusal = check_plan(tight, 3.0, None, LIMITS, USUAL_VEHICLE)
    assert refusal is None or refusal.check == "curvature"
    longer = trajectory_from_waypoints(
        np.array([(2.5 * np.sin(a), 2.5 - 2.5 * np.cos(a)) for a in np.arange(0, 3, 0.1)]), STAMP_NS, INTERVAL_NS
    )
    narrow = check_plan(longer, 2.5, None, LIMITS, dataclasses.replace(USUAL_VEHICLE, max_steering_rad=0.3))
    assert narrow is not None
    assert narrow.check == "curvature"
    assert check_plan(longer, 2.5, None, LIMITS, VEHICLE) is None


def last_plan(age_ns: int = INTERVAL_NS, speed_mps: float = SPEED_MPS) -> LastPlan:
    """A plan to drive straight on, along which the vehicle has come."""
    return LastPlan(arc_plan(0.0, speed_mps, 0.0, STAMP_NS - age_ns), (speed_mps * age_ns * 1e-9, 0.0, 0.0))


def test_a_plan_that_jumps_aside_does_not_agree_with_the_last() -> None:
    aside = through(*[(0.8 * i, 0.03 * i**2) for i in range(NUM)])
    refusal = check_plan(aside, SPEED_MPS, last_plan(), LIMITS_TIGHT, USUAL_VEHICLE)
    assert refusal is not None
    assert (refusal.check, "beside the last plan" in refusal.detail) == ("agreement", True)
    assert judge(aside) is None


def test_a_plan_may_always_brake_but_not_leap_ahead() -> None:
    braking, leaping = ahead(acceleration_mps2=-8.0), ahead(acceleration_mps2=5.5)
    assert check_plan(braking, SPEED_MPS, last_plan(), LIMITS_TIGHT, USUAL_VEHICLE) is None
    refusal = check_plan(leaping, SPEED_MPS, last_plan(), LIMITS_TIGHT, USUAL_VEHICLE)
    assert refusal is not None
    assert (refusal.check, "ahead of the last plan" in refusal.detail) == ("agreement", True)


def test_agreement_is_seen_from_where_the_vehicle_has_come() -> None:
    # The vehicle has turned by 90 degrees since, and goes on along the last plan's way.
    arc = arc_plan(np.pi / 2, 1.0, 0.0, STAMP_NS - INTERVAL_NS)
    moved = (float(arc.position_H2[1, 0]), float(arc.position_H2[1, 1]), float(arc.yaw_H[1]))
    again = arc_plan(np.pi / 2, 1.0, 0.0, STAMP_NS)
    strict = dataclasses.replace(LIMITS, plan_agree_across_m=0.1, plan_agree_along_m=0.1)
    assert check_plan(again, 1.0, LastPlan(arc, moved), strict, VEHICLE) is None
    refusal = check_plan(again, 1.0, LastPlan(arc, (0.0, 0.0, -1.5)), strict, VEHICLE)
    assert refusal is not None
    assert refusal.check == "agreement"


@pytest.mark.parametrize("age_ns", [0, -INTERVAL_NS, 400_000_000, 2_000_000_000])
def test_a_plan_that_is_not_of_the_last_moments_is_not_compared_with(age_ns: int) -> None:
    elsewhere = LastPlan(arc_plan(0.0, SPEED_MPS, 0.0, STAMP_NS - age_ns), (0.0, 30.0, 1.0))
    assert judge(ahead(), last=elsewhere) is None


@pytest.mark.parametrize(("age_ns", "refused"), [(0, False), (500_000_000, False), (600_000_000, True)])
def test_latency_takes_from_the_horizon(age_ns: int, *, refused: bool) -> None:
    refusal = check_plan(ahead(), SPEED_MPS, None, LIMITS, USUAL_VEHICLE, age_ns=age_ns)
    assert (refusal is not None and refusal.check == "horizon") is refused


BROKEN = {
    "times back": dataclasses.replace(ahead(), times_ns_H=TIMES_NS_H[::-1].copy()),
    "same times": dataclasses.replace(ahead(), times_ns_H=np.zeros(NUM, np.int64)),
    "one point": dataclasses.replace(
        arc_plan(0.0, 1.0),
        **{
            name: getattr(ahead(), name)[:1]
            for name in ("times_ns_H", "position_H2", "yaw_H", "speed_H", "acceleration_H")
        },
    ),
    "fewer points than times": dataclasses.replace(ahead(), position_H2=np.zeros((3, 2))),
    "infinite heading": dataclasses.replace(ahead(), yaw_H=np.full(NUM, np.inf)),
    "a speed without a number": dataclasses.replace(ahead(), speed_H=np.full(NUM, np.nan)),
    "beyond the horizon": moved_points(ahead(), (1e200, 0.0)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_plan_that_is_none_is_refused_before_anything_is_computed(name: str) -> None:
    refusal = judge(BROKEN[name])
    assert refusal is not None
    assert refusal.check == "finite"


def test_without_a_speed_no_plan_may_drive() -> None:
    refusal = judge(ahead(), float("nan"))
    assert refusal is not None
    assert refusal == Refusal("finite", "the vehicle's speed is nan")


@given(
    position_H2=arrays(np.float64, (NUM, 2), elements=st.floats(allow_nan=True, allow_infinity=True)),
    speed_mps=st.floats(allow_nan=True, allow_infinity=True),
)
def test_whatever_a_plan_holds_the_answer_is_a_word(position_H2: NDArray[np.float64], speed_mps: float) -> None:
    refusal = judge(dataclasses.replace(ahead(), position_H2=position_H2), speed_mps)
    assert refusal is None or (refusal.check in CHECKS and refusal.detail)
