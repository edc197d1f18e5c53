"""Names in bags, indexes and manifests lead to nothing outside of their folder."""

from __future__ import annotations

import json
import os
import pathlib

import pytest

from drivemoe_ros.bags.reader import BagReader
from drivemoe_ros.errors import CheckpointError, InputError
from drivemoe_ros.policy.paligemma_folder import open_paligemma

from .checkpoint_entry_points import SEEDS as CHECKPOINT_SEEDS
from .seeds import SEEDS, whole_bag


@pytest.mark.parametrize("name", ["{outside}", "../outside.mcap", "a/../../outside.mcap", "..", "."])
def test_a_bag_reads_no_file_outside_of_its_folder(name: str, tmp_path: pathlib.Path) -> None:
    (tmp_path / "outside.mcap").write_bytes(whole_bag(".mcap"))
    folder = tmp_path / "bag"
    folder.mkdir()
    text = SEEDS["metadata.yaml"]()[0].decode()
    (folder / "metadata.yaml").write_text(text.replace("drive_0.mcap", name.format(outside=tmp_path / "outside.mcap")))
    with pytest.raises(InputError), BagReader(folder):
        pass


@pytest.mark.parametrize("has_metadata", [True, False])
def test_a_bag_follows_no_link_out_of_its_folder(tmp_path: pathlib.Path, *, has_metadata: bool) -> None:
    (tmp_path / "outside.mcap").write_bytes(whole_bag(".mcap"))
    folder = tmp_path / "bag"
    folder.mkdir()
    if has_metadata:
        (folder / "metadata.yaml").write_bytes(SEEDS["metadata.yaml"]()[0])
    (folder / "drive_0.mcap").symlink_to("../outside.mcap")
    with pytest.raises(InputError, match="leads out of the folder"), BagReader(folder):
        pass


def test_a_pipe_in_a_bag_is_not_waited_for(tmp_path: pathlib.Path) -> None:
    os.mkfifo(tmp_path / "drive_0.mcap")
    with pytest.raises(InputError, match="no ordinary file"), BagReader(tmp_path):
        pass


@pytest.mark.parametrize("sign", ["%2f", "?", "#"])
def test_a_name_with_a_meaning_in_addresses_is_refused(sign: str, tmp_path: pathlib.Path) -> None:
    (tmp_path / "outside.db3").write_bytes(whole_bag(".db3"))
    path = tmp_path / f"outside.db3{sign}x.db3"
    path.write_bytes(b"")
    with pytest.raises(InputError, match="its path holds one of"), BagReader(path):
        pass


@pytest.mark.parametrize("name", ["{outside}", "../part.safetensors", "a/part.safetensors", "..", ".", ""])
def test_an_index_names_only_files_of_its_folder(name: str, tmp_path: pathlib.Path) -> None:
    (tmp_path / "part.safetensors").write_bytes(CHECKPOINT_SEEDS["part.safetensors"]()[0])
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "config.json").write_bytes(CHECKPOINT_SEEDS["config.json"]()[0])
    place = name.format(outside=tmp_path / "part.safetensors")
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"a": place}}))
    with pytest.raises(CheckpointError, match=r"names no weight files|lacks"):
        open_paligemma(folder)
