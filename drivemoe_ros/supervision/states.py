"""From the condition of every input to a state with its reason in words.

A first plan has to wait for its inputs: that is WAITING. Once planning has begun, the same lack is a FAULT.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.data.state import DrivingState, StateReport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drivemoe_ros.data.ego import GoalPoints
    from drivemoe_ros.data.state import InputStatus

# Inputs a user may leave out: the history or the goal says what stands in for them.
OPTIONAL_INPUTS = ("imu", "route", "goal")


def report_plan(inputs: Sequence[InputStatus], goals: GoalPoints) -> StateReport:
    """Report a plan that was made.

    Args:
        inputs: Condition of every input.
        goals: Where the plan is headed.

    Returns:
        RUNNING, or DEGRADED with everything that is missing or stood in for.
    """
    lacks = [f"{i.name}: {i.detail}" for i in inputs if not i.usable and i.name not in OPTIONAL_INPUTS]
    if goals.detail:
        lacks.append(goals.detail)
    state = DrivingState.DEGRADED if lacks else DrivingState.RUNNING
    return StateReport(state, "; ".join(lacks), tuple(inputs))


def report_no_plan(inputs: Sequence[InputStatus], reason: str, *, planned_before: bool) -> StateReport:
    """Report that no plan could be made.

    Args:
        inputs: Condition of every input.
        reason: Why, in words.
        planned_before: Whether a plan was made since the start or the last jump of the clock.

    Returns:
        WAITING before the first plan, FAULT afterwards.
    """
    state = DrivingState.FAULT if planned_before else DrivingState.WAITING
    return StateReport(state, reason, tuple(inputs))
