"""Every reference number of test/data/golden: outputs, stage 1 losses and gradient norms."""

import pytest
import torch

from drivemoe_ros.training.losses import Losses, LossSettings, class_weights, training_losses

from .golden import KINDS, NAMES, GoldenCase, golden_case

VIEW_COUNTS = [35105, 8865, 161717, 13671, 5990]
SKILL_COUNTS = [13304, 1036, 29921, 12064, 5200, 45332, 118491]
TOLERANCE = 1e-5


@pytest.fixture(params=[(name, kind) for name in NAMES for kind in KINDS], ids="-".join)
def case(request: pytest.FixtureRequest) -> GoldenCase:
    torch.set_num_threads(1)
    return golden_case(*request.param)


def assert_close(actual: torch.Tensor | None, expected: torch.Tensor) -> None:
    assert actual is not None
    # Scores reach 27, where a float32 ends after 2e-6: another order of sums may cost a few of those.
    torch.testing.assert_close(actual, expected, rtol=5e-7, atol=TOLERANCE)


def test_planning_gives_the_reference_outputs(case: GoldenCase) -> None:
    result = case.model.forward_inference(case.batch)
    assert_close(result.prefix.embedding_BLD, case.tensors["prefix_embedding"])
    assert_close(result.view_logits_BV, case.tensors["view_logits"])
    assert_close(result.flow.skill_logits_SBE, case.tensors["skill_logits_per_step"])
    assert_close(result.flow.trajectory_BHA, case.tensors["trajectory_clipped"])
    assert_close(result.flow.unclipped_BHA, case.tensors["trajectory_unclipped"])


def reference_losses(case: GoldenCase) -> Losses:
    weights = case.loss_weights
    settings = LossSettings(
        view_weight=weights["view_router"],
        skill_weight=weights["skill_router"],
        flow_weight=weights["flow"],
        focal_gamma=weights["focal_gamma"],
        view_alpha=class_weights(VIEW_COUNTS),
        skill_alpha=class_weights(SKILL_COUNTS),
    )
    output = case.model.forward_training(case.training_batch, view_source="label")
    return training_losses(output, case.tensors["view_label"], case.tensors["skill_label"], settings)


def test_stage_one_gives_the_reference_losses(case: GoldenCase) -> None:
    losses = reference_losses(case)
    expected = {
        "total": losses.total,
        "flow": losses.flow,
        "camera_weighted": losses.view,
        "skill_weighted": losses.skill,
    }
    for name, value in expected.items():
        assert value.item() == pytest.approx(case.losses[name], abs=TOLERANCE, rel=TOLERANCE)


def test_stage_one_gives_the_reference_gradients(case: GoldenCase) -> None:
    torch.autograd.backward(reference_losses(case).total)
    parameters = dict(case.model.named_parameters())
    for name, norm in case.losses["grad_norm"].items():
        gradient = parameters[name].grad
        assert gradient is not None
        assert gradient.norm().item() == pytest.approx(norm, rel=1e-4)
