"""Untrained networks: labelled, the same for the same seed, and alive."""

import pytest
import torch

from drivemoe_ros.errors import CheckpointError
from drivemoe_ros.policy.random_weights import untrained_checkpoint

from .networks import mini, random_batch


def test_the_manifest_says_untrained() -> None:
    manifest = mini("drivemoe", seed=4).manifest
    assert not manifest.trained
    assert manifest.name == "untrained (seed 4)"
    assert manifest.skill_names[1] == "parking_exit"
    assert manifest.view_names[2] == "back"


def test_the_same_seed_gives_the_same_weights_and_another_seed_others() -> None:
    first, again, other = (mini("drivemoe", seed).model.state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["action_decoder.weight"], other["action_decoder.weight"])


def test_systems_share_the_weights_of_the_parts_they_share() -> None:
    routed, dense = mini("drivemoe").model.state_dict(), mini("drivepi0").model.state_dict()
    name = "joint_model.mixtures.vlm.layers.0.self_attn.q_proj.weight"
    assert torch.equal(routed[name], dense[name])


def test_plans_are_finite_and_vary_with_the_input() -> None:
    for system in ("drivemoe", "drivepi0"):
        checkpoint = untrained_checkpoint(system, "mini", seed=0)
        batch = random_batch(checkpoint, rows=8)
        travelled = checkpoint.model.forward_inference(batch).flow.unclipped_BHA - batch.noise_BHA
        assert travelled.isfinite().all()
        assert travelled.std(0).mean() > 0.01
        assert travelled.abs().max() < 3.0


def test_all_views_and_skills_are_within_reach() -> None:
    views, skills = set(), set()
    for seed in range(6):
        checkpoint = mini("drivemoe", seed)
        result = checkpoint.model.forward_inference(random_batch(checkpoint, rows=16))
        assert result.view_index_B is not None
        views |= set(result.view_index_B.tolist())
        skills |= set(result.flow.routing[-1].indices_BK.flatten().tolist())
    assert len(views) >= 4
    assert skills == set(range(7))


def test_an_unknown_size_is_refused() -> None:
    with pytest.raises(CheckpointError, match="mini or released"):
        untrained_checkpoint("drivemoe", "huge", seed=0)
