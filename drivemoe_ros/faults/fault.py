"""A fault: what it does to messages or plans, and what must come of it.

Faults act on messages as they would lie on a topic, before they are decoded, so that the decoders are tried too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from drivemoe_ros.data.state import DrivingState

if TYPE_CHECKING:
    from drivemoe_ros.data.plan import Observation, PolicyOutput
    from drivemoe_ros.messages.factory import Message

# A fault begins when the car is under way, and lasts long enough for a stop.
BEGIN_S, LASTS_S, AFTER_S = 3.0, 4.0, 3.0
SEVERITY = (
    DrivingState.RUNNING,
    DrivingState.DEGRADED,
    DrivingState.WAITING,
    DrivingState.STOPPING,
    DrivingState.FAULT,
)


class Wire(NamedTuple):
    """A message on its way.

    Attributes:
        name: Input that its topic feeds.
        type_name: Its type, e.g. ``nav_msgs/msg/Odometry``.
        message: The message; or its bytes (CDR), which may be no message any more.
    """

    name: str
    type_name: str
    message: Message


# Takes a message and the seconds since the fault began (negative before).
Spoil = Callable[[Wire, float], Sequence[Wire]]
# Takes what the policy sees and how it would plan, and plans otherwise.
Think = Callable[["Observation", Callable[[], "PolicyOutput"]], "PolicyOutput"]


@dataclass(frozen=True)
class Expectation:
    """What must come of a fault; that nothing is hit and the lane is not left is expected of all.

    Attributes:
        states: The worst state must be one of these.
        stops: The car must come to a standstill before the fault is over.
    """

    states: tuple[DrivingState, ...]
    stops: bool = False


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        name: E.g. ``camera/front/frozen``.
        what: What happens, in a sentence.
        expected: What must come of it.
        spoil: Makes what happens to messages; None if nothing does.
        think: Makes what happens to plans; None if nothing does.
        delay_s: So much later do plans come [s].
    """

    name: str
    what: str
    expected: Expectation
    spoil: Callable[[], Spoil] | None = None
    think: Callable[[], Think] | None = None
    delay_s: float = 0.0


def is_on(since_s: float) -> bool:
    """Tell whether the fault is there, so long [s] after it began."""
    return 0.0 <= since_s < LASTS_S
