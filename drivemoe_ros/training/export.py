"""Turns a trained network into a checkpoint folder that drives, with a model card beside it."""

from __future__ import annotations

import dataclasses
import shutil
from typing import TYPE_CHECKING

import torch

from drivemoe_ros.errors import OutputError
from drivemoe_ros.policy.checkpoint import save_checkpoint
from drivemoe_ros.training.adapters import merge_adapters

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Mapping

    from torch import Tensor

    from drivemoe_ros.policy.manifest import Manifest

CARD_NAME = "README.md"
STORED = torch.bfloat16


def export(
    folder: pathlib.Path, tensors: dict[str, Tensor], manifest: Manifest, facts: Mapping[str, str], *, lora_rank: int
) -> None:
    """Write a trained network as a checkpoint; one of the same name is replaced.

    Args:
        folder: Where to.
        tensors: The network's ``state_dict()``.
        manifest: The manifest that training started from.
        facts: What to tell about the weights: data, seeds, command, scores.
        lora_rank: Rank of the adapters in ``tensors``; 0 if there are none.

    Raises:
        OutputError: If it cannot be written.
    """
    trained = dataclasses.replace(manifest, name=facts["name"], trained=True, source=dict(facts))
    merged = merge_adapters(tensors, lora_rank) if lora_rank else tensors
    draft = folder.with_name(f".{folder.name}.new")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        save_checkpoint(draft, merged, trained, dtype=STORED)
        (draft / CARD_NAME).write_text(_card(trained), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    except OSError as error:
        msg = f"Cannot write the checkpoint '{folder}': {error.strerror}; make room and go on with --resume."
        raise OutputError(msg) from error


def _card(manifest: Manifest) -> str:
    lines = [f"# {manifest.name}", "", f"Weights of `{manifest.architecture}`, trained with drivemoe_ros.", ""]
    lines += ["| | |", "| --- | --- |"]
    lines += [f"| {key} | {str(value).replace('|', '/')} |" for key, value in manifest.source.items()]
    return "\n".join(lines) + "\n"
