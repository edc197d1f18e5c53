"""Compressed parts of bags, inflated up to a limit: a kilobyte can stand for gigabytes."""

from __future__ import annotations

import bz2
import os
import sys
from typing import TYPE_CHECKING, Protocol

from lz4.frame import LZ4FrameDecompressor  # type: ignore[import-untyped]
from rosbags.rosbag2 import ReaderError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType
    from typing import BinaryIO

    from typing_extensions import Self

# Recorders fill chunks up to some megabytes; only a message that is larger makes a larger chunk.
MAX_INFLATED_BYTES = 256 << 20
# Recorders write one. Each costs a copy of all that follow it.
MAX_FRAMES = 64
# Recorded files shrink to a tenth or a hundredth; what is made to fill a disk shrinks thirty thousand times.
MAX_RATIO = 1000


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes | None: ...

    def decompress(self, data: bytes, max_length: int) -> bytes: ...


MAKERS: Mapping[str, Callable[[], _Decompressor]] = {
    "zstd": zstd.ZstdDecompressor,
    "lz4": LZ4FrameDecompressor,
    "bz2": bz2.BZ2Decompressor,
}


def inflate(kind: str, data: bytes, max_bytes: int = MAX_INFLATED_BYTES) -> bytes:
    """Decompress one or more frames.

    Args:
        kind: A key of ``MAKERS``.
        data: The frames.
        max_bytes: Most bytes that may come out; no more than ``MAX_INFLATED_BYTES`` in any case.

    Returns:
        What they hold.

    Raises:
        ReaderError: If more would come out, there are more than ``MAX_FRAMES``, or a frame is cut; the libraries raise
            other errors for damaged frames.
    """
    parts: list[bytes] = []
    room = max_bytes = min(max_bytes, MAX_INFLATED_BYTES)
    while data:
        frame = MAKERS[kind]()
        part = frame.decompress(data, room + 1)
        room -= len(part)
        if room < 0:
            msg = f"{len(data)} bytes of {kind} unpack to more than {max_bytes} bytes"
            raise ReaderError(msg)
        if not frame.eof:
            msg = f"a frame of {kind} is cut off"
            raise ReaderError(msg)
        parts.append(part)
        data = frame.unused_data or b""
        if data and len(parts) == MAX_FRAMES:
            msg = f"more than {MAX_FRAMES} frames of {kind} follow each other"
            raise ReaderError(msg)
    return parts[0] if len(parts) == 1 else b"".join(parts)


class UnpackedFile:
    """A file compressed with zstd, unpacked block by block as long as it stays in proportion."""

    def __init__(self, packed: BinaryIO, _mode: str) -> None:
        """Begin at its start.

        Args:
            packed: The compressed file.
            _mode: How rosbags would open it.
        """
        self._file = zstd.open(packed)
        self._room = MAX_INFLATED_BYTES + MAX_RATIO * os.fstat(packed.fileno()).st_size

    def __enter__(self) -> Self:
        """Return the file."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file, not the compressed one."""
        self._file.close()

    def read(self, size: int) -> bytes:
        """Read on.

        Args:
            size: How many bytes at most.

        Returns:
            Unpacked bytes; none at the end.

        Raises:
            ReaderError: If far more come out than went in.
        """
        part: bytes = self._file.read(size)
        self._room -= len(part)
        if self._room < 0:
            msg = f"a compressed file unpacks to more than {MAX_RATIO} times its size"
            raise ReaderError(msg)
        return part
