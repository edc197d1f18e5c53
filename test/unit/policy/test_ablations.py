"""The paper's ablations: networks that differ from DriveMoE in one part, from training to a plan."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from drivemoe_ros.errors import CheckpointError
from drivemoe_ros.policy.checkpoint import load_checkpoint, save_checkpoint
from drivemoe_ros.policy.model import DrivingModel
from drivemoe_ros.policy.runtime import LearnedPolicy
from drivemoe_ros.policy.variants import ARCHITECTURES

from .networks import mini, random_batch, random_training_batch, rows_of
from .test_runtime import all_views, observation, without

# Whether each has a view router, a skill router, and how many views it may look at beside the front.
SYSTEMS = {
    "drivemoe": (True, True, 5),
    "drivepi0": (False, False, 0),
    "drivepi0_back": (False, False, 1),
    "drivemoe_back": (False, True, 1),
    "drivemoe_dense": (True, False, 5),
    "drivemoe_token": (True, True, 5),
}


def policy(system: str) -> LearnedPolicy:
    return LearnedPolicy(mini(system), seed=0, zero_noise=False, wrap_heading=True)


def test_every_system_is_tested_here() -> None:
    assert set(SYSTEMS) == set(ARCHITECTURES)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_system_has_the_routers_and_views_its_name_says(system: str) -> None:
    checkpoint = mini(system)
    model = checkpoint.model
    assert (model.has_view_router, model.has_skill_router, len(checkpoint.manifest.view_names)) == SYSTEMS[system]


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("view_source", ["label", "router"])
def test_every_part_that_plans_learns(system: str, view_source: str) -> None:
    checkpoint = mini(system)
    model: DrivingModel = checkpoint.model
    output = model.forward_training(random_training_batch(checkpoint, rows=6), view_source=view_source)  # type: ignore[arg-type]
    terms = [output.velocity_RHA, output.view_logits_BV, output.skill_logits_RE]
    torch.stack([term.square().mean() for term in terms if term is not None]).sum().backward()  # type: ignore[no-untyped-call]
    silent = [name for name, weight in model.named_parameters() if weight.grad is None]
    # Nothing reads these streams after the last layer's keys; experts that nobody chose learn nothing.
    last = f".layers.{model.sizes.joint.layers - 1}."
    idle = ("skill_experts", f"mixtures.vlm{last}", f"mixtures.proprio{last}", "mixtures.proprio.norm")
    assert [name for name in silent if not any(part in name for part in idle)] == []


@pytest.mark.parametrize("system", SYSTEMS)
def test_rows_of_a_batch_do_not_mix(system: str) -> None:
    checkpoint = mini(system)
    batch = random_batch(checkpoint, rows=3)
    together = checkpoint.model.forward_inference(batch).flow.trajectory_BHA
    alone = checkpoint.model.forward_inference(rows_of(batch, slice(1, 2))).flow.trajectory_BHA
    torch.testing.assert_close(together[1:2], alone, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_system_survives_its_checkpoint(system: str, tmp_path: Path) -> None:
    checkpoint = mini(system)
    save_checkpoint(tmp_path / "it", checkpoint.model.state_dict(), checkpoint.manifest, dtype=None)
    again = load_checkpoint(tmp_path / "it", device="cpu", dtype=None)
    assert again.manifest == checkpoint.manifest
    plan = LearnedPolicy(again, seed=0, zero_noise=False, wrap_heading=True).plan(observation())
    np.testing.assert_array_equal(plan.waypoints_H2, policy(system).plan(observation()).waypoints_H2)


@pytest.mark.parametrize("system", ["drivepi0_back", "drivemoe_back"])
def test_a_fixed_view_is_looked_at_and_its_lack_is_told(system: str) -> None:
    plan = policy(system)
    seen = plan.plan(observation()).view
    assert seen is not None
    assert (seen.names, seen.selected, seen.fell_back) == (("back",), "back", False)
    blind = plan.plan(observation(views=without("back"))).view
    assert blind is not None
    assert (blind.chosen, blind.reason, blind.fell_back) == ((), "back has no usable picture", True)


@pytest.mark.parametrize("system", ["drivepi0_back", "drivemoe_back"])
def test_a_fixed_view_matters_and_the_others_do_not(system: str) -> None:
    plan = policy(system)
    whole = plan.plan(observation()).waypoints_H2
    np.testing.assert_array_equal(whole, plan.plan(observation(views=without("front_left"))).waypoints_H2)
    swapped = {**all_views(), "back": all_views()["front_left"]}
    assert not np.array_equal(whole, plan.plan(observation(views=swapped)).waypoints_H2)


def test_tokens_choose_experts_for_themselves() -> None:
    checkpoint = mini("drivemoe_token")
    with torch.no_grad():
        checkpoint.model.joint_model.action_router.router_linear.weight *= 100.0  # type: ignore[union-attr]
    batch = random_batch(checkpoint, rows=2)
    routing = checkpoint.model.forward_inference(batch).flow.routing[-1]
    assert routing.tokens is not None
    assert routing.tokens.indices_BK.shape == (2 * checkpoint.model.sizes.horizon_steps, 2)
    assert len({tuple(row) for row in routing.tokens.indices_BK.tolist()}) > 1


def test_token_routing_that_agrees_is_trajectory_routing() -> None:
    checkpoint = mini("drivemoe")
    bank = checkpoint.model.joint_model.mixtures.action.layer(4).mlp
    tokens = torch.randn(3, 10, 64, generator=torch.Generator().manual_seed(0))
    routing = checkpoint.model.joint_model.action_router(tokens)  # type: ignore[misc]
    spread = {
        field.name: getattr(routing, field.name).repeat_interleave(10, 0)
        for field in dataclasses.fields(routing)
        if field.name != "tokens"
    }
    each = dataclasses.replace(routing, tokens=type(routing)(**spread))
    torch.testing.assert_close(bank(tokens, each), bank(tokens, routing))


@pytest.mark.parametrize(
    ("system", "sizes_of"),
    [("drivemoe_back", "drivepi0"), ("drivemoe_dense", "drivepi0"), ("drivemoe_token", "drivemoe_dense")],
)
def test_sizes_without_the_needed_router_are_refused(system: str, sizes_of: str) -> None:
    with pytest.raises(CheckpointError, match="needs the sizes of"):
        ARCHITECTURES[system].build(ARCHITECTURES[sizes_of].mini)
