"""Bags and messages that cannot be used: one sentence, or a plan without them that says so."""

from __future__ import annotations

import dataclasses
import os
import pathlib
from collections.abc import Callable

import pytest
from rosbags.rosbag2 import StoragePlugin, Writer

from drivemoe_ros.bags.typestore import output_typestore

from .altered_bags import (
    BACK_TOPIC,
    FRONT_TOPIC,
    ODOMETRY_TOPIC,
    Change,
    encoded_as,
    garbled,
    on,
    once,
    position_is,
    taller,
    unstamped,
    write_altered_bag,
)
from .refusals import DONE, INPUT, Refuse, left, not_as_root
from .replays import OUTPUT_TYPES, read_messages, read_summary, replay
from .tiny_bags import TinyBag, write_tiny_bag

SHORT = TinyBag(duration_s=0.6)
JPEG = dataclasses.replace(SHORT, encoding="jpeg")
STATE, TRAJECTORY, _, VIEW, _, _ = OUTPUT_TYPES
CORRUPT = 4


# Bags that are none.


def write_nothing(path: pathlib.Path) -> pathlib.Path:
    return path


def write_empty_folder(path: pathlib.Path) -> pathlib.Path:
    path.mkdir()
    return path


def write_junk(ending: str, size: int = 5000) -> Callable[[pathlib.Path], pathlib.Path]:
    def write(path: pathlib.Path) -> pathlib.Path:
        file = path.with_suffix(ending)
        file.write_bytes(bytes(index * 37 % 251 for index in range(size)))
        return file

    return write


def write_bad_metadata(path: pathlib.Path) -> pathlib.Path:
    write_tiny_bag(path, SHORT)
    (path / "metadata.yaml").write_text("rosbag2_bagfile_information: [1, 2\n", encoding="utf-8")
    return path


def write_lost_file(path: pathlib.Path) -> pathlib.Path:
    write_tiny_bag(path, SHORT)
    next(path.glob("*.mcap")).unlink()
    return path


NO_BAGS = {
    "missing": (write_nothing, "There is no bag at"),
    "empty folder": (write_empty_folder, "holds no metadata.yaml"),
    "not a bag's name": (write_junk(".txt"), "is no bag"),
    "junk mcap": (write_junk(".mcap"), "cannot be read as a bag"),
    "junk sqlite3": (write_junk(".db3"), "cannot be read as a bag"),
    "junk ros1": (write_junk(".bag"), "cannot be read as a bag"),
    "no byte mcap": (write_junk(".mcap", 0), "cannot be read as a bag"),
    "no byte sqlite3": (write_junk(".db3", 0), ""),
    "bad metadata": (write_bad_metadata, "cannot be read as a bag"),
    "file lost": (write_lost_file, "cannot be read as a bag"),
}


@pytest.mark.parametrize(("write", "wanted"), NO_BAGS.values(), ids=NO_BAGS)
def test_what_is_no_bag_is_refused_before_anything_is_made(
    refuse: Refuse,
    tmp_path: pathlib.Path,
    out: pathlib.Path,
    write: Callable[[pathlib.Path], pathlib.Path],
    wanted: str,
) -> None:
    bag = write(tmp_path / "drive")
    sentence = refuse(INPUT, "replay", bag, "--output", out)
    assert wanted in sentence
    assert str(bag) in sentence
    assert left(out.parent) == []


@pytest.mark.parametrize("storage", list(StoragePlugin), ids=lambda plugin: plugin.name)
def test_a_bag_without_messages_is_refused(
    refuse: Refuse, tmp_path: pathlib.Path, out: pathlib.Path, storage: StoragePlugin
) -> None:
    with Writer(tmp_path / "drive", version=9, storage_plugin=storage) as writer:
        writer.add_connection(FRONT_TOPIC, "sensor_msgs/msg/Image", typestore=output_typestore())
    sentence = refuse(INPUT, "replay", tmp_path / "drive", "--output", out)
    assert "holds no messages" in sentence
    assert left(out.parent) == []


@not_as_root
def test_a_bag_without_permission_is_refused(refuse: Refuse, tmp_path: pathlib.Path, out: pathlib.Path) -> None:
    bag = write_tiny_bag(tmp_path / "drive", SHORT)
    next(bag.glob("*.mcap")).chmod(0)
    assert "permission" in refuse(INPUT, "replay", bag, "--output", out)


# Bags that break off.


@pytest.mark.parametrize("storage", ["mcap", "sqlite3"])
def test_of_a_truncated_bag_everything_readable_is_planned_and_kept(
    refuse: Refuse, tmp_path: pathlib.Path, out: pathlib.Path, storage: str
) -> None:
    bag = write_tiny_bag(
        tmp_path / "drive",
        TinyBag(storage=storage, duration_s=1.0, width=128, height=96, compression="none"),  # type: ignore[arg-type]
    )
    file = next(file for file in bag.iterdir() if file.suffix in {".mcap", ".db3"})
    os.truncate(file, file.stat().st_size * 4 // 5)
    sentence = refuse(INPUT, "replay", bag, "--output", out)
    assert str(bag) in sentence
    assert str(out.with_name("plans.incomplete")) in sentence
    assert left(out.parent) == ["plans.incomplete"]
    messages = read_messages(out.with_name("plans.incomplete"))
    assert 5 <= len(messages[STATE]) < 10
    assert len(messages[TRAJECTORY]) == len(messages[STATE]) - 4


# Inputs that are missing.


def test_without_the_front_camera_the_topics_and_the_nearest_rig_are_named(
    refuse: Refuse, tmp_path: pathlib.Path, out: pathlib.Path
) -> None:
    bag = write_tiny_bag(tmp_path / "drive", dataclasses.replace(SHORT, leave_out=frozenset({"front"})))
    sentence = refuse(INPUT, "replay", bag, "--output", out)
    assert f"no pictures of the front camera on {FRONT_TOPIC}" in sentence
    assert f"{BACK_TOPIC} (sensor_msgs/msg/Image)" in sentence
    assert "give --rig FILE" in sentence
    assert left(out.parent) == []


def test_topics_of_another_rig_are_recognised(refuse: Refuse, tmp_path: pathlib.Path, out: pathlib.Path) -> None:
    bag = write_tiny_bag(tmp_path / "drive", dataclasses.replace(SHORT, rig="nuscenes"))
    sentence = refuse(INPUT, "replay", bag, "--output", out)
    assert "does not fit rig 'bench2drive'" in sentence
    assert "give --rig nuscenes, which finds 6 of its 6 cameras here" in sentence
    assert replay(bag, out, "--rig", "nuscenes") == DONE


def test_without_odometry_the_bag_is_refused(refuse: Refuse, tmp_path: pathlib.Path, out: pathlib.Path) -> None:
    bag = write_tiny_bag(tmp_path / "drive", dataclasses.replace(SHORT, leave_out=frozenset({"odometry"})))
    sentence = refuse(INPUT, "replay", bag, "--output", out)
    assert f"no nav_msgs/msg/Odometry on {ODOMETRY_TOPIC}" in sentence
    assert left(out.parent) == []


# Messages that cannot be used: with none left no plan can be made, and the states that say so are kept.

HOPELESS: dict[str, tuple[TinyBag, Change, str]] = {
    "odometry not a number": (SHORT, on(ODOMETRY_TOPIC, position_is(float("nan"))), "odometry holds NaN or infinity"),
    "odometry infinite": (SHORT, on(ODOMETRY_TOPIC, position_is(float("-inf"))), "odometry holds NaN or infinity"),
    "odometry without stamps": (SHORT, on(ODOMETRY_TOPIC, unstamped), "The header stamp of odometry is zero"),
    "front without stamps": (SHORT, on(FRONT_TOPIC, unstamped), "The header stamp of front is zero"),
    "front corrupt": (JPEG, on(FRONT_TOPIC, garbled), "front: The jpeg picture"),
    "front in unknown encoding": (
        SHORT,
        on(FRONT_TOPIC, encoded_as("bayer_rggb8")),
        "encoding 'bayer_rggb8' is unknown",
    ),
    "front of more rows than bytes": (SHORT, on(FRONT_TOPIC, taller), "front: The 32x1024 bgra8 picture holds"),
}


@pytest.mark.parametrize(("spec", "change", "wanted"), HOPELESS.values(), ids=HOPELESS)
def test_without_a_usable_message_no_plan_comes_and_the_cause_is_named(
    refuse: Refuse, tmp_path: pathlib.Path, out: pathlib.Path, spec: TinyBag, change: Change, wanted: str
) -> None:
    bag = write_altered_bag(tmp_path / "drive", spec, change)
    sentence = refuse(INPUT, "replay", bag, "--output", out)
    assert "No plan came of" in sentence
    assert wanted in sentence
    assert left(out.parent) == ["plans", "plans.json"]
    assert TRAJECTORY not in read_messages(out)
    assert read_summary(out)["num_plans"] == 0


def test_single_bad_messages_are_left_out_and_counted(tmp_path: pathlib.Path, out: pathlib.Path) -> None:
    bag = write_altered_bag(
        tmp_path / "drive",
        SHORT,
        on(ODOMETRY_TOPIC, once(position_is(float("nan"))), since_s=0.3),
        on(BACK_TOPIC, once(unstamped), since_s=0.4),
    )
    # Else odometry would not be believed for a second, which is all of this drive; see below.
    assert replay(bag, out, "--set", "supervision.implausible_hold_s=0.0") == DONE
    rejected = read_summary(out)["rejected"]
    assert {topic: problem["count"] for topic, problem in rejected.items()} == {ODOMETRY_TOPIC: 1, BACK_TOPIC: 1}
    assert "NaN" in rejected[ODOMETRY_TOPIC]["first"]
    assert "zero" in rejected[BACK_TOPIC]["first"]
    assert len(read_messages(out)[TRAJECTORY]) == 2


def test_odometry_of_which_one_message_holds_nan_is_not_believed_for_a_second(
    refuse: Refuse, tmp_path: pathlib.Path, out: pathlib.Path
) -> None:
    change = on(ODOMETRY_TOPIC, once(position_is(float("nan"))), since_s=0.3)
    sentence = refuse(INPUT, "replay", write_altered_bag(tmp_path / "drive", SHORT, change), "--output", out)
    assert "No plan came of" in sentence
    states = [recorded.message for recorded in read_messages(out)[STATE]]
    assert "odometry holds NaN or infinity" in states[-1].reason


SIDES = ("FRONT_LEFT", "FRONT_RIGHT", "BACK_LEFT", "BACK_RIGHT")
SIDE_TROUBLE = {"corrupt": (JPEG, garbled), "unknown encoding": (SHORT, encoded_as("yuv422"))}


@pytest.mark.parametrize(("spec", "change"), SIDE_TROUBLE.values(), ids=SIDE_TROUBLE)
def test_unusable_side_cameras_are_passed_over(
    tmp_path: pathlib.Path, out: pathlib.Path, spec: TinyBag, change: Change
) -> None:
    topics = [
        f"/sensing/camera/CAM_{name}/image_raw" for name in ("FRONT_LEFT", "FRONT_RIGHT", "BACK_LEFT", "BACK_RIGHT")
    ]
    bag = write_altered_bag(tmp_path / "drive", spec, *(on(topic, change) for topic in topics))
    assert replay(bag, out) == DONE
    messages = read_messages(out)
    assert {recorded.message.selected for recorded in messages[VIEW]} == {"back"}
    last = messages[STATE][-1].message
    corrupt = {status.name for status in last.inputs if status.status == CORRUPT}
    assert corrupt
    assert corrupt <= {"front_left", "front_right", "back_left", "back_right"}
    assert all(f"{name}: " in last.reason for name in corrupt)
