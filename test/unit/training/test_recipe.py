"""Settings, recipes and what they make of a stage."""

from __future__ import annotations

import itertools
import pathlib

import pytest
import torch

from drivemoe_ros.errors import ParameterError
from drivemoe_ros.policy.random_weights import untrained_checkpoint
from drivemoe_ros.policy.tying import tie_history_to_action
from drivemoe_ros.policy.variants import ARCHITECTURES
from drivemoe_ros.training.recipe import freeze, learning_rate, make_optimizer, plan_stages, set_rate
from drivemoe_ros.training.settings import NetworkSettings, OptimizerSettings, build_settings, read_recipe, recipe_names
from drivemoe_ros.training.shards import ShardReader, open_shards

from .synthetic import write


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> tuple[ShardReader, ...]:
    return open_shards([write(tmp_path_factory.mktemp("samples"), 7)]).shards


@pytest.mark.parametrize("name", recipe_names())
def test_a_shipped_recipe_names_settings_and_a_system(name: str) -> None:
    settings = build_settings(read_recipe(name))
    assert settings.network.system in ARCHITECTURES


def test_every_ablation_has_a_recipe() -> None:
    trained = {build_settings(read_recipe(name)).network.system for name in recipe_names()}
    assert trained == set(ARCHITECTURES)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"stage1.sampels": 1}, r"no training setting 'stage1.sampels' \(did you mean 'stage1.samples'"),
        ({"stage1.samples": -1}, "must lie in 0 to"),
        ({"data.augment": "ful"}, "did you mean 'full'"),
        ({"stage1.rate": "fast"}, "must be of type float"),
    ],
)
def test_a_wrong_setting_is_told(values: dict[str, object], problem: str) -> None:
    with pytest.raises(ParameterError, match=problem):
        build_settings(values)


def test_a_recipe_may_be_a_file(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("stage1: {rate: 1e-4, samples: 10}\n")
    assert build_settings(read_recipe(str(path))).stage1.rate == 1e-4
    path.write_text("stage1: 3\n")
    with pytest.raises(ParameterError, match="'stage1' must hold settings"):
        read_recipe(str(path))
    with pytest.raises(ParameterError, match=r"no recipe 'minni'.*did you mean 'mini'"):
        read_recipe("minni")


def test_stages_follow_their_settings(shards: tuple[ShardReader, ...]) -> None:
    values = {"stage1.samples": 100, "stage2.samples": 64, "optimizer.batch_size": 32}
    first, second = plan_stages(build_settings(values), shards)
    assert (first.number, first.steps, first.view_source, first.losses.view_weight) == (1, 4, "label", 10.0)
    assert (second.number, second.steps, second.view_source, second.losses.skill_weight) == (2, 2, "router", 5.0)
    (only,) = plan_stages(build_settings({**values, "stage2.samples": 0}), shards)
    assert only.number == 1


def test_classes_weigh_by_how_rare_they_are_and_missing_ones_nothing(shards: tuple[ShardReader, ...]) -> None:
    stage = plan_stages(build_settings({}), shards)[0]
    # Seven samples: front_left 3, back 2, back_right 2.
    assert stage.losses.view_alpha.tolist() == pytest.approx([0.25, 0.0, 0.375, 0.0, 0.375])
    assert stage.losses.skill_alpha.sum().item() == pytest.approx(1.0)


def test_the_rate_rises_and_falls(shards: tuple[ShardReader, ...]) -> None:
    values = {"stage1.samples": 1000, "optimizer.batch_size": 10, "stage1.warm_up": 20, "stage1.rate": 1.0}
    stage = plan_stages(build_settings({**values, "stage1.min_rate": 0.1}), shards)[0]
    rates = [learning_rate(stage, step) for step in range(stage.steps)]
    assert rates[:20] == pytest.approx([(step + 1) / 20 for step in range(20)])
    assert rates[60] == pytest.approx(0.55)
    assert all(later < earlier for earlier, later in itertools.pairwise(rates[20:]))
    assert rates[-1] == pytest.approx(0.1, abs=0.01)
    slow = plan_stages(build_settings({**values, "stage1.cycle": 200}), shards)[0]
    assert learning_rate(slow, 99) > 0.5


def test_groups_hold_every_learning_weight_once() -> None:
    model = untrained_checkpoint("drivemoe", "mini", 0).model
    tie_history_to_action(model)
    freeze(model, NetworkSettings())
    optimizer = make_optimizer(model, OptimizerSettings(vlm_rate=0.5))
    held = [weight for group in optimizer.param_groups for weight in group["params"]]
    assert len(held) == len({id(weight) for weight in held})
    learning = {id(weight) for weight in model.parameters() if weight.requires_grad}
    assert {id(weight) for weight in held} == learning
    assert id(model.embed_tokens.weight) not in learning
    set_rate(optimizer, 1e-3)
    rates = {id(weight): group["lr"] for group in optimizer.param_groups for weight in group["params"]}
    assert rates[id(model.vision_tower.vision_model.post_layernorm.weight)] == 5e-4
    assert rates[id(model.joint_model.mixtures.vlm.layer(0).input_layernorm.weight)] == 5e-4
    assert rates[id(model.action_decoder.weight)] == 1e-3
    assert rates[id(model.joint_model.mixtures.proprio.layer(0).input_layernorm.weight)] == 1e-3


@pytest.mark.parametrize(("frozen", "part"), [("freeze_vision", "vision_tower"), ("freeze_vlm", "mixtures.vlm")])
def test_frozen_parts_do_not_learn(frozen: str, part: str) -> None:
    model = untrained_checkpoint("drivemoe", "mini", 0).model
    freeze(model, NetworkSettings(**{frozen: True}))  # type: ignore[arg-type]
    assert {weight.requires_grad for name, weight in model.named_parameters() if part in name} == {False}
    assert model.action_decoder.weight.requires_grad


def test_two_groups_step_as_two_optimizers() -> None:
    def weights() -> list[torch.nn.Parameter]:
        generator = torch.Generator().manual_seed(0)
        return [torch.nn.Parameter(torch.randn(3, generator=generator)) for _ in range(2)]

    together, apart = weights(), weights()
    one = torch.optim.AdamW([{"params": [w], "lr": r} for w, r in zip(together, (0.1, 0.2), strict=True)])
    two = [torch.optim.AdamW([w], lr=r) for w, r in zip(apart, (0.1, 0.2), strict=True)]
    for _ in range(3):
        for weight in together + apart:
            weight.grad = weight.detach() ** 2
        one.step()
        for optimizer in two:
            optimizer.step()
    assert [w.tolist() for w in together] == [w.tolist() for w in apart]
