"""The files of a recorded drive, opened: whichever kind they are, they read alike."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rosbags.rosbag2 import Reader as Ros2Reader
from rosbags.rosbag2 import ReaderError
from rosbags.rosbag2.reader import DirectoryReader

from drivemoe_ros.bags.bag_folder import BagFolderReader
from drivemoe_ros.bags.bounded_ros1 import BoundedRos1Reader
from drivemoe_ros.bags.rosbags_limits import bound_rosbags
from drivemoe_ros.bags.tolerant_mcap import TolerantMcapReader
from drivemoe_ros.bags.tolerant_sqlite import TolerantSqliteReader

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Collection, Iterator
    from contextlib import ExitStack

    from rosbags.interfaces import Connection
    from rosbags.rosbag2.reader import ReaderProtocol

ROS1_ENDING = ".bag"
FILE_ENDINGS = (".mcap", ".db3")


class TolerantReader(Ros2Reader):
    """A rosbag2 folder or file that may be broken off."""

    STORAGE_PLUGINS = {  # noqa: RUF012
        "dir": BagFolderReader,
        ".mcap": TolerantMcapReader,
        ".db3": TolerantSqliteReader,
    }


@dataclass(frozen=True)
class Source:
    """One opened file.

    Attributes:
        start_ns: Log time of its first message [ns].
        end_ns: Log time of its last message plus 1 [ns].
        damage: What is wrong with the file, in words; empty if it is whole.
        reader: Reads it.
    """

    start_ns: int
    end_ns: int
    damage: str
    reader: BoundedRos1Reader | ReaderProtocol

    def messages(
        self, topics: Collection[str], start_ns: int | None, stop_ns: int | None
    ) -> Iterator[tuple[Connection, int, bytes]]:
        """Read messages by log time.

        Args:
            topics: Topics to read; all if empty.
            start_ns: First log time [ns].
            stop_ns: Log time to stop before [ns].

        Yields:
            Topic, log time [ns] and bytes.
        """
        wanted = [item for item in self.reader.connections if not topics or item.topic in topics]
        if wanted:
            yield from self.reader.messages(wanted, start_ns, stop_ns)


def open_sources(path: pathlib.Path, stack: ExitStack) -> list[Source]:
    """Open every file of a bag.

    A folder without ``metadata.yaml``, as a killed recorder leaves it, is read file by file.

    Args:
        path: A rosbag2 folder, or a file ending in .mcap, .db3 or .bag.
        stack: Closes the files.

    Returns:
        The files, by name.

    Raises:
        ReaderError: If it is none of these, or holds a link that leads out or what is no ordinary file; rosbags raises
            many other errors for damaged files.
    """
    bound_rosbags()
    if path.is_dir():
        _check_files(path)
    if path.suffix == ROS1_ENDING and not path.is_dir():
        ros1 = stack.enter_context(BoundedRos1Reader(path))
        return [Source(ros1.start_time, ros1.end_time, "", ros1)]
    if not path.is_dir() or (path / "metadata.yaml").exists():
        return _open_rosbag2(path, stack)
    files = sorted(file for file in path.iterdir() if file.suffix in FILE_ENDINGS)
    if not files:
        msg = "the folder holds no metadata.yaml and no .mcap or .db3 file"
        raise ReaderError(msg)
    return [source for file in files for source in _open_rosbag2(file, stack)]


def _check_files(folder: pathlib.Path) -> None:
    for file in folder.iterdir():
        if not file.resolve().is_relative_to(folder.resolve()):
            msg = f"{file.name} is a link that leads out of the folder"
            raise ReaderError(msg)
        if not file.is_file() and not file.is_dir():
            # A pipe would be waited for.
            msg = f"{file.name} is no ordinary file"
            raise ReaderError(msg)


def _open_rosbag2(path: pathlib.Path, stack: ExitStack) -> list[Source]:
    storage = stack.enter_context(TolerantReader(path)).storage
    for item in storage.connections:
        _require(str, item.topic, item.msgtype)
        _require(int, item.msgcount)
    if not isinstance(storage, DirectoryReader):
        return [_source(storage, storage)]
    return [_source(part, _single_file(storage, part)) for part in storage.storages]


def _single_file(directory: DirectoryReader, part: ReaderProtocol) -> ReaderProtocol:
    """Return the folder's reader reduced to one of its files: rosbags reads split files one after the other."""
    single = copy.copy(directory)
    single.storages = [part]
    return single


def _source(part: ReaderProtocol, reader: ReaderProtocol) -> Source:
    start_ns, end_ns = part.metadata.start_time, part.metadata.end_time
    _require(int, start_ns, end_ns)
    return Source(start_ns, end_ns, getattr(part, "damage", ""), reader)


def _require(kind: type, *values: object) -> None:
    """Refuse values of another kind, which rosbags passes on from databases and YAML."""
    for value in values:
        if not isinstance(value, kind):
            msg = f"{str(value)[:80]!r} stands where a {'name' if kind is str else 'whole number'} is needed"
            raise ReaderError(msg)
