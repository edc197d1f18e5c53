"""Random weights for trying out everything that does not need a trained network; always labelled untrained.

Every tensor is drawn from a generator seeded by the seed and the tensor's name, so the same seed gives the same weights
whatever else the network holds.
"""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING

import torch

from drivemoe_ros.errors import CheckpointError
from drivemoe_ros.policy.checkpoint import Checkpoint, assign_tensors, build_empty
from drivemoe_ros.policy.manifest import Manifest
from drivemoe_ros.policy.normalization import BENCH2DRIVE
from drivemoe_ros.policy.variants import architecture_named

if TYPE_CHECKING:
    from torch import Tensor

# Text ids of a vocabulary that no tokenizer made.
PROMPT_TOKEN_IDS = (1, 2, 3, 4)
LAYER_NORM_PARTS = ("vision_tower.", "camera_router.")
EMBEDDINGS = ("embed_tokens", "view_embeddings", "position_embedding", "router_query")
# Keeps the untrained velocity small against the clip, so that trajectories differ instead of sticking to the border.
DECODER_GAIN = 0.1


def untrained_checkpoint(architecture: str, size: str, seed: int) -> Checkpoint:
    """Make a network with random weights in float32 on the CPU.

    Args:
        architecture: Key of ``variants.ARCHITECTURES``.
        size: "mini", or "released" (some 15 GB of memory).
        seed: Any integer; the same seed gives the same weights.

    Returns:
        The network in evaluation mode; its manifest says that it is untrained.

    Raises:
        CheckpointError: If the architecture or the size is unknown.
    """
    system = architecture_named(architecture)
    named = {"mini": system.mini, "released": system.released}
    if size not in named:
        msg = f"There is no size '{size}' of {architecture}; take {' or '.join(named)}."
        raise CheckpointError(msg)
    sizes = named[size]
    model = build_empty(architecture, sizes)
    tensors = {name: draw_tensor(name, tuple(empty.shape), seed) for name, empty in model.state_dict().items()}
    manifest = Manifest(
        name=f"untrained (seed {seed})",
        architecture=architecture,
        trained=False,
        sizes=sizes,
        normalization=BENCH2DRIVE,
        view_names=system.view_names,
        skill_names=system.skill_names,
        prompt_token_ids=PROMPT_TOKEN_IDS,
        source={"weights": "random", "seed": str(seed)},
    )
    return Checkpoint(assign_tensors(model, tensors), manifest)


def draw_tensor(name: str, shape: tuple[int, ...], seed: int) -> Tensor:
    """Draw one tensor of a network in float32; norms and biases are not random.

    Args:
        name: Its name, which decides its scale.
        shape: Its shape.
        seed: Any integer.

    Returns:
        The tensor, the same for the same name, shape and seed.
    """
    module, kind = name.split(".")[-2:] if "." in name else ("", name)
    if kind == "temperature":
        return torch.ones(shape)
    if kind.endswith("bias"):
        return torch.zeros(shape)
    if len(shape) == 1:
        # A layer norm multiplies by its weight, an RMS norm by one plus its weight.
        return torch.ones(shape) if name.startswith(LAYER_NORM_PARTS) else torch.zeros(shape)
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    generator = torch.Generator().manual_seed(int.from_bytes(digest[:6], "little"))
    return torch.randn(shape, generator=generator) * _scale(name, module, shape)


def _scale(name: str, module: str, shape: tuple[int, ...]) -> float:
    if module in EMBEDDINGS or name.endswith("router_query"):
        # Embeddings are multiplied by sqrt(width) where they enter the joint transformer.
        return 1.0 / math.sqrt(shape[-1])
    gain = DECODER_GAIN if module == "action_decoder" else 1.0
    return gain / math.sqrt(math.prod(shape[1:]))
