"""What a plan must hold before it may drive: a table of checks by name, each one question.

Bounds are those of the vehicle (section ``control``) and of supervision. A learned plan's waypoints are noisy, so
nothing here compares neighbours; see ``plan_motion``.

Shape legend: H waypoints, W windows of a plan, A times at which two plans are compared.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.plan import Refusal
from drivemoe_ros.parameters.schema import to_ns
from drivemoe_ros.supervision.plan_agreement import difference
from drivemoe_ros.supervision.plan_case import PlanCase
from drivemoe_ros.supervision.plan_motion import farthest_back_m

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from drivemoe_ros.data.plan import Trajectory
    from drivemoe_ros.parameters.schema import ControlParameters
    from drivemoe_ros.parameters.supervision_schema import SupervisionParameters
    from drivemoe_ros.supervision.plan_agreement import LastPlan

MIN_POINTS = 2
# No plan leads this far; squares of larger numbers need not be finite.
FARTHEST_M = 10_000.0


def check_plan(
    plan: Trajectory,
    speed_mps: float,
    last: LastPlan | None,
    limits: SupervisionParameters,
    control: ControlParameters,
    *,
    age_ns: int = 0,
) -> Refusal | None:
    """Say why a plan must not drive.

    Args:
        plan: The policy's plan, in the base frame of its stamp; may hold anything, NaN too.
        speed_mps: Speed of the vehicle at that stamp [m/s].
        last: The last plan that passed; None before the first.
        limits: Bounds of supervision.
        control: The vehicle.
        age_ns: How old the plan will be when it is published [ns].

    Returns:
        The first check that it fails, with value and limit in words; None if it may drive.
    """
    case = PlanCase(plan, speed_mps, last, limits, control, age_ns)
    for name, check in CHECKS.items():
        detail = check(case)
        if detail:
            return Refusal(name, detail)
    return None


def _finite(case: PlanCase) -> str:
    plan = case.plan
    num = len(plan.times_ns_H)
    columns = {"heading": plan.yaw_H, "speed": plan.speed_H, "acceleration": plan.acceleration_H}
    if num < MIN_POINTS or plan.position_H2.shape != (num, 2) or any(one.shape != (num,) for one in columns.values()):
        return f"it has {num} times for {len(plan.position_H2)} points, and {MIN_POINTS} or more of each are needed"
    if plan.times_ns_H[0] != 0 or np.any(np.diff(plan.times_ns_H) <= 0):
        times_s = ", ".join(f"{time_ns * 1e-9:g}" for time_ns in plan.times_ns_H)
        return f"its times are {times_s} s, and they must ascend from 0"
    # Written so that NaN is beyond the limit too.
    for index in np.flatnonzero(~np.all(np.abs(plan.position_H2) <= FARTHEST_M, axis=1))[:1]:
        x_m, y_m = plan.position_H2[index]
        return f"its point {index} is at ({x_m:g}, {y_m:g}) m, and {FARTHEST_M:g} m away is the limit"
    for name, column_H in columns.items():
        for index in np.flatnonzero(~np.isfinite(column_H))[:1]:
            return f"the {name} at its point {index} is {column_H[index]:g}"
    if not math.isfinite(case.speed_mps):
        return f"the vehicle's speed is {case.speed_mps:g}"
    return ""


def _start(case: PlanCase) -> str:
    away_m = float(np.hypot(*case.plan.position_H2[0]))
    return _above(away_m, case.limits.plan_start_m, "m", "it starts {} from the vehicle")


def _scatter(case: PlanCase) -> str:
    widest_m = float(case.motion.scatter_W.max())
    return _above(widest_m, case.limits.plan_scatter_m, "m", "its points lie up to {} beside a smooth curve")


def _speed(case: PlanCase) -> str:
    fastest_mps = float(case.motion.speed_W.max())
    return _above(fastest_mps, case.limits.plan_speed_mps, "m/s", "it asks for a speed of {}")


def _acceleration(case: PlanCase) -> str:
    hardest_mps2 = max(float(case.motion.along_W.max()), case.from_car_mps2)
    limit_mps2 = case.limits.plan_margin * case.control.max_acceleration_mps2
    return _above(hardest_mps2, limit_mps2, "m/s^2", f"{_at(case)} it asks for {{}} of acceleration")


def _deceleration(case: PlanCase) -> str:
    hardest_mps2 = -min(float(case.motion.along_W.min()), case.from_car_mps2)
    limit_mps2 = case.limits.plan_margin * case.control.max_deceleration_mps2
    return _above(hardest_mps2, limit_mps2, "m/s^2", f"{_at(case)} it asks for {{}} of deceleration")


def _lateral(case: PlanCase) -> str:
    hardest_mps2 = float(np.abs(case.motion.across_W).max())
    return _above(hardest_mps2, case.limits.plan_lateral_mps2, "m/s^2", "it asks for {} to the side")


def _reverse(case: PlanCase) -> str:
    limit_m = case.limits.plan_reverse_m
    return _above(farthest_back_m(case.plan.position_H2, limit_m), limit_m, "m", "it leads back by {}")


def _curvature(case: PlanCase) -> str:
    """Ask whether the wheels can be turned so far: first from the vehicle to every point, then within each window.

    At walking pace noise is larger than curvature, so both are judged in metres beside what can be reached.
    """
    text = "its points lie {} beside what the wheels can reach"
    return _above(max(case.beside_reach_m, case.beside_bend_m), case.limits.plan_offset_m, "m", text)


def _jerk(case: PlanCase) -> str:
    hardest_mps3 = float(case.motion.jerk_W.max())
    return _above(hardest_mps3, case.limits.plan_jerk_mps3, "m/s^3", "its acceleration changes by {}")


def _agreement(case: PlanCase) -> str:
    limits = case.limits
    if case.last is None or not 0 < case.plan.stamp_ns - case.last.plan.stamp_ns <= to_ns(limits.reuse_plan_s):
        return ""
    found = difference(case.plan, case.last, limits.plan_agree_s)
    if found is None:
        return ""
    # Braking hard must always be possible, whatever was planned before.
    brake_mps2 = limits.plan_margin * case.control.max_deceleration_mps2
    behind_A = -found.along_A - 0.5 * brake_mps2 * found.times_s_A**2
    return (
        _above(float(found.along_A.max()), limits.plan_agree_along_m, "m", "it leads {} ahead of the last plan")
        or _above(float(behind_A.max()), limits.plan_agree_along_m, "m", "it falls {} behind braking on the last plan")
        or _above(
            float(np.abs(found.across_A).max()), limits.plan_agree_across_m, "m", "it leads {} beside the last plan"
        )
    )


def _horizon(case: PlanCase) -> str:
    left_s = (int(case.plan.times_ns_H[-1]) - case.age_ns) * 1e-9
    limit_s = case.limits.plan_horizon_s
    if left_s >= limit_s:
        return ""
    return f"{left_s:.2f} s of it lie ahead when it is published, and {limit_s:g} s are needed"


def _above(value: float, limit: float, unit: str, text: str) -> str:
    """Return the sentence about a value above its limit, NaN too; empty if it is within."""
    if value <= limit:
        return ""
    return f"{text.format(f'{value:.2f} {unit}')}, and {limit:g} {unit} is the limit"


def _at(case: PlanCase) -> str:
    return f"at {case.speed_mps:.1f} m/s"


# In this order: all others rely on the first, and what is read from a curve means little if the points are not on it.
CHECKS: Mapping[str, Callable[[PlanCase], str]] = {
    "finite": _finite,
    "start": _start,
    "scatter": _scatter,
    "speed": _speed,
    "acceleration": _acceleration,
    "deceleration": _deceleration,
    "lateral": _lateral,
    "reverse": _reverse,
    "curvature": _curvature,
    "jerk": _jerk,
    "agreement": _agreement,
    "horizon": _horizon,
}
