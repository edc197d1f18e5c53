"""A plan with everything it is judged by, and what follows from that.

Shape legend: H waypoints, W windows of a plan.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.supervision.plan_motion import PlanMotion, acceleration_from_car, motion_of

if TYPE_CHECKING:
    from drivemoe_ros.data.plan import Trajectory
    from drivemoe_ros.parameters.schema import ControlParameters
    from drivemoe_ros.parameters.supervision_schema import SupervisionParameters
    from drivemoe_ros.supervision.plan_agreement import LastPlan


@dataclass(frozen=True, eq=False)
class PlanCase:
    """A plan to be judged.

    Attributes:
        plan: The plan, in the base frame of its stamp.
        speed_mps: Speed of the vehicle at that stamp [m/s].
        last: The last plan that passed, to be compared with; None if there is none.
        limits: Bounds of supervision.
        control: The vehicle.
        age_ns: How old the plan will be when it is published [ns].
    """

    plan: Trajectory
    speed_mps: float
    last: LastPlan | None
    limits: SupervisionParameters
    control: ControlParameters
    age_ns: int

    @cached_property
    def motion(self) -> PlanMotion:
        """What the plan asks for."""
        return motion_of(self.plan, self.limits.plan_fit_s)

    @cached_property
    def from_car_mps2(self) -> float:
        """Acceleration that it asks of a vehicle at this speed [m/s^2]."""
        return acceleration_from_car(self.plan, self.speed_mps, self.limits.plan_fit_s)

    @property
    def beside_reach_m(self) -> float:
        """How far a point lies beside all that can be reached from the vehicle with its wheels turned [m]."""
        x_H, y_H = self.plan.position_H2.T
        away_H = np.hypot(x_H, y_H)
        rear_circle_m, circle_m = self._turning_circles_m()
        # Where the base frame's origin is not the rear axle, it moves to the side as soon as the wheels are turned.
        slip_rad = math.atan2(abs(self.control.rear_axle_x_m), rear_circle_m)
        # On a circle a chord points half of the angle turned further to the side than the circle begins.
        half_turn_H = np.arcsin(np.minimum(away_H / (2.0 * circle_m), 1.0))
        bearing_H = np.minimum(slip_rad + half_turn_H, 0.5 * np.pi)
        return float((np.abs(y_H) - away_H * np.sin(bearing_H)).max())

    @property
    def beside_bend_m(self) -> float:
        """How much more a window of the plan bends to the side than the tightest circle does at its speed [m]."""
        motion = self.motion
        _, circle_m = self._turning_circles_m()
        # The sagitta of an arc is an eighth of acceleration times time squared.
        too_hard_W = np.abs(motion.across_W) - motion.speed_W**2 / circle_m
        return float((too_hard_W * motion.length_W**2 / 8.0).max())

    def _turning_circles_m(self) -> tuple[float, float]:
        """Return the tightest radius of the rear axle and that of the base frame's origin [m]."""
        rear_circle_m = self.control.wheelbase_m / math.tan(self.control.max_steering_rad)
        return rear_circle_m, math.hypot(rear_circle_m, self.control.rear_axle_x_m)
