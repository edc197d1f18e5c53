"""Joint transformer over image-and-text, ego-history and action tokens.

Image-and-text tokens see each other; history tokens see those and each other; action tokens see all. So the first two
never depend on the actions: ``prefill`` runs them once, ``act`` runs the actions against their keys and values, and
training uses the very same two calls.

Shape legend: B batch, L image-and-text tokens, T history steps, H horizon, P = L + T, D width of a stream, C head dim.
"""

import math

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from drivemoe_ros.policy.attention.cache import PrefixCache
from drivemoe_ros.policy.attention.joint_attention import soft_capped_attention
from drivemoe_ros.policy.attention.mixture import MixtureLayer, Mixtures
from drivemoe_ros.policy.configuration import JointSizes
from drivemoe_ros.policy.layers import rotary_angles
from drivemoe_ros.policy.skill_router import SkillRouter, SkillRouting


class JointTransformer(nn.Module):
    """Three streams with their own weights and one attention.

    Source:
        pi0 (arXiv 2410.24164), appendix B; docs/model.md 8 and 11.
    """

    def __init__(
        self,
        sizes: JointSizes,
        mixtures: Mixtures,
        *,
        skill_router: SkillRouter | None,
        routed_layers: int,
    ) -> None:
        """Join the streams.

        Args:
            sizes: Depth and attention shape, the same for all streams.
            mixtures: The streams, each of ``sizes.layers`` layers.
            skill_router: Decides for the routed layers; None when all layers are dense.
            routed_layers: How many of the last action layers take a routing decision.
        """
        super().__init__()
        self.sizes = sizes
        self.mixtures = mixtures
        self.action_router = skill_router
        # The router reads what enters the feed-forward part of the layer just before the experts.
        self.router_layer = sizes.layers - routed_layers - 1
        # Whether training keeps only every layer's input and computes the rest again on the way back.
        self.checkpointing = False

    def prefill(self, vlm_BLD: Tensor, visible_BL: Tensor, proprio_BTD: Tensor) -> PrefixCache:
        """Run the streams that do not depend on the actions.

        Args:
            vlm_BLD: Image and text embeddings before scaling.
            visible_BL: True where a token is not padding.
            proprio_BTD: Encoded ego history before scaling.

        Returns:
            The keys and values of every layer.
        """
        streams = [_scaled(vlm_BLD), _scaled(proprio_BTD)]
        angles = [self._angles(stream, first=1) for stream in streams]
        steps = proprio_BTD.shape[1]
        visible_BP = torch.cat([visible_BL, visible_BL.new_ones(len(visible_BL), steps)], dim=1)
        allowed_B1PP = _prefix_mask(visible_BP, steps)
        keys, values = [], []
        for index in range(self.sizes.layers):
            if self.checkpointing and torch.is_grad_enabled():
                key, value, streams = checkpoint(
                    self._prefill_layer, index, streams, angles, allowed_B1PP, use_reentrant=False
                )
            else:
                key, value, streams = self._prefill_layer(index, streams, angles, allowed_B1PP)
            keys.append(key)
            values.append(value)
        return PrefixCache(tuple(keys), tuple(values), visible_BP, steps)

    def _prefill_layer(
        self, index: int, streams: list[Tensor], angles: list[tuple[Tensor, Tensor]], allowed_B1PP: Tensor
    ) -> tuple[Tensor, Tensor, list[Tensor]]:
        """Run one layer of image-and-text and ego history; returns its keys, its values and the streams behind it."""
        layers = [self.mixtures.vlm.layer(index), self.mixtures.proprio.layer(index)]
        normed = [layer.input_layernorm(stream) for layer, stream in zip(layers, streams, strict=True)]
        inputs = list(zip(layers, normed, angles, strict=True))
        pairs = [layer.self_attn.keys_values(x, angle) for layer, x, angle in inputs]
        keys_BGPC = torch.cat([key for key, _ in pairs], dim=2)
        values_BGPC = torch.cat([value for _, value in pairs], dim=2)
        if index == self.sizes.layers - 1:
            # Nothing reads these streams after the last layer's keys and values.
            return keys_BGPC, values_BGPC, streams
        queries = torch.cat([layer.self_attn.queries(x, angle) for layer, x, angle in inputs], dim=2)
        mixed = soft_capped_attention(queries, keys_BGPC, values_BGPC, allowed_B1PP, self.sizes.attention_softcap)
        parts = torch.split(mixed, [stream.shape[1] for stream in streams], dim=2)
        finished = [_finish(layer, *parts) for layer, *parts in zip(layers, streams, parts, strict=True)]
        return keys_BGPC, values_BGPC, finished

    def act(self, action_BHD: Tensor, cache: PrefixCache) -> tuple[Tensor, SkillRouting | None]:
        """Run the action stream against a prefix.

        Args:
            action_BHD: Encoded noisy actions before scaling.
            cache: What ``prefill`` returned for the same batch.

        Returns:
            The normed action tokens (B, H, D), and the skill decision (None without a skill router).
        """
        action = _scaled(action_BHD)
        # History takes positions 1 to T and the actions follow it.
        angles = self._angles(action, first=1 + cache.history_steps)
        visible = torch.cat([cache.visible_BP, cache.visible_BP.new_ones(action.shape[:2])], dim=1)
        routing: SkillRouting | None = None
        for index in range(self.sizes.layers):
            layer = self.mixtures.action.layer(index)
            own = layer.input_layernorm(action)
            own_keys, own_values = layer.self_attn.keys_values(own, angles)
            mixed = soft_capped_attention(
                layer.self_attn.queries(own, angles),
                torch.cat([cache.keys_BGPC[index], own_keys], dim=2),
                torch.cat([cache.values_BGPC[index], own_values], dim=2),
                visible[:, None, None],
                self.sizes.attention_softcap,
            )
            action, normed = layer.attend(action, mixed)
            if self.action_router is not None and index == self.router_layer:
                routing = self.action_router(normed)
            action = action + layer.mlp(normed, routing)
        return self.mixtures.action.final_norm(action), routing

    def _angles(self, stream_BLD: Tensor, first: int) -> tuple[Tensor, Tensor]:
        positions = torch.arange(first, first + stream_BLD.shape[1], device=stream_BLD.device)[None]
        return rotary_angles(positions, self.sizes.head_dim, self.sizes.rope_theta)


def _scaled(stream_BLD: Tensor) -> Tensor:
    return stream_BLD * math.sqrt(stream_BLD.shape[-1])


def _finish(layer: MixtureLayer, stream_BLD: Tensor, mixed_BNLC: Tensor) -> Tensor:
    attended_BLD, normed_BLD = layer.attend(stream_BLD, mixed_BNLC)
    fed_BLD: Tensor = layer.mlp(normed_BLD)
    return attended_BLD + fed_BLD


def _prefix_mask(visible_BP: Tensor, history_steps: int) -> Tensor:
    """Return (B, 1, P, P): padding hidden from all, history hidden from image and text."""
    is_history_P = torch.arange(visible_BP.shape[1], device=visible_BP.device) >= visible_BP.shape[1] - history_steps
    block_PP = is_history_P[:, None] | ~is_history_P[None, :]
    return visible_BP[:, None, None] & block_PP
