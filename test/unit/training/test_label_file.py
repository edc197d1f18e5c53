"""Label files come back as they went in, and wrong ones are refused in a sentence."""

from __future__ import annotations

import json
import pathlib

import pytest

from drivemoe_ros.data.labels import Label
from drivemoe_ros.errors import InputError, OutputError
from drivemoe_ros.training.label_file import FORMAT, labels_beside, read_labels, write_labels


def test_labels_survive_their_file(tmp_path: pathlib.Path) -> None:
    labels = {5: Label("normal", "back"), 3: Label("give_way", "back_left", usable=False)}
    write_labels(labels, tmp_path / "labels.json")
    assert read_labels(tmp_path / "labels.json") == labels


def test_the_released_names_are_understood(tmp_path: pathlib.Path) -> None:
    frames = {"1": {"view": "CAM_FRONT_LEFT", "skill": "MERGING_HIGHWAY"}, "2": {"view": "NULL", "skill": "GIVEWAY"}}
    (tmp_path / "labels.json").write_text(json.dumps({"format": FORMAT, "frames": frames}))
    read = read_labels(tmp_path / "labels.json")
    assert read == {1: Label("merging", "front_left"), 2: Label("give_way", "back")}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "cannot be read as JSON"),
        ("[]", "has the format 'list'"),
        ('{"frames": {}}', "has the format 'None'"),
        (f'{{"format": "{FORMAT}", "frames": {{"x": {{"view": "back", "skill": "normal"}}}}}}', "frame 'x'"),
        (f'{{"format": "{FORMAT}", "frames": {{"1": {{"view": "up", "skill": "normal"}}}}}}', "view 'up' is none of"),
        (f'{{"format": "{FORMAT}", "frames": {{"1": {{"view": "back", "skill": "fly"}}}}}}', "skill 'fly' is none of"),
        (f'{{"format": "{FORMAT}", "frames": {{"1": "back"}}}}', "frame '1'"),
        (f'{{"format": "{FORMAT}", "frames": {{"1": {{"view": "back", "skill": "normal", "usable": "no"}}}}}}', "'no'"),
        (f'{{"format": "{FORMAT}", "frames": {{}}}}', "holds no frames"),
        (f'{{"format": "{FORMAT}", "frames": [1, 2]}}', "holds no frames"),
        (f'{{"format": "{FORMAT}"}}', "holds no frames"),
        ("[" * 100_000, "cannot be read as JSON"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: pathlib.Path, text: str, told: str) -> None:
    (tmp_path / "labels.json").write_text(text)
    with pytest.raises(InputError, match=told):
        read_labels(tmp_path / "labels.json")


def test_a_file_that_is_not_there_is_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_labels(tmp_path / "labels.json")


@pytest.mark.parametrize(
    ("bag", "labels"),
    [("drive", "drive.labels.json"), ("drive.2024", "drive.2024.labels.json"), ("a.b.mcap", "a.b.labels.json")],
)
def test_labels_lie_beside_their_bag(tmp_path: pathlib.Path, bag: str, labels: str) -> None:
    if not bag.endswith(".mcap"):
        (tmp_path / bag).mkdir()
    assert labels_beside(tmp_path / bag) == tmp_path / labels


def test_a_folder_that_is_not_there_is_told(tmp_path: pathlib.Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        write_labels({1: Label("normal", "back")}, tmp_path / "no" / "labels.json")
