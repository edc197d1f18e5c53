"""Small layers shared by the token streams: RMS norm, gated feed-forward, rotary positions.

Shape legend: B batch, L tokens, D width, N heads, C head dimension.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional


class RMSNorm(nn.Module):
    """Root-mean-square norm whose stored weight is an offset from one.

    Source:
        Gemma report (arXiv 2403.08295); docs/model.md 8: output is x / rms(x) * (1 + w), computed in float32.
    """

    def __init__(self, width: int, eps: float) -> None:
        """Make a norm over the last dimension of size ``width``; ``eps`` is added to the mean square."""
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        """Normalise the last dimension; shape and type stay as they are."""
        normed = functional.rms_norm(x.float(), self.weight.shape, 1.0 + self.weight.float(), self.eps)
        return normed.to(x.dtype)


class GatedMLP(nn.Module):
    """Feed-forward layer gated by a tanh-GELU, without biases.

    Source:
        Gemma report, table 1 (GeGLU); docs/model.md 8.
    """

    def __init__(self, width: int, hidden: int) -> None:
        """Make the three projections for tokens of ``width`` through ``hidden`` features."""
        super().__init__()
        self.gate_proj = nn.Linear(width, hidden, bias=False)
        self.up_proj = nn.Linear(width, hidden, bias=False)
        self.down_proj = nn.Linear(hidden, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map tokens (..., D) to (..., D)."""
        gate = functional.gelu(self.gate_proj(x), approximate="tanh")
        mapped: Tensor = self.down_proj(gate * self.up_proj(x))
        return mapped


def rotary_angles(positions_BL: Tensor, head_dim: int, theta: float) -> tuple[Tensor, Tensor]:
    """Return the cosine and sine that turn heads at the given positions.

    Args:
        positions_BL: Integer position ids.
        head_dim: Size C of one head, even.
        theta: Base of the wavelengths, unitless.

    Returns:
        Two float32 tensors (B, 1, L, C): the cosine, the same in both halves of C, and the sine, negative in the first
        half (rotate-half layout).

    Source:
        RoFormer (arXiv 2104.09864), section 3.2; docs/model.md 8.
    """
    exponents = torch.arange(0, head_dim, 2, device=positions_BL.device, dtype=torch.float32) / head_dim
    angles_BLC = positions_BL[..., None].float() * (theta**-exponents)
    cos_BLC, sin_BLC = angles_BLC.cos(), angles_BLC.sin()
    return torch.cat([cos_BLC, cos_BLC], dim=-1)[:, None], torch.cat([-sin_BLC, sin_BLC], dim=-1)[:, None]


def rotate(heads_BNLC: Tensor, angles: tuple[Tensor, Tensor]) -> Tensor:
    """Turn every head by its position.

    Args:
        heads_BNLC: Queries or keys.
        angles: Cosine and sine of :func:`rotary_angles`.

    Returns:
        The turned heads, same shape and type.
    """
    cos, sin = angles
    wide = heads_BNLC.float()
    first, second = wide.chunk(2, dim=-1)
    return torch.addcmul(wide * cos, torch.cat([second, first], dim=-1), sin).to(heads_BNLC.dtype)
