"""What the policy made of a request, before anything is allowed to drive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivemoe_ros.data.plan import PolicyOutput, Trajectory
    from drivemoe_ros.data.state import InputStatus
    from drivemoe_ros.pipeline.request import PlanRequest


@dataclass(frozen=True, eq=False)
class Proposal:
    """A plan that was made, or why none could be.

    Attributes:
        request: What it was made from.
        inputs: Condition of every input, with what decoding found.
        trajectory: The policy's plan; None when none could be made.
        output: The policy's answer behind it.
        reason: Why there is none, in words; empty when there is one.
        shortcut: Why it was made in fewer flow steps than usual, in words; empty if it was not.
        late: Why it came too late to drive, in words; empty if it did not.
        error: What planning failed with, foreseen or not; None if it did not, or if the input was to blame.
    """

    request: PlanRequest
    inputs: tuple[InputStatus, ...]
    trajectory: Trajectory | None = None
    output: PolicyOutput | None = None
    reason: str = ""
    shortcut: str = ""
    late: str = ""
    error: Exception | None = None
