"""Low-rank adapters (LoRA) around the large layers, for training released weights on little memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.errors import ParameterError

if TYPE_CHECKING:
    from torch import Tensor

    from drivemoe_ros.policy.model import DrivingModel

TARGETS = (
    r"(vision_tower|joint_model\.mixtures\.vlm)\..*\."
    r"(q_proj|k_proj|v_proj|o_proj|out_proj|fc1|fc2|gate_proj|up_proj|down_proj)"
)
WRAPPED = ("vision_tower.", "joint_model.mixtures.vlm.")
BASE, ADAPTER = ".base_layer.", ".lora_"


def add_adapters(model: DrivingModel, rank: int) -> None:
    """Put adapters around picture encoder and image-and-text layers; these themselves stay as they are.

    Args:
        model: The network; it starts out computing what it computed before.
        rank: Rank of the adapters.

    Raises:
        ParameterError: If peft is not installed.

    Source:
        LoRA (arXiv 2106.09685), through Hugging Face peft.
    """
    try:
        from peft import LoraConfig, inject_adapter_in_model  # noqa: PLC0415  (optional)
    except ImportError as error:
        msg = "network.lora_rank needs the package peft; install it with `pip install peft`, or set the rank to 0."
        raise ParameterError(msg) from error
    learning = {name for name, weight in model.named_parameters() if weight.requires_grad}
    inject_adapter_in_model(LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=TARGETS), model)
    for name, weight in model.named_parameters():
        # peft freezes everything but its own; the rest of the network goes on learning.
        weight.requires_grad_(ADAPTER in name or (name in learning and not name.startswith(WRAPPED)))


def merge_adapters(tensors: dict[str, Tensor], rank: int) -> dict[str, Tensor]:
    """Add the adapters to the weights they stand beside.

    Args:
        tensors: The network's ``state_dict()`` with adapters.
        rank: Their rank.

    Returns:
        Tensors under the names of a network without adapters.
    """
    merged = {name.replace(BASE, "."): tensor for name, tensor in tensors.items() if ADAPTER not in name}
    scale = 2 * rank / rank
    for name, tensor in tensors.items():
        if ".lora_A." in name:
            plain = name.split(".lora_A.")[0] + ".weight"
            merged[plain] = merged[plain] + scale * (tensors[name.replace(".lora_A.", ".lora_B.")] @ tensor)
    return merged
