"""Checkpoint folders: what is written can be read, and what does not fit is named."""

import dataclasses
import json
import resource
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from drivemoe_ros.errors import CheckpointError, OutputError
from drivemoe_ros.policy.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from drivemoe_ros.policy.manifest import Manifest

from .networks import mini, random_batch

SYSTEMS = ["drivemoe", "drivepi0"]


def save(folder: Path, checkpoint: Checkpoint, dtype: torch.dtype | None = None) -> Path:
    save_checkpoint(folder, checkpoint.model.state_dict(), checkpoint.manifest, dtype=dtype)
    return folder


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return save(tmp_path / "weights", mini("drivemoe"))


def change_tensors(folder: Path, changes: dict[str, Tensor | None]) -> None:
    path = folder / "model.safetensors"
    tensors = load_file(path)
    for name, value in changes.items():
        tensors.pop(name, None)
        if value is not None:
            tensors[name] = value
    save_file(tensors, path)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_loaded_network_plans_the_same(system: str, tmp_path: Path) -> None:
    original = mini(system)
    loaded = load_checkpoint(save(tmp_path / "a", original), device="cpu", dtype=None)
    assert loaded.manifest == original.manifest
    batch = random_batch(original, rows=2)
    first = original.model.forward_inference(batch).flow.unclipped_BHA
    assert torch.equal(loaded.model.forward_inference(batch).flow.unclipped_BHA, first)


def test_the_safetensors_library_reads_what_we_write(saved: Path) -> None:
    expected = mini("drivemoe").model.state_dict()
    found = load_file(saved / "model.safetensors")
    assert set(found) == set(expected)
    assert all(torch.equal(found[name], expected[name]) for name in expected)


def test_stored_and_loaded_type_can_be_chosen(tmp_path: Path) -> None:
    folder = save(tmp_path / "half", mini("drivemoe"), torch.bfloat16)
    assert load_checkpoint(folder, device="cpu", dtype=None).model.dtype == torch.bfloat16
    wide = load_checkpoint(folder, device="cpu", dtype=torch.float32)
    assert wide.model.dtype == torch.float32
    plan = wide.model.forward_inference(random_batch(wide, rows=1)).flow.trajectory_BHA
    exact = mini("drivemoe").model.forward_inference(random_batch(wide, rows=1)).flow.trajectory_BHA
    torch.testing.assert_close(plan, exact, rtol=0.0, atol=0.1)


def test_a_network_in_bfloat16_plans(tmp_path: Path) -> None:
    checkpoint = load_checkpoint(save(tmp_path / "half", mini("drivemoe")), device="cpu", dtype=torch.bfloat16)
    flow = checkpoint.model.forward_inference(random_batch(checkpoint, rows=1)).flow
    assert flow.trajectory_BHA.dtype == torch.float32
    assert flow.trajectory_BHA.isfinite().all()


def test_the_same_weights_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = (save(tmp_path / name, mini("drivemoe")) for name in ("a", "b"))
    for name in ("model.safetensors", "manifest.json"):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_class_weights_of_the_losses_are_accepted_and_dropped(saved: Path) -> None:
    change_tensors(saved, {"criterion.camera_router_criterion.alpha": torch.ones(5)})
    names = load_checkpoint(saved, device="cpu", dtype=None).model.state_dict()
    assert not any(name.startswith("criterion") for name in names)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"action_decoder.bias": None}, r"'action_decoder.bias' is missing;"),
        ({"action_decoder.scale": torch.ones(2)}, r"'action_decoder.scale' is extra;"),
        ({"action_decoder.bias": torch.ones(3)}, r"'action_decoder.bias' has shape \(3,\) instead of \(2,\);"),
        ({f"more.{index}": torch.ones(1) for index in range(9)}, r"'more.0' is extra.* and 6 more;"),
    ],
)
def test_tensors_that_do_not_fit_are_named(saved: Path, changes: dict[str, Tensor | None], reason: str) -> None:
    change_tensors(saved, changes)
    with pytest.raises(CheckpointError, match=reason):
        load_checkpoint(saved, device="cpu", dtype=None)


def test_a_file_cut_short_is_refused(saved: Path) -> None:
    path = saved / "model.safetensors"
    content = path.read_bytes()
    for size in (0, 5, 100, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:size])
        with pytest.raises(CheckpointError, match="fetch"):
            load_checkpoint(saved, device="cpu", dtype=None)


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": "F32", "shape": [1 << 40], "data_offsets": [0, 1 << 42]},
        {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]},
        {"dtype": "F99", "shape": [2], "data_offsets": [0, 8]},
        {"dtype": "F32", "shape": [-2], "data_offsets": [0, -8]},
        {"dtype": "F32", "shape": "two", "data_offsets": [0, 8]},
        {"dtype": "F32"},
        7,
    ],
)
def test_a_header_that_promises_nonsense_is_refused(saved: Path, entry: object) -> None:
    header = json.dumps({"action_decoder.bias": entry}).encode()
    (saved / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + b"\0" * 8)
    with pytest.raises(CheckpointError, match="fetch"):
        load_checkpoint(saved, device="cpu", dtype=None)


def test_an_enormous_header_is_not_read(saved: Path) -> None:
    (saved / "model.safetensors").write_bytes(struct.pack("<Q", 1 << 60) + b"{}")
    with pytest.raises(CheckpointError, match="promises a header"):
        load_checkpoint(saved, device="cpu", dtype=None)


def test_a_folder_without_manifest_is_no_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="not a checkpoint folder"):
        load_checkpoint(tmp_path, device="cpu", dtype=None)


def test_missing_weights_are_told(saved: Path) -> None:
    (saved / "model.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"model\.safetensors"):
        load_checkpoint(saved, device="cpu", dtype=None)


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("format_version", 2, "format version 1"),
        ("architecture", "drivemoo", "'drivemoo'"),
        ("view_names", ["left"], "names 1 views"),
        ("skill_names", [1], "not str"),
        ("prompt_token_ids", [99], "token id 99"),
        ("trained", "yes", "must be bool"),
        ("normalization", {"speed": {"q01": 0.0, "q99": 1.0}}, "is missing"),
        ("extra", 1, "not a known key"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(saved: Path, key: str, value: object, reason: str) -> None:
    path = saved / "manifest.json"
    values = json.loads(path.read_text())
    values[key] = value
    path.write_text(json.dumps(values))
    with pytest.raises(CheckpointError, match=reason):
        load_checkpoint(saved, device="cpu", dtype=None)


@pytest.mark.parametrize("text", ["", "{", "[]", "\udcff"])
def test_a_manifest_that_is_no_table_is_refused(saved: Path, text: str) -> None:
    (saved / "manifest.json").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(CheckpointError, match="manifest"):
        load_checkpoint(saved, device="cpu", dtype=None)


def test_labels_must_match_the_network() -> None:
    manifest = mini("drivemoe").manifest
    with pytest.raises(CheckpointError, match="names 0 skills"):
        dataclasses.replace(manifest, skill_names=())
    assert Manifest.from_json(manifest.to_json()) == manifest


def test_an_unknown_device_is_told(saved: Path) -> None:
    with pytest.raises(CheckpointError, match="device 'nowhere'"):
        load_checkpoint(saved, device="nowhere", dtype=None)


def test_an_existing_checkpoint_is_not_overwritten(saved: Path) -> None:
    with pytest.raises(OutputError, match="already exists"):
        save(saved, mini("drivemoe", seed=1))


@pytest.fixture
def small_disk() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("small_disk")
def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="make room"):
        save(tmp_path / "weights", mini("drivemoe"))
    assert list(tmp_path.iterdir()) == []
