"""A file in which no record can promise more bytes than there are."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rosbags.rosbag2 import ReaderError

if TYPE_CHECKING:
    import pathlib

# Where the file is just too short, readers have better words for it.
HARMLESS_BYTES = 64 << 10


class BoundedFile(io.BufferedReader):
    """Refuses to read beyond its end, where ``open`` would first take the memory that is asked for."""

    def __init__(self, path: pathlib.Path) -> None:
        """Open a file for reading.

        Args:
            path: The file.
        """
        super().__init__(io.FileIO(path))
        self._size = path.stat().st_size

    def read(self, size: int | None = -1, /) -> bytes:
        """Read bytes.

        Args:
            size: How many; all that are left if negative or None.

        Returns:
            The bytes.

        Raises:
            ReaderError: If there are far fewer.
        """
        left = self._size - self.tell()
        if size is not None and size > max(left, HARMLESS_BYTES):
            msg = f"a record at byte {self.tell()} promises {size} bytes, but {max(left, 0)} are left"
            raise ReaderError(msg)
        return super().read(size)
