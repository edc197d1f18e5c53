"""Plans and odometry in, commands out: what the controller's node does, without ROS.

Every odometry message with a new stamp is answered by one command of that stamp. A plan begins in the base frame of
its own stamp, so the way since then is taken from odometry; where it is not known the vehicle brakes. That makes up
for latency (docs/latency.md), unless ``control.compensate_latency`` is off. By odometry that contradicts itself nothing
is followed: the vehicle brakes, without waiting for the policy to notice.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from drivemoe_ros.control.admission import why_refused
from drivemoe_ros.control.follower import PlanFollower
from drivemoe_ros.data.ego import NoHistory
from drivemoe_ros.data.plan import PlanSource
from drivemoe_ros.parameters.schema import to_ns
from drivemoe_ros.pipeline.way_driven import WayDriven
from drivemoe_ros.supervision.odometry_check import OdometryCheck

if TYPE_CHECKING:
    from drivemoe_ros.data.control import ControlCommand
    from drivemoe_ros.data.plan import PolicyLabel, Trajectory
    from drivemoe_ros.data.samples import OdometrySample
    from drivemoe_ros.parameters.schema import Parameters


class VehicleController:
    """One vehicle's controller; the same messages in the same order give the same commands.

    Attributes:
        plan: The plan that is followed; None while there is none that may be.
        source: Where that plan comes from.
        speed_mps: Speed of the last odometry message [m/s].
        num_plans: Plans that arrived.
        num_refused: Those of them that must not drive.
    """

    def __init__(self, parameters: Parameters, base_frame: str) -> None:
        """Start without a plan.

        Args:
            parameters: Sections ``control``, ``supervision``, ``ego`` and ``sync`` are used.
            base_frame: The vehicle's own frame, in which plans must be.
        """
        self._parameters = parameters
        self._base_frame = base_frame
        self._jump_back_ns = to_ns(parameters.sync.jump_back_s)
        self._odometry_limit_s = parameters.control.odometry_timeout_s
        self.speed_mps = 0.0
        self.num_plans = self.num_refused = 0
        self._check = OdometryCheck(parameters.supervision, self._jump_back_ns)
        self._forget("")

    def _forget(self, reason: str) -> None:
        """Drop everything that came so far, and say from now on why there is no plan."""
        self._way = WayDriven(self._parameters)
        self._follower = PlanFollower(self._parameters.control)
        self._last_ns: int | None = None
        self.plan: Trajectory | None = None
        self.source = PlanSource.POLICY
        self._next: tuple[Trajectory, PlanSource] | None = None
        self._lacking = reason

    def take_plan(
        self, plan: Trajectory, label: PolicyLabel, frame_id: str, source: PlanSource = PlanSource.POLICY
    ) -> None:
        """Take a plan; it is followed from the first odometry at or after its stamp on.

        Args:
            plan: The plan.
            label: Which policy planned.
            frame_id: Frame of its waypoints.
            source: Where it comes from.
        """
        self.num_plans += 1
        reason = why_refused(plan, label, frame_id, self._base_frame, self._parameters.control, source)
        if reason:
            self._refuse(reason)
        else:
            self._next = (plan, source)

    def step(self, odometry: OdometrySample, clock_ns: int) -> ControlCommand | None:
        """Answer one odometry message.

        Args:
            odometry: The message; its stamp is the time of the command.
            clock_ns: Time on the node's clock [ns].

        Returns:
            The command of its stamp; a stop with its reason where there is no plan to follow. None for a stamp that
            is not newer than the last: that moment has been answered.
        """
        now_ns = odometry.stamp_ns
        self._check.push(odometry)
        self._notice_jump(odometry)
        self._way.push(odometry)
        if self._last_ns is not None and now_ns <= self._last_ns:
            return None
        self._last_ns = now_ns
        self.speed_mps = odometry.velocity_mps[0]
        self._choose_plan(now_ns)
        reason = self._why_not_now(now_ns, clock_ns)
        moved = (0.0, 0.0, 0.0)
        if self.plan is not None and not reason:
            since = self._way.since(self.plan.stamp_ns)
            jumped = self._check.displaced(self.plan.stamp_ns, now_ns, odometry.pose)
            if jumped:
                reason = f"odometry {jumped} since the newest plan began"
            elif isinstance(since, NoHistory):
                reason = f"where the newest plan began is not known: {since.reason}"
            else:
                moved = since
        if reason:
            return self._follower.stop(reason, self.speed_mps)
        return self._follower.command(self.plan, moved, now_ns, self.speed_mps, self.source)

    def stop(self, reason: str) -> ControlCommand:
        """Return the command that brakes without odometry, for a reason of the caller's."""
        return self._follower.stop(reason, self.speed_mps)

    def full_stop(self, reason: str) -> ControlCommand:
        """Return full brake, as the last word to a vehicle."""
        return self._follower.full_stop(reason)

    def _refuse(self, reason: str) -> None:
        self.num_refused += 1
        self.plan = self._next = None
        self._lacking = reason

    def _notice_jump(self, odometry: OdometrySample) -> None:
        before = self._way.newest
        if before is not None and before.frame_id != odometry.frame_id:
            frames = f"from '{before.frame_id}' to '{odometry.frame_id}'"
            self._forget(f"odometry's frame changed {frames}, and no plan came since")
        elif self._last_ns is not None and odometry.stamp_ns < self._last_ns - self._jump_back_ns:
            back_s = (self._last_ns - odometry.stamp_ns) * 1e-9
            self._forget(f"the clock jumped back by {back_s:.1f} s, and no plan came since")

    def _choose_plan(self, now_ns: int) -> None:
        """Go over to the plan that waits, once its time has come."""
        if self._next is None:
            return
        plan, source = self._next
        ahead_s = (plan.stamp_ns - now_ns) * 1e-9
        if ahead_s > self._parameters.control.plan_timeout_s:
            self._refuse(f"the newest plan is stamped {ahead_s:.2f} s ahead of odometry, e.g. before a clock's jump")
        elif ahead_s <= 0.0 or self.plan is None:
            if not self._parameters.control.compensate_latency:
                plan = dataclasses.replace(plan, stamp_ns=now_ns)
            self.plan, self.source, self._next = plan, source, None

    def _why_not_now(self, now_ns: int, clock_ns: int) -> str:
        late_s = (clock_ns - now_ns) * 1e-9
        if clock_ns == 0:
            return "use_sim_time is set, but there is no time on /clock"
        if abs(late_s) > self._odometry_limit_s:
            where = "behind" if late_s > 0.0 else "ahead of"
            return (
                f"odometry is stamped {abs(late_s):.2f} s {where} the node's clock, and {self._odometry_limit_s:g} s "
                "is the limit (is use_sim_time right?)"
            )
        said = self._check.status(now_ns)
        if not said.usable:
            # A plan is followed by speed and pose: by wrong ones it would be driven faster and faster, or elsewhere.
            return f"{said.name}: {said.detail}"
        if self.plan is None and self._lacking:
            return self._lacking
        return self._follower.why_not(self.plan, now_ns)
