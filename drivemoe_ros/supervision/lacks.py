"""What a plan had to do without, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.data.state import InputCondition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drivemoe_ros.data.ego import GoalPoints
    from drivemoe_ros.data.state import InputStatus

# Inputs a user may leave out: the history or the goal says what stands in for them.
OPTIONAL_INPUTS = ("imu", "route", "goal")


def lacks_of(inputs: Sequence[InputStatus], goals: GoalPoints | None) -> str:
    """Say what was missing, slow or stood in for when a plan was made.

    Args:
        inputs: Condition of every input.
        goals: Where the plan is headed.

    Returns:
        Everything that was lacking, in words; empty if nothing was.
    """
    needed = [i for i in inputs if i.name not in OPTIONAL_INPUTS]
    lacks = [f"{i.name}: {i.detail}" for i in needed if i.condition is not InputCondition.OK]
    if goals is not None and goals.detail:
        lacks.append(goals.detail)
    return "; ".join(lacks)
