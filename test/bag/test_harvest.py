"""``drivemoe harvest``: bags with label files become shards; one that cannot be used is told, and the others go on."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import shutil
from collections.abc import Callable

import numpy as np
import pytest

from drivemoe_ros.cli.main import main
from drivemoe_ros.data.labels import Label
from drivemoe_ros.training.label_file import ENDING, labels_beside, write_labels
from drivemoe_ros.training.shards import ShardReader, open_shards

from .altered_bags import BACK_TOPIC, garbled, on, once, write_altered_bag
from .reading import only_file
from .refusals import DONE, INPUT, OUTPUT, PARAMETER, Refuse, left
from .tiny_bags import SECOND_NS, START_NS, TinyBag, write_tiny_bag

# Pictures from 0.0 to 1.9 s; from 0.4 s on history is whole, and until 1.0 s the future is.
DRIVE = TinyBag(duration_s=2.0)
NUM_SAMPLES = 7
MERGING = Label("merging", "front_left")


def stamps(first_s: float = 0.0, step_s: float = 0.1, num: int = 20) -> list[int]:
    return [START_NS + round((first_s + index * step_s) * SECOND_NS) for index in range(num)]


def labelled(bag: pathlib.Path, labels: list[int] | None = None) -> pathlib.Path:
    """Write a label file beside a bag."""
    write_labels(dict.fromkeys(labels or stamps(), MERGING), labels_beside(bag))
    return bag


def read_shard(folder: pathlib.Path) -> ShardReader:
    (shard,) = open_shards([folder]).shards
    return shard


@pytest.fixture
def drive(tmp_path: pathlib.Path) -> pathlib.Path:
    """Return a bag with a label file."""
    return labelled(write_tiny_bag(tmp_path / "drive", DRIVE))


@pytest.mark.parametrize(
    ("storage", "name"), [("mcap", "drive"), ("sqlite3", "drive"), ("ros1", "drive.bag"), ("mcap", "monday.1")]
)
def test_bags_of_every_kind_become_samples(
    tmp_path: pathlib.Path, storage: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = TinyBag(storage=storage, encoding="jpeg", duration_s=2.0)  # type: ignore[arg-type]
    bag = labelled(write_tiny_bag(tmp_path / name, spec))
    assert main(["harvest", str(bag), "--out", str(tmp_path / "out"), "--image-size", "28"]) == DONE
    folder = name.removesuffix(".bag")
    assert left(tmp_path / "out") == [folder]
    shard = read_shard(tmp_path / "out")
    assert [shard.sample(index).ego.stamps_ns_T[-1] for index in range(len(shard))] == stamps(0.4, num=NUM_SAMPLES)
    assert (shard.manifest.image_size, shard.manifest.families) == (28, (folder,))
    printed = capsys.readouterr().out
    assert "9 x the drive ends within" in printed
    assert f"skills: merging {NUM_SAMPLES}" in printed


def test_pictures_are_learnt_from_at_the_rate_of_their_labels(tmp_path: pathlib.Path) -> None:
    bag = write_tiny_bag(tmp_path / "drive", dataclasses.replace(DRIVE, camera_rate_hz=20.0))
    labelled(bag, stamps(0.05))
    assert main(["harvest", str(bag), "--out", str(tmp_path / "out")]) == DONE
    shard = read_shard(tmp_path / "out")
    assert [shard.sample(index).ego.stamps_ns_T[-1] for index in range(len(shard))] == stamps(0.45, num=NUM_SAMPLES)


def test_without_a_route_the_goals_lie_along_what_was_driven(
    drive: pathlib.Path, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bag = labelled(write_tiny_bag(tmp_path / "lost", dataclasses.replace(DRIVE, leave_out=frozenset({"route"}))))
    assert main(["harvest", str(bag), str(drive), "--out", str(tmp_path / "out")]) == DONE
    printed = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert printed.count("(no route: goals lie along what was") == 1
    goals_N2 = read_shard(tmp_path / "out" / "lost").rows_N["goals"][:, -1]
    assert len(goals_N2) == NUM_SAMPLES
    np.testing.assert_allclose(np.hypot(*goals_N2.T), 9.5, atol=2.0)
    # The drive bends to the left, as its goals do.
    assert (goals_N2[:, 1] > 0.0).all()


def test_labels_may_lie_elsewhere(tmp_path: pathlib.Path) -> None:
    bag = write_tiny_bag(tmp_path / "drive", DRIVE)
    labels = tmp_path / "by_hand.json"
    write_labels(dict.fromkeys(stamps(0.5, num=3), MERGING), labels)
    assert main(["harvest", str(bag), "--labels", str(labels), "--out", str(tmp_path / "out")]) == DONE
    assert len(read_shard(tmp_path / "out")) == 3


def test_what_gave_no_sample_is_counted(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    jpeg = dataclasses.replace(DRIVE, encoding="jpeg")
    bag = write_altered_bag(tmp_path / "drive", jpeg, on(BACK_TOPIC, once(garbled), since_s=0.75))
    labelled(bag, [*stamps(0.5), 5, 6])
    assert main(["harvest", str(bag), "--out", str(tmp_path / "out")]) == DONE
    assert len(read_shard(tmp_path / "out")) == 5
    # Five of the labels are of pictures after the end, and two of none at all.
    assert "7 x label whose stamp no front picture" in " ".join(capsys.readouterr().out.replace("│", " ").split())


# What cannot be used. Each makes a bag, with or without labels, and has words of the sentence.


def without_labels(path: pathlib.Path) -> None:
    write_tiny_bag(path, DRIVE)


def labels_of_another_drive(path: pathlib.Path) -> None:
    labelled(write_tiny_bag(path, DRIVE), [stamp_ns + 3600 * SECOND_NS for stamp_ns in stamps()])


def labels_in_milliseconds(path: pathlib.Path) -> None:
    labelled(write_tiny_bag(path, DRIVE), [stamp_ns // 1_000_000 for stamp_ns in stamps()])


def labels_cut_short(path: pathlib.Path) -> None:
    labels = labels_beside(labelled(write_tiny_bag(path, DRIVE)))
    labels.write_text(labels.read_text()[:500])


def an_unknown_skill(path: pathlib.Path) -> None:
    labels = labels_beside(labelled(write_tiny_bag(path, DRIVE)))
    labels.write_text(labels.read_text().replace('"merging"', '"flying"', 1))


def no_bag(path: pathlib.Path) -> None:
    labelled(path)


def junk(path: pathlib.Path) -> None:
    path.mkdir()
    (path / "metadata.yaml").write_text("rosbag2_bagfile_information: [1, 2\n")
    labelled(path)


def a_bag_that_breaks_off(path: pathlib.Path) -> None:
    write_tiny_bag(path, dataclasses.replace(DRIVE, width=320, height=240))
    file = only_file(path, ".mcap")
    file.write_bytes(file.read_bytes()[: file.stat().st_size * 9 // 10])
    labelled(path)


def without(camera: str) -> Callable[[pathlib.Path], None]:
    def write(path: pathlib.Path) -> None:
        labelled(write_tiny_bag(path, dataclasses.replace(DRIVE, leave_out=frozenset({camera}))))

    return write


UNUSABLE = {
    "no labels": (without_labels, f"The label file {{bag}}{ENDING} cannot be read"),
    "another drive": (labels_of_another_drive, "{bag}: None of the 20 labels (1700003600000000000 to 1700003601900000"),
    "milliseconds": (labels_in_milliseconds, "with header stamps in nanoseconds"),
    "labels cut": (labels_cut_short, f"{{bag}}{ENDING} cannot be read as JSON"),
    "unknown skill": (an_unknown_skill, "The skill 'flying' is none of"),
    "no bag": (no_bag, "There is no bag at {bag}"),
    "junk": (junk, "{bag} cannot be read as a bag"),
    "breaks off": (a_bag_that_breaks_off, "for no sample of it was kept"),
    "no front": (without("front"), "{bag}: The bag does not fit rig 'bench2drive'"),
    "no rear": (
        without("back"),
        "{bag}: No front picture of the drive gave a training sample (16 x no picture of back;",
    ),
}


@pytest.mark.parametrize(("write", "wanted"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_bag_that_cannot_be_used_is_one_sentence(
    refuse: Refuse, tmp_path: pathlib.Path, write: Callable[[pathlib.Path], None], wanted: str
) -> None:
    bag = tmp_path / "drive"
    write(bag)
    assert wanted.format(bag=bag) in refuse(INPUT, "harvest", bag, "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_bags_that_cannot_be_used_do_not_stop_the_others(
    drive: pathlib.Path, tmp_path: pathlib.Path, workers: str, capsys: pytest.CaptureFixture[str]
) -> None:
    a_bag_that_breaks_off(tmp_path / "broken")
    without_labels(tmp_path / "unlabelled")
    bags = [tmp_path / "broken", drive, tmp_path / "unlabelled"]
    out = tmp_path / "out"
    assert main(["harvest", *map(str, bags), "--out", str(out), "--workers", workers]) == INPUT
    printed = capsys.readouterr()
    assert left(out) == ["drive"]
    assert len(read_shard(out)) == NUM_SAMPLES
    told = [line for line in printed.err.splitlines() if line.strip()]
    assert sorted(line.startswith("drivemoe: ") for line in told) == [True, True]
    assert printed.out.count("everything: see its") == 2


def test_a_harvest_goes_on_where_it_stopped(
    drive: pathlib.Path, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    late = tmp_path / "late"
    without_labels(late)
    words = ["harvest", str(drive), str(late), "--out", str(tmp_path / "out")]
    assert main(words) == INPUT
    # As a run leaves it that was killed.
    shutil.copytree(tmp_path / "out" / "drive", tmp_path / "out" / ".late.partial")
    labelled(late)
    assert main([*words, "--resume"]) == DONE
    assert "1 of 2 bags were harvested before" in capsys.readouterr().out
    assert left(tmp_path / "out") == ["drive", "late"]
    assert sum(len(shard) for shard in open_shards([tmp_path / "out"]).shards) == 2 * NUM_SAMPLES


@pytest.mark.parametrize(
    ("words", "code", "wanted"),
    [
        (["--out", "drive"], OUTPUT, "drive is there already"),
        (["--out", "drive/metadata.yaml/out"], OUTPUT, "Cannot write samples to"),
        (["other/drive", "--out", "out"], PARAMETER, "have the same name"),
        (["drive2", "--out", "out", "--labels", "labels.json"], PARAMETER, "--labels is for one bag, but there are 2"),
        (["--out", "out", "--workers", "0"], PARAMETER, "--workers is 0"),
        (["--out", "out", "--image-size", "-1"], PARAMETER, "--image-size is -1"),
        (["--out", "out", "--rig", "none"], PARAMETER, "'none'"),
        ([], PARAMETER, "--out"),
    ],
)
def test_a_command_that_does_not_fit_is_one_sentence(
    refuse: Refuse,
    drive: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    code: int,
    wanted: str,
) -> None:
    monkeypatch.chdir(drive.parent)
    assert wanted in refuse(code, "harvest", "drive", *words)
    assert left(drive.parent) == ["drive", f"drive{ENDING}"]


def test_the_folder_one_stands_in_can_be_harvested(drive: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(drive)
    assert main(["harvest", ".", "--out", "../out"]) == DONE
    assert json.loads((drive.parent / "out/drive/shard-00000/shard.json").read_text())["num_samples"] == NUM_SAMPLES
