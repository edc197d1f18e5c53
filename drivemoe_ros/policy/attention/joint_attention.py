"""One softmax over the tokens of several streams, each with its own projections.

Shape legend: B batch, L tokens of a stream, Q queries, K keys, D width, N heads, G key/value heads, C head dim.
"""

import torch
from torch import Tensor, nn

from drivemoe_ros.policy.configuration import JointSizes
from drivemoe_ros.policy.layers import rotate

# Large enough to vanish in the softmax and finite, so that a fully masked (padding) query row stays finite.
MASKED_LOGIT = -1.0e30


class StreamAttention(nn.Module):
    """The query, key, value and output projections of one stream; none has a bias."""

    def __init__(self, width: int, sizes: JointSizes) -> None:
        """Make the projections of a stream of ``width`` for the joint head shape."""
        super().__init__()
        self.heads, self.kv_heads, self.head_dim = sizes.heads, sizes.kv_heads, sizes.head_dim
        self.q_proj = nn.Linear(width, sizes.heads * sizes.head_dim, bias=False)
        self.k_proj = nn.Linear(width, sizes.kv_heads * sizes.head_dim, bias=False)
        self.v_proj = nn.Linear(width, sizes.kv_heads * sizes.head_dim, bias=False)
        self.o_proj = nn.Linear(sizes.heads * sizes.head_dim, width, bias=False)

    def queries(self, x_BLD: Tensor, angles: tuple[Tensor, Tensor]) -> Tensor:
        """Return the turned queries (B, N, L, C)."""
        return rotate(_split(self.q_proj(x_BLD), self.heads), angles)

    def keys_values(self, x_BLD: Tensor, angles: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        """Return the turned keys and the values, both (B, G, L, C)."""
        keys_BGLC = rotate(_split(self.k_proj(x_BLD), self.kv_heads), angles)
        return keys_BGLC, _split(self.v_proj(x_BLD), self.kv_heads)

    def output(self, mixed_BNLC: Tensor) -> Tensor:
        """Project the attended heads back to the stream's width (B, L, D)."""
        projected: Tensor = self.o_proj(mixed_BNLC.transpose(1, 2).flatten(2))
        return projected


def soft_capped_attention(
    queries_BNQC: Tensor, keys_BGKC: Tensor, values_BGKC: Tensor, allowed_B1QK: Tensor, softcap: float
) -> Tensor:
    """Attend with logits bent to at most ``softcap``, softmax in float32.

    Args:
        queries_BNQC: Turned queries.
        keys_BGKC: Turned keys; N is a multiple of G.
        values_BGKC: Values.
        allowed_B1QK: True where a query may see a key; broadcast over heads (Q may be 1).
        softcap: Limit of the logits' magnitude, applied before the mask.

    Returns:
        Attended values (B, N, Q, C).

    Source:
        Gemma 2 (arXiv 2408.00118), section 2; docs/model.md 8: scores / sqrt(C), cap * tanh(x / cap), then the mask.
    """
    batch, heads, queries, size = queries_BNQC.shape
    groups = keys_BGKC.shape[1]
    # The heads of a group share keys, so they are laid out as extra query rows instead of copying the keys.
    grouped = queries_BNQC.reshape(batch, groups, (heads // groups) * queries, size)
    logits = (grouped @ keys_BGKC.transpose(-1, -2)).reshape(batch, heads, queries, -1).float()
    logits = softcap * torch.tanh(logits * (size**-0.5 / softcap))
    weights = logits.masked_fill(~allowed_B1QK, MASKED_LOGIT).softmax(-1).to(values_BGKC.dtype)
    mixed = weights.reshape(batch, groups, (heads // groups) * queries, -1) @ values_BGKC
    return mixed.reshape(batch, heads, queries, size)


def _split(x_BLX: Tensor, heads: int) -> Tensor:
    batch, length, _ = x_BLX.shape
    return x_BLX.view(batch, length, heads, -1).transpose(1, 2)
