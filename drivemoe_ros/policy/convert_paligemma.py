"""Makes a checkpoint folder to train from out of PaliGemma's weights; what PaliGemma has not is drawn at random.

Tensors are read, drawn and written one after the other, so that this needs the memory of the largest of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from drivemoe_ros.policy.checkpoint import build_empty, check_shapes, require_new, save_checkpoint
from drivemoe_ros.policy.convert import prompt_ids, sha256_of
from drivemoe_ros.policy.manifest import Manifest
from drivemoe_ros.policy.normalization import BENCH2DRIVE
from drivemoe_ros.policy.paligemma_folder import CONFIG_NAME, open_paligemma
from drivemoe_ros.policy.prompt import Prompt
from drivemoe_ros.policy.random_weights import draw_tensor
from drivemoe_ros.policy.variants import architecture_named

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from torch import Tensor

    from drivemoe_ros.policy.configuration import ModelSizes

# What PaliGemma brings; ego history, actions and routers have no counterpart in it.
BROUGHT = ("embed_tokens.", "vision_tower.", "multi_modal_projector.", "joint_model.mixtures.vlm.")


def convert_paligemma(
    source: Path,
    folder: Path,
    *,
    architecture: str,
    seed: int,
    base: ModelSizes | None = None,
    prompt_token_ids: Sequence[int] | None = None,
    tokenizer_folder: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> Manifest:
    """Make a checkpoint in bfloat16 with PaliGemma's picture encoder, projector, text embeddings and language layers.

    Args:
        source: PaliGemma's folder.
        folder: Checkpoint folder to make.
        architecture: Key of ``variants.ARCHITECTURES``.
        seed: Seed of everything else; the same seed gives the same weights.
        base: Sizes of everything else; None takes those of the published checkpoint.
        prompt_token_ids: Ids of the prompt's text; None takes them from a tokenizer.
        tokenizer_folder: Folder of the tokenizer; where neither is given, ``source``.
        progress: Called with a few words on what is being done.

    Returns:
        The manifest that was written; it says that the network is untrained.

    Raises:
        CheckpointError: If the folder holds no PaliGemma, a file is missing or broken, or the prompt does not fit.
        OutputError: If the folder cannot be written.

    Source:
        DriveMoE (arXiv 2505.16278), section 3.1: built on PaliGemma; docs/model.md 8 and 17.
    """
    tell = progress or (lambda _: None)
    system = architecture_named(architecture)
    # All that can be refused quickly comes before the long work.
    require_new(folder)
    held = open_paligemma(source)
    sizes = held.sizes(base or system.released)
    if prompt_token_ids is None and tokenizer_folder is None:
        tokenizer_folder = source
    text_ids = prompt_ids(prompt_token_ids, tokenizer_folder)
    Prompt.from_text_ids(text_ids, sizes)
    empty = build_empty(architecture, sizes)
    shapes = {name: tuple(tensor.shape) for name, tensor in empty.state_dict().items()}
    drawn = {name: shape for name, shape in shapes.items() if not name.startswith(BROUGHT)}
    found = {name: stored.shape for name, stored in held.tensors.items()}
    check_shapes({**drawn, **found}, empty, str(source), f"compare it with {CONFIG_NAME}, or fetch it again")
    hashes = {}
    for path in held.files:
        tell(f"hashing {path.name}")
        hashes[f"sha256 of {path.name}"] = sha256_of(path)
    manifest = Manifest(
        name=f"{source.resolve().name}, not trained to drive (seed {seed})",
        architecture=architecture,
        trained=False,
        sizes=sizes,
        # Of no meaning before training, which measures those of its samples.
        normalization=BENCH2DRIVE,
        view_names=system.view_names,
        skill_names=system.skill_names,
        prompt_token_ids=text_ids,
        source={"weights": "PaliGemma, the rest random", "folder": source.resolve().name, "seed": str(seed), **hashes},
    )

    def make(name: str) -> Tensor:
        return draw_tensor(name, drawn[name], seed) if name in drawn else held.tensors[name].read()

    save_checkpoint(folder, empty.state_dict(), manifest, dtype=torch.bfloat16, progress=progress, make=make)
    return manifest
