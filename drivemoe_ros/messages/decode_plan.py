"""Messages of this package back to values: the inverse of ``encode.py``, for whoever subscribes to a plan.

Shape legend: H waypoints, E candidates (experts or views), S decisions within one plan (flow steps).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drivemoe_ros.data.checks import require_finite
from drivemoe_ros.data.decision import RoutingDecision
from drivemoe_ros.data.ego import GoalPoints
from drivemoe_ros.data.plan import PolicyLabel, Trajectory
from drivemoe_ros.data.state import DrivingState, InputCondition, InputStatus, StateReport
from drivemoe_ros.errors import InputError
from drivemoe_ros.geometry.se2 import yaw_from_quaternion
from drivemoe_ros.messages.decode import NANOSECONDS_PER_SECOND, stamp_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

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

    @property
    def stamp_ns(self) -> int:
        """Stamp of the plan [ns]."""
        return self.trajectory.stamp_ns


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
        msg = f"{name} holds a number without a meaning ({error}); build sender and receiver from one version."
        raise InputError(msg) from error
    label = PolicyLabel(str(message.policy), str(message.weights), trained=bool(message.trained))
    return LabelledState(StateReport(state, str(message.reason), inputs), goals, label)


def decode_view_selection(message: Message, name: str) -> RoutingDecision:
    """Read a ``drivemoe_ros/ViewSelection``; the selected view has all the weight.

    Args:
        message: The message.
        name: Input name, for the sentence.

    Returns:
        The view router's decision.

    Raises:
        InputError: If there is no candidate, lengths differ, or a score is not finite.
    """
    names = _names(message, name)
    chosen = _places((str(message.selected),) if message.selected else (), names, name)
    weights_E = np.zeros(len(names), np.float32)
    weights_E[list(chosen)] = 1.0
    return RoutingDecision(
        level="view",
        names=names,
        scores_E=_numbers(message.scores),
        weights_E=weights_E,
        chosen=chosen,
        available_E=np.array([bool(one) for one in message.available], dtype=np.bool_),
        step_weights_SE=weights_E[None],
        reason=str(message.reason),
    )


def decode_expert_activation(message: Message, name: str) -> RoutingDecision:
    """Read a ``drivemoe_ros/ExpertActivation``; every expert could be chosen, since the message knows no other case.

    Args:
        message: The message.
        name: Input name, for the sentence.

    Returns:
        One level's decision.

    Raises:
        InputError: If there is no expert, lengths differ, a chosen one is unknown, or a number is not finite.
    """
    names = _names(message, name)
    steps, rows = _numbers(message.step_weights), int(message.num_steps)
    if len(steps) != rows * len(names):
        msg = f"{name} has {len(steps)} step weights, but {rows} steps of {len(names)} experts; check its sender."
        raise InputError(msg)
    decision = RoutingDecision(
        level=str(message.level),
        names=names,
        scores_E=_numbers(message.scores),
        weights_E=_numbers(message.weights),
        chosen=_places(message.chosen, names, name),
        available_E=np.ones(len(names), dtype=np.bool_),
        step_weights_SE=steps.reshape(rows, len(names)),
    )
    require_finite(f"weights of {name}", decision.weights_E)
    require_finite(f"step weights of {name}", steps)
    return decision


def _input_status(message: Message) -> InputStatus:
    age_s = float(message.age)
    age_ns = round(age_s * NANOSECONDS_PER_SECOND) if math.isfinite(age_s) else None
    return InputStatus(str(message.name), InputCondition(int(message.status)), age_ns, str(message.detail))


def _names(message: Message, name: str) -> tuple[str, ...]:
    names = tuple(str(one) for one in message.names)
    if not names:
        msg = f"{name} names 0 candidates, but at least 1 is needed; check its sender."
        raise InputError(msg)
    return names


def _numbers(values: Sequence[float]) -> NDArray[np.float32]:
    return np.array(values, dtype=np.float32).reshape(-1)


def _places(chosen: Sequence[str], names: tuple[str, ...], name: str) -> tuple[int, ...]:
    for one in chosen:
        if one not in names:
            msg = f"{name} chose '{one}', which is not among {', '.join(names)}; check its sender."
            raise InputError(msg)
    return tuple(names.index(one) for one in chosen)


def _check(trajectory: Trajectory, name: str) -> None:
    for values in (trajectory.position_H2, trajectory.yaw_H, trajectory.speed_H, trajectory.acceleration_H):
        require_finite(name, values)
    if trajectory.times_ns_H[0] != 0 or np.any(np.diff(trajectory.times_ns_H) <= 0):
        times_s = ", ".join(f"{time_ns * 1e-9:g}" for time_ns in trajectory.times_ns_H)
        msg = f"The times of {name} are {times_s} s, but they must ascend from 0; check its sender."
        raise InputError(msg)
