"""A rosbag2 folder whose files may be broken off, and whose metadata.yaml may have been written by anyone."""

from __future__ import annotations

import copy
import pathlib
import re
from typing import TYPE_CHECKING

from rosbags.rosbag2 import ReaderError
from rosbags.rosbag2.reader import DirectoryReader

from drivemoe_ros.bags.inflate import inflate
from drivemoe_ros.bags.tolerant_mcap import TolerantMcapReader
from drivemoe_ros.bags.tolerant_sqlite import TolerantSqliteReader
from drivemoe_ros.data.small_file import read_small_text

if TYPE_CHECKING:
    from collections.abc import Collection, Generator

    from rosbags.interfaces import Connection

METADATA_NAME = "metadata.yaml"
# Some thousand topics or files.
MAX_METADATA_BYTES = 1 << 20
# Recorders nest brackets once or twice; ten in a row cost YAML readers more and more time.
NESTED = re.compile(r"(?:[\[{]\s*){10}")


class BagFolderReader(DirectoryReader):
    """Reads the files of a folder, and none outside of it."""

    STORAGE_PLUGINS = {"mcap": TolerantMcapReader, "sqlite3": TolerantSqliteReader}  # noqa: RUF012

    def open(self) -> None:
        """Open the folder.

        Raises:
            ReaderError: If metadata.yaml is too large or has anchors, or a file is a link that leads out of the folder.
        """
        folder = pathlib.Path(str(self.path))
        text = read_small_text(folder / METADATA_NAME, MAX_METADATA_BYTES)
        # An anchor and some aliases stand for gigabytes.
        if "&" in text or NESTED.search(text):
            msg = f"{METADATA_NAME} holds an anchor (&) or nested brackets, which no recorder writes"
            raise ReaderError(msg)
        for file in folder.iterdir():
            if not file.resolve().is_relative_to(folder.resolve()):
                msg = f"{file.name} is a link that leads out of the folder"
                raise ReaderError(msg)
        super().open()

    def messages(
        self, connections: Collection[Connection], start: int | None = None, stop: int | None = None
    ) -> Generator[tuple[Connection, int, bytes], None, None]:
        """Read messages; those that are compressed one by one are inflated up to a limit.

        Args:
            connections: Topics to read.
            start: First log time [ns].
            stop: Log time to stop before [ns].

        Yields:
            Topic, log time [ns] and bytes.
        """
        if self.metadata.compression_mode != "message":
            yield from super().messages(connections, start, stop)
            return
        as_stored = copy.copy(self)
        as_stored.metadata = self.metadata._replace(compression_mode=None)
        for connection, stamp_ns, data in DirectoryReader.messages(as_stored, connections, start, stop):
            yield connection, stamp_ns, inflate("zstd", data)
