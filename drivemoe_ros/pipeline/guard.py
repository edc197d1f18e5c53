"""Decides what is driven: the policy's plan if it passes, else the last one, else a stop, else nothing.

The rungs of this ladder are ``PlanSource``; ``supervision/`` has the checks, the states and the stop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drivemoe_ros.data.ego import NoHistory
from drivemoe_ros.data.plan import PlanResult, PlanSource, Refusal
from drivemoe_ros.data.state import InputCondition
from drivemoe_ros.geometry.se2 import points_in_pose
from drivemoe_ros.parameters.schema import to_ns
from drivemoe_ros.supervision.lacks import lacks_of
from drivemoe_ros.supervision.patience import Patience
from drivemoe_ros.supervision.plan_agreement import LastPlan
from drivemoe_ros.supervision.plan_checks import check_plan
from drivemoe_ros.supervision.reexpress import horizon_left_ns, reexpress, respace, seen_from
from drivemoe_ros.supervision.state_machine import StateMachine
from drivemoe_ros.supervision.stop import Stopper
from drivemoe_ros.supervision.transitions import Event

if TYPE_CHECKING:
    from drivemoe_ros.data.ego import EgoHistory
    from drivemoe_ros.data.plan import Trajectory
    from drivemoe_ros.data.state import StateReport
    from drivemoe_ros.parameters.schema import Parameters
    from drivemoe_ros.pipeline.proposal import Proposal
    from drivemoe_ros.supervision.reexpress import Pose

# A plan that comes too late is no wrong plan: the machine is slow, and the state says so.
DEADLINE_CHECK = "deadline"
# A plan that brakes too hard to be believed still says that something is ahead: the one before would drive into it.
URGENT_CHECK = "deceleration"


class _Passed(NamedTuple):
    """A plan that passed, and the vehicle's pose then in odometry's frame."""

    plan: Trajectory
    pose: Pose


class Guard:
    """What stands between the policy and the vehicle; the same proposals give the same decisions."""

    def __init__(self, parameters: Parameters, *, trained: bool) -> None:
        """Start waiting.

        Args:
            parameters: Sections ``supervision`` and ``control`` are used.
            trained: Whether the policy is; random plans are not checked, since they would all fail, and the controller
                refuses them by their label.
        """
        self._trained = trained
        self._limits, self._control = parameters.supervision, parameters.control
        self._machine = StateMachine(self._limits)
        self._stopper = Stopper(self._limits, self._control)
        self._patience = Patience(self._limits)
        self._passed: _Passed | None = None
        # What a stop leads along: the last plan that passed after another one, since one alone may be a flicker.
        self._confirmed: _Passed | None = None
        self._passes_in_row = 0

    def restart(self) -> None:
        """Wait again, as after a jump of the clock: where the vehicle was then says nothing about now."""
        self._machine.advance(Event.RESTART, "", ())
        self._stopper.release()
        self._patience.reset()
        self._forget()

    def decide(self, proposal: Proposal) -> PlanResult:
        """Choose what is driven.

        Args:
            proposal: What the policy made.

        Returns:
            The plan to drive with its source, the state, and the refused plan where one was.
        """
        ego, trajectory = proposal.request.ego, proposal.trajectory
        if _odometry_lies(proposal):
            # After a jump of its pose, where the vehicle was then says nothing about now.
            self._forget()
        if trajectory is None or isinstance(ego, NoHistory):
            return self._without_plan(proposal, proposal.reason)
        last = LastPlan(self._passed.plan, _moved(self._passed, ego)) if self._passed else None
        speed_mps = float(ego.speed_T[-1])
        refusal = self._check(trajectory, speed_mps, last) if self._trained else None
        if refusal is None and proposal.late:
            refusal = Refusal(DEADLINE_CHECK, proposal.late)
        if refusal is not None:
            return self._without_plan(proposal, f"the plan was refused: {refusal.detail}", refusal)
        confirmed = self._pass(_Passed(trajectory, ego.pose))
        lacks = self._lacks(proposal)
        report = self._machine.advance(Event.LACKING if lacks else Event.GOOD, lacks, proposal.inputs)
        if self._machine.may_drive:
            self._stopper.release()
            source = PlanSource.FEWER_STEPS if proposal.shortcut else PlanSource.POLICY
            return _result(proposal, report, trajectory, source)
        return _result(proposal, report, self._stop(confirmed, ego, trajectory.stamp_ns), PlanSource.STOP)

    def _pass(self, passed: _Passed) -> _Passed:
        """Remember a plan that passed, and return the one that a stop leads along from now on."""
        self._passed = passed
        self._passes_in_row += 1
        if self._passes_in_row > 1 or self._confirmed is None:
            self._confirmed = passed
        return self._confirmed

    def _forget(self) -> None:
        self._passed = self._confirmed = None
        self._passes_in_row = 0

    def _stop_path(self, stamp_ns: int) -> _Passed | None:
        confirmed = self._confirmed
        is_over = confirmed is None or horizon_left_ns(confirmed.plan, stamp_ns) < 0
        return self._passed if is_over and not self._machine.must_recover else confirmed

    def _without_plan(self, proposal: Proposal, reason: str, refusal: Refusal | None = None) -> PlanResult:
        """Take the next rung that holds."""
        ego, stamp_ns = proposal.request.ego, proposal.request.stamp_ns
        self._passes_in_row = 0
        is_urgent = refusal is not None and refusal.check == URGENT_CHECK
        if is_urgent:
            self._stopper.hurry(stamp_ns)
        if proposal.error is not None or (refusal is not None and refusal.check != DEADLINE_CHECK):
            self._patience.note(stamp_ns)
        may_reuse = self._may_reuse(stamp_ns) and not is_urgent
        over = self._patience.why_over(stamp_ns) if may_reuse else ""
        if self._passed is not None and may_reuse and not over:
            age_s = (stamp_ns - self._passed.plan.stamp_ns) * 1e-9
            words = f"{reason}; the last plan, {age_s:.1f} s old, is driven on"
            report = self._machine.advance(Event.LACKING, words, proposal.inputs)
            # Where the vehicle is not known, the controller goes on with what it has.
            moved = None if isinstance(ego, NoHistory) else _moved(self._passed, ego)
            again = moved and reexpress(self._passed.plan, moved, stamp_ns)
            trajectory = respace(again, _interval_ns(self._passed.plan)) if again else None
            return _result(proposal, report, trajectory, PlanSource.LAST_PLAN, refusal)
        begun = self._stop_path(stamp_ns)
        if begun is None or isinstance(ego, NoHistory):
            report = self._machine.advance(Event.NOTHING, reason, proposal.inputs)
            return _result(proposal, report, None, PlanSource.STOP, refusal)
        words = f"{over}; {reason}" if over else reason
        report = self._machine.advance(Event.STOPPED, words, proposal.inputs)
        return _result(proposal, report, self._stop(begun, ego, stamp_ns), PlanSource.STOP, refusal)

    def _stop(self, begun: _Passed, ego: EgoHistory, stamp_ns: int) -> Trajectory:
        path = seen_from(begun.plan, _moved(begun, ego))
        return self._stopper.stop(path, stamp_ns, float(ego.speed_T[-1]), begun.plan.times_ns_H)

    def _lacks(self, proposal: Proposal) -> str:
        lacks = [proposal.shortcut, lacks_of(proposal.inputs, proposal.request.goals)]
        spread_m = None if proposal.output is None else proposal.output.spread_m
        if spread_m is not None and 0.0 < self._limits.max_spread_m < spread_m:
            limit_m = self._limits.max_spread_m
            lacks.append(f"the flow's samples end {spread_m:.2f} m apart, and {limit_m:g} m is the limit")
        return "; ".join(filter(None, lacks))

    def _may_reuse(self, stamp_ns: int) -> bool:
        if self._passed is None or not self._machine.may_drive:
            return False
        plan = self._passed.plan
        is_young = 0 <= stamp_ns - plan.stamp_ns <= to_ns(self._limits.reuse_plan_s)
        left_ns = horizon_left_ns(plan, stamp_ns) - to_ns(self._limits.expected_latency_s)
        # Less than an interval would be a single point, which says nothing about speed.
        return is_young and left_ns >= max(to_ns(self._limits.plan_horizon_s), _interval_ns(plan))

    def _check(self, plan: Trajectory, speed_mps: float, last: LastPlan | None) -> Refusal | None:
        age_ns = to_ns(self._limits.expected_latency_s)
        return check_plan(plan, speed_mps, last, self._limits, self._control, age_ns=age_ns)


def _result(
    proposal: Proposal,
    report: StateReport,
    trajectory: Trajectory | None,
    source: PlanSource,
    refusal: Refusal | None = None,
) -> PlanResult:
    return PlanResult(
        stamp_ns=proposal.request.stamp_ns,
        report=report,
        goals=proposal.request.goals,
        trajectory=trajectory,
        output=proposal.output,
        source=source,
        refusal=refusal,
        refused=None if refusal is None else proposal.trajectory,
        error=proposal.error,
    )


def _odometry_lies(proposal: Proposal) -> bool:
    return any(i.name == "odometry" and i.condition is InputCondition.IMPLAUSIBLE for i in proposal.inputs)


def _moved(begun: _Passed, ego: EgoHistory) -> Pose:
    """Return the pose now in the base frame of a plan that passed."""
    x_m, y_m, yaw_rad = ego.pose
    ((ahead_m, left_m),) = points_in_pose(np.array([[x_m, y_m]]), *begun.pose)
    return float(ahead_m), float(left_m), yaw_rad - begun.pose[2]


def _interval_ns(plan: Trajectory) -> int:
    return int(plan.times_ns_H[1] - plan.times_ns_H[0])
