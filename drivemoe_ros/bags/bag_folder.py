"""A rosbag2 folder whose files may be broken off, and whose metadata.yaml may have been written by anyone."""

from __future__ import annotations

import pathlib
import re

from rosbags.rosbag2 import ReaderError
from rosbags.rosbag2.reader import DirectoryReader

from drivemoe_ros.bags.tolerant_mcap import TolerantMcapReader
from drivemoe_ros.bags.tolerant_sqlite import TolerantSqliteReader
from drivemoe_ros.data.small_file import read_small_text

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
            ReaderError: If metadata.yaml has anchors or nested brackets.
            OSError: If it is too large.
        """
        folder = pathlib.Path(str(self.path))
        text = read_small_text(folder / METADATA_NAME, MAX_METADATA_BYTES)
        # An anchor and some aliases stand for gigabytes.
        if "&" in text or NESTED.search(text):
            msg = f"{METADATA_NAME} holds an anchor (&) or nested brackets, which no recorder writes"
            raise ReaderError(msg)
        super().open()
