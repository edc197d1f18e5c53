"""What a plan had to do without, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.data.state import InputCondition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drivemoe_ros.data.ego import GoalPoints
    from drivemoe_ros.data.state import InputStatus

# Names of the input that leads, one of them at a time; the goal says whether it does.
LEADS = ("route", "goal")


def lacks_of(inputs: Sequence[InputStatus], goals: GoalPoints | None) -> str:
    """Say what was missing, slow or stood in for when a plan was made.

    Args:
        inputs: Condition of every input.
        goals: Where the plan is headed.

    Returns:
        Everything that was lacking, in words; empty if nothing was.
    """
    lacks = [f"{i.name}: {i.detail}" for i in inputs if i.condition is not InputCondition.OK and _is_needed(i)]
    if goals is not None and goals.detail:
        lacks.append(goals.detail)
    return "; ".join(lacks)


def _is_needed(status: InputStatus) -> bool:
    """Tell whether an input is one to rely on; a vehicle need not have an IMU, but one that it had is missed."""
    was_heard = status.age_ns is not None or status.condition is InputCondition.CORRUPT
    return status.name not in LEADS and (status.name != "imu" or was_heard)
