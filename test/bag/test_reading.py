"""Recorded drives of every kind read alike, in one defined order; bad ones are one sentence."""

from __future__ import annotations

import pathlib
import sqlite3

import numpy as np
import pytest
from rosbags.rosbag2 import StoragePlugin, Writer

from drivemoe_ros.bags.events import BagEvent, in_defined_order
from drivemoe_ros.bags.factory import BagMessageFactory
from drivemoe_ros.bags.match_rig import match_rig
from drivemoe_ros.bags.reader import BagReader
from drivemoe_ros.bags.typestore import output_typestore
from drivemoe_ros.data.samples import ImageSample
from drivemoe_ros.errors import InputError
from drivemoe_ros.messages.decode import DECODERS
from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.sensors.decode import decode_image

from .reading import bag_path, only_file, read, sentence_of
from .tiny_bags import CAMERA_LATENCY_NS, START_NS, TinyBag, scene

FRONT_TOPIC = "/sensing/camera/CAM_FRONT/image_raw"
LEFT_TOPIC = "/sensing/camera/CAM_FRONT_LEFT/image_raw"
KINDS = {
    "mcap": TinyBag(),
    "mcap split": TinyBag(num_files=3),
    "mcap chunks compressed": TinyBag(compression="storage"),
    "mcap messages compressed": TinyBag(compression="message"),
    "mcap file compressed": TinyBag(compression="file"),
    "mcap file compressed and split": TinyBag(compression="file", num_files=2),
    "sqlite3": TinyBag(storage="sqlite3"),
    "sqlite3 split": TinyBag(storage="sqlite3", num_files=3),
    "sqlite3 messages compressed": TinyBag(storage="sqlite3", compression="message"),
    "sqlite3 file compressed": TinyBag(storage="sqlite3", compression="file"),
    "ros1": TinyBag(storage="ros1"),
}
PICTURES = {
    "bgra8 padded": TinyBag(encoding="bgra8", padding=12),
    "bgr8 padded": TinyBag(encoding="bgr8", padding=5),
    "rgba8": TinyBag(encoding="rgba8"),
    "rgb8 padded": TinyBag(encoding="rgb8", padding=1),
    "mono8 padded": TinyBag(encoding="mono8", padding=3),
    "png": TinyBag(encoding="png"),
}


@pytest.mark.parametrize("spec", KINDS.values(), ids=KINDS)
def test_every_kind_of_bag_gives_the_same_pictures_in_the_same_order(tmp_path: pathlib.Path, spec: TinyBag) -> None:
    rig = load_rig("bench2drive")
    with BagReader(bag_path(tmp_path, spec)) as reader:
        names = match_rig(reader.connections, rig)
        assert set(names.values()) == {*rig.cameras, "odometry", "imu", "route"}
        assert {topic.topic: topic.count for topic in reader.connections}[FRONT_TOPIC] == 10
        assert (reader.start_ns, reader.end_ns) == (START_NS, START_NS + 980_000_000)
        events = list(reader.events(names))
        assert [event[:2] for event in events] == sorted(event[:2] for event in events)
        assert len(events) == 6 * 10 + 2 * 50 + 1
        for index, name in enumerate(rig.cameras):
            mine = [event for event in events if names[event.topic] == name]
            samples = [DECODERS[event.type_name](reader.decode(event), name) for event in mine]
            for number, (event, sample) in enumerate(zip(mine, samples, strict=True)):
                assert isinstance(sample, ImageSample)
                assert sample.stamp_ns == START_NS + number * 100_000_000 == event.stamp_ns - CAMERA_LATENCY_NS
                assert np.array_equal(decode_image(sample.image, 10_000), scene(index, number, 24, 32))


@pytest.mark.parametrize("spec", PICTURES.values(), ids=PICTURES)
def test_every_picture_encoding_gives_the_same_pixels(tmp_path: pathlib.Path, spec: TinyBag) -> None:
    with BagReader(bag_path(tmp_path, spec)) as reader:
        event = next(iter(reader.events([LEFT_TOPIC])))
        sample = DECODERS[event.type_name](reader.decode(event), "front_left")
    assert isinstance(sample, ImageSample)
    assert np.array_equal(decode_image(sample.image, 10_000), scene(1, 0, 24, 32))


def test_a_span_of_time_and_single_topics_can_be_read(tmp_path: pathlib.Path) -> None:
    path = bag_path(tmp_path, TinyBag(num_files=4))
    with BagReader(path) as reader:
        span = reader.events([FRONT_TOPIC], START_NS + 200_000_000, START_NS + 505_000_000)
        stamps = [event.stamp_ns - START_NS - CAMERA_LATENCY_NS for event in span]
    assert stamps == [200_000_000, 300_000_000, 400_000_000]


def test_split_files_whose_times_overlap_are_merged(tmp_path: pathlib.Path) -> None:
    path = bag_path(tmp_path, TinyBag(num_files=2))
    whole = read(path)
    first, second = sorted(path.glob("*.mcap"))
    moved = path / "moved"
    first.rename(moved)
    second.rename(first)
    moved.rename(second)
    assert read(path) == whole


def test_equal_times_are_ordered_by_topic_then_as_written() -> None:
    events = [
        BagEvent(1, "/b", "t", b"first"),
        BagEvent(1, "/a", "t", b"second"),
        BagEvent(1, "/b", "t", b"third"),
        BagEvent(2, "/a", "t", b"fourth"),
    ]
    assert [event.raw for event in in_defined_order(events)] == [b"second", b"first", b"third", b"fourth"]


@pytest.mark.parametrize("storage", ["mcap", "sqlite3"])
def test_a_single_file_and_a_folder_without_metadata_are_bags(tmp_path: pathlib.Path, storage: str) -> None:
    path = bag_path(tmp_path, TinyBag(storage=storage))  # type: ignore[arg-type]
    whole = read(path)
    assert read(only_file(path, ".mcap" if storage == "mcap" else ".db3")) == whole
    (path / "metadata.yaml").unlink()
    assert read(path) == whole


def test_bags_of_older_distributions_without_definitions_use_the_standard_types(tmp_path: pathlib.Path) -> None:
    path = bag_path(tmp_path, TinyBag(storage="sqlite3"))
    with sqlite3.connect(only_file(path, ".db3")) as database:
        database.executescript("DROP TABLE message_definitions; DROP TABLE schema; DROP TABLE metadata;")
    database.close()
    with BagReader(path) as reader:
        event = next(iter(reader.events([FRONT_TOPIC])))
        sample = DECODERS[event.type_name](reader.decode(event), "front")
    assert sample.stamp_ns == START_NS


def test_a_missing_bag_is_one_sentence(tmp_path: pathlib.Path) -> None:
    assert "no bag at" in sentence_of(tmp_path / "nothing")


def test_a_file_of_another_kind_is_one_sentence(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a bag")
    assert ".mcap" in sentence_of(path)


def test_an_empty_folder_is_one_sentence(tmp_path: pathlib.Path) -> None:
    assert "no metadata.yaml" in sentence_of(tmp_path)


@pytest.mark.parametrize("ending", [".mcap", ".db3", ".bag"])
@pytest.mark.parametrize("content", [b"", b"\x00" * 500, bytes(range(256)) * 20, b"SQLite format 3\x00" + b"x" * 200])
def test_garbage_is_one_sentence(tmp_path: pathlib.Path, ending: str, content: bytes) -> None:
    path = tmp_path / f"garbage{ending}"
    path.write_bytes(content)
    assert sentence_of(path)


@pytest.mark.parametrize(
    "text",
    ["", "[", "rosbag2_bagfile_information: 3", "rosbag2_bagfile_information: {version: 5}", "\x00", "{a: b}"],
)
def test_wrong_metadata_is_one_sentence(tmp_path: pathlib.Path, text: str) -> None:
    path = bag_path(tmp_path, TinyBag())
    (path / "metadata.yaml").write_text(text)
    assert "cannot be read as a bag" in sentence_of(path)


def test_a_missing_part_of_a_split_bag_is_one_sentence(tmp_path: pathlib.Path) -> None:
    path = bag_path(tmp_path, TinyBag(num_files=2))
    only_file(path, "_1.mcap").unlink()
    assert "missing" in sentence_of(path)


@pytest.mark.parametrize("plugin", [StoragePlugin.MCAP, StoragePlugin.SQLITE3])
def test_a_bag_without_messages_is_one_sentence(tmp_path: pathlib.Path, plugin: StoragePlugin) -> None:
    path = tmp_path / "empty"
    with Writer(path, version=9, storage_plugin=plugin) as writer:
        writer.add_connection("/odom", "nav_msgs/msg/Odometry", typestore=output_typestore())
    assert "holds no messages" in sentence_of(path)


def test_a_type_without_definition_is_named_only_when_it_is_needed(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "odd"
    with Writer(path, version=9, storage_plugin=StoragePlugin.MCAP) as writer:
        odd = writer.add_connection("/odd", "odd_msgs/msg/Odd", msgdef="this is { no definition", rihs01="RIHS01_0")
        known = writer.add_connection("/route", "nav_msgs/msg/Path", typestore=output_typestore())
        writer.write(odd, 1, b"\x00\x01\x00\x00\x01")
        path_message = BagMessageFactory().make("nav_msgs/msg/Path")
        writer.write(known, 2, output_typestore().serialize_cdr(path_message, "nav_msgs/msg/Path"))
    with BagReader(path) as reader:
        strange, route = reader.events()
        assert repr(reader.decode(route)) == repr(path_message)
        with pytest.raises(InputError, match="odd_msgs/msg/Odd"):
            reader.decode(strange)
