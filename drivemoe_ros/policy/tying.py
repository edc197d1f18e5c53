"""Layers that the ego-history stream shares with the action stream in training.

The released file holds these tensors under both names, so loading keeps them apart; training ties them again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivemoe_ros.policy.configuration import ModelSizes
    from drivemoe_ros.policy.model import DrivingModel


def tie_history_to_action(model: DrivingModel) -> None:
    """Let the ego-history stream use the action stream's layers before the experts (all of a dense network).

    Args:
        model: The network; from now on an update of one stream's shared layers is an update of both.

    Source:
        docs/model.md 8: the released parameter counts are those of tied networks.
    """
    proprio, action = model.joint_model.mixtures.proprio, model.joint_model.mixtures.action
    for index in range(_shared_layers(model.sizes)):
        proprio.layers[index] = action.layers[index]
    if model.sizes.skills is None:
        proprio.norm = action.norm


def action_twin(name: str, sizes: ModelSizes) -> str | None:
    """Return the action stream's name of a shared ego-history tensor.

    Args:
        name: A tensor name.
        sizes: Sizes of the network.

    Returns:
        The other name of the same tensor, or None if ``name`` is not shared.
    """
    before = "joint_model.mixtures.proprio."
    if not name.startswith(before):
        return None
    kind, *place = name[len(before) :].split(".")
    shared = sizes.skills is None if kind == "norm" else int(place[0]) < _shared_layers(sizes)
    return name.replace(before, "joint_model.mixtures.action.") if shared else None


def _shared_layers(sizes: ModelSizes) -> int:
    return sizes.joint.layers - (sizes.skills.moe_layers if sizes.skills else 0)
