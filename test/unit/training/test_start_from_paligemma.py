"""Training from PaliGemma's weights, with what makes it affordable: bfloat16, recomputed layers, adapters."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from accelerate.state import AcceleratorState

from drivemoe_ros.policy.checkpoint import Checkpoint, load_checkpoint
from drivemoe_ros.policy.convert_paligemma import convert_paligemma
from drivemoe_ros.policy.drivemoe import MINI
from drivemoe_ros.training.run_folder import RunFolder
from drivemoe_ros.training.settings import build_settings
from drivemoe_ros.training.shards import open_shards
from drivemoe_ros.training.start import WRAP_HEADING
from drivemoe_ros.training.statistics import measure_ranges
from drivemoe_ros.training.trainer import RunPlan, train

from ..policy.paligemma import save_paligemma, small_paligemma  # noqa: TID252
from .synthetic import write

# Two steps of each stage.
SHORT: dict[str, object] = {
    "optimizer.batch_size": 4,
    "data.workers": 0,
    "run.device": "cpu",
    "stage1.warm_up": 1,
    "stage2.warm_up": 1,
    "stage1.samples": 8,
    "stage2.samples": 8,
}
CHEAP: dict[str, Any] = {
    "network__lora_rank": 2,
    "network__gradient_checkpointing": True,
    "optimizer__precision": "bfloat16",
}


@pytest.fixture(autouse=True)
def _fresh_accelerate() -> Iterator[None]:
    """Forget the precision: accelerate allows one a process."""
    AcceleratorState._reset_state(reset_partial_state=True)
    yield
    AcceleratorState._reset_state(reset_partial_state=True)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return write(tmp_path_factory.mktemp("samples"), 12)


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("start")
    source = save_paligemma(small_paligemma(), folder / "paligemma", max_shard_size="1MB")
    convert_paligemma(source, folder / "start", architecture="drivemoe", seed=0, base=MINI)
    return folder / "start"


def trained(samples: pathlib.Path, out: pathlib.Path, start: pathlib.Path, **changes: Any) -> Checkpoint:  # noqa: ANN401
    plan = RunPlan(
        settings=build_settings({**SHORT, **{name.replace("__", "."): value for name, value in changes.items()}}),
        data=open_shards([samples]),
        validation=None,
        folder=RunFolder(out),
        initial=start,
        eyes=None,
        seed=3,
        resume=False,
        facts={"name": "test", "start": str(start)},
    )
    folder = train(plan)
    assert folder is not None
    return load_checkpoint(folder, device="cpu", dtype=None)


def moved(start: pathlib.Path, after: Checkpoint) -> set[str]:
    before = load_checkpoint(start, device="cpu", dtype=None).model.state_dict()
    now = after.model.state_dict()
    assert set(before) == set(now)
    return {name for name in now if not torch.equal(before[name], now[name])}


def test_both_stages_train_adapters_around_paligemma_and_everything_else(
    samples: pathlib.Path, start: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    pytest.importorskip("peft")
    after = trained(samples, tmp_path / "run", start, **CHEAP)
    assert after.manifest.trained
    assert all(tensor.isfinite().all() for tensor in after.model.state_dict().values())
    learnt = moved(start, after)
    for part in ("vision_tower", "mixtures.vlm"):
        assert any(part in name and "q_proj.weight" in name for name in learnt)
        assert not any(part in name and "norm" in name for name in learnt)
    for part in ("mixtures.action", "skill_experts", "camera_router", "action_decoder", "proprio_encoder"):
        assert any(part in name for name in learnt)
    assert "embed_tokens.weight" not in learnt


def test_paligemma_can_be_kept_as_it_is(samples: pathlib.Path, start: pathlib.Path, tmp_path: pathlib.Path) -> None:
    kept = {"network__freeze_vision": True, "network__freeze_vlm": True}
    learnt = moved(start, trained(samples, tmp_path / "run", start, **kept))
    frozen = ("embed_tokens", "vision_tower", "multi_modal_projector", "joint_model.mixtures.vlm")
    assert learnt
    assert not any(name.startswith(frozen) for name in learnt)


def test_ranges_are_those_of_the_samples_since_these_weights_never_drove(
    samples: pathlib.Path, start: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    after = trained(samples, tmp_path / "run", start, stage2__samples=0)
    shards = open_shards([samples]).shards
    expected = measure_ranges(
        shards,
        input_tail=0.01,
        waypoint_tail=0.05,
        relative_to_speed=True,
        past_motion=False,
        slow_past_mps=1.5,
        wrap_heading=WRAP_HEADING,
    )
    assert after.manifest.normalization == expected
    # From now on they belong to the weights.
    faster = write(tmp_path / "faster", 4, first=5000)
    again = trained(faster, tmp_path / "again", tmp_path / "run" / "checkpoint", stage2__samples=0)
    assert again.manifest.normalization == expected
