"""A plan with its decisions and its state to messages.

Arrays go to the factory as plain lists; every header carries the picture's stamp and the vehicle's base frame, but
that of a trajectory or path the stamp at which it begins.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from drivemoe_ros.data.plan import PlanSource
from drivemoe_ros.messages import topics
from drivemoe_ros.messages.parts import Parts

if TYPE_CHECKING:
    from drivemoe_ros.data.decision import RoutingDecision
    from drivemoe_ros.data.plan import PlanResult, PolicyLabel, PolicyOutput, Refusal, Trajectory
    from drivemoe_ros.messages.factory import Message, MessageFactory
    from drivemoe_ros.messages.topics import OutputTopic

NANOSECONDS_PER_SECOND = 1_000_000_000
FLOAT32_MAX = 3.4028234e38


def encode_plan(
    result: PlanResult, label: PolicyLabel, frame_id: str, factory: MessageFactory
) -> list[tuple[OutputTopic, Message]]:
    """Encode everything there is to publish for one plan.

    The state is always there; what the plan lacks is left out.

    Args:
        result: The plan with its state.
        label: Which policy planned.
        frame_id: The vehicle's base frame.
        factory: Makes the messages.

    Returns:
        Messages with their topics, always in the same order.
    """
    parts = Parts(factory, result.stamp_ns, frame_id)
    encoded = [(topics.STATE, encode_state(result, label, parts))]
    if result.refusal is not None and result.refused is not None:
        encoded.append((topics.REFUSED, encode_refused(result.refused, result.refusal, label, parts)))
    if result.trajectory is not None:
        # What was drawn along with the policy's plan says nothing of what stands in for it.
        made = result.output if result.source in (PlanSource.POLICY, PlanSource.FEWER_STEPS) else None
        encoded.append((topics.TRAJECTORY, encode_trajectory(result.trajectory, label, parts, result.source, made)))
        encoded.append((topics.PATH, encode_path(result.trajectory, parts)))
    if result.output is not None:
        if result.output.view is not None:
            encoded.append((topics.VIEW_SELECTION, encode_view_selection(result.output.view, parts)))
        encoded += [
            (topics.EXPERT_ACTIVATION, encode_expert_activation(decision, label, parts))
            for decision in result.output.experts
        ]
    return encoded


def encode_state(result: PlanResult, label: PolicyLabel, parts: Parts) -> Message:
    """Encode the state, its reason and every input's age.

    Args:
        result: The plan with its state.
        label: Which policy planned.
        parts: Builder of the nested messages.

    Returns:
        ``drivemoe_ros/msg/PolicyState``.
    """
    inputs = [
        parts.make(
            "drivemoe_ros/msg/InputStatus",
            name=status.name,
            status=int(status.condition),
            age=math.nan if status.age_ns is None else status.age_ns / NANOSECONDS_PER_SECOND,
            detail=status.detail,
        )
        for status in result.report.inputs
    ]
    x_m, y_m = (0.0, 0.0) if result.goals is None else map(float, result.goals.points_T2[-1])
    return parts.make(
        topics.STATE.type_name,
        header=parts.header(),
        state=int(result.report.state),
        reason=result.report.reason,
        inputs=inputs,
        goal=parts.point(x_m, y_m),
        goal_source="" if result.goals is None else result.goals.source,
        policy=label.system,
        weights=label.weights,
        trained=label.trained,
    )


def encode_trajectory(
    trajectory: Trajectory,
    label: PolicyLabel,
    parts: Parts,
    source: PlanSource = PlanSource.POLICY,
    made: PolicyOutput | None = None,
) -> Message:
    """Encode the waypoints with their times and velocities.

    Args:
        trajectory: Waypoints in the base frame of their stamp.
        label: Which policy planned.
        parts: Builder of the nested messages, with the picture's stamp.
        source: Where it comes from.
        made: The policy's answer that it is; None if it is not the policy's.

    Returns:
        ``drivemoe_ros/msg/Trajectory``.
    """
    spread_m = None if made is None else made.spread_m
    return parts.make(
        topics.TRAJECTORY.type_name,
        header=parts.at(trajectory.stamp_ns).header(),
        picture_stamp=parts.stamp(),
        points=_points(trajectory, parts),
        policy=label.system,
        weights=label.weights,
        trained=label.trained,
        source=int(source),
        flow_steps=0 if made is None else made.flow_steps,
        spread_m=math.nan if spread_m is None else _single(spread_m),
    )


def encode_refused(refused: Trajectory, refusal: Refusal, label: PolicyLabel, parts: Parts) -> Message:
    """Encode a plan that must not drive, with the reason.

    Args:
        refused: The policy's plan; its values may be no numbers.
        refusal: Which check it failed, and how.
        label: Which policy planned.
        parts: Builder of the nested messages.

    Returns:
        ``drivemoe_ros/msg/RefusedTrajectory``.
    """
    return parts.make(
        topics.REFUSED.type_name,
        header=parts.header(),
        check=refusal.check,
        detail=refusal.detail,
        points=_points(refused, parts),
        policy=label.system,
        weights=label.weights,
        trained=label.trained,
    )


def encode_path(trajectory: Trajectory, parts: Parts) -> Message:
    """Encode the waypoints as a standard path.

    Every pose carries the trajectory's stamp, not its own time: it is the stamp at which the base frame holds.

    Args:
        trajectory: Waypoints in the base frame of their stamp.
        parts: Builder of the nested messages.

    Returns:
        ``nav_msgs/msg/Path``.
    """
    parts = parts.at(trajectory.stamp_ns)
    poses = [
        parts.make(
            "geometry_msgs/msg/PoseStamped",
            header=parts.header(),
            pose=parts.pose(float(x_m), float(y_m), float(yaw_rad)),
        )
        for (x_m, y_m), yaw_rad in zip(trajectory.position_H2, trajectory.yaw_H, strict=True)
    ]
    return parts.make(topics.PATH.type_name, header=parts.header(), poses=poses)


def encode_view_selection(decision: RoutingDecision, parts: Parts) -> Message:
    """Encode which view was looked at, with every candidate's score.

    Args:
        decision: The view router's decision.
        parts: Builder of the nested messages.

    Returns:
        ``drivemoe_ros/msg/ViewSelection``.
    """
    return parts.make(
        topics.VIEW_SELECTION.type_name,
        header=parts.header(),
        names=list(decision.names),
        scores=decision.scores_E.tolist(),
        probabilities=decision.probabilities_E.tolist(),
        available=decision.available_E.tolist(),
        selected=decision.selected,
        preferred=decision.preferred,
        fallback=decision.fell_back,
        reason=decision.reason,
    )


def encode_expert_activation(decision: RoutingDecision, label: PolicyLabel, parts: Parts) -> Message:
    """Encode which experts drove, with every score and weight.

    Args:
        decision: One level's decision.
        label: Which policy planned.
        parts: Builder of the nested messages.

    Returns:
        ``drivemoe_ros/msg/ExpertActivation``.
    """
    return parts.make(
        topics.EXPERT_ACTIVATION.type_name,
        header=parts.header(),
        system=label.system,
        level=decision.level,
        names=list(decision.names),
        scores=decision.scores_E.tolist(),
        probabilities=decision.probabilities_E.tolist(),
        weights=decision.weights_E.tolist(),
        chosen=[decision.names[index] for index in decision.chosen],
        dominant=decision.preferred,
        num_steps=len(decision.step_weights_SE),
        step_weights=decision.step_weights_SE.reshape(-1).tolist(),
    )


def _single(value: float) -> float:
    """Return what a float32 holds of a number: messages refuse one that is too large, but not an infinite one."""
    return math.copysign(math.inf, value) if abs(value) > FLOAT32_MAX else value


def _points(trajectory: Trajectory, parts: Parts) -> list[Message]:
    return [
        parts.make(
            "drivemoe_ros/msg/TrajectoryPoint",
            time_from_start=parts.duration(int(trajectory.times_ns_H[index])),
            pose=parts.pose(float(x_m), float(y_m), float(trajectory.yaw_H[index])),
            longitudinal_velocity=_single(float(trajectory.speed_H[index])),
            acceleration=_single(float(trajectory.acceleration_H[index])),
        )
        for index, (x_m, y_m) in enumerate(trajectory.position_H2)
    ]
