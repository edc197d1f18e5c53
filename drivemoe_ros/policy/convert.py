"""Turns a released training file (``.pt``) into a checkpoint folder in bfloat16.

The file is mapped, not read, so its optimiser state costs nothing; it is unpickled with torch's restricted loader,
which runs no code from it.
"""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from drivemoe_ros.errors import CheckpointError
from drivemoe_ros.policy.checkpoint import DROPPED_PREFIX, build_empty, check_shapes, require_new, save_checkpoint
from drivemoe_ros.policy.manifest import Manifest
from drivemoe_ros.policy.normalization import BENCH2DRIVE
from drivemoe_ros.policy.prompt import Prompt
from drivemoe_ros.policy.prompt_tokenizer import tokenize_prompt
from drivemoe_ros.policy.tying import action_twin
from drivemoe_ros.policy.variants import architecture_named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from drivemoe_ros.policy.configuration import ModelSizes

# torch.compile wraps modules under this name.
COMPILED_PREFIX = "_orig_mod."
NOTED_KEYS = ("stage", "cnt_update", "cnt_batch", "horizon_steps", "cond_steps", "run_name")
HASH_BLOCK_BYTES = 1 << 22
# torch stores tensors beside the pickle, which only names them.
MAX_PICKLE_BYTES = 64 << 20
MAX_NOTE = 200
# The text of a container may be endless: its parts can be the container itself many times over.
NOTED_TYPES = (str, int, float, Tensor)


@dataclass(frozen=True)
class ReleasedFile:
    """The useful part of a training file.

    Attributes:
        tensors: The network's tensors under their released names, mapped from the file.
        notes: Training stage, step counts and the like, as text.
    """

    tensors: Mapping[str, Tensor]
    notes: Mapping[str, str]


def convert_released(
    source: Path,
    folder: Path,
    *,
    architecture: str,
    sizes: ModelSizes | None = None,
    prompt_token_ids: Sequence[int] | None = None,
    tokenizer_folder: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> Manifest:
    """Convert a released file.

    Args:
        source: The ``.pt`` file.
        folder: Checkpoint folder to make.
        architecture: Key of ``variants.ARCHITECTURES``.
        sizes: Sizes of the network; None takes those of the published checkpoint.
        prompt_token_ids: Ids of the prompt's text; give these or a tokenizer.
        tokenizer_folder: Folder of the PaliGemma tokenizer.
        progress: Called with a few words on what is being done.

    Returns:
        The manifest that was written.

    Raises:
        CheckpointError: If the file is not such a checkpoint or does not fit the sizes.
        OutputError: If the folder cannot be written.
    """
    tell = progress or (lambda _: None)
    system = architecture_named(architecture)
    sizes = sizes or system.released
    # All that can be refused quickly comes before the long work.
    require_new(folder)
    text_ids = prompt_ids(prompt_token_ids, tokenizer_folder)
    Prompt.from_text_ids(text_ids, sizes)
    tell(f"reading {source.name}")
    released = read_released(source)
    tensors = complete_tied(released.tensors, sizes)
    check_shapes(
        {name: tuple(tensor.shape) for name, tensor in tensors.items()}, build_empty(architecture, sizes), source.name
    )
    _check_steps(released.notes, sizes, source.name)
    tell(f"hashing {source.name}")
    manifest = Manifest(
        name=source.stem,
        architecture=architecture,
        trained=True,
        sizes=sizes,
        normalization=BENCH2DRIVE,
        view_names=system.view_names,
        skill_names=system.skill_names,
        prompt_token_ids=text_ids,
        source={"file": source.name, "sha256": sha256_of(source), **released.notes},
    )
    save_checkpoint(folder, tensors, manifest, dtype=torch.bfloat16, progress=progress)
    return manifest


def read_released(path: Path) -> ReleasedFile:
    """Map a training file and pick the network from it; no code from the file is run.

    Args:
        path: The ``.pt`` file.

    Returns:
        Its tensors, without the losses' class weights, and notes.

    Raises:
        CheckpointError: If the file cannot be read so, or holds no network.
    """
    try:
        _check_archive(path)
        content = torch.load(path, map_location="cpu", mmap=True, weights_only=True)
    except OSError as error:
        msg = f"Cannot read '{path}': {error.strerror or error}."
        raise CheckpointError(msg) from error
    except Exception as error:
        # Damaged archives and pickles fail in many ways.
        msg = f"'{path.name}' is not a torch file that can be read without running code from it; fetch it again."
        raise CheckpointError(msg) from error
    network = content.get("model") if isinstance(content, dict) else None
    if not isinstance(network, dict) or not all(
        isinstance(name, str) and isinstance(value, Tensor) for name, value in network.items()
    ):
        msg = f"'{path.name}' holds no table 'model' of tensors; give a released training file."
        raise CheckpointError(msg)
    tensors = {name.replace(COMPILED_PREFIX, ""): tensor for name, tensor in network.items()}
    kept = {name: tensor for name, tensor in tensors.items() if not name.startswith(DROPPED_PREFIX)}
    notes = {key: _note(content[key]) for key in NOTED_KEYS if isinstance(content.get(key), NOTED_TYPES)}
    return ReleasedFile(kept, notes)


def complete_tied(tensors: Mapping[str, Tensor], sizes: ModelSizes) -> dict[str, Tensor]:
    """Give tensors shared by two streams both their names, where the file has only one.

    Args:
        tensors: Tensors by name.
        sizes: Sizes of the network.

    Returns:
        The same tensors, and the missing names of shared ones.
    """
    complete = dict(tensors)
    for name, tensor in tensors.items():
        twin = name.replace(".mixtures.action.", ".mixtures.proprio.")
        if twin not in tensors and action_twin(twin, sizes) == name:
            complete[twin] = tensor
    return complete


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hex, read in blocks.

    Args:
        path: The file.

    Returns:
        64 hexadecimal digits.

    Raises:
        CheckpointError: If the file cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(HASH_BLOCK_BYTES):
                digest.update(block)
    except OSError as error:
        msg = f"Cannot read '{path}': {error.strerror}."
        raise CheckpointError(msg) from error
    return digest.hexdigest()


def prompt_ids(ids: Sequence[int] | None, tokenizer_folder: Path | None) -> tuple[int, ...]:
    """Take the prompt's token ids from the one place that is given.

    Args:
        ids: The ids themselves.
        tokenizer_folder: Folder of the PaliGemma tokenizer.

    Returns:
        The ids.

    Raises:
        CheckpointError: If both or neither is given, or there is no tokenizer in the folder.
    """
    if ids is not None and tokenizer_folder is None:
        return tuple(ids)
    if tokenizer_folder is not None and ids is None:
        return tokenize_prompt(tokenizer_folder)
    msg = "The prompt's token ids are needed; give either the ids or the PaliGemma tokenizer's folder."
    raise CheckpointError(msg)


def _check_archive(path: Path) -> None:
    """Refuse what unpacks to more than the file holds, before torch takes memory for it."""
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            is_pickle = member.filename.endswith(".pkl")
            if member.compress_type != zipfile.ZIP_STORED or (is_pickle and member.file_size > MAX_PICKLE_BYTES):
                msg = f"{member.filename} is compressed or larger than {MAX_PICKLE_BYTES} bytes"
                raise ValueError(msg)


def _note(value: object) -> str:
    return str(value.item() if isinstance(value, Tensor) and value.numel() == 1 else value)[:MAX_NOTE]


def _check_steps(notes: Mapping[str, str], sizes: ModelSizes, where: str) -> None:
    for key, wanted in (("horizon_steps", sizes.horizon_steps), ("cond_steps", sizes.history_steps)):
        if key in notes and notes[key] != str(wanted):
            msg = f"'{where}' was trained with {key} {notes[key]}, but the sizes say {wanted}; give matching sizes."
            raise CheckpointError(msg)
