"""Checkpoints that do not fit are refused before anything is made."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
from collections.abc import Callable

import pytest
import torch

from drivemoe_ros.policy.checkpoint import save_checkpoint
from drivemoe_ros.policy.random_weights import untrained_checkpoint

from .refusals import CHECKPOINT, DONE, Refuse, left
from .replays import digests, replay


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Return a folder with the mini DriveMoE."""
    folder = tmp_path_factory.mktemp("checkpoint") / "mini"
    made = untrained_checkpoint("drivemoe", "mini", 0)
    save_checkpoint(folder, made.model.state_dict(), made.manifest, dtype=None)
    return folder


@pytest.fixture(scope="module")
def wrong_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Return a folder with a tensor too few, one too many and one of another shape."""
    folder = tmp_path_factory.mktemp("checkpoint") / "wrong"
    made = untrained_checkpoint("drivemoe", "mini", 0)
    tensors = dict(made.model.state_dict())
    names = list(tensors)
    tensors[names[1]] = torch.zeros(3, 3)
    del tensors[names[0]]
    tensors["not_ours.weight"] = torch.zeros(2)
    save_checkpoint(folder, tensors, made.manifest, dtype=None)
    return folder


def test_a_saved_checkpoint_replays_like_the_weights_it_holds(
    drive: pathlib.Path, plans: pathlib.Path, checkpoint: pathlib.Path, out: pathlib.Path
) -> None:
    assert replay(drive, out, "--checkpoint", str(checkpoint)) == DONE
    assert digests(out) == digests(plans)


def test_a_checkpoint_whose_tensors_do_not_fit_names_them(
    refuse: Refuse, drive: pathlib.Path, wrong_checkpoint: pathlib.Path, out: pathlib.Path
) -> None:
    sentence = refuse(CHECKPOINT, "replay", drive, "--output", out, "--checkpoint", wrong_checkpoint)
    assert "is missing" in sentence
    assert "'not_ours.weight' is extra" in sentence
    assert "has shape (3, 3) instead of" in sentence
    assert left(out.parent) == []


def test_a_checkpoint_of_another_system_is_refused(
    refuse: Refuse, drive: pathlib.Path, checkpoint: pathlib.Path, out: pathlib.Path
) -> None:
    words = ("--checkpoint", checkpoint, "--policy", "drivepi0")
    sentence = refuse(CHECKPOINT, "replay", drive, "--output", out, *words)
    assert "holds 'drivemoe', but policy.system is 'drivepi0'" in sentence


def damage_nothing(folder: pathlib.Path) -> pathlib.Path:
    return folder / "not_there"


def damage_kind(folder: pathlib.Path) -> pathlib.Path:
    return folder / "manifest.json"


def damage_manifest(folder: pathlib.Path) -> pathlib.Path:
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    return folder


def damage_manifest_key(folder: pathlib.Path) -> pathlib.Path:
    values = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    values["sizes"]["joint"]["head"] = values["sizes"]["joint"].pop("heads")
    (folder / "manifest.json").write_text(json.dumps(values), encoding="utf-8")
    return folder


def damage_weights(folder: pathlib.Path) -> pathlib.Path:
    file = folder / "model.safetensors"
    os.truncate(file, file.stat().st_size // 2)
    return folder


def damage_no_weights(folder: pathlib.Path) -> pathlib.Path:
    (folder / "model.safetensors").unlink()
    return folder


DAMAGES = [damage_nothing, damage_kind, damage_manifest, damage_manifest_key, damage_weights, damage_no_weights]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_checkpoint_is_refused(
    refuse: Refuse,
    drive: pathlib.Path,
    checkpoint: pathlib.Path,
    tmp_path: pathlib.Path,
    out: pathlib.Path,
    damage: Callable[[pathlib.Path], pathlib.Path],
) -> None:
    folder = damage(shutil.copytree(checkpoint, tmp_path / "copy"))
    refuse(CHECKPOINT, "replay", drive, "--output", out, "--checkpoint", folder)
    assert left(out.parent) == []
