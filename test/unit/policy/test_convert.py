"""Conversion of released training files, with a small network in the released layout."""

import dataclasses
import hashlib
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from drivemoe_ros.errors import CheckpointError, OutputError
from drivemoe_ros.policy.checkpoint import load_checkpoint
from drivemoe_ros.policy.convert import convert_released
from drivemoe_ros.policy.manifest import Manifest
from drivemoe_ros.policy.prompt_tokenizer import tokenize_prompt
from drivemoe_ros.policy.tying import tie_history_to_action
from drivemoe_ros.policy.variants import ARCHITECTURES

from .golden import golden_case, golden_weights
from .networks import mini
from .paligemma import write_tokenizer

PROMPT = (2, 11, 12, 108)
SIZES = golden_case("tiny_1", "single").model.sizes


def released_layout(network: dict[str, Tensor]) -> dict[str, Any]:
    return {
        "cnt_update": 21126,
        "cnt_batch": 84504,
        "model": {f"_orig_mod.{name}": tensor for name, tensor in network.items()},
        "action_optimizer": {"state": {0: {"state1": torch.zeros(64, dtype=torch.uint8)}}, "param_groups": []},
        "vlm_optimizer": {"state": {}, "param_groups": [{"lr": 5e-6}]},
        "action_lr_scheduler": {"last_epoch": 3},
        "vlm_lr_scheduler": {"last_epoch": 3},
        "wandb_id": "abc",
        "run_name": None,
        "stage": 2,
        "horizon_steps": 10,
        "cond_steps": 5,
    }


@pytest.fixture
def released(tmp_path: Path) -> Path:
    path = tmp_path / "DriveMoE_tiny.pt"
    torch.save(released_layout(golden_weights("tiny_1")), path)
    return path


def convert(source: Path, folder: Path, architecture: str = "drivemoe", **changes: Any) -> Manifest:  # noqa: ANN401
    settings: dict[str, Any] = {"sizes": SIZES, "prompt_token_ids": PROMPT} | changes
    return convert_released(source, folder, architecture=architecture, **settings)


def test_a_released_file_becomes_a_checkpoint_in_bfloat16(released: Path, tmp_path: Path) -> None:
    manifest = convert(released, tmp_path / "out")
    loaded = load_checkpoint(tmp_path / "out", device="cpu", dtype=None)
    assert loaded.manifest == manifest
    assert manifest.trained
    assert manifest.name == "DriveMoE_tiny"
    assert manifest.source == {
        "file": "DriveMoE_tiny.pt",
        "sha256": hashlib.sha256(released.read_bytes()).hexdigest(),
        "stage": "2",
        "cnt_update": "21126",
        "cnt_batch": "84504",
        "horizon_steps": "10",
        "cond_steps": "5",
    }
    found = loaded.model.state_dict()
    for name, tensor in golden_weights("tiny_1").items():
        if not name.startswith("criterion."):
            assert torch.equal(found[name], tensor.bfloat16())


def test_progress_is_told(released: Path, tmp_path: Path) -> None:
    told: list[str] = []
    convert(released, tmp_path / "out", progress=told.append)
    assert told[:2] == ["reading DriveMoE_tiny.pt", "hashing DriveMoE_tiny.pt"]
    assert "action_decoder.bias" in told


@pytest.mark.parametrize("system", ["drivemoe", "drivepi0"])
def test_tied_tensors_are_written_under_both_names(system: str, tmp_path: Path) -> None:
    model = mini(system).model
    tie_history_to_action(model)
    # A file that keeps a shared tensor under one name only.
    once = {name: tensor.detach() for name, tensor in model.state_dict().items()}
    for name in list(once):
        twin = name.replace(".mixtures.proprio.", ".mixtures.action.")
        if twin != name and twin in once and once[twin].data_ptr() == once[name].data_ptr():
            del once[name]
    assert len(once) < len(model.state_dict())
    torch.save(released_layout(once), tmp_path / "tied.pt")
    convert(tmp_path / "tied.pt", tmp_path / "out", system, sizes=ARCHITECTURES[system].mini, prompt_token_ids=(1, 2))
    found = load_checkpoint(tmp_path / "out", device="cpu", dtype=None).model.state_dict()
    name = "layers.0.self_attn.q_proj.weight"
    assert torch.equal(found[f"joint_model.mixtures.proprio.{name}"], found[f"joint_model.mixtures.action.{name}"])


class Trap:
    """Would make a file when unpickled carelessly."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("zipped", [True, False])
def test_code_in_the_file_is_not_run(tmp_path: Path, zipped: bool) -> None:  # noqa: FBT001
    harmed = tmp_path / "harmed"
    content = released_layout(golden_weights("tiny_1")) | {"stage": Trap(harmed)}
    torch.save(content, tmp_path / "evil.pt", _use_new_zipfile_serialization=zipped)
    with pytest.raises(CheckpointError, match="without running code"):
        convert(tmp_path / "evil.pt", tmp_path / "out")
    assert not harmed.exists()
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "content", [b"", b"not a checkpoint", b"PK\x03\x04 broken", pickle.dumps({"model": {}}), b"\x80\x02}q\x00."]
)
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other.pt").write_bytes(content)
    with pytest.raises(CheckpointError, match=r"other\.pt"):
        convert(tmp_path / "other.pt", tmp_path / "out")


def test_a_file_cut_short_is_refused(released: Path, tmp_path: Path) -> None:
    content = released.read_bytes()
    for size in (len(content) // 2, len(content) - 30):
        released.write_bytes(content[:size])
        with pytest.raises(CheckpointError, match="fetch it again"):
            convert(released, tmp_path / "out")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="Cannot read"):
        convert(tmp_path / "nothing.pt", tmp_path / "out")


@pytest.mark.parametrize("content", [{"weights": {}}, {"model": [1, 2]}, {"model": {"a": 1}}, [1, 2]])
def test_a_torch_file_without_network_is_refused(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "odd.pt")
    with pytest.raises(CheckpointError, match="no table 'model'"):
        convert(tmp_path / "odd.pt", tmp_path / "out")


def test_a_network_of_other_sizes_is_refused(released: Path, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"does not fit the network: .* and \d+ more"):
        convert(released, tmp_path / "out", sizes=ARCHITECTURES["drivemoe"].mini, prompt_token_ids=(1, 2))


def test_another_horizon_is_refused(tmp_path: Path) -> None:
    content = released_layout(golden_weights("tiny_1")) | {"horizon_steps": 20}
    torch.save(content, tmp_path / "long.pt")
    with pytest.raises(CheckpointError, match="horizon_steps 20, but the sizes say 10"):
        convert(tmp_path / "long.pt", tmp_path / "out")
    convert(tmp_path / "long.pt", tmp_path / "out", sizes=dataclasses.replace(SIZES, horizon_steps=20))
    assert load_checkpoint(tmp_path / "out", device="cpu", dtype=None).manifest.sizes.horizon_steps == 20


def test_a_prompt_outside_the_vocabulary_is_refused(released: Path, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="token id 512"):
        convert(released, tmp_path / "out", prompt_token_ids=(2, 512))
    assert not (tmp_path / "out").exists()


def test_the_prompt_is_tokenised_once_without_additions(tmp_path: Path) -> None:
    write_tokenizer(tmp_path, "<bos>")
    assert tokenize_prompt(tmp_path) == (2, 3, 4, 5)


def test_a_tokenizer_without_start_token_is_refused(tmp_path: Path) -> None:
    write_tokenizer(tmp_path, "<start>")
    with pytest.raises(CheckpointError, match="no start token"):
        tokenize_prompt(tmp_path)


def test_a_folder_without_tokenizer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"holds no tokenizer\.json"):
        tokenize_prompt(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(CheckpointError, match="is not a tokenizer"):
        tokenize_prompt(tmp_path)


def test_conversion_takes_the_prompt_from_a_tokenizer(released: Path, tmp_path: Path) -> None:
    write_tokenizer(tmp_path, "<bos>")
    manifest = convert(released, tmp_path / "out", prompt_token_ids=None, tokenizer_folder=tmp_path)
    assert manifest.prompt_token_ids == (2, 3, 4, 5)


@pytest.mark.parametrize("both", [{"prompt_token_ids": None}, {"tokenizer_folder": Path()}])
def test_the_prompt_comes_from_exactly_one_place(released: Path, tmp_path: Path, both: dict[str, Any]) -> None:
    with pytest.raises(CheckpointError, match="either the ids or"):
        convert(released, tmp_path / "out", **both)


def test_the_published_sizes_are_expected_unless_told_otherwise(released: Path, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"does not fit the network: .*layers\.2\."):
        convert(released, tmp_path / "out", sizes=None)


def test_an_existing_output_is_refused_before_the_long_work(released: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("keep")
    told: list[str] = []
    with pytest.raises(OutputError, match="already exists"):
        convert(released, tmp_path / "out", progress=told.append)
    assert told == []
