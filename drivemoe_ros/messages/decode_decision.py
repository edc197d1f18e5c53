"""Decisions of the routers back to values: the inverse of ``encode.py``, for whoever subscribes.

Shape legend: E candidates (experts or views), S decisions within one plan (flow steps).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.checks import require_finite
from drivemoe_ros.data.decision import RoutingDecision
from drivemoe_ros.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from drivemoe_ros.messages.factory import Message


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
