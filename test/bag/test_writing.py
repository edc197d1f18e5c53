"""Written bags are whole or not there; after a failure what was written before is readable beside them."""

from __future__ import annotations

import hashlib
import os
import pathlib
import subprocess
import sys
import textwrap

import numpy as np
import pytest
import yaml
from rosbags.rosbag2 import StoragePlugin, Writer
from rosbags.typesys import Stores, get_types_from_msg, get_typestore

from drivemoe_ros.bags.committed_file import CommittedFile
from drivemoe_ros.bags.factory import BagMessageFactory
from drivemoe_ros.bags.reader import BagReader
from drivemoe_ros.bags.writer import BagWriter
from drivemoe_ros.errors import OutputError

from .tiny_bags import TinyBag, write_tiny_bag

IMAGE = "sensor_msgs/msg/Image"
STRING = "std_msgs/msg/String"
ROOT = pathlib.Path(__file__).parents[2]


def text(number: int) -> object:
    return BagMessageFactory().make(STRING, data=f"message {number}")


def picture(number: int) -> object:
    """Return a message of 200 kB."""
    data = np.full(200_000, number % 256, np.uint8)
    return BagMessageFactory().make(IMAGE, encoding="mono8", height=200, width=1000, step=1000, data=data)


def stamps(path: pathlib.Path) -> list[int]:
    with BagReader(path) as reader:
        return [event.stamp_ns for event in reader.events()]


def names(folder: pathlib.Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def digests(path: pathlib.Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in path.iterdir()}


def write_some(path: pathlib.Path, count: int = 12, *, overwrite: bool = False) -> None:
    with BagWriter(path, overwrite=overwrite) as writer:
        for number in range(count):
            writer.write("/text", STRING, text(number), number + 1)
            writer.write("/picture", IMAGE, picture(number), number + 1)


def write_and_raise(
    path: pathlib.Path, error: type[BaseException], stamp_ns: int, *, pictures: int = 0, overwrite: bool = False
) -> None:
    with BagWriter(path, overwrite=overwrite) as writer:
        for number in range(pictures):
            writer.write("/picture", IMAGE, picture(number), number)
        writer.write("/text", STRING, text(0), stamp_ns)
        raise error


def test_the_metadata_has_qualities_of_service_as_text_as_humble_expects(tmp_path: pathlib.Path) -> None:
    write_some(tmp_path / "bag")
    metadata = yaml.safe_load((tmp_path / "bag" / "metadata.yaml").read_text())["rosbag2_bagfile_information"]
    offered = [topic["topic_metadata"]["offered_qos_profiles"] for topic in metadata["topics_with_message_count"]]
    assert offered == ["", ""]


def test_a_written_bag_reads_back_and_nothing_else_is_left(tmp_path: pathlib.Path) -> None:
    with BagWriter(tmp_path / "out") as writer:
        writer.write("/text", STRING, text(3), 7)
        assert not (tmp_path / "out").exists()
        assert writer.message_count == 1
    assert names(tmp_path) == ["out"]
    assert names(tmp_path / "out") == ["metadata.yaml", "out.mcap"]
    with BagReader(tmp_path / "out") as reader:
        (event,) = reader.events()
        assert event[:3] == (7, "/text", STRING)
        assert reader.decode(event).data == "message 3"  # type: ignore[attr-defined]


def test_the_same_messages_give_the_same_bytes(tmp_path: pathlib.Path) -> None:
    write_some(tmp_path / "a" / "out")
    write_some(tmp_path / "b" / "out")
    assert digests(tmp_path / "a" / "out") == digests(tmp_path / "b" / "out")


def test_our_messages_carry_their_definitions(tmp_path: pathlib.Path) -> None:
    make = BagMessageFactory().make
    state = make("drivemoe_ros/msg/PolicyState", inputs=[make("drivemoe_ros/msg/InputStatus", name="back", status=3)])
    with BagWriter(tmp_path / "out") as writer:
        writer.write("/state", "drivemoe_ros/msg/PolicyState", state, 1)
    with BagReader(tmp_path / "out") as reader:
        (event,) = reader.events()
        decoded = reader.decode(event)
    assert decoded.inputs[0].status == decoded.inputs[0].FROZEN  # type: ignore[attr-defined]


def test_an_existing_bag_is_kept_unless_it_may_be_replaced(tmp_path: pathlib.Path) -> None:
    write_some(tmp_path / "out", 2)
    before = digests(tmp_path / "out")
    with pytest.raises(OutputError, match="exists already"), BagWriter(tmp_path / "out"):
        pass
    assert digests(tmp_path / "out") == before
    write_some(tmp_path / "out", 5, overwrite=True)
    assert len(stamps(tmp_path / "out")) == 10
    assert names(tmp_path) == ["out"]


def test_a_replaced_bag_stays_until_the_new_one_is_whole(tmp_path: pathlib.Path) -> None:
    write_some(tmp_path / "out", 2)
    before = digests(tmp_path / "out")
    with pytest.raises(RuntimeError):
        write_and_raise(tmp_path / "out", RuntimeError, stamp_ns=1, overwrite=True)
    assert digests(tmp_path / "out") == before
    assert stamps(tmp_path / "out.incomplete") == [1]


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_what_is_no_bag_is_never_replaced(tmp_path: pathlib.Path, kind: str) -> None:
    target = tmp_path / "precious"
    if kind == "file":
        target.write_text("mine")
    elif kind == "folder":
        target.mkdir()
        (target / "notes.txt").write_text("mine")
    else:
        target.symlink_to(tmp_path / "nowhere")
    with pytest.raises(OutputError, match="is kept"), BagWriter(target, overwrite=True):
        pass
    assert names(tmp_path) == ["precious"]


def test_a_target_that_cannot_be_made_is_one_sentence(tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OutputError, match="cannot be made"), BagWriter(tmp_path / "file" / "out"):
        pass


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, RuntimeError])
def test_an_interrupted_bag_is_finished_as_incomplete(tmp_path: pathlib.Path, error: type[BaseException]) -> None:
    with pytest.raises(error):
        write_and_raise(tmp_path / "out", error, stamp_ns=30, pictures=20)
    assert names(tmp_path) == ["out.incomplete"]
    assert stamps(tmp_path / "out.incomplete") == [*range(20), 30]


def test_an_interrupted_bag_without_messages_leaves_nothing(tmp_path: pathlib.Path) -> None:
    with pytest.raises(KeyboardInterrupt), BagWriter(tmp_path / "out"):
        raise KeyboardInterrupt
    assert names(tmp_path) == []


def test_a_later_incomplete_bag_replaces_an_earlier_one(tmp_path: pathlib.Path) -> None:
    for stamp_ns in (1, 2):
        with pytest.raises(KeyboardInterrupt):
            write_and_raise(tmp_path / "out", KeyboardInterrupt, stamp_ns)
    assert stamps(tmp_path / "out.incomplete") == [2]


def test_two_runs_cannot_write_the_same_bag(tmp_path: pathlib.Path) -> None:
    with BagWriter(tmp_path / "out") as writer:
        writer.write("/text", STRING, text(0), 1)
        with pytest.raises(OutputError, match="Another run"), BagWriter(tmp_path / "out"):
            pass
    assert stamps(tmp_path / "out") == [1]


def test_what_a_killed_run_left_behind_is_no_obstacle(tmp_path: pathlib.Path) -> None:
    code = f"""
        import os, pathlib
        from drivemoe_ros.bags.factory import BagMessageFactory
        from drivemoe_ros.bags.writer import BagWriter
        with BagWriter({str(tmp_path / "out")!r}) as writer:
            writer.write("/text", "std_msgs/msg/String", BagMessageFactory().make("std_msgs/msg/String"), 1)
            os.kill(os.getpid(), 9)
    """
    assert run_python(code).returncode == -9
    assert names(tmp_path) == [".out.partial"]
    write_some(tmp_path / "out", 3)
    assert names(tmp_path) == ["out"]


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("limit_bytes", [2_500_000, 3_000_000, 3_000_100, 3_200_000, 4_100_000])
def test_a_full_disk_leaves_what_was_written_readable(tmp_path: pathlib.Path, limit_bytes: int) -> None:
    # The largest file size stands for the size of the disk: the system refuses the write in the same way.
    code = f"""
        import numpy as np, resource
        from drivemoe_ros.bags.factory import BagMessageFactory
        from drivemoe_ros.bags.writer import BagWriter
        from drivemoe_ros.errors import OutputError
        make = BagMessageFactory().make
        resource.setrlimit(resource.RLIMIT_FSIZE, ({limit_bytes}, {limit_bytes}))
        try:
            with BagWriter({str(tmp_path / "out")!r}) as writer:
                for number in range(30):
                    data = np.full(200_000, number, np.uint8)
                    writer.write("/picture", "sensor_msgs/msg/Image", make("sensor_msgs/msg/Image", data=data), number)
        except OutputError as error:
            print(error)
    """
    done = run_python(code)
    assert done.returncode == 0, done.stderr
    assert "the file reached the largest size allowed" in done.stdout
    assert "out.incomplete" in done.stdout
    assert done.stdout.count("\n") == 1
    assert names(tmp_path) == ["out.incomplete"]
    assert names(tmp_path / "out.incomplete") == ["metadata.yaml", "out.mcap"]
    kept = stamps(tmp_path / "out.incomplete")
    assert kept == list(range(len(kept)))
    # At most two chunks of a megabyte are given up for the index.
    assert len(kept) * 200_000 > limit_bytes - 2_300_000


def test_a_small_bag_that_meets_a_full_disk_at_its_end_is_kept(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    reserve = tmp_path / ".out.partial" / "reserve"

    def write_if_there_is_room(descriptor: int, data: bytes) -> int:
        if reserve.exists():
            raise OSError(28, "No space left on device")
        return write(descriptor, data)

    writer = BagWriter(tmp_path / "out")
    writer.__enter__()
    writer.write("/text", STRING, text(0), 1)
    monkeypatch.setattr(os, "write", write_if_there_is_room)
    with pytest.raises(OutputError, match="the disk is full") as caught:
        writer.__exit__(None, None, None)
    assert str(tmp_path / "out.incomplete") in str(caught.value)
    assert names(tmp_path) == ["out.incomplete"]
    assert stamps(tmp_path / "out.incomplete") == [1]


def test_a_disk_that_fails_at_the_very_end_leaves_one_index(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsync = os.fsync

    def fail_once(_descriptor: int) -> None:
        monkeypatch.setattr(os, "fsync", fsync)
        raise OSError(122, "Disk quota exceeded")

    writer = BagWriter(tmp_path / "out")
    writer.__enter__()
    writer.write("/text", STRING, text(0), 1)
    monkeypatch.setattr(os, "fsync", fail_once)
    with pytest.raises(OutputError, match="the disk quota is used up"):
        writer.__exit__(None, None, None)
    assert stamps(tmp_path / "out.incomplete") == [1]
    content = (tmp_path / "out.incomplete" / "out.mcap").read_bytes()
    assert content.count(b"\x89MCAP0\r\n") == 2  # at the start and at the end


def test_a_file_takes_back_what_it_cannot_write_whole(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"start ")
    file = CommittedFile(path)
    file.write(b"first ")
    file.commit()
    write = os.write
    room = [4, 0]

    def write_a_little(descriptor: int, data: bytes) -> int:
        if not room[0]:
            raise OSError(28, "No space left on device")
        return write(descriptor, data[: room.pop(0)])

    monkeypatch.setattr(os, "write", write_a_little)
    file.write(b"second")
    with pytest.raises(OSError, match="No space"):
        file.commit()
    assert path.read_bytes() == b"start first "
    monkeypatch.setattr(os, "write", write)
    file.close()
    assert path.read_bytes() == b"start first second"


@pytest.mark.parametrize(
    "spec", [TinyBag(), TinyBag(storage="sqlite3"), TinyBag(storage="ros1")], ids=lambda spec: spec.storage
)
def test_copied_topics_read_as_in_the_input(tmp_path: pathlib.Path, spec: TinyBag) -> None:
    source = write_tiny_bag(tmp_path / ("in.bag" if spec.storage == "ros1" else "in"), spec)
    with BagReader(source) as reader, BagWriter(tmp_path / "out") as writer:
        events = list(reader.events())
        messages = [reader.decode(event) for event in events]
        for event in events:
            writer.copy(reader.portable(event))
    with BagReader(tmp_path / "out") as reader:
        copied = list(reader.events())
        assert [event[:3] for event in copied] == [event[:3] for event in events]
        for message, event in zip(messages, copied, strict=True):
            again = reader.decode(event)
            stamp = message.header.stamp  # type: ignore[attr-defined]
            assert repr(again.header.stamp) == repr(stamp)  # type: ignore[attr-defined]
            if event.type_name == IMAGE:
                assert np.array_equal(again.data, message.data)  # type: ignore[attr-defined]


@pytest.mark.parametrize("storage", ["rosbag2", "ros1"])
def test_unknown_types_are_copied_with_their_definition(tmp_path: pathlib.Path, storage: str) -> None:
    name = "radar_msgs/msg/Echo"
    store = get_typestore(Stores.ROS1_NOETIC if storage == "ros1" else Stores.ROS2_JAZZY)
    store.register(get_types_from_msg("std_msgs/Header header\nfloat32 range\nstring[] labels\n", name))
    echo = BagMessageFactory(store).make(name, range=2.5, labels=["a", "bc"])
    source = tmp_path / ("in.bag" if storage == "ros1" else "in")
    if storage == "ros1":
        from rosbags.rosbag1 import Writer as Ros1Writer  # noqa: PLC0415

        with Ros1Writer(source) as ros1:
            ros1.write(ros1.add_connection("/echo", name, typestore=store), 5, store.serialize_ros1(echo, name))
    else:
        with Writer(source, version=9, storage_plugin=StoragePlugin.SQLITE3) as rosbag2:
            connection = rosbag2.add_connection("/echo", name, typestore=store)
            rosbag2.write(connection, 5, store.serialize_cdr(echo, name))
    with BagReader(source) as reader, BagWriter(tmp_path / "out") as writer:
        for event in reader.events():
            writer.copy(reader.portable(event))
    with BagReader(tmp_path / "out") as reader:
        (event,) = reader.events()
        again = reader.decode(event)
    assert (again.range, again.labels) == (2.5, ["a", "bc"])  # type: ignore[attr-defined]
