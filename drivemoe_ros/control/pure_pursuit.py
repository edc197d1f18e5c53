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


def pursue(plan: Trajectory, elapsed_s: float, parameters: ControlParameters) -> tuple[float, float]:
    """Aim at where the plan will be, and take the plan's speed of now.

    Args:
        plan: Plan with positions in the present base frame.
        elapsed_s: Time since the plan's stamp [s].
        parameters: Vehicle and look-ahead.

    Returns:
        Front wheel angle [rad], positive to the left, and wanted speed [m/s].

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
    wanted_mps = float(np.interp(elapsed_s + parameters.speed_response_s, times_s_H, plan.speed_H))
    return min(max(steering_rad, -limit_rad), limit_rad), wanted_mps
