"""What the policy publishes for one plan, one message at a time: each with its stamp and its kind."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from drivemoe_ros.messages import topics
from drivemoe_ros.messages.decode import nanoseconds, stamp_of
from drivemoe_ros.messages.decode_decision import decode_expert_activation, decode_view_selection
from drivemoe_ros.messages.decode_plan import (
    LabelledRefusal,
    LabelledState,
    LabelledTrajectory,
    decode_refused,
    decode_state,
    decode_trajectory,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from drivemoe_ros.data.decision import RoutingDecision
    from drivemoe_ros.messages.factory import Message

STATE, TRAJECTORY, REFUSED = "state", "trajectory", "refused trajectory"
VIEW, EXPERTS = "view selection", "expert activation"


class Part(NamedTuple):
    """One message of a plan.

    Attributes:
        stamp_ns: Stamp of the picture that was planned for [ns]; a state may have 0, as before simulated time begins.
        frame_id: Base frame as the sender calls it.
        name: ``STATE``, ``TRAJECTORY``, ``REFUSED``, ``VIEW`` or ``EXPERTS``.
        level: Level of an expert activation; empty for all others.
        value: What the message says.
    """

    stamp_ns: int
    frame_id: str
    name: str
    level: str
    value: LabelledState | LabelledTrajectory | LabelledRefusal | RoutingDecision

    @property
    def kind(self) -> tuple[str, str]:
        """What a plan has one of."""
        return self.name, self.level


def _read_state(message: Message, name: str) -> Part:
    return Part(nanoseconds(message.header.stamp), str(message.header.frame_id), name, "", decode_state(message, name))


def _read_trajectory(message: Message, name: str) -> Part:
    labelled = decode_trajectory(message, name)
    return Part(labelled.picture_ns, labelled.frame_id, name, "", labelled)


def _read_refused(message: Message, name: str) -> Part:
    labelled = decode_refused(message, name)
    return Part(labelled.trajectory.stamp_ns, str(message.header.frame_id), name, "", labelled)


def _read_view(message: Message, name: str) -> Part:
    decision = decode_view_selection(message, name)
    return Part(stamp_of(message, name), str(message.header.frame_id), name, "", decision)


def _read_experts(message: Message, name: str) -> Part:
    decision = decode_expert_activation(message, name)
    return Part(stamp_of(message, name), str(message.header.frame_id), name, decision.level, decision)


READERS: Mapping[str, tuple[topics.OutputTopic, Callable[[Message, str], Part]]] = MappingProxyType(
    {
        STATE: (topics.STATE, _read_state),
        TRAJECTORY: (topics.TRAJECTORY, _read_trajectory),
        REFUSED: (topics.REFUSED, _read_refused),
        VIEW: (topics.VIEW_SELECTION, _read_view),
        EXPERTS: (topics.EXPERT_ACTIVATION, _read_experts),
    }
)
