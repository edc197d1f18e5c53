"""The network with its losses as one module, which is what distributed training wraps.

Shape legend: B batch, R rows of the flow, C classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor, nn

from drivemoe_ros.training.losses import training_losses

if TYPE_CHECKING:
    from drivemoe_ros.policy.batch import InferenceResult, TrainingBatch
    from drivemoe_ros.policy.model import DrivingModel
    from drivemoe_ros.training.recipe import Stage


class StepResult(NamedTuple):
    """What a step tells.

    Attributes:
        total: Loss to go down.
        terms: Each term by name, without gradient.
    """

    total: Tensor
    terms: dict[str, Tensor]


class Learner(nn.Module):
    """Calls the network's training or planning pass; every wrapper enters through ``forward``."""

    def __init__(self, network: DrivingModel) -> None:
        """Wrap a network."""
        super().__init__()
        self.network = network

    def forward(self, batch: TrainingBatch, stage: Stage | None) -> StepResult | InferenceResult:
        """Compute the losses of a stage, or plan.

        Args:
            batch: On the network's device.
            stage: The stage; None plans with the routers' own choices.

        Returns:
            Losses, or the plans.
        """
        if stage is None:
            return self.network.forward_inference(batch.inputs)
        output = self.network.forward_training(batch, view_source=stage.view_source)
        losses = training_losses(output, batch.view_label_B, batch.skill_label_B, stage.losses)
        terms = {"total": losses.total.detach(), "flow": losses.flow.detach()}
        if output.view_logits_BV is not None:
            terms["view"] = losses.view.detach()
            terms["view accuracy"] = _accuracy(output.view_logits_BV, batch.view_label_B)
        if output.skill_logits_RE is not None:
            terms["skill"] = losses.skill.detach()
            terms["skill accuracy"] = _accuracy(output.skill_logits_RE, batch.skill_label_B)
        return StepResult(losses.total, terms)


def _accuracy(logits_RC: Tensor, label_B: Tensor) -> Tensor:
    with torch.no_grad():
        return (logits_RC.argmax(-1).view(len(label_B), -1) == label_B[:, None]).float().mean()
