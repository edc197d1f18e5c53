"""A bank of feed-forward experts: shared ones that always run and skills of which a trajectory uses a few.

Shape legend: B batch, L tokens, D width, K chosen skills.
"""

from typing import Protocol

import torch
from torch import Tensor, nn

from drivemoe_ros.policy.configuration import SkillSizes
from drivemoe_ros.policy.layers import GatedMLP
from drivemoe_ros.policy.skill_router import SkillRouting


class ActionFeedForward(Protocol):
    """What an action layer needs of its feed-forward part, dense or routed."""

    def __call__(self, x_BLD: Tensor, routing: SkillRouting | None) -> Tensor:
        """Map tokens (B, L, D) to (B, L, D) under the routing in force, if any."""


class DenseFeedForward(GatedMLP):
    """A gated feed-forward layer that ignores the routing."""

    def forward(self, x: Tensor, routing: SkillRouting | None = None) -> Tensor:  # noqa: ARG002
        """Map tokens (B, L, D) to (B, L, D)."""
        return super().forward(x)


class ExpertBank(nn.Module):
    """Shared experts with weight one plus the weighted sum of the chosen skill experts.

    The routing names experts by index for a whole trajectory, so a fused kernel may take this class's place
    by reading ``routing.indices_BK`` and ``routing.weights_BK`` on the device.

    Source:
        DriveMoE (arXiv 2505.16278), section 3.3; docs/model.md 11.
    """

    def __init__(self, width: int, hidden: int, sizes: SkillSizes) -> None:
        """Make the experts, all alike in shape, for tokens of ``width``."""
        super().__init__()
        self.shared_experts = nn.ModuleList(GatedMLP(width, hidden) for _ in range(sizes.shared_experts))
        self.skill_experts = nn.ModuleList(GatedMLP(width, hidden) for _ in range(sizes.skill_experts))

    def forward(self, x_BLD: Tensor, routing: SkillRouting) -> Tensor:
        """Run the experts.

        Args:
            x_BLD: Normed action tokens.
            routing: The decision for each trajectory of the batch.

        Returns:
            Tokens (B, L, D): sum of the shared experts and of the chosen skills times their weights.
        """
        if routing.tokens is not None:
            return self._run(x_BLD.flatten(0, 1)[:, None], routing.tokens).view_as(x_BLD)
        return self._run(x_BLD, routing)

    def _run(self, x_BLD: Tensor, routing: SkillRouting) -> Tensor:
        summed_BLD = sum((expert(x_BLD) for expert in self.shared_experts), start=torch.zeros_like(x_BLD))
        weights_BE = torch.zeros_like(routing.probabilities_BE).scatter(1, routing.indices_BK, routing.weights_BK)
        weights_BE11 = weights_BE.to(x_BLD.dtype)[..., None, None]
        for index, rows in _rows_by_expert(routing.indices_BK):
            expert = self.skill_experts[index]
            if len(rows) == len(x_BLD):
                summed_BLD = summed_BLD + expert(x_BLD) * weights_BE11[:, index]
            else:
                chosen = torch.tensor(rows, device=x_BLD.device)
                skilled = expert(x_BLD[chosen]) * weights_BE11[chosen, index]
                summed_BLD = summed_BLD.index_add(0, chosen, skilled)
        return summed_BLD


def _rows_by_expert(indices_BK: Tensor) -> list[tuple[int, list[int]]]:
    """Return, in the order of experts, the rows of the batch where each was chosen."""
    rows: dict[int, list[int]] = {}
    for row, chosen in enumerate(indices_BK.tolist()):
        for index in chosen:
            rows.setdefault(index, []).append(row)
    return sorted(rows.items())
