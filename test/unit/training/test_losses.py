"""Loss terms against their formulas."""

import math

import pytest
import torch

from drivemoe_ros.policy.batch import TrainingOutput
from drivemoe_ros.training.losses import LossSettings, class_weights, focal_loss, training_losses

SETTINGS = LossSettings(
    view_weight=10.0,
    skill_weight=5.0,
    flow_weight=1.0,
    focal_gamma=2.0,
    view_alpha=class_weights([1, 3]),
    skill_alpha=class_weights([1, 1]),
)


def test_class_weights_are_inverse_frequencies() -> None:
    assert class_weights([1, 3]).tolist() == pytest.approx([0.75, 0.25])
    assert class_weights([1, 4], balance=0.5).tolist() == pytest.approx([2 / 3, 1 / 3])
    assert class_weights([1, 4], balance=0.0).tolist() == [0.5, 0.5]


def test_focal_loss_follows_its_formula() -> None:
    logits, alpha = torch.tensor([[1.0, -1.0], [0.5, 0.25]]), torch.tensor([0.75, 0.25])
    labels = torch.tensor([0, 1])
    expected = 0.0
    for row, label in zip(logits.tolist(), labels.tolist(), strict=True):
        right = math.exp(row[label]) / sum(math.exp(score) for score in row)
        expected -= alpha[label].item() * (1.0 - right) ** 2 * math.log(right) / 2
    assert focal_loss(logits, labels, alpha, 2.0).item() == pytest.approx(expected, rel=1e-6)


def test_a_sure_and_right_router_has_no_loss() -> None:
    loss = focal_loss(torch.tensor([[80.0, 0.0]]), torch.tensor([0]), torch.ones(2), 2.0)
    assert loss.item() == pytest.approx(0.0, abs=1e-9)


def test_the_total_is_the_sum_of_the_weighted_terms() -> None:
    output = TrainingOutput(torch.ones(1, 10, 2), torch.zeros(1, 10, 2), torch.zeros(1, 2), torch.zeros(1, 2))
    losses = training_losses(output, torch.tensor([1]), torch.tensor([0]), SETTINGS)
    term = 0.25 * math.log(2.0)
    assert losses.flow.item() == pytest.approx(1.0)
    assert losses.view.item() == pytest.approx(10.0 * 0.25 * term, rel=1e-5)
    assert losses.skill.item() == pytest.approx(5.0 * 0.5 * term, rel=1e-5)
    assert losses.total.item() == pytest.approx((losses.flow + losses.view + losses.skill).item())


def test_a_system_without_routers_has_the_flow_term_only() -> None:
    output = TrainingOutput(torch.ones(1, 10, 2), torch.zeros(1, 10, 2), None, None)
    losses = training_losses(output, torch.tensor([0]), torch.tensor([0]), SETTINGS)
    assert losses.total.item() == losses.flow.item() == pytest.approx(1.0)
    assert losses.view.item() == losses.skill.item() == 0.0
