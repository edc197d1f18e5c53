"""A trajectory as Autoware's planning takes it, for vehicles that run Autoware's control.

Its package may be missing, and its message has no field that says whether the weights were trained.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.geometry.se2 import wrap_angle
from drivemoe_ros.messages.topics import OutputTopic

if TYPE_CHECKING:
    from drivemoe_ros.data.plan import Trajectory
    from drivemoe_ros.messages.factory import Message
    from drivemoe_ros.messages.parts import Parts

AUTOWARE = OutputTopic("~/output/autoware_trajectory", "autoware_planning_msgs/msg/Trajectory")


def encode_autoware(trajectory: Trajectory, parts: Parts) -> Message:
    """Encode the waypoints with their times, velocities and heading rates.

    Args:
        trajectory: Waypoints in the base frame, at least two.
        parts: Builder of the nested messages.

    Returns:
        ``autoware_planning_msgs/msg/Trajectory``; wheel angles and lateral velocities are left at zero.

    Source:
        autoware_msgs, autoware_planning_msgs/msg/TrajectoryPoint.msg.
    """
    step_s_G = np.diff(trajectory.times_ns_H) * 1e-9
    rate_G = wrap_angle(np.diff(trajectory.yaw_H)) / step_s_G
    rate_H = np.append(rate_G, rate_G[-1])
    points = [
        parts.make(
            "autoware_planning_msgs/msg/TrajectoryPoint",
            time_from_start=parts.duration(int(trajectory.times_ns_H[index])),
            pose=parts.pose(float(x_m), float(y_m), float(trajectory.yaw_H[index])),
            longitudinal_velocity_mps=float(trajectory.speed_H[index]),
            acceleration_mps2=float(trajectory.acceleration_H[index]),
            heading_rate_rps=float(rate_H[index]),
        )
        for index, (x_m, y_m) in enumerate(trajectory.position_H2)
    ]
    return parts.make(AUTOWARE.type_name, header=parts.header(), points=points)
