"""Pure pursuit with the plan's true speeds.

Shape legend: H waypoints.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from drivemoe_ros.data.plan import Trajectory
    from drivemoe_ros.parameters.schema import ControlParameters


def pursue(plan: Trajectory, elapsed_s: float, parameters: ControlParameters) -> float:
    """Steer at where the plan will be.

    Args:
        plan: Plan with positions in the present base frame.
        elapsed_s: Time since the plan's stamp [s].
        parameters: Vehicle and look-ahead.

    Returns:
        Front wheel angle [rad], positive to the left.

    Source:
        R. C. Coulter, Implementation of the pure pursuit path tracking algorithm, CMU-RI-TR-92-01, section 2.
    """
    times_s_H = plan.times_ns_H * 1e-9
    aim_s = elapsed_s + parameters.look_ahead_s
    # The arc starts at the rear axle, which is where an Ackermann vehicle turns about.
    x_H = plan.position_H2[:, 0] - parameters.rear_axle_x_m
    y_H = plan.position_H2[:, 1]
    ahead_H = (times_s_H >= aim_s) & (np.hypot(x_H, y_H) >= parameters.min_look_ahead_m)
    index = int(np.argmax(ahead_H)) if ahead_H.any() else len(x_H) - 1
    distance_m = max(math.hypot(x_H[index], y_H[index]), parameters.min_look_ahead_m)
    angle_rad = math.atan2(y_H[index], x_H[index])
    steering_rad = math.atan(2.0 * parameters.wheelbase_m * math.sin(angle_rad) / distance_m)
    limit_rad = parameters.max_steering_rad
    return min(max(steering_rad, -limit_rad), limit_rad)


def acceleration_through(plan: Trajectory, elapsed_s: float, speed_mps: float) -> float:
    """Return the acceleration that, kept from now on, comes closest to all places of a plan at their times.

    A least-squares fit, because the distance of two neighbouring waypoints of a learned plan says little about speed.

    Args:
        plan: Plan with positions in the present base frame.
        elapsed_s: Time since the plan's stamp [s].
        speed_mps: Speed now [m/s].

    Returns:
        The acceleration [m/s^2]; zero where the plan lies in the past.
    """
    times_s_H = np.maximum(plan.times_ns_H * 1e-9 - elapsed_s, 0.0)
    x_H, y_H = plan.position_H2.T
    ahead_m_H = np.copysign(np.hypot(x_H, y_H), x_H)
    gained_H = 0.5 * times_s_H**2
    spread = float(gained_H @ gained_H)
    return float((ahead_m_H - speed_mps * times_s_H) @ gained_H) / spread if spread else 0.0
