"""What a stage does: losses, learning rates, which weights learn, and where the view comes from.

Source: docs/model.md 12 and 16; DriveMoE (arXiv 2505.16278), section 3.4.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import torch

from drivemoe_ros.data.cameras import CANDIDATE_VIEWS
from drivemoe_ros.data.skills import SKILL_NAMES
from drivemoe_ros.training.losses import LossSettings, class_weights
from drivemoe_ros.training.statistics import count_labels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor, nn

    from drivemoe_ros.policy.model import DrivingModel
    from drivemoe_ros.training.settings import NetworkSettings, OptimizerSettings, StageSettings, TrainingSettings
    from drivemoe_ros.training.shards import ShardReader

# Everything that belongs to pictures, text and the choice of a view; the rest is ego history and actions.
VLM_PARTS = (
    "embed_tokens",
    "vision_tower",
    "multi_modal_projector",
    "joint_model.mixtures.vlm",
    "camera_router",
    "view_embeddings",
)


@dataclass(frozen=True)
class Stage:
    """One stage of training.

    Attributes:
        number: 1 or 2.
        settings: Its settings.
        view_source: Whose view is looked at.
        steps: How many steps it takes.
        losses: Its losses.
    """

    number: int
    settings: StageSettings
    view_source: Literal["label", "router"]
    steps: int
    losses: LossSettings


def plan_stages(settings: TrainingSettings, shards: Sequence[ShardReader]) -> tuple[Stage, ...]:
    """Plan the stages that have samples to train on.

    Args:
        settings: All settings.
        shards: The training set, whose labels weigh the classes.

    Returns:
        Stages in order.
    """
    views, skills = count_labels(shards)
    stages = []
    kinds: list[tuple[int, StageSettings, Literal["label", "router"]]]
    kinds = [(1, settings.stage1, "label"), (2, settings.stage2, "router")]
    for number, stage, view_source in kinds:
        steps = math.ceil(stage.samples / settings.optimizer.batch_size)
        losses = LossSettings(
            view_weight=stage.view_weight,
            skill_weight=stage.skill_weight,
            flow_weight=settings.optimizer.flow_weight,
            focal_gamma=settings.optimizer.focal_gamma,
            view_alpha=_present_weights([views[name] for name in CANDIDATE_VIEWS], stage.class_balance),
            skill_alpha=_present_weights([skills[name] for name in SKILL_NAMES], stage.class_balance),
        )
        if steps:
            stages.append(Stage(number, stage, view_source, steps, losses))
    return tuple(stages)


def learning_rate(stage: Stage, step: int) -> float:
    """Return the learning rate of a step: a linear rise, then half a cosine down, then the lowest.

    Args:
        stage: The stage.
        step: Step of the stage, from 0.

    Returns:
        The rate before the groups' factors.

    Source:
        Cosine annealing (arXiv 1608.03983); docs/model.md 16.
    """
    values = stage.settings
    if step < values.warm_up:
        return values.rate * (step + 1) / values.warm_up
    length = max(1, (values.cycle or stage.steps) - values.warm_up)
    share = min(1.0, (step - values.warm_up) / length)
    lowest = min(values.min_rate, values.rate)
    return lowest + (values.rate - lowest) * 0.5 * (1.0 + math.cos(math.pi * share))


def freeze(model: DrivingModel, settings: NetworkSettings) -> None:
    """Say which weights learn.

    Args:
        model: The network.
        settings: What to keep as it is.
    """
    model.requires_grad_(requires_grad=True)
    kept: list[nn.Module] = []
    if settings.freeze_text:
        kept.append(model.embed_tokens)
    if settings.freeze_vision:
        kept += [model.vision_tower, model.multi_modal_projector]
    if settings.freeze_vlm:
        kept.append(model.joint_model.mixtures.vlm)
    for part in kept:
        part.requires_grad_(requires_grad=False)


def make_optimizer(model: nn.Module, settings: OptimizerSettings) -> torch.optim.AdamW:
    """Make one optimizer with a group for each of the release's two.

    AdamW treats every weight by itself, so that two groups of one optimizer take the very steps of two optimizers.

    Args:
        model: The network.
        settings: Rates and decay.

    Returns:
        The optimizer; each group's ``factor`` multiplies the stage's rate.
    """
    learning = [(name, weight) for name, weight in model.named_parameters() if weight.requires_grad]
    vlm = [weight for name, weight in learning if _is_vlm(name)]
    action = [weight for name, weight in learning if not _is_vlm(name)]
    groups: list[dict[str, Any]] = [
        {"params": weights, "factor": factor}
        for weights, factor in ((vlm, settings.vlm_rate), (action, settings.action_rate))
        if weights
    ]
    return torch.optim.AdamW(
        groups, lr=0.0, betas=(settings.beta_1, settings.beta_2), weight_decay=settings.weight_decay, fused=True
    )


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """Set the rate of every group by its factor."""
    for group in optimizer.param_groups:
        group["lr"] = rate * group["factor"]


def _present_weights(counts: Sequence[int], balance: float) -> Tensor:
    """Weigh the classes that occur; the others get no weight, and take none from those."""
    weights_C = torch.zeros(len(counts))
    present = [index for index, count in enumerate(counts) if count]
    weights_C[present] = class_weights([counts[index] for index in present], balance)
    return weights_C


def _is_vlm(name: str) -> bool:
    return any(f"{part}." in f"{name}." for part in VLM_PARTS)
