"""Skill router: one decision a trajectory and flow step, from the mean of its action tokens.

Shape legend: B batch, L tokens, D width, E skill experts, K chosen ones.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from drivemoe_ros.policy.configuration import SkillSizes


@dataclass(frozen=True)
class SkillRouting:
    """A routing decision with every score, float32."""

    # (B, E) router scores before the softmax
    logits_BE: Tensor
    # (B, E) softmax over all skills; each row sums to 1
    probabilities_BE: Tensor
    # (B, K) weights of the chosen skills, largest first; each row sums to 1
    weights_BK: Tensor
    # (B, K) int64 indices of the chosen skills
    indices_BK: Tensor
    # what each token decided for itself, its B * L tokens as rows; None where one decision serves all of them
    tokens: SkillRouting | None = None


class SkillRouter(nn.Module):
    """Scores all skills for a trajectory and chooses the best few.

    Source:
        DriveMoE (arXiv 2505.16278), section 3.3; docs/model.md 11: linear scores a token, mean over tokens,
        divided by the magnitude of a learned temperature.
    """

    def __init__(self, width: int, sizes: SkillSizes) -> None:
        """Make a router for action tokens of ``width``."""
        super().__init__()
        self.experts_per_trajectory = sizes.experts_per_trajectory
        # The released training divides the experts' gradient into the weights by the number of expert layers.
        self.gradient_scale = 1.0 / sizes.moe_layers
        self.router_linear = nn.Linear(width, sizes.skill_experts, bias=False)
        self.temperature = nn.Parameter(torch.ones(1))

    def forward(self, tokens_BLD: Tensor) -> SkillRouting:
        """Decide for each trajectory of a batch.

        Args:
            tokens_BLD: The tensor entering the feed-forward part of the layer before the expert layers.

        Returns:
            The decision; its weights carry the scaled gradient, its logits the full one.
        """
        logits_BE = self.router_linear(tokens_BLD).mean(1).float() / self.temperature.float().abs()
        return choose_skills(logits_BE, self.experts_per_trajectory, self.gradient_scale)


class TokenSkillRouter(SkillRouter):
    """Lets every action token choose for itself; the mean of their scores is what is learnt from and told.

    Source:
        DriveMoE (arXiv 2505.16278), section 4: the token-level router of the ablation.
    """

    def forward(self, tokens_BLD: Tensor) -> SkillRouting:
        """Decide for each token, and say what all of them together prefer.

        Args:
            tokens_BLD: As for ``SkillRouter``.

        Returns:
            The decision of the mean scores, which no expert obeys, and with it the one of every token, in ``tokens``.
        """
        logits_BLE = self.router_linear(tokens_BLD).float() / self.temperature.float().abs()
        common = choose_skills(logits_BLE.mean(1), self.experts_per_trajectory, self.gradient_scale)
        own = choose_skills(logits_BLE.flatten(0, 1), self.experts_per_trajectory, self.gradient_scale)
        return dataclasses.replace(common, tokens=own)


def choose_skills(logits_BE: Tensor, count: int, gradient_scale: float) -> SkillRouting:
    """Keep the ``count`` best skills and renormalise their probabilities.

    Args:
        logits_BE: Router scores.
        count: Number K of skills to keep, 1 to E.
        gradient_scale: Factor on the gradient that flows back through the weights, unitless.

    Returns:
        The decision in float32.
    """
    probabilities_BE = logits_BE.float().softmax(-1)
    top_BK, indices_BK = probabilities_BE.topk(count, dim=-1)
    weights_BK = top_BK / top_BK.sum(-1, keepdim=True)
    if weights_BK.requires_grad:
        weights_BK = scale_gradient(weights_BK, gradient_scale)
    return SkillRouting(logits_BE, probabilities_BE, weights_BK, indices_BK)


def scale_gradient(x: Tensor, scale: float) -> Tensor:
    """Return ``x`` unchanged, with ``scale`` times its gradient on the way back."""
    scaled = x * scale
    return scaled + (x - scaled).detach()
