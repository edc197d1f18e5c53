"""The entry points whose modules import torch, which takes seconds; see ``entry_points.py``."""

from __future__ import annotations

import functools
import io
import json
import pathlib
from collections.abc import Callable

import torch
from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers

from drivemoe_ros.policy.checkpoint import load_checkpoint
from drivemoe_ros.policy.convert import read_released
from drivemoe_ros.policy.drivemoe import MINI
from drivemoe_ros.policy.manifest import FILE_NAME
from drivemoe_ros.policy.paligemma_folder import open_paligemma
from drivemoe_ros.policy.prompt_tokenizer import tokenize_prompt
from drivemoe_ros.policy.shipped import checkpoint_folder
from drivemoe_ros.policy.tensor_file import read_header, write_tensors

from .entry_points import EntryPoint, written
from .seeds import made

UNKNOWN = "<unk>"


@functools.cache
def _whole_tokenizer() -> bytes:
    tokenizer = Tokenizer(models.WordLevel({"<bos>": 1, "predict": 2, "trajectory": 3, UNKNOWN: 0}, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.add_special_tokens([AddedToken("<bos>", special=True)])
    return tokenizer.to_str().encode()


@functools.cache
def _released() -> bytes:
    out = io.BytesIO()
    torch.save({"model": {"_orig_mod.weight": torch.ones(2, 3)}, "stage": 2}, out)
    return out.getvalue()


def _paligemma_config() -> bytes:
    vision = dict.fromkeys(
        ("patch_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads"), 14
    )
    text = {**dict.fromkeys(vision, 16), "num_key_value_heads": 16, "vocab_size": 99}
    parts = {"text_config": {"model_type": "gemma", **text}}
    parts["vision_config"] = {"model_type": "siglip_vision_model", **vision}
    return json.dumps({"model_type": "paligemma", "image_token_index": 9, **parts}).encode()


SEEDS: dict[str, Callable[[], tuple[bytes, ...]]] = {
    "manifest.json": lambda: ((checkpoint_folder("mini") / "manifest.json").read_bytes(),),
    "part.safetensors": lambda: (made(lambda path: write_tensors(path, {"a": torch.ones(2, 3)}, None)),),
    "config.json": lambda: (_paligemma_config(),),
    "model.safetensors.index.json": lambda: (b'{"weight_map": {"a": "part.safetensors"}}',),
    "tokenizer.json": lambda: (_whole_tokenizer(),),
    "released.pt": lambda: (_released(),),
}


def _checkpoint(data: bytes, folder: pathlib.Path) -> None:
    (folder / "model.safetensors").symlink_to(checkpoint_folder("mini") / "model.safetensors")
    written(folder / FILE_NAME, data)
    load_checkpoint(folder, device="cpu", dtype=None)


def _paligemma(name: str) -> Callable[[bytes, pathlib.Path], object]:
    def run(data: bytes, folder: pathlib.Path) -> None:
        for other in ("config.json", "model.safetensors.index.json", "part.safetensors"):
            written(folder / other, data if other == name else SEEDS[other]()[0])
        open_paligemma(folder).sizes(MINI)

    return run


def _tokenizer(data: bytes, folder: pathlib.Path) -> None:
    written(folder / "tokenizer.json", data)
    tokenize_prompt(folder)


ROWS: tuple[tuple[str, Callable[[bytes, pathlib.Path], object]], ...] = (
    ("manifest.json", _checkpoint),
    ("part.safetensors", lambda data, folder: read_header(written(folder / "part.safetensors", data))),
    ("config.json", _paligemma("config.json")),
    ("model.safetensors.index.json", _paligemma("model.safetensors.index.json")),
    ("tokenizer.json", _tokenizer),
    ("released.pt", lambda data, folder: read_released(written(folder / "released.pt", data))),
)
ENTRY_POINTS = {name: EntryPoint(name, run, SEEDS[name]) for name, run in ROWS}
