"""A plan as RViz markers: the trajectory coloured by speed, the goal, and the decisions in words.

Names and ids never change, and what a plan lacks is deleted by name, so nothing of an older plan stays in view.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.data.state import DrivingState
from drivemoe_ros.messages.topics import MARKERS

if TYPE_CHECKING:
    from drivemoe_ros.data.decision import RoutingDecision
    from drivemoe_ros.data.plan import PlanResult, PolicyLabel
    from drivemoe_ros.messages.factory import Message
    from drivemoe_ros.messages.parts import Parts

# visualization_msgs/Marker's constants.
SPHERE, LINE_STRIP, TEXT_VIEW_FACING = 2, 4, 9
ADD, DELETE = 0, 2

FASTEST_MPS = 15.0
LINE_WIDTH_M = 0.3
GOAL_SIZE_M = 0.8
TEXT_HEIGHT_M = 0.7
TEXT_ABOVE_M = 3.0
STATE_COLOURS = {
    DrivingState.WAITING: (0.7, 0.7, 0.7),
    DrivingState.RUNNING: (1.0, 1.0, 1.0),
    DrivingState.DEGRADED: (1.0, 0.8, 0.2),
    DrivingState.STOPPING: (1.0, 0.4, 0.2),
    DrivingState.FAULT: (1.0, 0.2, 0.2),
}


def encode_markers(result: PlanResult, label: PolicyLabel, parts: Parts) -> Message:
    """Draw a plan.

    Args:
        result: The plan with its state.
        label: Which policy planned.
        parts: Builder of the nested messages.

    Returns:
        ``visualization_msgs/msg/MarkerArray`` with the markers ``trajectory``, ``goal`` and ``decision``.
    """
    markers = [_trajectory(result, parts), _goal(result, parts), _decision(result, label, parts)]
    return parts.make(MARKERS.type_name, markers=markers)


def decision_text(result: PlanResult, label: PolicyLabel) -> str:
    """Say in a few lines what was decided.

    Args:
        result: The plan with its state.
        label: Which policy planned.

    Returns:
        State, view, experts and, for random weights, a warning; one line each.
    """
    report = result.report
    lines = [report.state.name + (f": {report.reason}" if report.reason else "")]
    if result.output is not None:
        if result.output.view is not None:
            lines.append(f"view: {_view_text(result.output.view)}")
        lines += [f"{decision.level}: {_experts_text(decision)}" for decision in result.output.experts]
    if not label.trained:
        lines.append(f"UNTRAINED, not for driving: {label.system}, {label.weights}")
    return "\n".join(lines)


def _view_text(view: RoutingDecision) -> str:
    fallback = f" instead of {view.preferred} ({view.reason})" if view.fell_back else ""
    return f"{view.selected or 'none'}{fallback}"


def _experts_text(decision: RoutingDecision) -> str:
    return ", ".join(f"{decision.names[index]} {decision.weights_E[index]:.2f}" for index in decision.chosen)


def _trajectory(result: PlanResult, parts: Parts) -> Message:
    if result.trajectory is None:
        return _deleted("trajectory", parts)
    trajectory = result.trajectory
    return parts.make(
        "visualization_msgs/msg/Marker",
        header=parts.header(),
        ns="trajectory",
        type=LINE_STRIP,
        action=ADD,
        pose=parts.pose(0.0, 0.0),
        scale=parts.scale(LINE_WIDTH_M),
        color=parts.colour(1.0, 1.0, 1.0),
        points=[parts.point(float(x_m), float(y_m)) for x_m, y_m in trajectory.position_H2],
        colors=[parts.colour(*_speed_colour(float(speed_mps))) for speed_mps in trajectory.speed_H],
    )


def _speed_colour(speed_mps: float) -> tuple[float, float, float]:
    """Red when standing, over yellow, to green at ``FASTEST_MPS`` and above."""
    share = min(max(speed_mps / FASTEST_MPS, 0.0), 1.0)
    return (min(1.0, 2.0 - 2.0 * share), min(1.0, 2.0 * share), 0.1)


def _goal(result: PlanResult, parts: Parts) -> Message:
    if result.goals is None:
        return _deleted("goal", parts)
    x_m, y_m = result.goals.points_T2[-1]
    return parts.make(
        "visualization_msgs/msg/Marker",
        header=parts.header(),
        ns="goal",
        type=SPHERE,
        action=ADD,
        pose=parts.pose(float(x_m), float(y_m)),
        scale=parts.scale(GOAL_SIZE_M, GOAL_SIZE_M, GOAL_SIZE_M),
        color=parts.colour(0.2, 0.6, 1.0),
    )


def _decision(result: PlanResult, label: PolicyLabel, parts: Parts) -> Message:
    return parts.make(
        "visualization_msgs/msg/Marker",
        header=parts.header(),
        ns="decision",
        type=TEXT_VIEW_FACING,
        action=ADD,
        pose=parts.pose(0.0, 0.0, z_m=TEXT_ABOVE_M),
        scale=parts.scale(0.0, 0.0, TEXT_HEIGHT_M),
        color=parts.colour(*STATE_COLOURS[result.report.state]),
        text=decision_text(result, label),
    )


def _deleted(name: str, parts: Parts) -> Message:
    return parts.make(
        "visualization_msgs/msg/Marker", header=parts.header(), ns=name, action=DELETE, pose=parts.pose(0.0, 0.0)
    )
