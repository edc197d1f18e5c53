"""A reader of ROS 1 bags that takes no more memory and time than an honest bag needs."""

from __future__ import annotations

import bz2
import pathlib
from functools import partial
from typing import Any

import lz4.frame  # type: ignore[import-untyped]
from rosbags.rosbag1 import Reader, ReaderError
from rosbags.rosbag1.reader import Chunk, ChunkInfo

from drivemoe_ros.bags.bounded_file import BoundedFile
from drivemoe_ros.bags.inflate import inflate

BOUNDED = {bz2.decompress: partial(inflate, "bz2"), lz4.frame.decompress: partial(inflate, "lz4")}


class _BoundedPath(type(pathlib.Path())):  # type: ignore[misc]
    """A path whose file rosbags cannot be made to read beyond its end."""

    def open(self, *_: Any, **__: Any) -> BoundedFile:  # noqa: ANN401
        return BoundedFile(self)


class BoundedRos1Reader(Reader):
    """Reads a ROS 1 bag, each chunk once and inflated up to a limit."""

    def __init__(self, path: pathlib.Path) -> None:
        """Name the bag.

        Args:
            path: The file.
        """
        super().__init__(_BoundedPath(path))
        self._places: set[int] = set()

    def read_chunk_info(self) -> ChunkInfo:
        """Read where a chunk is.

        Returns:
            The place.

        Raises:
            ReaderError: If the index names another chunk at the same place: each time all of its messages count anew.
        """
        info = super().read_chunk_info()
        if info.pos in self._places:
            msg = f"its index names the chunk at byte {info.pos} twice"
            raise ReaderError(msg)
        self._places.add(info.pos)
        return info

    def read_chunk(self) -> Chunk:
        """Return a chunk's head."""
        chunk = super().read_chunk()
        return chunk._replace(decompressor=BOUNDED.get(chunk.decompressor, chunk.decompressor))
