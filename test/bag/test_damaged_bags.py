"""A damaged bag gives what is readable, then one sentence."""

from __future__ import annotations

import pathlib
import struct

import pytest
import yaml

from drivemoe_ros.bags.events import BagEvent
from drivemoe_ros.bags.reader import BagReader
from drivemoe_ros.errors import InputError
from drivemoe_ros.messages.decode import DECODERS

from .reading import bag_path, only_file, read, sentence_of
from .tiny_bags import START_NS, TinyBag


def big_bag(tmp_path: pathlib.Path, storage: str) -> pathlib.Path:
    """Write a bag of several chunks or many pages."""
    return bag_path(tmp_path, TinyBag(storage=storage, width=320, height=240))  # type: ignore[arg-type]


def read_until_damage(path: pathlib.Path) -> tuple[list[BagEvent], str]:
    """Return what a damaged bag gives, and the sentence that follows."""
    delivered: list[BagEvent] = []
    with BagReader(path) as reader, pytest.raises(InputError, match="what lies before was read") as caught:
        delivered.extend(reader.events())
    return delivered, str(caught.value)


def check_is_beginning(delivered: list[BagEvent], whole: list[BagEvent]) -> None:
    """Check that everything before the last stamp was delivered, in order."""
    last_ns = delivered[-1].stamp_ns
    before = [event for event in whole if event.stamp_ns < last_ns]
    assert delivered[: len(before)] == before
    assert all(event in whole for event in delivered[len(before) :])


@pytest.mark.parametrize(("storage", "ending"), [("mcap", ".mcap"), ("sqlite3", ".db3")])
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_bag_that_breaks_off_gives_what_is_there_and_then_says_so(
    tmp_path: pathlib.Path, storage: str, ending: str, share: float
) -> None:
    path = big_bag(tmp_path, storage)
    whole = read(path)
    file = only_file(path, ending)
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])
    for bag in (path, file):
        delivered, text = read_until_damage(bag)
        assert text.count("`mcap recover`") == (storage == "mcap")
        check_is_beginning(delivered, whole)
        assert len(whole) * (share - 0.25) < len(delivered) < len(whole)


def test_a_bag_that_breaks_off_before_its_first_message_is_refused(tmp_path: pathlib.Path) -> None:
    path = bag_path(tmp_path, TinyBag())
    file = only_file(path, ".mcap")
    file.write_bytes(file.read_bytes()[:2000])
    assert "holds no messages" in sentence_of(path)


@pytest.mark.parametrize("cut", [0, 9, 30_000, 250_000, 700_000])
def test_a_bag_whose_end_is_padded_with_zeros_gives_what_is_there(tmp_path: pathlib.Path, cut: int) -> None:
    file = only_file(big_bag(tmp_path, "mcap"), ".mcap")
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2 + cut].ljust(len(content), b"\x00"))
    assert "what lies before was read" in sentence_of(file)


def test_a_damaged_chunk_gives_what_lies_before_it(tmp_path: pathlib.Path) -> None:
    path = bag_path(tmp_path, TinyBag(width=320, height=240, compression="storage", num_files=3))
    whole = read(path)
    file = only_file(path, "_1.mcap")
    content = bytearray(file.read_bytes())
    content[200:400] = bytes(200)
    file.write_bytes(content)
    delivered, _ = read_until_damage(path)
    assert len(delivered) > 20
    check_is_beginning(delivered, whole)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_ros1_bag_that_breaks_off_is_one_sentence(tmp_path: pathlib.Path, share: float) -> None:
    path = bag_path(tmp_path, TinyBag(storage="ros1"))
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    assert "rosbag reindex" in sentence_of(path)


@pytest.mark.parametrize("raw", [b"", b"\x00\x01\x00\x00", b"\x00\x01\x00\x00" + b"\xff" * 64, b"\x07" * 30])
def test_damaged_messages_are_one_sentence(tmp_path: pathlib.Path, raw: bytes) -> None:
    with BagReader(bag_path(tmp_path, TinyBag())) as reader:
        for type_name in DECODERS:
            if type_name in {topic.type_name for topic in reader.connections}:
                with pytest.raises(InputError, match="is damaged"):
                    reader.decode(BagEvent(START_NS, "/topic", type_name, raw))


def test_metadata_that_promises_more_than_the_file_holds_is_no_error(tmp_path: pathlib.Path) -> None:
    path = bag_path(tmp_path, TinyBag())
    metadata = yaml.safe_load((path / "metadata.yaml").read_text())
    metadata["rosbag2_bagfile_information"]["message_count"] += 1000
    (path / "metadata.yaml").write_text(yaml.safe_dump(metadata))
    assert len(read(path)) == 161


def test_an_mcap_file_with_a_wild_record_length_is_one_sentence(tmp_path: pathlib.Path) -> None:
    file = only_file(big_bag(tmp_path, "mcap"), ".mcap")
    content = bytearray(file.read_bytes())
    content[9:17] = struct.pack("<Q", 2**60)
    file.write_bytes(content[:-8])
    assert sentence_of(file)
