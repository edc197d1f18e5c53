"""Trajectories and states of this package back to values: the inverse of ``encode.py``, for whoever subscribes.

Shape legend: H waypoints.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drivemoe_ros.data.checks import require_finite
from drivemoe_ros.data.ego import GoalPoints
from drivemoe_ros.data.plan import PlanSource, PolicyLabel, Refusal, Trajectory
from drivemoe_ros.data.state import DrivingState, InputCondition, InputStatus, StateReport
from drivemoe_ros.errors import InputError
from drivemoe_ros.geometry.se2 import yaw_from_quaternion
from drivemoe_ros.messages.decode import NANOSECONDS_PER_SECOND, nanoseconds, stamp_of

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
        picture_ns: Stamp of the picture that it was planned from, which its state and decisions carry [ns].
        source: Where it comes from.
        flow_steps: Steps in which its flow was integrated; 0 if unknown.
        spread_m: How far apart several samples of the flow end [m]; None for one.
    """

    trajectory: Trajectory
    label: PolicyLabel
    frame_id: str
    picture_ns: int
    source: PlanSource = PlanSource.POLICY
    flow_steps: int = 0
    spread_m: float | None = None

    @property
    def stamp_ns(self) -> int:
        """Stamp of the plan [ns]."""
        return self.trajectory.stamp_ns


class LabelledRefusal(NamedTuple):
    """A plan that was refused, as it came from another process.

    Attributes:
        refusal: Which check it failed, and how.
        trajectory: The plan, which must not drive; its values may be no numbers.
        label: Which policy planned.
    """

    refusal: Refusal
    trajectory: Trajectory
    label: PolicyLabel


class LabelledState(NamedTuple):
    """A state as it came from another process.

    Attributes:
        report: State, reason and inputs.
        goals: The present goal point alone, shape (1, 2); None while the sender knows none.
        label: Which policy plans; its names are empty while none is loaded.
    """

    report: StateReport
    goals: GoalPoints | None
    label: PolicyLabel


def decode_trajectory(message: Message, name: str) -> LabelledTrajectory:
    """Read a ``drivemoe_ros/Trajectory``; heights and the tilt of its poses are not used.

    Args:
        message: The message.
        name: Input name, for the sentence.

    Returns:
        Waypoints with their times and velocities, and who planned them.

    Raises:
        InputError: If the stamp makes no sense, there are fewer than two points, a value is not finite, the times do
            not ascend from 0, or the source is unknown.
    """
    trajectory = _trajectory(message, name)
    _check(trajectory, name)
    try:
        source = PlanSource(int(message.source))
    except ValueError as error:
        raise InputError(_not_known(name, error)) from error
    picture_ns = nanoseconds(message.picture_stamp)
    frame_id, spread_m = str(message.header.frame_id), float(message.spread_m)
    return LabelledTrajectory(
        trajectory,
        _label(message),
        frame_id,
        picture_ns,
        source,
        flow_steps=int(message.flow_steps),
        spread_m=spread_m if math.isfinite(spread_m) else None,
    )


def decode_refused(message: Message, name: str) -> LabelledRefusal:
    """Read a ``drivemoe_ros/RefusedTrajectory``; its values are taken as they are, since it is only to be looked at.

    Args:
        message: The message.
        name: Input name, for the sentence.

    Returns:
        The plan, and why it was refused.

    Raises:
        InputError: If the stamp makes no sense, or there are fewer than two points.
    """
    refusal = Refusal(str(message.check), str(message.detail))
    return LabelledRefusal(refusal, _trajectory(message, name), _label(message))


def decode_state(message: Message, name: str) -> LabelledState:
    """Read a ``drivemoe_ros/PolicyState``; its stamp may be zero, as before simulated time begins.

    Args:
        message: The message.
        name: Input name, for the sentence.

    Returns:
        The state with its reason, the goal, and which policy plans.

    Raises:
        InputError: If a state or condition is unknown or the goal is not finite.
    """
    goals = None
    if message.goal_source:
        point_12 = np.array([[message.goal.x, message.goal.y]], dtype=np.float64)
        require_finite(f"goal of {name}", point_12)
        goals = GoalPoints(point_12, str(message.goal_source))
    try:
        state = DrivingState(int(message.state))
        inputs = tuple(_input_status(one) for one in message.inputs)
    except ValueError as error:
        raise InputError(_not_known(name, error)) from error
    return LabelledState(StateReport(state, str(message.reason), inputs), goals, _label(message))


def _label(message: Message) -> PolicyLabel:
    return PolicyLabel(str(message.policy), str(message.weights), trained=bool(message.trained))


def _not_known(name: str, error: ValueError) -> str:
    return f"{name} holds a number without a meaning ({error}); build sender and receiver from one version."


def _input_status(message: Message) -> InputStatus:
    age_ns = float(message.age) * NANOSECONDS_PER_SECOND
    known_ns = round(age_ns) if math.isfinite(age_ns) else None
    return InputStatus(str(message.name), InputCondition(int(message.status)), known_ns, str(message.detail))


def _trajectory(message: Message, name: str) -> Trajectory:
    stamp_ns = stamp_of(message, name)
    points = message.points
    if len(points) < MIN_POINTS:
        msg = f"{name} has {len(points)} points, but at least {MIN_POINTS} are needed; check its sender."
        raise InputError(msg)
    turns = [point.pose.orientation for point in points]
    return Trajectory(
        stamp_ns=stamp_ns,
        times_ns_H=np.array([nanoseconds(point.time_from_start) for point in points], dtype=np.int64),
        position_H2=np.array([(p.pose.position.x, p.pose.position.y) for p in points], dtype=np.float64),
        yaw_H=np.array([yaw_from_quaternion(turn.x, turn.y, turn.z, turn.w) for turn in turns]),
        speed_H=np.array([point.longitudinal_velocity for point in points], dtype=np.float64),
        acceleration_H=np.array([point.acceleration for point in points], dtype=np.float64),
    )


def _check(trajectory: Trajectory, name: str) -> None:
    for values in (trajectory.position_H2, trajectory.yaw_H, trajectory.speed_H, trajectory.acceleration_H):
        require_finite(name, values)
    if trajectory.times_ns_H[0] != 0 or np.any(np.diff(trajectory.times_ns_H) <= 0):
        times_s = ", ".join(f"{time_ns * 1e-9:g}" for time_ns in trajectory.times_ns_H)
        msg = f"The times of {name} are {times_s} s, but they must ascend from 0; check its sender."
        raise InputError(msg)
