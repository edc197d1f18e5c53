"""One token stream of the joint transformer: its layers and, for some streams, a final norm.

Shape legend: B batch, L tokens, D width of this stream, N heads, C head dimension.
"""

from collections.abc import Sequence

from torch import Tensor, nn

from drivemoe_ros.policy.attention.joint_attention import StreamAttention
from drivemoe_ros.policy.configuration import JointSizes, ModelSizes
from drivemoe_ros.policy.layers import GatedMLP, RMSNorm


class MixtureLayer(nn.Module):
    """Norms, projections and feed-forward part of one layer; the attention itself is joint and lies outside."""

    def __init__(self, width: int, joint: JointSizes, feed_forward: nn.Module) -> None:
        """Make a layer around the given feed-forward part."""
        super().__init__()
        self.input_layernorm = RMSNorm(width, joint.rms_norm_eps)
        self.self_attn = StreamAttention(width, joint)
        self.post_attention_layernorm = RMSNorm(width, joint.rms_norm_eps)
        self.mlp = feed_forward

    def attend(self, x_BLD: Tensor, mixed_BNLC: Tensor) -> tuple[Tensor, Tensor]:
        """Add the attended heads to the stream.

        Args:
            x_BLD: The stream before attention.
            mixed_BNLC: What the joint attention gave this stream's queries.

        Returns:
            The stream after attention, and its norm: what enters the feed-forward part.
        """
        attended_BLD = x_BLD + self.self_attn.output(mixed_BNLC)
        return attended_BLD, self.post_attention_layernorm(attended_BLD)


class Mixture(nn.Module):
    """The layers of one stream."""

    def __init__(self, width: int, joint: JointSizes, feed_forwards: Sequence[nn.Module], *, final_norm: bool) -> None:
        """Make one layer for each feed-forward part; ``final_norm`` adds the norm after the last one."""
        super().__init__()
        self.layers = nn.ModuleList(MixtureLayer(width, joint, part) for part in feed_forwards)
        self.norm = RMSNorm(width, joint.rms_norm_eps) if final_norm else None

    def layer(self, index: int) -> MixtureLayer:
        """Return one layer, counted from 0."""
        layer: MixtureLayer = self.layers[index]  # type: ignore[assignment]
        return layer

    def final_norm(self, x_BLD: Tensor) -> Tensor:
        """Apply the norm after the last layer, if this stream has one."""
        if self.norm is None:
            return x_BLD
        normed_BLD: Tensor = self.norm(x_BLD)
        return normed_BLD


class Mixtures(nn.Module):
    """The three streams of the joint transformer."""

    def __init__(self, vlm: Mixture, proprio: Mixture, action: Mixture) -> None:
        """Hold image-and-text, ego-history and action stream."""
        super().__init__()
        self.vlm, self.proprio, self.action = vlm, proprio, action


def vlm_mixture(sizes: ModelSizes) -> Mixture:
    """Make the image-and-text stream: dense, without final norm."""
    parts = [GatedMLP(sizes.vlm.width, sizes.vlm.mlp) for _ in range(sizes.joint.layers)]
    return Mixture(sizes.vlm.width, sizes.joint, parts, final_norm=False)


def proprio_mixture(sizes: ModelSizes) -> Mixture:
    """Make the ego-history stream: dense, with final norm."""
    parts = [GatedMLP(sizes.proprio.width, sizes.proprio.mlp) for _ in range(sizes.joint.layers)]
    return Mixture(sizes.proprio.width, sizes.joint, parts, final_norm=True)
