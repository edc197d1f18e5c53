"""A small PaliGemma with random weights, as transformers itself writes it."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import torch
from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers
from transformers import PaliGemmaConfig, PaliGemmaForConditionalGeneration

from drivemoe_ros.policy.drivemoe import MINI

SEED = 5


def small_paligemma(**text: Any) -> Any:  # noqa: ANN401  (transformers' class has no types here)
    """PaliGemma with the geometry of our mini size; its weights are exact in bfloat16."""
    vision, joint = MINI.vision, MINI.joint
    config = PaliGemmaConfig(
        vision_config={
            "model_type": "siglip_vision_model",
            "hidden_size": vision.width,
            "intermediate_size": vision.mlp,
            "num_hidden_layers": vision.layers,
            "num_attention_heads": vision.heads,
            "image_size": vision.image_size,
            "patch_size": vision.patch_size,
            "vision_use_head": False,
        },
        text_config={
            "model_type": "gemma",
            "hidden_size": MINI.vlm.width,
            "intermediate_size": MINI.vlm.mlp,
            "num_hidden_layers": joint.layers,
            "num_attention_heads": joint.heads,
            "num_key_value_heads": joint.kv_heads,
            "head_dim": joint.head_dim,
            "vocab_size": 24,
            **text,
        },
        projection_dim=MINI.vlm.width,
        image_token_index=23,
        pad_token_id=0,
    )
    model = PaliGemmaForConditionalGeneration(config).eval()
    generator = torch.Generator().manual_seed(SEED)
    with torch.no_grad():
        for weight in model.parameters():
            # Norms too, so that a swapped pair would show.
            moved = weight + 0.05 * torch.randn(weight.shape, generator=generator)
            weight.copy_(moved.bfloat16())
    return model


def save_paligemma(model: Any, folder: pathlib.Path, **how: Any) -> pathlib.Path:  # noqa: ANN401
    """Write a folder as it comes from Hugging Face, tokenizer included."""
    model.save_pretrained(folder, **how)
    write_tokenizer(folder, "<bos>")
    return folder


def change_config(folder: pathlib.Path, part: str, **changes: object) -> None:
    """Change a folder's configuration; None takes a key away."""
    path = folder / "config.json"
    config = json.loads(path.read_text())
    table = config[part] if part else config
    table.update(changes)
    for key in [key for key, value in changes.items() if value is None]:
        del table[key]
    path.write_text(json.dumps(config))


def write_tokenizer(folder: pathlib.Path, start: str) -> None:
    """Write a tokenizer that knows the prompt and little else."""
    words = ["<pad>", "<eos>", start, "predict", "\u2581trajectory", "\n"]
    tokenizer = Tokenizer(models.WordLevel({word: place for place, word in enumerate(words)}, unk_token="<pad>"))  # noqa: S106
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split("\n", "isolated"),
            pre_tokenizers.Metaspace(prepend_scheme="never"),
        ]
    )
    tokenizer.add_special_tokens([AddedToken(start, special=True)])
    tokenizer.save(str(folder / "tokenizer.json"))
