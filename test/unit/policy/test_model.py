"""The assembled network: stages, batches, determinism, both systems."""

import dataclasses
from typing import Literal

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from drivemoe_ros.errors import PolicyError
from drivemoe_ros.policy.batch import ModelBatch
from drivemoe_ros.policy.model import DrivingModel

from .networks import mini, random_batch, random_training_batch, rows_of

SYSTEMS = ["drivemoe", "drivepi0"]
TOLERANCE = 1e-5


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_plan_has_the_promised_shape_and_stays_in_the_clip(system: str) -> None:
    checkpoint = mini(system)
    batch = random_batch(checkpoint, rows=3)
    limit = checkpoint.model.sizes.flow.trajectory_clip
    batch = dataclasses.replace(batch, noise_BHA=2.0 * limit * batch.noise_BHA)
    flow = checkpoint.model.forward_inference(batch).flow
    assert flow.trajectory_BHA.shape == (3, 10, 2)
    assert flow.unclipped_BHA.isfinite().all()
    assert flow.unclipped_BHA.abs().max() > limit
    assert_close(flow.trajectory_BHA, flow.unclipped_BHA.clamp(-limit, limit), rtol=0.0, atol=0.0)


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_same_input_gives_the_same_bits(system: str) -> None:
    checkpoint = mini(system)
    batch = random_batch(checkpoint, rows=2)
    first = checkpoint.model.forward_inference(batch).flow.unclipped_BHA
    second = checkpoint.model.forward_inference(batch).flow.unclipped_BHA
    assert torch.equal(first, second)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_row_does_not_depend_on_its_batch(system: str) -> None:
    checkpoint = mini(system)
    batch = random_batch(checkpoint, rows=5)
    together = checkpoint.model.forward_inference(batch)
    for row in range(5):
        alone = checkpoint.model.forward_inference(rows_of(batch, slice(row, row + 1)))
        assert_close(alone.flow.unclipped_BHA[0], together.flow.unclipped_BHA[row], rtol=0.0, atol=TOLERANCE)


def test_the_stages_give_what_one_call_gives() -> None:
    checkpoint = mini("drivemoe")
    model, batch = checkpoint.model, random_batch(checkpoint, rows=1)
    with torch.no_grad():
        front = model.encode_images(batch.images_BN3HW[0, :2])
        scores = model.view_scores(front[:1], batch.goal_B2)
        index = scores.argmax(-1)
        view = model.encode_images(batch.images_BN3HW[0, 2 + index])
        prefix = model.build_prefix([front[:1], front[1:], view], index, batch.input_ids_BL, batch.attention_mask_BL)
        flow = model.sample(model.prefill(prefix, batch.proprio_BTP), batch.noise_BHA)
    whole = model.forward_inference(batch)
    assert_close(scores, whole.view_logits_BV, rtol=0.0, atol=TOLERANCE)
    assert_close(flow.unclipped_BHA, whole.flow.unclipped_BHA, rtol=0.0, atol=TOLERANCE)


def test_a_view_without_picture_is_never_looked_at() -> None:
    checkpoint = mini("drivemoe")
    batch = random_batch(checkpoint, rows=4)
    best = checkpoint.model.forward_inference(batch).view_index_B
    assert best is not None
    available = torch.ones(4, 5, dtype=torch.bool)
    available[torch.arange(4), best] = False
    result = checkpoint.model.forward_inference(batch, available)
    assert result.view_logits_BV is not None
    assert result.view_index_B is not None
    second = result.view_logits_BV.argsort(-1, descending=True)[:, 1]
    assert torch.equal(result.view_index_B, second)


def test_only_the_chosen_view_changes_the_plan() -> None:
    checkpoint = mini("drivemoe")
    batch = random_batch(checkpoint, rows=1)
    plan = checkpoint.model.forward_inference(batch)
    assert plan.view_index_B is not None
    chosen = 2 + int(plan.view_index_B[0])
    for picture in range(2, 7):
        images = batch.images_BN3HW.clone()
        images[:, picture] = 0
        changed = checkpoint.model.forward_inference(dataclasses.replace(batch, images_BN3HW=images))
        same = torch.equal(changed.flow.unclipped_BHA, plan.flow.unclipped_BHA)
        assert same == (picture != chosen)


def test_masked_tokens_do_not_influence_the_plan() -> None:
    checkpoint = mini("drivemoe")
    model, batch = checkpoint.model, random_batch(checkpoint, rows=1)
    mask = batch.attention_mask_BL.clone()
    tokens = checkpoint.manifest.sizes.vision.tokens_per_image
    mask[:, 2 * tokens : 3 * tokens] = 0
    plans = []
    with torch.no_grad():
        front = model.encode_images(batch.images_BN3HW[0, :2])
        for value in (0.0, 3.0):
            pictures = [front[:1], front[1:], torch.full_like(front[:1], value)]
            prefix = model.build_prefix(pictures, torch.tensor([0]), batch.input_ids_BL, mask)
            plans.append(model.sample(model.prefill(prefix, batch.proprio_BTP), batch.noise_BHA).unclipped_BHA)
    assert torch.equal(plans[0], plans[1])


def test_pixels_may_come_as_bytes_or_scaled() -> None:
    checkpoint = mini("drivemoe")
    pixels = random_batch(checkpoint, rows=1).images_BN3HW[0]
    scaled = (pixels.float() / 255.0 - 0.5) / 0.5
    with torch.no_grad():
        assert_close(
            checkpoint.model.encode_images(pixels), checkpoint.model.encode_images(scaled), rtol=0.0, atol=TOLERANCE
        )


def test_a_picture_of_another_size_is_refused() -> None:
    with pytest.raises(PolicyError, match="84, 84"):
        mini("drivemoe").model.encode_images(torch.zeros(1, 3, 64, 84, dtype=torch.uint8))


def test_a_dense_network_has_no_routers() -> None:
    checkpoint = mini("drivepi0")
    result = checkpoint.model.forward_inference(random_batch(checkpoint, rows=2))
    assert result.view_logits_BV is None
    assert result.flow.routing == ()
    assert result.flow.skill_logits_SBE.numel() == 0
    with pytest.raises(PolicyError, match="no view scores"):
        checkpoint.model.view_scores(torch.zeros(1, 36, 128), torch.zeros(1, 2))


def test_the_wrong_number_of_pictures_is_refused() -> None:
    checkpoint = mini("drivemoe")
    batch = random_batch(checkpoint, rows=1)
    tokens = torch.zeros(1, 36, 128)
    with pytest.raises(PolicyError, match="give 3 with a view index"):
        checkpoint.model.build_prefix([tokens, tokens], None, batch.input_ids_BL, batch.attention_mask_BL)


def test_every_flow_step_reports_a_full_decision() -> None:
    checkpoint = mini("drivemoe")
    flow = checkpoint.model.forward_inference(random_batch(checkpoint, rows=2)).flow
    assert len(flow.routing) == 10
    for routing in flow.routing:
        assert_close(routing.probabilities_BE.sum(-1), torch.ones(2))
        assert_close(routing.weights_BK.sum(-1), torch.ones(2))
        assert routing.indices_BK.shape == (2, 3)


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("source", ["label", "router"])
def test_training_reaches_the_picture_encoder(system: str, source: Literal["label", "router"]) -> None:
    checkpoint = mini(system)
    batch = random_training_batch(checkpoint, rows=3)
    generator = torch.Generator().manual_seed(5)
    output = checkpoint.model.forward_training(batch, view_source=source, generator=generator)
    torch.autograd.backward(output.velocity_RHA.square().mean())
    gradient = checkpoint.model.multi_modal_projector.linear.weight.grad
    assert gradient is not None
    assert gradient.norm() > 0


@pytest.mark.parametrize("system", SYSTEMS)
def test_several_draws_of_the_flow_are_what_single_draws_would_be(system: str) -> None:
    checkpoint = mini(system)
    model = checkpoint.model.eval()
    batch = random_training_batch(checkpoint, rows=3, draws=2)
    together = model.forward_training(batch, view_source="label")
    for draw in range(2):
        only = slice(draw, draw + 1)
        single = dataclasses.replace(
            batch, noise_BKHA=batch.noise_BKHA[:, only], flow_time_BK=batch.flow_time_BK[:, only]
        )
        alone = model.forward_training(single, view_source="label")
        assert_close(together.velocity_RHA[draw::2], alone.velocity_RHA)
        assert_close(together.target_velocity_RHA[draw::2], alone.target_velocity_RHA)
        if together.skill_logits_RE is not None:
            assert_close(together.skill_logits_RE[draw::2], alone.skill_logits_RE)


def test_in_stage_two_the_plan_trains_the_view_router() -> None:
    checkpoint = mini("drivemoe")
    batch = random_training_batch(checkpoint, rows=3)
    norms = {}
    sources: tuple[Literal["label", "router"], ...] = ("label", "router")
    for source in sources:
        checkpoint.model.zero_grad()
        generator = torch.Generator().manual_seed(5)
        output = checkpoint.model.forward_training(batch, view_source=source, generator=generator)
        torch.autograd.backward(output.velocity_RHA.square().mean())
        router = checkpoint.model.camera_router
        assert router is not None
        gradient = router.router_query.grad
        norms[source] = 0.0 if gradient is None else float(gradient.norm())
    assert norms["label"] == 0.0
    assert norms["router"] > 0.0


class EncodesAllViewsWithGradient(DrivingModel):
    """Takes the long way through stage 2."""

    def _mixed_view(self, batch: ModelBatch, one_hot_BV: Tensor) -> Tensor:
        candidates = batch.images_BN3HW[:, 2:]
        tokens_NMD = self.encode_images(candidates.flatten(0, 1))
        marked = tokens_NMD.view(*one_hot_BV.shape, *tokens_NMD.shape[1:]) + self.view_embeddings.weight[None, :, None]
        return torch.einsum("bv,bvmd->bmd", one_hot_BV, marked)


def test_sparing_the_views_that_were_not_drawn_changes_no_gradient() -> None:
    gradients = []
    for kind in (DrivingModel, EncodesAllViewsWithGradient):
        checkpoint = mini("drivemoe")
        model = checkpoint.model.eval()  # without dropout
        model.__class__ = kind
        batch = random_training_batch(checkpoint, rows=4)
        output = model.forward_training(batch, view_source="router", generator=torch.Generator().manual_seed(3))
        (output.velocity_RHA - output.target_velocity_RHA).square().mean().backward()  # type: ignore[no-untyped-call]
        gradients.append({name: w.grad for name, w in model.named_parameters() if w.grad is not None})
    assert set(gradients[0]) == set(gradients[1])
    for name, gradient in gradients[1].items():
        assert_close(gradients[0][name], gradient, rtol=1e-4, atol=1e-6)
