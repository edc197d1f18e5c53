"""View router: which of the side and rear cameras to look at, from the front picture and the goal.

Shape legend: B batch, L tokens of a picture, D vlm width, V views.
"""

import torch
from torch import Tensor, nn

from drivemoe_ros.errors import PolicyError
from drivemoe_ros.policy.configuration import ViewRouterSizes

DROPOUT = 0.1


class ViewRouter(nn.Module):
    """One learned query attends to the goal and the front picture and is classified into views.

    Source:
        DriveMoE (arXiv 2505.16278), section 3.2; docs/model.md 10.
    """

    def __init__(self, width: int, sizes: ViewRouterSizes) -> None:
        """Make the router for picture tokens of ``width``."""
        super().__init__()
        self.router_query = nn.Parameter(torch.zeros(1, 1, width))
        self.waypoint_projector = nn.Sequential(
            nn.Linear(2, sizes.goal_hidden), nn.ReLU(), nn.Linear(sizes.goal_hidden, width)
        )
        self.cross_attn = nn.MultiheadAttention(width, sizes.heads, batch_first=True)
        self.ln = nn.LayerNorm(width)
        self.mlp = nn.Sequential(
            nn.Linear(width, width // 2), nn.ReLU(), nn.Dropout(DROPOUT), nn.Linear(width // 2, sizes.views)
        )

    def forward(self, front_BLD: Tensor, goal_B2: Tensor) -> Tensor:
        """Score the views.

        Args:
            front_BLD: Tokens of the present front picture, after projector and scaling, without view embedding.
            goal_B2: Normalised goal point, CARLA frame (x forward, y right).

        Returns:
            Scores before the softmax, (B, V) float32.
        """
        goal_B1D = self.waypoint_projector(goal_B2.to(front_BLD.dtype))[:, None]
        context_BLD = torch.cat([goal_B1D, front_BLD], dim=1)
        query_B1D = self.router_query.expand(len(front_BLD), -1, -1)
        attended_B1D, _ = self.cross_attn(query_B1D, context_BLD, context_BLD, need_weights=False)
        logits_BV: Tensor = self.mlp(self.ln(attended_B1D[:, 0]))
        return logits_BV.float()


def select_view(logits_BV: Tensor, available_BV: Tensor) -> Tensor:
    """Choose the best view among those that have a picture.

    Args:
        logits_BV: Router scores.
        available_BV: True where the view may be chosen, bool.

    Returns:
        Index of the chosen view, (B,) int64; ties go to the lowest index.

    Raises:
        PolicyError: If the shapes differ, a score is not finite, or a row has no view to choose from.
    """
    if available_BV.shape != logits_BV.shape or available_BV.dtype != torch.bool:
        msg = f"The view mask must be bool of shape {tuple(logits_BV.shape)}, not {tuple(available_BV.shape)}."
        raise PolicyError(msg)
    if not bool(available_BV.any(-1).all()):
        msg = f"None of the {logits_BV.shape[-1]} views is available; wait for a side or rear camera."
        raise PolicyError(msg)
    if not bool(logits_BV.isfinite().all()):
        msg = "The view router returned a score that is not finite; check the checkpoint and the pictures."
        raise PolicyError(msg)
    return logits_BV.masked_fill(~available_BV, -torch.inf).argmax(-1)


def sample_view(logits_BV: Tensor, generator: torch.Generator | None) -> Tensor:
    """Draw one view a row for training: one-hot forward, softmax gradient backward.

    Args:
        logits_BV: Router scores.
        generator: Source of the draw, on the CPU; the global one when None.

    Returns:
        (B, V) float32, exactly one-hot in value.

    Source:
        Gumbel-softmax (arXiv 1611.01144), straight-through with temperature 1; docs/model.md 10, stage 2.
    """
    uniform = torch.rand(logits_BV.shape, generator=generator).clamp_min(torch.finfo(torch.float32).tiny)
    gumbel = -torch.log(-torch.log(uniform)).to(logits_BV.device)
    soft_BV = (logits_BV + gumbel).softmax(-1)
    hard_BV = torch.zeros_like(soft_BV).scatter(-1, soft_BV.argmax(-1, keepdim=True), 1.0)
    return hard_BV + soft_BV - soft_BV.detach()
