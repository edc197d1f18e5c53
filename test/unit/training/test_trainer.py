"""Whole runs on a task that can be learnt in seconds; seeds are fixed, one CPU thread."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import numpy as np
import pytest
import torch

from drivemoe_ros.errors import CheckpointError, DriveMoeError, OutputError, ParameterError
from drivemoe_ros.parameters.schema import PolicyParameters
from drivemoe_ros.policy.checkpoint import load_checkpoint
from drivemoe_ros.policy.load import load_policy
from drivemoe_ros.policy.variants import ARCHITECTURES
from drivemoe_ros.training.run_folder import CURVE_NAME, RunFolder
from drivemoe_ros.training.settings import build_settings
from drivemoe_ros.training.shard_format import PICTURES_NAME, ROWS_NAME
from drivemoe_ros.training.shards import FRONT_NOW, ShardReader, open_shards
from drivemoe_ros.training.trainer import RunPlan, Trainer, train

from .synthetic import observation, write

SMALL: dict[str, object] = {
    "optimizer.batch_size": 4,
    "data.workers": 0,
    "run.device": "cpu",
    "run.log_every": 1,
    "run.validation_samples": 8,
    "stage1.warm_up": 2,
    "stage2.warm_up": 1,
    "stage1.samples": 16,
    "stage2.samples": 8,
}


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return write(tmp_path_factory.mktemp("train"), 48, samples_per_shard=20)


@pytest.fixture(scope="module")
def held_out(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return write(tmp_path_factory.mktemp("validation"), 24, first=1000)


def plan(samples: pathlib.Path, out: pathlib.Path, *, resume: bool = False, **changes: Any) -> RunPlan:  # noqa: ANN401
    validation = changes.pop("validation", None)
    initial, eyes = changes.pop("initial", None), changes.pop("eyes", None)
    values = {**SMALL, **{name.replace("__", "."): value for name, value in changes.items()}}
    return RunPlan(
        settings=build_settings(values),
        data=open_shards([samples]),
        validation=open_shards([validation]) if validation else None,
        folder=RunFolder(out),
        initial=initial,
        eyes=eyes,
        seed=3,
        resume=resume,
        facts={"name": "test"},
    )


def trained(run: RunPlan) -> pathlib.Path:
    folder = train(run)
    assert folder is not None
    return folder


def curve(out: pathlib.Path, kind: str = "training") -> list[dict[str, Any]]:
    points = [json.loads(line) for line in (out / CURVE_NAME).read_text().splitlines()]
    return [{**point, "samples/s": 0.0} for point in points if point["kind"] == kind]


def tensors(folder: pathlib.Path) -> dict[str, torch.Tensor]:
    return dict(load_checkpoint(folder, device="cpu", dtype=None).model.state_dict())


class InterruptedTrainer(Trainer):
    """Is interrupted as by Ctrl-C after some step of a stage."""

    after = (1, 0)

    def _look_after(self, stage: Any, step: int) -> None:  # noqa: ANN401
        super()._look_after(stage, step)
        if (stage.number, step) == self.after:
            raise KeyboardInterrupt


def test_both_stages_learn_a_simple_task(samples: pathlib.Path, held_out: pathlib.Path, tmp_path: pathlib.Path) -> None:
    long: dict[str, Any] = {
        "stage1__samples": 240,
        "stage2__samples": 32,
        "optimizer__batch_size": 8,
        "stage1__rate": 1e-3,
    }
    folder = trained(plan(samples, tmp_path / "run", validation=held_out, run__validation_samples=24, **long))
    points = curve(tmp_path / "run")
    early, late = (np.mean([point["flow"] for point in points[part]]) for part in (slice(5), slice(25, 30)))
    assert late < 0.7 * early
    assert points[29]["total"] < 0.3 * points[0]["total"]
    assert [point["stage"] for point in points] == [1] * 30 + [2] * 4
    scores = curve(tmp_path / "run", "validation")[-1]
    assert scores["view accuracy"] == scores["skill accuracy"] == scores["view macro F1"] == 1.0
    assert scores["view accuracy of the commonest"] == pytest.approx(1 / 3, abs=0.1)
    manifest = load_checkpoint(folder, device="cpu", dtype=None).manifest
    assert manifest.trained
    assert manifest.source["ADE (m)"] == f"{scores['ADE (m)']:.4g}"
    assert "| ADE (m) |" in (folder / "README.md").read_text()


@pytest.mark.parametrize("after", [(1, 3), (1, 4), (2, 1)])
def test_an_interrupted_run_goes_on_to_the_last_bit(
    samples: pathlib.Path, tmp_path: pathlib.Path, after: tuple[int, int]
) -> None:
    whole = trained(plan(samples, tmp_path / "whole", run__save_every=1))

    class Interrupted(InterruptedTrainer):
        pass

    Interrupted.after = after
    with pytest.raises(KeyboardInterrupt):
        Interrupted(plan(samples, tmp_path / "parts", run__save_every=1)).run()
    parts = trained(plan(samples, tmp_path / "parts", resume=True, run__save_every=1))
    assert curve(tmp_path / "parts") == curve(tmp_path / "whole")
    one, other = tensors(whole), tensors(parts)
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_damaged_state_gives_way_to_the_one_before(samples: pathlib.Path, tmp_path: pathlib.Path) -> None:
    train(plan(samples, tmp_path / "run", run__save_every=1))
    newest, before = RunFolder(tmp_path / "run").states()
    (newest / "pytorch_model.bin").write_bytes(b"\0" * 1000)
    train(plan(samples, tmp_path / "run", resume=True, run__save_every=1))
    assert [point["step"] for point in curve(tmp_path / "run")] == [1, 2, 3, 4, 5, 6]
    for state in (newest, before):
        (state / "progress.json").write_text("{")
    with pytest.raises(CheckpointError, match="No state of the run"):
        train(plan(samples, tmp_path / "run", resume=True, run__save_every=1))


def test_a_run_is_not_written_over_nor_resumed_with_other_settings(
    samples: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    out = tmp_path / "run"
    with pytest.raises(OutputError, match="no training run"):
        train(plan(samples, out, resume=True))
    train(plan(samples, out, stage1__samples=4, stage2__samples=0))
    with pytest.raises(OutputError, match=r"already exists; .* --resume"):
        train(plan(samples, out))
    with pytest.raises(ParameterError, match="begun with another settings"):
        train(plan(samples, out, resume=True))


def test_damaged_samples_are_skipped_and_counted(tmp_path: pathlib.Path) -> None:
    folder = write(tmp_path / "samples", 8, samples_per_shard=4)
    whole, cut = (folder / f"shard-0000{index}" for index in range(2))
    offset, length = ShardReader(whole).rows_N[1]["pictures"][FRONT_NOW]
    content = bytearray((whole / PICTURES_NAME).read_bytes())
    content[int(offset + length // 2)] ^= 0xFF
    (whole / PICTURES_NAME).write_bytes(content)
    (cut / ROWS_NAME).write_bytes(b"")
    checkpoint = trained(plan(folder, tmp_path / "run", stage2__samples=0))
    assert curve(tmp_path / "run")[-1]["skipped samples"] == 1.0
    assert load_checkpoint(checkpoint, device="cpu", dtype=None).manifest.source["damaged samples"] == "1"


@pytest.mark.parametrize("system", ARCHITECTURES)
def test_every_system_trains_both_stages_and_then_plans(
    system: str, samples: pathlib.Path, held_out: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    short: dict[str, Any] = {"stage1__samples": 4, "stage2__samples": 4}
    folder = trained(plan(samples, tmp_path / "run", validation=held_out, network__system=system, **short))
    policy = load_policy(PolicyParameters(system=system, checkpoint=str(folder)), wrap_heading=True)
    assert policy.spec.trained
    assert np.isfinite(policy.plan(observation()).waypoints_H2).all()


def test_stage_2_teaches_the_view_router_through_what_it_looks_at(
    samples: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    trainer = Trainer(plan(samples, tmp_path / "run", stage2__view_weight=0.0, optimizer__clip=1e6))
    stage = trainer._stages[1]
    router = trainer._learner.network.camera_router
    before = {name: weight.detach().clone() for name, weight in router.named_parameters()}
    for group in trainer._optimizer.param_groups:
        group["lr"] = 1e-3
    trainer._step(stage, 0, iter(trainer._load(stage, 0)))
    assert all(not torch.equal(before[name], weight) for name, weight in router.named_parameters())


def test_parts_of_a_batch_add_up_to_it(samples: pathlib.Path, tmp_path: pathlib.Path) -> None:
    short: dict[str, Any] = {"stage1__samples": 8, "stage2__samples": 0, "network__system": "drivepi0"}
    train(plan(samples, tmp_path / "whole", **short))
    train(plan(samples, tmp_path / "parts", optimizer__accumulate=2, **short))
    for one, other in zip(curve(tmp_path / "whole"), curve(tmp_path / "parts"), strict=True):
        assert other["flow"] == pytest.approx(one["flow"], rel=1e-4)
    with pytest.raises(ParameterError, match="multiple of 3"):
        train(plan(samples, tmp_path / "odd", optimizer__accumulate=3, **short))


def test_checkpointing_changes_memory_and_nothing_else(samples: pathlib.Path, tmp_path: pathlib.Path) -> None:
    short: dict[str, Any] = {"stage1__samples": 8, "stage2__samples": 0}
    train(plan(samples, tmp_path / "plain", **short))
    train(plan(samples, tmp_path / "less", network__gradient_checkpointing=True, **short))
    for one, other in zip(curve(tmp_path / "plain"), curve(tmp_path / "less"), strict=True):
        assert other["total"] == pytest.approx(one["total"], rel=1e-5)


def test_a_run_starts_from_a_checkpoint_and_keeps_its_ranges(
    samples: pathlib.Path, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    short: dict[str, Any] = {"stage1__samples": 4, "stage2__samples": 0}
    first = trained(plan(samples, tmp_path / "first", **short))
    other = write(tmp_path / "faster", 4, first=5000)
    second = trained(plan(other, tmp_path / "second", initial=first, stage1__rate=0.0, stage1__min_rate=0.0, **short))
    assert "keep" not in capsys.readouterr().err
    before, after = (load_checkpoint(folder, device="cpu", dtype=None) for folder in (first, second))
    assert after.manifest.normalization == before.manifest.normalization
    one, two = before.model.state_dict(), after.model.state_dict()
    assert all(torch.equal(one[name], two[name]) for name in one)
    with pytest.raises(CheckpointError, match="holds 'drivemoe', but the recipe trains 'drivepi0'"):
        train(plan(samples, tmp_path / "third", initial=first, network__system="drivepi0"))
    told = trained(plan(samples, tmp_path / "fourth", initial=first, data__slow_past_mps=0.5, **short))
    assert load_checkpoint(told, device="cpu", dtype=None).manifest.normalization == before.manifest.normalization
    assert "keep data.slow_past_mps=1.5" in capsys.readouterr().err


def test_adapters_train_alone_and_are_merged(samples: pathlib.Path, tmp_path: pathlib.Path) -> None:
    pytest.importorskip("peft")
    short: dict[str, Any] = {"stage1__samples": 8, "stage2__samples": 0}
    first = trained(plan(samples, tmp_path / "first", **short))
    second = trained(plan(samples, tmp_path / "second", initial=first, network__lora_rank=2, **short))
    one, two = tensors(first), tensors(second)
    assert set(one) == set(two)
    moved = {name for name in one if not torch.equal(one[name], two[name])}
    assert any("vision_tower" in name and "q_proj.weight" in name for name in moved)
    assert not any("vision_tower" in name and "norm" in name for name in moved)
    assert "action_decoder.weight" in moved


def test_a_loss_that_is_no_number_ends_the_run(samples: pathlib.Path, tmp_path: pathlib.Path) -> None:
    with pytest.raises(DriveMoeError, match="take a lower rate"):
        train(
            plan(
                samples,
                tmp_path / "run",
                stage1__rate=1.0,
                stage1__samples=64,
                optimizer__flow_weight=1000.0,
                optimizer__clip=1e6,
                optimizer__vlm_rate=100.0,
                optimizer__action_rate=100.0,
            )
        )


def test_a_run_that_cannot_begin_leaves_nothing_behind(samples: pathlib.Path, tmp_path: pathlib.Path) -> None:
    out = tmp_path / "run"
    with pytest.raises(CheckpointError, match="not a checkpoint folder"):
        train(plan(samples, out, initial=tmp_path / "nowhere"))
    with pytest.raises(ParameterError, match="Both stages have no samples"):
        train(plan(samples, out, stage1__samples=0, stage2__samples=0))
    assert not out.exists()
