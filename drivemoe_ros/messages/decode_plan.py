"""Messages of this package back to values: the inverse of ``encode.py``, for whoever subscribes to a plan.

Shape legend: H waypoints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drivemoe_ros.data.checks import require_finite
from drivemoe_ros.data.plan import PolicyLabel, Trajectory
from drivemoe_ros.errors import InputError
from drivemoe_ros.geometry.se2 import yaw_from_quaternion
from drivemoe_ros.messages.decode import NANOSECONDS_PER_SECOND, stamp_of

if TYPE_CHECKING:
    from drivemoe_ros.messages.factory import Message

# One waypoint has no direction and no time to follow it by.
MIN_POINTS = 2


class LabelledTrajectory(NamedTuple):
    """A plan as it came from another process.

    Attributes:
        trajectory: Waypoints in the base frame of their stamp.
        label: Which policy planned.
        frame_id: What the sender calls that base frame.
    """

    trajectory: Trajectory
    label: PolicyLabel
    frame_id: str


def decode_trajectory(message: Message, name: str) -> LabelledTrajectory:
    """Read a ``drivemoe_ros/Trajectory``; heights and the tilt of its poses are not used.

    Args:
        message: The message.
        name: Input name, for the sentence.

    Returns:
        Waypoints with their times and velocities, and who planned them.

    Raises:
        InputError: If the stamp makes no sense, there are fewer than two points, a value is not finite, or the times
            do not ascend from 0.
    """
    stamp_ns = stamp_of(message, name)
    points = message.points
    if len(points) < MIN_POINTS:
        msg = f"{name} has {len(points)} points, but at least {MIN_POINTS} are needed; check its sender."
        raise InputError(msg)
    times = [point.time_from_start for point in points]
    turns = [point.pose.orientation for point in points]
    trajectory = Trajectory(
        stamp_ns=stamp_ns,
        times_ns_H=np.array([int(t.sec) * NANOSECONDS_PER_SECOND + int(t.nanosec) for t in times], dtype=np.int64),
        position_H2=np.array([(p.pose.position.x, p.pose.position.y) for p in points], dtype=np.float64),
        yaw_H=np.array([yaw_from_quaternion(turn.x, turn.y, turn.z, turn.w) for turn in turns]),
        speed_H=np.array([point.longitudinal_velocity for point in points], dtype=np.float64),
        acceleration_H=np.array([point.acceleration for point in points], dtype=np.float64),
    )
    _check(trajectory, name)
    label = PolicyLabel(str(message.policy), str(message.weights), trained=bool(message.trained))
    return LabelledTrajectory(trajectory, label, str(message.header.frame_id))


def _check(trajectory: Trajectory, name: str) -> None:
    for values in (trajectory.position_H2, trajectory.yaw_H, trajectory.speed_H, trajectory.acceleration_H):
        require_finite(name, values)
    if trajectory.times_ns_H[0] != 0 or np.any(np.diff(trajectory.times_ns_H) <= 0):
        times_s = ", ".join(f"{time_ns * 1e-9:g}" for time_ns in trajectory.times_ns_H)
        msg = f"The times of {name} are {times_s} s, but they must ascend from 0; check its sender."
        raise InputError(msg)
