"""Follows the newest plan by time from its stamp, and brakes by itself when plans stop.

The released PID reads 0.7 s of a plan as half a second's worth, and so takes a gentle stop for a plan to drive on. That
is why a stop is followed by pure pursuit in every mode; and so is a last plan of which too little is left for the PID.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from drivemoe_ros.control.pid import ReleasedPid, fits_pid
from drivemoe_ros.control.pure_pursuit import acceleration_through, pursue
from drivemoe_ros.data.control import ControlCommand
from drivemoe_ros.data.plan import PlanSource
from drivemoe_ros.geometry.se2 import points_in_pose
from drivemoe_ros.parameters.schema import to_ns

if TYPE_CHECKING:
    from drivemoe_ros.control.pid import Pedals
    from drivemoe_ros.data.plan import Trajectory
    from drivemoe_ros.parameters.schema import ControlParameters

# A plan that asks for less is a plan to stand, and a vehicle slower than this is held by the brake.
STANDING_MPS = 0.1
# A step whose stamp comes early by no more than this is not left out.
PERIOD_SLACK_NS = 1_000_000


class PlanFollower:
    """One vehicle's controller; the same plans, poses and times give the same commands."""

    def __init__(self, parameters: ControlParameters) -> None:
        """Start without a plan."""
        self._parameters = parameters
        self._pid = ReleasedPid()
        self._held: tuple[int, Pedals] | None = None  # the PID's last step and its time [ns]

    def command(
        self,
        plan: Trajectory | None,
        moved: tuple[float, float, float],
        now_ns: int,
        speed_mps: float,
        source: PlanSource = PlanSource.POLICY,
    ) -> ControlCommand:
        """Take one control step.

        Args:
            plan: Newest plan, in the base frame of its stamp; None before the first.
            moved: Pose now in that frame: x [m], y [m], yaw [rad].
            now_ns: Time now, of the same clock as the plan's stamp [ns].
            speed_mps: Speed now [m/s].
            source: Where the plan comes from.

        Returns:
            Pedals and steering; a stop with its reason where there is no plan to follow.
        """
        reason = self.why_not(plan, now_ns)
        if plan is None or reason:
            return self.stop(reason, speed_mps)
        here = dataclasses.replace(plan, position_H2=points_in_pose(plan.position_H2, *moved))
        if self._parameters.mode == "pid" and source is not PlanSource.STOP and fits_pid(plan):
            return self._follow_with_pid(here, now_ns, speed_mps)
        return self._follow_by_pursuit(here, max((now_ns - plan.stamp_ns) * 1e-9, 0.0), speed_mps)

    def why_not(self, plan: Trajectory | None, now_ns: int) -> str:
        """Say why a plan is not one of now.

        Args:
            plan: Newest plan; None before the first.
            now_ns: Time now, of the same clock as the plan's stamp [ns].

        Returns:
            The reason in words; empty if the plan can be followed.
        """
        if plan is None:
            return "there is no plan yet"
        elapsed_s = (now_ns - plan.stamp_ns) * 1e-9
        limit_s = min(self._parameters.plan_timeout_s, float(plan.times_ns_H[-1]) * 1e-9)
        if elapsed_s > limit_s:
            return f"the newest plan is {elapsed_s:.2f} s old, and {limit_s:g} s is the limit"
        if elapsed_s < -limit_s:
            return f"the newest plan is stamped {-elapsed_s:.2f} s ahead of the clock"
        return ""

    def stop(self, reason: str, speed_mps: float) -> ControlCommand:
        """Brake as hard as ``stop_deceleration_mps2`` asks for, the wheels straight.

        Args:
            reason: Why, in words.
            speed_mps: Speed now [m/s].

        Returns:
            The command, with the reason.
        """
        self._held = None
        # The wheels are left straight: without a plan there is nowhere to steer to.
        command = self._drive(0.0, 0.0, -self._parameters.stop_deceleration_mps2)
        still = " (standing)" if abs(speed_mps) < STANDING_MPS else ""
        return dataclasses.replace(command, reason=reason + still)

    def full_stop(self, reason: str) -> ControlCommand:
        """Return full brake: what is said last, and holds a vehicle that goes on doing what it was told last."""
        return dataclasses.replace(self._drive(0.0, 0.0, -self._parameters.max_deceleration_mps2), reason=reason)

    def _follow_with_pid(self, here: Trajectory, now_ns: int, speed_mps: float) -> ControlCommand:
        # Its windows count steps, not seconds, so that the rate of odometry must not set their length.
        period_ns = to_ns(self._parameters.pid_period_s) - PERIOD_SLACK_NS
        if self._held is None or not 0 <= now_ns - self._held[0] < period_ns:
            self._held = (now_ns, self._pid.step(here.position_H2, speed_mps))
        pedals = self._held[1]
        full = self._parameters.max_deceleration_mps2 if pedals.brake else self._parameters.max_acceleration_mps2
        steering_rad = pedals.steer * self._parameters.max_steering_rad
        wanted_mps = 0.0 if pedals.brake else pedals.desired_mps
        return ControlCommand(
            throttle=pedals.throttle,
            brake=pedals.brake,
            steer=pedals.steer,
            steering_angle_rad=steering_rad,
            speed_mps=wanted_mps,
            yaw_rate_radps=self._yaw_rate(steering_rad, wanted_mps),
            acceleration_mps2=(pedals.throttle - pedals.brake) * full,
        )

    def _follow_by_pursuit(self, here: Trajectory, elapsed_s: float, speed_mps: float) -> ControlCommand:
        self._held = None
        steering_rad = pursue(here, elapsed_s, self._parameters)
        wanted_mps2 = acceleration_through(here, elapsed_s, speed_mps)
        wanted_mps = max(speed_mps + wanted_mps2 * self._parameters.speed_response_s, 0.0)
        if max(wanted_mps, speed_mps) < STANDING_MPS:
            return self._drive(steering_rad, wanted_mps, -self._parameters.stop_deceleration_mps2)
        resistance_mps2 = self._parameters.rolling_mps2 + self._parameters.drag_per_s * max(speed_mps, 0.0)
        return self._drive(steering_rad, wanted_mps, wanted_mps2, resistance_mps2)

    def _drive(
        self, steering_rad: float, speed_mps: float, wanted_mps2: float, resistance_mps2: float = 0.0
    ) -> ControlCommand:
        parameters = self._parameters
        acceleration_mps2 = min(max(wanted_mps2, -parameters.max_deceleration_mps2), parameters.max_acceleration_mps2)
        # What slows the vehicle by itself has to be added, else plans to keep the speed make it ever slower.
        push_mps2 = acceleration_mps2 + resistance_mps2
        return ControlCommand(
            throttle=min(max(push_mps2, 0.0) / parameters.max_acceleration_mps2, 1.0),
            brake=max(-push_mps2, 0.0) / parameters.max_deceleration_mps2,
            steer=math.copysign(min(abs(steering_rad) / parameters.max_steering_rad, 1.0), steering_rad),
            steering_angle_rad=steering_rad,
            speed_mps=speed_mps,
            yaw_rate_radps=self._yaw_rate(steering_rad, speed_mps),
            acceleration_mps2=acceleration_mps2,
        )

    def _yaw_rate(self, steering_rad: float, speed_mps: float) -> float:
        return speed_mps * math.tan(steering_rad) / self._parameters.wheelbase_m
