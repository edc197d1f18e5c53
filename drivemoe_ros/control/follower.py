"""Follows the newest plan by time from its stamp, and brakes by itself when plans stop."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from drivemoe_ros.control.pid import ReleasedPid
from drivemoe_ros.control.pure_pursuit import pursue
from drivemoe_ros.data.control import ControlCommand
from drivemoe_ros.geometry.se2 import points_in_pose

if TYPE_CHECKING:
    from drivemoe_ros.data.plan import Trajectory
    from drivemoe_ros.parameters.schema import ControlParameters

# A plan that asks for less is a plan to stand, and a vehicle slower than this is held by the brake.
STANDING_MPS = 0.1


class PlanFollower:
    """One vehicle's controller; the same plans, poses and times give the same commands."""

    def __init__(self, parameters: ControlParameters) -> None:
        """Start without a plan."""
        self._parameters = parameters
        self._pid = ReleasedPid()

    def command(
        self, plan: Trajectory | None, moved: tuple[float, float, float], now_ns: int, speed_mps: float
    ) -> ControlCommand:
        """Take one control step.

        Args:
            plan: Newest plan, in the base frame of its stamp; None before the first.
            moved: Pose now in that frame: x [m], y [m], yaw [rad].
            now_ns: Time now, of the same clock as the plan's stamp [ns].
            speed_mps: Speed now [m/s].

        Returns:
            Pedals and steering; a stop with its reason where there is no plan to follow.
        """
        if plan is None:
            return self._stop("there is no plan yet", speed_mps)
        elapsed_s = (now_ns - plan.stamp_ns) * 1e-9
        limit_s = min(self._parameters.plan_timeout_s, float(plan.times_ns_H[-1]) * 1e-9)
        if elapsed_s > limit_s:
            return self._stop(f"the newest plan is {elapsed_s:.2f} s old, and {limit_s:g} s is the limit", speed_mps)
        if elapsed_s < -limit_s:
            return self._stop(f"the newest plan is stamped {-elapsed_s:.2f} s ahead of the clock", speed_mps)
        here = dataclasses.replace(plan, position_H2=points_in_pose(plan.position_H2, *moved))
        if self._parameters.mode == "pid":
            return self._follow_with_pid(here, speed_mps)
        return self._follow_by_pursuit(here, max(elapsed_s, 0.0), speed_mps)

    def _follow_with_pid(self, here: Trajectory, speed_mps: float) -> ControlCommand:
        pedals = self._pid.step(here.position_H2, speed_mps)
        full = self._parameters.max_deceleration_mps2 if pedals.brake else self._parameters.max_acceleration_mps2
        return ControlCommand(
            throttle=pedals.throttle,
            brake=pedals.brake,
            steer=pedals.steer,
            steering_angle_rad=pedals.steer * self._parameters.max_steering_rad,
            speed_mps=0.0 if pedals.brake else pedals.desired_mps,
            acceleration_mps2=(pedals.throttle - pedals.brake) * full,
        )

    def _follow_by_pursuit(self, here: Trajectory, elapsed_s: float, speed_mps: float) -> ControlCommand:
        steering_rad, wanted_mps = pursue(here, elapsed_s, self._parameters)
        wanted_mps2 = (wanted_mps - speed_mps) / self._parameters.speed_response_s
        if max(wanted_mps, speed_mps) < STANDING_MPS:
            wanted_mps2 = -self._parameters.stop_deceleration_mps2
        return self._drive(steering_rad, wanted_mps, wanted_mps2)

    def _stop(self, reason: str, speed_mps: float) -> ControlCommand:
        # The wheels are left straight: without a plan there is nowhere to steer to.
        command = self._drive(0.0, 0.0, -self._parameters.stop_deceleration_mps2)
        still = " (standing)" if abs(speed_mps) < STANDING_MPS else ""
        return dataclasses.replace(command, reason=reason + still)

    def _drive(self, steering_rad: float, speed_mps: float, wanted_mps2: float) -> ControlCommand:
        parameters = self._parameters
        acceleration_mps2 = min(max(wanted_mps2, -parameters.max_deceleration_mps2), parameters.max_acceleration_mps2)
        return ControlCommand(
            throttle=max(acceleration_mps2, 0.0) / parameters.max_acceleration_mps2,
            brake=max(-acceleration_mps2, 0.0) / parameters.max_deceleration_mps2,
            steer=math.copysign(min(abs(steering_rad) / parameters.max_steering_rad, 1.0), steering_rad),
            steering_angle_rad=steering_rad,
            speed_mps=speed_mps,
            acceleration_mps2=acceleration_mps2,
        )
