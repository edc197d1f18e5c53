"""Flow matching: time embedding, action encoder, training path and the Euler sampler.

Shape legend: B batch, H horizon, A action dimension (x, y), D action width.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from drivemoe_ros.policy.configuration import FlowSizes


def embed_time(time_B: Tensor, width: int, max_period: float) -> Tensor:
    """Embed the flow time as sines and cosines.

    Args:
        time_B: Flow time in 0..1, unitless.
        width: Size D of the embedding, even.
        max_period: Longest wavelength divided by 2 pi, unitless.

    Returns:
        (B, D) float32, sines first.

    Source:
        open-pi-zero (MIT), src/model/vla/modules.py; docs/model.md 9: the last frequency is 1 / max_period.
    """
    half = width // 2
    exponents = torch.arange(half, device=time_B.device, dtype=torch.float32) / (half - 1)
    angles = time_B.float()[:, None] * torch.exp(-math.log(max_period) * exponents)
    return torch.cat([angles.sin(), angles.cos()], dim=-1)


class ActionEncoder(nn.Module):
    """Turns noisy actions and the flow time into action tokens.

    Source:
        pi0 (arXiv 2410.24164), appendix B; docs/model.md 8: the time comes first in the concatenation.
    """

    def __init__(self, action_dim: int, width: int, max_period: float) -> None:
        """Make the encoder for actions of ``action_dim`` and tokens of ``width``."""
        super().__init__()
        self.width, self.max_period = width, max_period
        self.linear_1 = nn.Linear(action_dim, width)
        self.linear_2 = nn.Linear(2 * width, width)
        self.linear_3 = nn.Linear(width, width)

    def forward(self, actions_BHA: Tensor, time_B: Tensor) -> Tensor:
        """Encode normalised actions at flow time ``time_B`` to tokens (B, H, D)."""
        lifted_BHD = self.linear_1(actions_BHA)
        time_BD = embed_time(time_B, self.width, self.max_period).to(lifted_BHD.dtype)
        time_BHD = time_BD[:, None].expand(-1, lifted_BHD.shape[1], -1)
        hidden = functional.silu(self.linear_2(torch.cat([time_BHD, lifted_BHD], dim=-1)))
        tokens_BHD: Tensor = self.linear_3(hidden)
        return tokens_BHD


def flow_path(noise_BHA: Tensor, target_BHA: Tensor, time_B: Tensor, sizes: FlowSizes) -> tuple[Tensor, Tensor]:
    """Return the point on the straight path and the velocity to learn.

    Args:
        noise_BHA: Start of the path, x0.
        target_BHA: End of the path, x1: normalised waypoints.
        time_B: Flow time in 0..1.
        sizes: Holds the noise floor sigma_min.

    Returns:
        Point and velocity, both (B, H, A): (1 - (1 - s) t) x0 + t x1, and x1 - (1 - s) x0.

    Source:
        Flow matching (arXiv 2210.02747), equations 22 and 23; docs/model.md 9 (released code, not the paper's sign).
    """
    keep = 1.0 - sizes.sigma_min
    time = time_B[:, None, None]
    return (1.0 - keep * time) * noise_BHA + time * target_BHA, target_BHA - keep * noise_BHA


def integrate_euler(noise_BHA: Tensor, velocity: Callable[[Tensor, Tensor], Tensor], steps: int) -> Tensor:
    """Follow the velocity from noise at time 0 to a trajectory at time 1 in equal steps.

    Args:
        noise_BHA: Start, float32.
        velocity: Called with the state (B, H, A) and the time (B,), returns the velocity (B, H, A).
        steps: Number of forward Euler steps; step k is taken at time k / steps.

    Returns:
        The end state, (B, H, A) float32, not clipped.

    Source:
        pi0 (arXiv 2410.24164), section IV; docs/model.md 9.
    """
    state = noise_BHA
    for step in range(steps):
        time_B = torch.full((len(state),), step / steps, device=state.device)
        state = state + velocity(state, time_B).float() / steps
    return state
