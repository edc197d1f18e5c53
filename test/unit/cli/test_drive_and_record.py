"""``drivemoe drive``, ``record``, ``harvest`` and ``evaluate`` from the command line to the files they leave."""

from __future__ import annotations

import json
import pathlib

import numpy as np
import pytest

from drivemoe_ros.cli.main import main
from drivemoe_ros.evaluation.log_file import read_log
from drivemoe_ros.training.shards import open_shards
from tools.checkpoint_card import recorded as recorded_section
from tools.deadline_table import main as deadline_table

FAMILY = "parking_exit/parallel_free"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("record") / "out"
    words = ["record", "--families", FAMILY, "--seeds", "0", "--out", str(folder), "--format", "both"]
    assert main([*words, "--size", "28", "--image-size", "28"]) == 0
    return folder


@pytest.fixture(scope="module")
def driven(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("drive") / "out"
    assert main(["drive", FAMILY, "--driver", "expert", "--seeds", "0:2", "--out", str(folder)]) == 0
    return folder


def test_drives_are_logged_and_scored(driven: pathlib.Path) -> None:
    logs = [read_log(path) for path in sorted((driven / "logs").iterdir())]
    assert [(log.family, log.seed, log.driver) for log in logs] == [(FAMILY, 0, "expert"), (FAMILY, 1, "expert")]
    scores = json.loads((driven / "scores.json").read_text())["scores"]
    assert scores["all"]["success_percent"] == scores[FAMILY]["ability_percent"]["parking_exit"] == 100.0


def test_logged_drives_are_scored_again(driven: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(driven)]) == 0
    assert "parking_exit 100 %" in capsys.readouterr().out


def test_a_folder_that_is_there_is_not_written_into(
    driven: pathlib.Path, recorded: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["drive", FAMILY, "--driver", "expert", "--out", str(driven)]) == 6
    assert main(["record", "--seeds", "0", "--out", str(recorded)]) == 6
    assert capsys.readouterr().err.count("is there already") == 2


def test_a_recording_goes_on_where_it_stopped(recorded: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.stat().st_mtime_ns for path in recorded.rglob("*") if path.is_file()}
    words = ["record", "--families", FAMILY, "--seeds", "0", "--out", str(recorded), "--format", "both"]
    assert main([*words, "--resume"]) == 0
    assert "1 of 1 parts were recorded before" in capsys.readouterr().out
    assert {path: path.stat().st_mtime_ns for path in recorded.rglob("*") if path.is_file()} == before


def test_the_experts_answer_to_a_policy_is_recorded(tmp_path: pathlib.Path) -> None:
    words = ["record", "--families", FAMILY, "--seeds", "0", "--out", str(tmp_path / "out"), "--size", "28"]
    assert main([*words, "--image-size", "28", "--checkpoint", "mini", "--weight", "3"]) == 0
    (shard,) = open_shards([tmp_path / "out"]).shards
    assert set(shard.rows_N["weight"]) == {3.0}
    # From every other picture on.
    assert set(np.unique(shard.rows_N["stamps_ns"][:, -1] % 200_000_000)) == {0}


def test_what_to_do_from_a_standstill_is_recorded(tmp_path: pathlib.Path) -> None:
    words = [
        "record",
        "--families",
        "normal/lane_follow",
        "--seeds",
        "0",
        "--out",
        str(tmp_path / "out"),
        "--size",
        "28",
    ]
    assert main([*words, "--size", "28", "--image-size", "28", "--halting"]) == 0
    (shard,) = open_shards([tmp_path / "out"]).shards
    stands_N = shard.rows_N["speed"][:, -1] == 0.0
    assert np.any(shard.rows_N["future"][stands_N, -1, 0] > 0.1)


def test_how_to_pull_out_is_recorded_where_a_blind_driver_stayed_in_the_lane(tmp_path: pathlib.Path) -> None:
    words = ["record", "--families", "overtaking/construction", "--seeds", "60:63", "--out", str(tmp_path / "out")]
    assert main([*words, "--size", "28", "--image-size", "28", "--blind"]) == 0
    (shard,) = open_shards([tmp_path / "out"]).shards
    # Straight ahead so far, and the expert would move aside within a second.
    steady_N = np.ptp(shard.rows_N["yaw"], axis=1) < 0.01
    assert np.any(np.abs(shard.rows_N["future"][steady_N, -1, 1]) > 0.2)


@pytest.fixture(scope="module")
def harvested(recorded: pathlib.Path) -> pathlib.Path:
    bag, folder = recorded / "bags" / f"{FAMILY.replace('/', '_')}_0", recorded / "harvested"
    assert main(["harvest", str(bag), "--out", str(folder), "--image-size", "28"]) == 0
    return folder


def test_a_recorded_bag_gives_the_samples_that_were_recorded(recorded: pathlib.Path, harvested: pathlib.Path) -> None:
    (shard,) = open_shards([recorded / "shards"]).shards
    (again,) = open_shards([harvested]).shards
    assert len(again) == len(shard) > 50
    assert again.manifest.skill_counts == shard.manifest.skill_counts
    assert again.manifest.view_counts == shard.manifest.view_counts
    for name in ("stamps_ns", "view", "skill", "weight"):
        np.testing.assert_array_equal(again.rows_N[name], shard.rows_N[name])
    # Headings are quaternions in a bag.
    for name in ("position", "yaw", "speed", "acceleration", "angular_velocity", "goals", "future"):
        np.testing.assert_allclose(again.rows_N[name], shard.rows_N[name], rtol=0.0, atol=1e-9)


def test_pictures_of_a_recorded_bag_differ_by_what_jpeg_costs(recorded: pathlib.Path, harvested: pathlib.Path) -> None:
    (shard,) = open_shards([recorded / "shards"]).shards
    (again,) = open_shards([harvested]).shards
    for index in range(0, len(shard), 10):
        pictures = [np.stack([one.picture(index, which) for which in range(7)]) for one in (shard, again)]
        assert np.abs(pictures[0].astype(float) - pictures[1]).mean(axis=(1, 2, 3)).max() < 12.0


def test_what_was_recorded_is_counted(recorded: pathlib.Path) -> None:
    (report,) = (recorded / "shards").rglob("drives.json")
    (shard,) = open_shards([recorded / "shards"]).shards
    counted = json.loads(report.read_text())
    assert counted["samples"] == sum(counted["skills"].values()) == sum(counted["views"].values()) == len(shard)


def test_a_policy_is_evaluated_on_samples_of_its_size_only(
    recorded: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(recorded / "shards")]) == 3
    assert "record with --image-size" in capsys.readouterr().err


def test_what_one_sample_cannot_tell_is_null_in_json_and_a_dash_in_text(
    recorded: pathlib.Path, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bag, file = recorded / "bags" / f"{FAMILY.replace('/', '_')}_0", tmp_path / "recorded.json"
    assert main(["harvest", str(bag), "--out", str(tmp_path / "samples"), "--image-size", "84"]) == 0
    words = ["evaluate", str(tmp_path / "samples"), "--checkpoint", "mini", "--samples", "1"]
    assert main([*words, "--json", str(file)]) == 0
    assert "ahead -\n  to the side -\n" in capsys.readouterr().out
    found = json.loads(file.read_text("utf-8"), parse_constant=pytest.fail)
    assert found["followed_ahead"] == found["followed_aside"] == {"correlation": None, "slope": None}
    assert found["samples"] == 1
    assert "plans follow ahead - and to the side -." in recorded_section(file)


def test_fewer_flow_steps_are_compared_with_the_most_on_recorded_samples(
    recorded: pathlib.Path, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bag = recorded / "bags" / f"{FAMILY.replace('/', '_')}_0"
    assert main(["harvest", str(bag), "--out", str(tmp_path / "samples"), "--image-size", "84"]) == 0
    capsys.readouterr()
    assert deadline_table([str(tmp_path), "--samples", "4", "--steps", "10", "2", "--flow-samples", "2"]) == 0
    _, _, most, fewer, *spread = capsys.readouterr().out.splitlines()
    assert most.split(" | ")[3:5] == ["0.000", "0.000"]
    assert float(fewer.split(" | ")[3]) > 0.0
    assert "The spread is" in spread[1]
    assert deadline_table(["no/such/folder"]) == 3
    assert "no/such/folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["drive", "merge"], 2, "no scenario family 'merge'"),
        (["drive", "all", "--seeds", "5:5"], 2, "The seeds '5:5'"),
        (["drive", "all", "--workers", "0"], 2, "--workers"),
        (["drive", "all", "--delay", "130"], 2, "give 0 or a multiple"),
        (["drive", "all", "--delay", "-50"], 2, "--delay is -50 ms"),
        (["drive", "all", "--pictures", "--driver", "expert"], 2, "--pictures needs"),
        (["drive", "all", "--driver", "no/such/checkpoint"], 4, "no/such/checkpoint"),
        (["drive", "all", "--driver", "untrained"], 5, "accept_untrained"),
        (["drive", "all", "--bags", "--driver", "expert"], 2, "--bags needs"),
        (["record", "--seeds", "0", "--out", "new", "--checkpoint", "mini", "--format", "bag"], 2, "record shards"),
        (["record", "--seeds", "0", "--out", "new", "--halting", "--format", "both"], 2, "record shards"),
        (["record", "--seeds", "0", "--out", "new", "--halting", "--checkpoint", "mini"], 2, "the policy leads"),
        (["record", "--seeds", "0", "--out", "new", "--weight", "-1"], 2, "--weight is -1"),
        (["record", "--seeds", "x", "--out", "out"], 2, "The seeds are 'x'"),
        (["record", "--seeds", "0", "--out", "out", "--size", "0"], 2, "--size is 0"),
        (["evaluate", "no/such/folder"], 3, "There is no folder no/such/folder"),
        (["evaluate", "."], 3, "no readable shard"),
        (["evaluate", ".", "--json", "no/such/scores.json"], 6, "no/such/scores.json cannot be written"),
    ],
)
def test_what_does_not_fit_is_told_in_a_sentence(
    words: list[str],
    code: int,
    told: str,
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == code
    sentence = capsys.readouterr().err
    assert told in sentence
    assert "Traceback" not in sentence
    assert "a fault of drivemoe itself" not in sentence
