"""Losses of both training stages: flow velocity, view choice, skill choice.

Shape legend: B batch, R rows of the flow (B times its draws), C classes, V views, E skills, H horizon, A actions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from drivemoe_ros.policy.batch import TrainingOutput


@dataclass(frozen=True)
class LossSettings:
    """Weights of the terms, focal exponent and the class weights, all unitless."""

    view_weight: float
    skill_weight: float
    flow_weight: float
    focal_gamma: float
    # (C,) weight of each view and each skill; see class_weights
    view_alpha: Tensor
    skill_alpha: Tensor


@dataclass(frozen=True)
class Losses:
    """The weighted terms and their sum, scalars."""

    total: Tensor
    flow: Tensor
    view: Tensor
    skill: Tensor


def class_weights(counts: Sequence[int], balance: float = 1.0) -> Tensor:
    """Weigh classes against how often they occur.

    Args:
        counts: Number of training samples of each class, > 0.
        balance: Exponent of the inverse frequency: 1 gives every class the same say, 0 every sample.

    Returns:
        (C,) float32, sums to 1.

    Source:
        docs/model.md 12.
    """
    inverse = torch.tensor(counts, dtype=torch.float64) ** -balance
    return (inverse / inverse.sum()).float()


def focal_loss(logits_BC: Tensor, label_B: Tensor, alpha_C: Tensor, gamma: float) -> Tensor:
    """Cross-entropy that dwells on hard and rare samples.

    Args:
        logits_BC: Scores before the softmax.
        label_B: Right class, int64.
        alpha_C: Weight of each class.
        gamma: Exponent; 0 gives a weighted cross-entropy.

    Returns:
        Mean over the batch of alpha (1 - p)^gamma CE; the weights are not divided out.

    Source:
        Focal loss (arXiv 1708.02002), equation 5; docs/model.md 12.
    """
    entropy_B = functional.cross_entropy(logits_BC, label_B, reduction="none")
    missing_B = 1.0 - torch.exp(-entropy_B)
    return (alpha_C.to(entropy_B.device)[label_B] * missing_B**gamma * entropy_B).mean()


def training_losses(
    output: TrainingOutput, view_label_B: Tensor, skill_label_B: Tensor, settings: LossSettings
) -> Losses:
    """Sum the terms of one batch; a system without a router has no term for it.

    Args:
        output: What ``DrivingModel.forward_training`` returned.
        view_label_B: Right view, int64.
        skill_label_B: Right skill, int64.
        settings: Weights; 10, 10, 1 in stage 1 and 5, 5, 1 in stage 2 of the release.

    Returns:
        Each term times its weight, and the sum.

    Source:
        DriveMoE (arXiv 2505.16278), section 3.4; docs/model.md 12.
    """
    flow = settings.flow_weight * functional.mse_loss(output.velocity_RHA, output.target_velocity_RHA)
    view, skill = torch.zeros_like(flow), torch.zeros_like(flow)
    if output.view_logits_BV is not None:
        loss = focal_loss(output.view_logits_BV, view_label_B, settings.view_alpha, settings.focal_gamma)
        view = settings.view_weight * loss
    if output.skill_logits_RE is not None:
        label_R = skill_label_B.repeat_interleave(len(output.skill_logits_RE) // len(skill_label_B))
        loss = focal_loss(output.skill_logits_RE, label_R, settings.skill_alpha, settings.focal_gamma)
        skill = settings.skill_weight * loss
    return Losses(flow + view + skill, flow, view, skill)
