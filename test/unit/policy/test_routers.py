"""View and skill routers and the expert bank."""

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch.testing import assert_close

from drivemoe_ros.errors import PolicyError
from drivemoe_ros.policy.configuration import SkillSizes
from drivemoe_ros.policy.experts import ExpertBank
from drivemoe_ros.policy.skill_router import SkillRouter, choose_skills, scale_gradient
from drivemoe_ros.policy.view_router import sample_view, select_view

SKILLS = SkillSizes(moe_layers=4, shared_experts=1, skill_experts=7, experts_per_trajectory=3)
scores = st.lists(st.floats(-50, 50, width=32), min_size=5, max_size=5)
masks = st.lists(st.booleans(), min_size=5, max_size=5)


@given(scores, masks)
@settings(max_examples=200)
def test_the_best_available_view_is_chosen(row: list[float], mask: list[bool]) -> None:
    assume(any(mask))
    index = int(select_view(torch.tensor([row]), torch.tensor([mask]))[0])
    assert mask[index]
    assert row[index] == max(score for score, usable in zip(row, mask, strict=True) if usable)


def test_no_view_at_all_is_an_error() -> None:
    with pytest.raises(PolicyError, match="None of the 5 views"):
        select_view(torch.zeros(1, 5), torch.zeros(1, 5, dtype=torch.bool))


def test_a_score_that_is_not_a_number_is_an_error() -> None:
    with pytest.raises(PolicyError, match="not finite"):
        select_view(torch.tensor([[0.0, float("nan")]]), torch.ones(1, 2, dtype=torch.bool))


def test_a_mask_of_another_shape_is_an_error() -> None:
    with pytest.raises(PolicyError, match="view mask"):
        select_view(torch.zeros(1, 5), torch.ones(1, 4, dtype=torch.bool))


def test_drawn_views_are_one_hot_follow_the_scores_and_carry_a_gradient() -> None:
    logits = torch.tensor([[2.0, 0.0, -8.0]]).repeat(4000, 1).requires_grad_()
    drawn = sample_view(logits, torch.Generator().manual_seed(0))
    assert_close(drawn.detach().sum(-1), torch.ones(4000))
    assert_close(drawn.detach().mean(0), torch.tensor([2.0, 0.0, -8.0]).softmax(-1), rtol=0.0, atol=0.03)
    torch.autograd.backward(drawn[:, 0].sum())
    assert logits.grad is not None
    assert logits.grad.abs().sum() > 0


@given(st.lists(st.integers(-30, 30), min_size=7, max_size=7), st.integers(1, 7))
@settings(max_examples=200)
def test_the_best_skills_share_a_weight_of_one(row: list[int], count: int) -> None:
    routing = choose_skills(torch.tensor([row]).float(), count, gradient_scale=0.25)
    assert routing.weights_BK.sum().item() == pytest.approx(1.0, abs=1e-5)
    kept = sorted((row[index] for index in routing.indices_BK[0].tolist()), reverse=True)
    assert kept == sorted(row, reverse=True)[:count]


def test_the_sign_of_the_temperature_does_not_matter() -> None:
    torch.manual_seed(0)
    router, tokens = SkillRouter(16, SKILLS), torch.randn(2, 10, 16)
    with torch.no_grad():
        router.temperature.fill_(0.5)
        positive = router(tokens).logits_BE
        router.temperature.fill_(-0.5)
        assert torch.equal(router(tokens).logits_BE, positive)


def test_scaled_gradient_leaves_the_value_alone() -> None:
    x = torch.tensor([0.3, -2.0], requires_grad=True)
    y = scale_gradient(x, 0.25)
    torch.autograd.backward(y.sum())
    assert_close(y.detach(), x.detach())
    assert_close(x.grad, torch.full((2,), 0.25))


def test_the_bank_sums_shared_and_weighted_skills() -> None:
    torch.manual_seed(1)
    bank, tokens = ExpertBank(16, 32, SKILLS), torch.randn(4, 10, 16)
    routing = choose_skills(torch.randn(4, 7), 3, gradient_scale=1.0)
    with torch.no_grad():
        mixed = bank(tokens, routing)
        for row in range(4):
            expected = bank.shared_experts[0](tokens[row])
            for weight, index in zip(routing.weights_BK[row], routing.indices_BK[row], strict=True):
                expected = expected + weight * bank.skill_experts[int(index)](tokens[row])
            assert_close(mixed[row], expected, rtol=0.0, atol=1e-5)
