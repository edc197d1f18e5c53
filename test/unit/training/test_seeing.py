"""A picture encoder learns to see, and a policy starts from it."""

from __future__ import annotations

import dataclasses
import pathlib

import numpy as np
import pytest
import torch

from drivemoe_ros.cli.main import main
from drivemoe_ros.errors import CheckpointError, InputError
from drivemoe_ros.policy import drivemoe
from drivemoe_ros.policy.checkpoint import load_checkpoint, save_checkpoint
from drivemoe_ros.policy.random_weights import untrained_checkpoint
from drivemoe_ros.training.picture_file import LabelledPictures, read_pictures, write_pictures
from drivemoe_ros.training.seeing import Lesson, learn_to_see
from drivemoe_ros.training.settings import build_settings
from drivemoe_ros.training.shards import open_shards
from drivemoe_ros.training.start import make_start

from .synthetic import write

SIDE, GRID = 84, 6
SEED = 5
PRETRAIN = ["pretrain", "--families", "parking_exit/parallel_free", "--seeds", "0:2", "--size", "84"]


def squares(num: int, seed: int) -> LabelledPictures:
    """Return noise with patches that are red, which the first channel says, or bright, which the second does."""
    random = np.random.default_rng(seed)
    marks_NGG2 = random.integers(0, 2, (num, GRID, GRID, 2), np.uint8)
    patches = np.kron(marks_NGG2, np.ones((1, SIDE // GRID, SIDE // GRID, 1), np.uint8))
    pictures_NSS3 = random.integers(60, 90, (num, SIDE, SIDE, 3), np.uint8)
    pictures_NSS3[..., 0] += 100 * patches[..., 0]
    pictures_NSS3 += 50 * patches[..., 1:]
    return LabelledPictures(pictures_NSS3, marks_NGG2 * np.uint8(255))


def test_an_encoder_learns_what_patches_show() -> None:
    told: list[int] = []
    lesson = Lesson("drivemoe", "mini", samples=64 * 60, seed=SEED, threads=1)
    eyes, explained_C = learn_to_see(
        lesson, squares(256, 1), squares(64, 2), lambda looked_at, _: told.append(looked_at)
    )
    assert np.all(explained_C > 0.8)
    assert not eyes.manifest.trained
    assert told == list(range(64, 64 * 61, 64))


@pytest.fixture(scope="module")
def eyes(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("eyes") / "out"
    assert main([*PRETRAIN, "--out", str(folder), "--samples", "64"]) == 0
    return folder


def test_a_policy_of_any_system_starts_from_such_an_encoder(eyes: pathlib.Path, tmp_path: pathlib.Path) -> None:
    shards = open_shards([write(tmp_path, 4)]).shards
    settings = build_settings({"network.system": "drivepi0"})
    start = make_start(settings, shards, initial=None, eyes=eyes / "checkpoint", seed=1)
    seeing = load_checkpoint(eyes / "checkpoint", device="cpu", dtype=torch.float32)
    drawn = untrained_checkpoint("drivepi0", "mini", 1).model
    found = start.model.vision_tower.state_dict()
    for name, tensor in seeing.model.vision_tower.state_dict().items():
        assert torch.equal(found[name], tensor)
    assert not torch.equal(found["vision_model.post_layernorm.weight"], torch.ones(128))
    assert torch.equal(start.model.action_decoder.weight, drawn.action_decoder.weight)


def test_what_was_painted_is_kept_and_a_checkpoint_never_replaced(eyes: pathlib.Path) -> None:
    painted = sorted((eyes / "pictures").iterdir())
    before = [path.stat().st_mtime_ns for path in painted]
    assert len(read_pictures(painted).pictures_NSS3) % 6 == 0
    assert main([*PRETRAIN, "--out", str(eyes)]) == 6
    assert main([*PRETRAIN, "--out", str(eyes), "--resume"]) == 6
    (eyes / "checkpoint").rename(eyes / "first")
    assert main([*PRETRAIN, "--out", str(eyes), "--resume", "--samples", "64"]) == 0
    assert [path.stat().st_mtime_ns for path in painted] == before
    one, other = (load_checkpoint(eyes / name, device="cpu", dtype=None).model for name in ("first", "checkpoint"))
    assert all(torch.equal(other.state_dict()[name], tensor) for name, tensor in one.state_dict().items())


def test_damaged_pictures_are_named(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "drive.npz"
    write_pictures(path, *squares(2, 1))
    assert read_pictures([path, path]).pictures_NSS3.shape == (4, SIDE, SIDE, 3)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InputError, match=r"drive.npz holds no labelled pictures"):
        read_pictures([path])


def test_an_encoder_of_another_size_is_refused(tmp_path: pathlib.Path) -> None:
    shards = open_shards([write(tmp_path / "samples", 4)]).shards
    sizes = dataclasses.replace(drivemoe.MINI, vision=dataclasses.replace(drivemoe.MINI.vision, layers=2))
    manifest = dataclasses.replace(untrained_checkpoint("drivemoe", "mini", 0).manifest, sizes=sizes)
    save_checkpoint(tmp_path / "small", drivemoe.build(sizes).state_dict(), manifest, dtype=torch.float32)
    with pytest.raises(CheckpointError, match="choose another --eyes"):
        make_start(build_settings({}), shards, initial=None, eyes=tmp_path / "small", seed=1)
