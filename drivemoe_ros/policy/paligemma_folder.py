"""A folder of PaliGemma weights as Hugging Face ships them: its sizes, and where each tensor lies.

Tensors are named as in this package; three generations of transformers' names are understood. Nothing is allocated but
the tensor that is asked for, and none of these files can hold code.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError, safe_open

from drivemoe_ros.data.small_file import read_small_json
from drivemoe_ros.errors import CheckpointError
from drivemoe_ros.policy.configuration import JointSizes, MixtureSizes, ModelSizes, TextSizes, VisionSizes
from drivemoe_ros.policy.tensor_file import read_header

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

CONFIG_NAME = "config.json"
MAX_JSON_BYTES = 4 << 20
WEIGHTS_NAME, INDEX_NAME = "model.safetensors", "model.safetensors.index.json"
# PaliGemma 2 stands on gemma2, whose layers have four norms and not two.
KINDS = {"": "paligemma", "text_config": "gemma", "vision_config": "siglip_vision_model"}
# transformers renamed twice: before 4.52, before 5, and since.
RENAMED = (
    (re.compile(r"(?:model\.)?language_model\.(?:model\.)?embed_tokens\."), "embed_tokens."),
    (re.compile(r"(?:model\.)?language_model\.(?:model\.)?layers\."), "joint_model.mixtures.vlm.layers."),
    (re.compile(r"(?:model\.)?vision_tower\.(?:vision_model\.)?"), "vision_tower.vision_model."),
    (re.compile(r"(?:model\.)?multi_modal_projector\."), "multi_modal_projector."),
)
# No text is written here, so that what follows the last layer has no place.
UNUSED = re.compile(r"(?:model\.)?language_model\.(?:model\.)?norm\.|(?:language_model\.)?lm_head\.")


@dataclass(frozen=True)
class StoredTensor:
    """Where a tensor lies, and its shape."""

    path: Path
    name: str
    shape: tuple[int, ...]

    def read(self) -> Tensor:
        """Read it; the file is mapped.

        Returns:
            The tensor in its stored type, on the CPU.

        Raises:
            CheckpointError: If it cannot be read.
        """
        try:
            with safe_open(self.path, framework="pt", device="cpu") as file:
                tensor: Tensor = file.get_tensor(self.name)
        except (OSError, RuntimeError, SafetensorError) as error:
            msg = f"Cannot read '{self.name}' from '{self.path}': {error}."
            raise CheckpointError(msg) from error
        return tensor


@dataclass(frozen=True)
class PaliGemmaFolder:
    """What a folder holds.

    Attributes:
        config: Its configuration, checked to be PaliGemma's.
        files: Its weight files in order.
        tensors: Its tensors by the name they have here, without those that have no place here.
    """

    config: Mapping[str, Any]
    files: tuple[Path, ...]
    tensors: Mapping[str, StoredTensor]

    def sizes(self, base: ModelSizes) -> ModelSizes:
        """Give a driving network the sizes of its pictures, its text and its attention.

        Args:
            base: Sizes of everything else, and the limit of attention scores, which PaliGemma has not.

        Returns:
            The sizes.

        Raises:
            CheckpointError: If a size is missing, no number, or does not fit the others.

        Source:
            Left-out keys have the values that transformers gives them; google/paligemma-3b-pt-224 leaves these out.
        """
        config = self.config
        text, vision = config["text_config"], config["vision_config"]
        rope = text.get("rope_parameters")
        pictures = VisionSizes(
            image_size=_count(vision, "image_size", 224),
            patch_size=_count(vision, "patch_size"),
            width=_count(vision, "hidden_size"),
            mlp=_count(vision, "intermediate_size"),
            layers=_count(vision, "num_hidden_layers"),
            heads=_count(vision, "num_attention_heads"),
            layer_norm_eps=_number(vision, "layer_norm_eps", 1e-6),
        )
        joint = JointSizes(
            layers=_count(text, "num_hidden_layers"),
            heads=_count(text, "num_attention_heads"),
            kv_heads=_count(text, "num_key_value_heads"),
            head_dim=_count(text, "head_dim", 256),
            rope_theta=_number(rope if isinstance(rope, dict) else text, "rope_theta", 10000.0),
            rms_norm_eps=_number(text, "rms_norm_eps", 1e-6),
            attention_softcap=base.joint.attention_softcap,
        )
        image_key = "image_token_index" if "image_token_index" in config else "image_token_id"
        return dataclasses.replace(
            base,
            vision=pictures,
            text=TextSizes(
                vocab_size=_count(text, "vocab_size"),
                image_token_id=_count(config, image_key),
                pad_token_id=base.text.pad_token_id,
                max_tokens=base.text.max_tokens + base.images_in_prefix * pictures.tokens_per_image - base.image_tokens,
            ),
            vlm=MixtureSizes(width=_count(text, "hidden_size"), mlp=_count(text, "intermediate_size")),
            joint=joint,
        )


def open_paligemma(folder: Path) -> PaliGemmaFolder:
    """Look through a folder; no tensor is read.

    Args:
        folder: The folder, with configuration and weights in one file or in parts with an index.

    Returns:
        What it holds.

    Raises:
        CheckpointError: If it holds no PaliGemma, or a file is missing or broken.
    """
    config = _read_json(folder / CONFIG_NAME)
    for part, kind in KINDS.items():
        found = config.get(part) if part else config
        held = found.get("model_type") if isinstance(found, dict) else None
        if held != kind:
            what = f"{part}.model_type" if part else "model_type"
            msg = (
                f"'{folder / CONFIG_NAME}' says {what} {held!r}, but only '{kind}' fits; "
                "give a folder of PaliGemma 1, such as google/paligemma-3b-pt-224."
            )
            raise CheckpointError(msg)
    files = _weight_files(folder)
    stored: dict[str, StoredTensor] = {}
    for path in files:
        for name, entry in read_header(path).items():
            if not UNUSED.match(name):
                stored[_name_here(name)] = StoredTensor(path, name, entry.shape)
    return PaliGemmaFolder(config, files, stored)


def _weight_files(folder: Path) -> tuple[Path, ...]:
    if (folder / WEIGHTS_NAME).is_file():
        return (folder / WEIGHTS_NAME,)
    if not (folder / INDEX_NAME).is_file():
        msg = f"'{folder}' holds neither {WEIGHTS_NAME} nor {INDEX_NAME}; fetch PaliGemma's safetensors into it."
        raise CheckpointError(msg)
    places = _read_json(folder / INDEX_NAME).get("weight_map")
    names = sorted(map(str, set(places.values()))) if isinstance(places, dict) else []
    if not names or any(Path(name).name != name for name in names):
        msg = f"'{folder / INDEX_NAME}' names no weight files of its folder; fetch it again."
        raise CheckpointError(msg)
    for name in names:
        if not (folder / name).is_file():
            msg = f"'{folder}' lacks '{name}', which its index names; fetch it."
            raise CheckpointError(msg)
    return tuple(folder / name for name in names)


def _name_here(name: str) -> str:
    for pattern, here in RENAMED:
        if pattern.match(name):
            return pattern.sub(here, name, count=1)
    return name


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = read_small_json(path, MAX_JSON_BYTES)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else f"it is not JSON, {error}"
        msg = f"Cannot read '{path}': {why}; give a folder of PaliGemma's weights."
        raise CheckpointError(msg) from error
    if not isinstance(content, dict):
        msg = f"'{path}' holds no table; fetch it again."
        raise CheckpointError(msg)
    return content


def _count(table: Mapping[str, Any], key: str, default: int | None = None) -> int:
    value = table.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        msg = f"PaliGemma's {CONFIG_NAME} says {key} is {value!r}, but a whole number above zero is needed."
        raise CheckpointError(msg)
    return value


def _number(table: Mapping[str, Any], key: str, default: float) -> float:
    value = table.get(key, default)
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        msg = f"PaliGemma's {CONFIG_NAME} says {key} is {value!r}, but a number is needed."
        raise CheckpointError(msg)
    return float(value)
