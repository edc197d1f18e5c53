"""Picture encoder: SigLIP from transformers and the projector to the language width.

Shape legend: N pictures, L tokens a picture, W vision width, D vlm width.
"""

import torch
from torch import Tensor, nn
from transformers import SiglipVisionConfig, SiglipVisionModel

from drivemoe_ros.policy.configuration import VisionSizes


class VisionTower(nn.Module):
    """SigLIP without class token and pooling head; its tensors are named ``vision_model.*`` as in the release.

    Source:
        SigLIP (arXiv 2303.15343) as in transformers' modeling_siglip.py; docs/model.md 8.
    """

    def __init__(self, sizes: VisionSizes) -> None:
        """Make the encoder for pictures of ``sizes.image_size`` pixels."""
        super().__init__()
        config = SiglipVisionConfig(
            hidden_size=sizes.width,
            intermediate_size=sizes.mlp,
            num_hidden_layers=sizes.layers,
            num_attention_heads=sizes.heads,
            image_size=sizes.image_size,
            patch_size=sizes.patch_size,
            layer_norm_eps=sizes.layer_norm_eps,
            hidden_act="gelu_pytorch_tanh",
            attention_dropout=0.0,
            vision_use_head=False,
            attn_implementation="sdpa",
        )
        model = SiglipVisionModel(config)
        # transformers before 5 wraps the encoder once more; the tensor names must not depend on that.
        self.vision_model = getattr(model, "vision_model", model)

    def forward(self, images_N3HW: Tensor) -> Tensor:
        """Encode pictures with values in [-1, 1] to tokens (N, L, W), patches in row-major order."""
        tokens_NLW: Tensor = self.vision_model(images_N3HW).last_hidden_state
        return tokens_NLW

    def set_checkpointing(self, *, enabled: bool) -> None:
        """Keep only every layer's input for the way back, and compute the rest again."""
        if enabled:
            model = self.vision_model
            # transformers before 5.20 knows it under its old name only.
            enable = getattr(model, "activation_checkpointing_enable", None) or model.gradient_checkpointing_enable
            enable({"use_reentrant": False})

    def restore_buffers(self) -> None:
        """Make anew the tensors that no checkpoint holds, after building on the meta device."""
        embeddings = self.vision_model.embeddings
        weight = embeddings.position_embedding.weight
        embeddings.position_ids = torch.arange(len(weight), device=weight.device)[None]


class Projector(nn.Module):
    """Linear map from vision tokens to the width of the language stream."""

    def __init__(self, vision_width: int, width: int) -> None:
        """Make the map with bias."""
        super().__init__()
        self.linear = nn.Linear(vision_width, width)

    def forward(self, tokens_NLW: Tensor) -> Tensor:
        """Map tokens (N, L, W) to (N, L, D)."""
        projected: Tensor = self.linear(tokens_NLW)
        return projected


def scale_pixels(images_N3HW: Tensor, dtype: torch.dtype) -> Tensor:
    """Bring RGB pixels to the range the encoder was trained on.

    Args:
        images_N3HW: uint8 RGB, or floating point that is already in [-1, 1] and only changes type.
        dtype: Type of the result.

    Returns:
        Pixels in [-1, 1], same shape.
    """
    if images_N3HW.dtype.is_floating_point:
        return images_N3HW.to(dtype)
    return ((images_N3HW.float() / 255.0 - 0.5) / 0.5).to(dtype)
