"""State of the policy and of each of its inputs."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class DrivingState(enum.IntEnum):
    """What the policy is doing; the numbers are those of ``msg/PolicyState.msg``."""

    WAITING = 0
    RUNNING = 1
    DEGRADED = 2
    STOPPING = 3
    FAULT = 4


class InputCondition(enum.IntEnum):
    """How one input stands; the numbers are those of ``msg/InputStatus.msg``."""

    OK = 0
    MISSING = 1
    LATE = 2
    FROZEN = 3
    CORRUPT = 4
    FUTURE = 5
    IMPLAUSIBLE = 6
    SLOW = 7
    DELAYED = 8
    CROWDED = 9


# With all but the first the state is DEGRADED.
USABLE = (InputCondition.OK, InputCondition.SLOW, InputCondition.DELAYED, InputCondition.CROWDED)


@dataclass(frozen=True)
class InputStatus:
    """Condition of one input at one anchor stamp.

    Attributes:
        name: Camera name, ``odometry``, ``imu``, ``route`` or ``goal``.
        condition: How it stands.
        age_ns: Anchor stamp minus the input's stamp [ns]; None without input or stamp.
        detail: In words; empty when OK, unless several publishers send it.
    """

    name: str
    condition: InputCondition = InputCondition.OK
    age_ns: int | None = None
    detail: str = ""

    @property
    def usable(self) -> bool:
        """Whether the policy may use this input."""
        return self.condition in USABLE


@dataclass(frozen=True)
class StateReport:
    """State with its reason in words and every input's condition."""

    state: DrivingState
    reason: str
    inputs: tuple[InputStatus, ...]
