"""Brings a plan up to now before a live node publishes it: planning took a while, and the vehicle drove on.

Odometry comes on one thread, plans on another.
"""

from __future__ import annotations

import dataclasses
import threading
from typing import TYPE_CHECKING

from drivemoe_ros.control.admission import STAND_INS
from drivemoe_ros.control.pid import fits_pid
from drivemoe_ros.data.ego import NoHistory
from drivemoe_ros.parameters.schema import to_ns
from drivemoe_ros.pipeline.way_driven import WayDriven
from drivemoe_ros.supervision.odometry_check import OdometryCheck
from drivemoe_ros.supervision.reexpress import horizon_left_ns, reexpress, respace
from drivemoe_ros.supervision.transitions import TRANSITIONS, Event

if TYPE_CHECKING:
    from drivemoe_ros.data.plan import PlanResult, Trajectory
    from drivemoe_ros.data.samples import OdometrySample
    from drivemoe_ros.parameters.schema import Parameters
    from drivemoe_ros.supervision.reexpress import Pose


class Publication:
    """What of a plan is published, and where it begins."""

    def __init__(self, parameters: Parameters) -> None:
        """Start without odometry.

        Args:
            parameters: Sections ``supervision``, ``control``, ``ego`` and ``sync`` are used.
        """
        self._limits = parameters.supervision
        self._for_pid = parameters.control.mode == "pid"
        self._way = WayDriven(parameters)
        self._check = OdometryCheck(parameters.supervision, to_ns(parameters.sync.jump_back_s))
        self._lock = threading.Lock()

    def push(self, odometry: OdometrySample) -> None:
        """Take one odometry message."""
        with self._lock:
            self._check.push(odometry)
            self._way.push(odometry)

    def present(self, result: PlanResult) -> PlanResult:
        """Give what is left of a plan in the pose of the newest odometry, stamped as that.

        Args:
            result: What was decided, at its picture's stamp.

        Returns:
            The same with the trajectory of now. It stays as it was made where odometry does not say how far the vehicle
            has come since, and where too little would be left for the released controller, which sees a plan from its
            stamp anyway. It is gone, and the state says why, where odometry has contradicted itself since, and where
            less than ``supervision.plan_horizon_s`` is left of a policy's plan, or less than one interval of what
            stands in for it.
        """
        plan = result.trajectory
        if plan is None or not self._limits.reexpress:
            return result
        with self._lock:
            newest, moved = self._way.newest, self._way.since(plan.stamp_ns)
            if newest is None or newest.stamp_ns < plan.stamp_ns:
                return result
            said = self._check.status(newest.stamp_ns)
            jumped = self._check.displaced(plan.stamp_ns, newest.stamp_ns, newest.pose)
        if not said.usable or jumped:
            return _without_plan(result, f"{said.name}: {said.detail or jumped}")
        return result if isinstance(moved, NoHistory) else self._up_to(result, plan, moved, newest.stamp_ns)

    def _up_to(self, result: PlanResult, plan: Trajectory, moved: Pose, now_ns: int) -> PlanResult:
        left_ns, interval_ns = horizon_left_ns(plan, now_ns), int(plan.times_ns_H[1])
        least_ns = 0 if result.source in STAND_INS else to_ns(self._limits.plan_horizon_s)
        rest = reexpress(plan, moved, now_ns) if left_ns >= max(least_ns, interval_ns) else None
        if rest is None:
            late_s, left_s = (now_ns - plan.stamp_ns) * 1e-9, max(left_ns, 0) * 1e-9
            return _without_plan(result, f"the plan came {late_s:.2f} s late, with {left_s:.2f} s of it left")
        even = respace(rest, interval_ns)
        if self._for_pid and fits_pid(plan) and not fits_pid(even):
            return result
        return dataclasses.replace(result, trajectory=even)


def _without_plan(result: PlanResult, reason: str) -> PlanResult:
    state = TRANSITIONS[result.report.state, Event.NOTHING].to
    return dataclasses.replace(
        result, trajectory=None, report=dataclasses.replace(result.report, state=state, reason=reason)
    )
