"""The cached transformer against a plain one that computes every token of every stream at once."""

import math

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from drivemoe_ros.policy.attention.joint_transformer import JointTransformer

from .networks import mini

BATCH, TEXT, HISTORY, HORIZON = 2, 9, 5, 10


def plain_rotation(heads: Tensor, positions: list[int], theta: float) -> Tensor:
    half = heads.shape[-1] // 2
    turned = torch.empty_like(heads)
    for place, position in enumerate(positions):
        for pair in range(half):
            angle = position * theta ** (-2 * pair / heads.shape[-1])
            first, second = heads[..., place, pair], heads[..., place, pair + half]
            turned[..., place, pair] = first * math.cos(angle) - second * math.sin(angle)
            turned[..., place, pair + half] = second * math.cos(angle) + first * math.sin(angle)
    return turned


def plain_mask(visible: Tensor) -> Tensor:
    """(B, all, all): image and text see themselves, history those and itself, actions everything; never padding."""
    block = [0] * TEXT + [1] * HISTORY + [2] * HORIZON
    rows = [[key <= query for key in block] for query in block]
    seen = torch.cat([visible, torch.ones(BATCH, HISTORY + HORIZON, dtype=torch.bool)], dim=1)
    return torch.tensor(rows)[None] & seen[:, None]


def uncached(model: JointTransformer, streams: dict[str, Tensor], visible: Tensor) -> Tensor:
    sizes = model.sizes
    positions = {
        "vlm": list(range(1, TEXT + 1)),
        "proprio": list(range(1, HISTORY + 1)),
        "action": list(range(HISTORY + 1, HISTORY + HORIZON + 1)),
    }
    streams = {name: x * math.sqrt(x.shape[-1]) for name, x in streams.items()}
    mask, routing = plain_mask(visible)[:, None], None
    mixtures = {"vlm": model.mixtures.vlm, "proprio": model.mixtures.proprio, "action": model.mixtures.action}
    for index in range(sizes.layers):
        layers = {name: mixtures[name].layer(index) for name in streams}
        queries, keys, values = [], [], []
        for name, x in streams.items():
            attention, normed = layers[name].self_attn, layers[name].input_layernorm(x)
            shape = (BATCH, x.shape[1], -1, sizes.head_dim)
            turn = (positions[name], sizes.rope_theta)
            queries.append(plain_rotation(attention.q_proj(normed).view(shape).transpose(1, 2), *turn))
            keys.append(plain_rotation(attention.k_proj(normed).view(shape).transpose(1, 2), *turn))
            values.append(attention.v_proj(normed).view(shape).transpose(1, 2))
        logits = torch.cat(queries, 2) @ torch.cat(keys, 2).transpose(-1, -2) / math.sqrt(sizes.head_dim)
        logits = sizes.attention_softcap * torch.tanh(logits / sizes.attention_softcap)
        mixed = logits.masked_fill(~mask, -1e30).softmax(-1) @ torch.cat(values, 2)
        for name, part in zip(streams, torch.split(mixed, [TEXT, HISTORY, HORIZON], dim=2), strict=True):
            layer = layers[name]
            joined = streams[name] + layer.self_attn.o_proj(part.transpose(1, 2).flatten(2))
            normed = layer.post_attention_layernorm(joined)
            if name == "action" and model.action_router is not None and index == model.router_layer:
                routing = model.action_router(normed)
            extra = (routing,) if name == "action" else ()
            streams[name] = joined + layer.mlp(normed, *extra)
    return model.mixtures.action.final_norm(streams["action"])


@pytest.mark.parametrize("system", ["drivemoe", "drivepi0"])
def test_cached_path_equals_uncached_path(system: str) -> None:
    generator = torch.Generator().manual_seed(3)
    checkpoint = mini(system)
    sizes, model = checkpoint.manifest.sizes, checkpoint.model.joint_model
    streams = {
        "vlm": torch.randn(BATCH, TEXT, sizes.vlm.width, generator=generator),
        "proprio": torch.randn(BATCH, HISTORY, sizes.proprio.width, generator=generator),
        "action": torch.randn(BATCH, HORIZON, sizes.action.width, generator=generator),
    }
    visible = torch.ones(BATCH, TEXT, dtype=torch.bool)
    visible[1, 6:] = False
    with torch.no_grad():
        cache = model.prefill(streams["vlm"], visible, streams["proprio"])
        cached, _ = model.act(streams["action"], cache)
        assert_close(cached, uncached(model, streams, visible), rtol=0.0, atol=1e-5)


def test_a_fully_masked_row_stays_finite() -> None:
    checkpoint = mini("drivemoe")
    sizes, model = checkpoint.manifest.sizes, checkpoint.model.joint_model
    visible = torch.zeros(1, TEXT, dtype=torch.bool)
    with torch.no_grad():
        cache = model.prefill(
            torch.zeros(1, TEXT, sizes.vlm.width), visible, torch.ones(1, HISTORY, sizes.proprio.width)
        )
        actions, _ = model.act(torch.ones(1, HORIZON, sizes.action.width), cache)
    assert actions.isfinite().all()
