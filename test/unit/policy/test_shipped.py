"""The checkpoints that come with the package."""

import pathlib

import pytest
import torch

from drivemoe_ros.policy.checkpoint import load_checkpoint
from drivemoe_ros.policy.shipped import checkpoint_folder, shipped_names

MOST_BYTES = 10_000_000


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_checkpoint_loads_by_its_name_and_says_what_it_is(name: str) -> None:
    folder = checkpoint_folder(name)
    checkpoint = load_checkpoint(folder, device="cpu", dtype=torch.float32)
    assert checkpoint.manifest.trained
    assert checkpoint.manifest.name == name
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert all(word in card for word in ("success", "seed", "command", "## Limits"))
    assert sum(path.stat().st_size for path in folder.iterdir()) < MOST_BYTES


def test_mini_is_shipped() -> None:
    assert "mini" in shipped_names()


@pytest.mark.parametrize("path", ["./mini", "runs/mini", "nothing"])
def test_what_is_no_name_is_a_path(path: str) -> None:
    assert checkpoint_folder(path) == pathlib.Path(path)
