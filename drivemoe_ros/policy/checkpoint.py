"""A checkpoint folder: manifest.json and model.safetensors, loaded strictly and written atomically."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors import SafetensorError, safe_open

from drivemoe_ros.errors import CheckpointError, OutputError
from drivemoe_ros.policy.manifest import FILE_NAME, Manifest, read_manifest
from drivemoe_ros.policy.tensor_file import read_header, write_tensors
from drivemoe_ros.policy.variants import architecture_named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import Tensor

    from drivemoe_ros.policy.configuration import ModelSizes
    from drivemoe_ros.policy.model import DrivingModel

WEIGHTS_NAME = "model.safetensors"
# Class weights of the training losses: in the released file, but no part of the network.
DROPPED_PREFIX = "criterion."
NAMED_PROBLEMS = 3


@dataclass(frozen=True)
class Checkpoint:
    """A network ready for inference and what its manifest says."""

    model: DrivingModel
    manifest: Manifest


def load_checkpoint(folder: Path, *, device: torch.device | str, dtype: torch.dtype | None) -> Checkpoint:
    """Load a checkpoint folder.

    Names and shapes are compared before any tensor is allocated, and the network is built without memory first, so
    loading needs the weights' size once.

    Args:
        folder: Folder with manifest and weights.
        device: Where to put the weights, e.g. "cpu" or "cuda".
        dtype: Type of the weights in memory; None keeps the stored one.

    Returns:
        The network in evaluation mode, and its manifest.

    Raises:
        CheckpointError: If a file is missing or broken, or a tensor is missing, extra or misshapen.
    """
    manifest = read_manifest(folder)
    path = folder / WEIGHTS_NAME
    found = {name: entry.shape for name, entry in read_header(path).items() if not name.startswith(DROPPED_PREFIX)}
    model = build_empty(manifest.architecture, manifest.sizes)
    check_shapes(found, model, str(path))
    try:
        with safe_open(path, framework="pt", device=str(device)) as file:
            tensors = {name: file.get_tensor(name).to(dtype) for name in found}
    except (OSError, RuntimeError, SafetensorError) as error:
        msg = f"Cannot load '{path}' to device '{device}': {error}."
        raise CheckpointError(msg) from error
    return Checkpoint(assign_tensors(model, tensors), manifest)


def save_checkpoint(
    folder: Path,
    tensors: Mapping[str, Tensor],
    manifest: Manifest,
    *,
    dtype: torch.dtype | None,
    progress: Callable[[str], None] | None = None,
    make: Callable[[str], Tensor] | None = None,
) -> None:
    """Write a checkpoint folder; it appears under its name only when complete.

    Args:
        folder: Folder to make; must not exist or be empty.
        tensors: The network's ``state_dict()``.
        manifest: What the network is.
        dtype: Type to store floating-point tensors in; None keeps theirs.
        progress: Called with each tensor's name after it was written.
        make: Gives the values, by name, of tensors that ``tensors`` holds without memory (on the meta device).

    Raises:
        OutputError: If the folder exists with content or cannot be written.
    """
    require_new(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            write_tensors(draft / WEIGHTS_NAME, tensors, dtype, progress, make)
            (draft / FILE_NAME).write_text(manifest.to_json(), encoding="utf-8")
            draft.chmod(0o755)
            draft.replace(folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        msg = f"Cannot write the checkpoint '{folder}': {error.strerror}; make room or choose another place."
        raise OutputError(msg) from error


def require_new(folder: Path) -> None:
    """Refuse to write over something.

    Args:
        folder: Folder to make.

    Raises:
        OutputError: If it exists and is not an empty folder.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        msg = f"'{folder}' already exists; name a new folder or remove it first."
        raise OutputError(msg)


def build_empty(architecture: str, sizes: ModelSizes) -> DrivingModel:
    """Assemble a network on the meta device: shapes and names, no memory.

    Args:
        architecture: Key of ``variants.ARCHITECTURES``.
        sizes: Sizes of the network.

    Returns:
        The network; fill it with :func:`assign_tensors`.

    Raises:
        CheckpointError: If the architecture is unknown or the sizes do not suit it.
    """
    with torch.device("meta"):
        return architecture_named(architecture).build(sizes)


def assign_tensors(model: DrivingModel, tensors: Mapping[str, Tensor]) -> DrivingModel:
    """Give an empty network its tensors without copying them.

    Args:
        model: What :func:`build_empty` returned.
        tensors: One tensor for each name, already checked.

    Returns:
        The same network in evaluation mode.
    """
    model.load_state_dict(tensors, strict=True, assign=True)
    model.vision_tower.restore_buffers()
    return model.eval()


def check_shapes(
    found: Mapping[str, tuple[int, ...]], model: DrivingModel, where: str, remedy: str = "check its manifest"
) -> None:
    """Compare the tensors of a file with those of a network.

    Args:
        found: Shapes by tensor name.
        model: The network, on any device.
        where: The file, for the message.
        remedy: What to do about it, for the message.

    Raises:
        CheckpointError: If a tensor is missing, extra or misshapen; names the first few and counts the rest.
    """
    wanted = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    problems = [f"'{name}' is missing" for name in wanted if name not in found]
    problems += [f"'{name}' is extra" for name in found if name not in wanted]
    problems += [
        f"'{name}' has shape {found[name]} instead of {wanted[name]}"
        for name in wanted
        if name in found and found[name] != wanted[name]
    ]
    if problems:
        rest = len(problems) - NAMED_PROBLEMS
        more = f" and {rest} more" if rest > 0 else ""
        msg = f"'{where}' does not fit the network: {', '.join(problems[:NAMED_PROBLEMS])}{more}; {remedy}."
        raise CheckpointError(msg)
