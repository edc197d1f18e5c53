"""An MCAP reader that also opens files without an end, as a killed recorder or a broken copy leaves them."""

from __future__ import annotations

import pathlib
import struct
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from rosbags.rosbag2 import ReaderError
from rosbags.rosbag2.storage_mcap import ChunkInfo, McapReader

from drivemoe_ros.bags.bounded_file import BoundedFile

if TYPE_CHECKING:
    from typing import BinaryIO

MAGIC = b"\x89MCAP0\r\n"
HEADER, FOOTER, CHUNK, DATA_END = 0x01, 0x02, 0x06, 0x0F
RECORD = struct.Struct("<BQ")
CHUNK_TIMES = struct.Struct("<QQQI")


class WholeRecords(NamedTuple):
    """What can be read of a file without an end.

    Attributes:
        end: Offset behind the last whole record [bytes].
        chunks: Every whole chunk.
    """

    end: int
    chunks: list[ChunkInfo]


class TolerantMcapReader(McapReader):
    """Reads a whole file by its index, and a broken-off one up to its last whole record.

    Attributes:
        damage: What is wrong with the file, in words; empty if it is whole.
    """

    damage = ""

    def open(self) -> None:
        """Open the file.

        Raises:
            ReaderError: If it is no MCAP file of ROS 2, or its index is damaged.
        """
        with self.path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            is_mcap = file.read(len(MAGIC)) == MAGIC
            file.seek(max(0, size - len(MAGIC)))
            has_end = size > 2 * len(MAGIC) and file.read() == MAGIC
        self.bio = BoundedFile(pathlib.Path(str(self.path)))
        try:
            if is_mcap and not has_end:
                self._open_without_end(size)
            else:
                self._open()
                _refuse_overlap(self.chunks)
        except BaseException:
            self.close()
            raise

    def _open_without_end(self, size: int) -> None:
        bio = self.bio
        if bio is None:
            return
        self.data_start = _skip_header(bio, size)
        whole = self._scan(_whole_records(bio, self.data_start, size))
        counts = self.statistics.channel_message_counts if self.statistics else {}
        # The counts are not known chunk by chunk; one each makes the reader look into all of them.
        self.chunks = [chunk._replace(channel_count=dict.fromkeys(counts, 1)) for chunk in whole.chunks]
        self.connections = [item._replace(msgcount=counts.get(item.id, 0)) for item in self.connections]
        if self.statistics and self.statistics.message_count:
            start_ns, end_ns = self.statistics.start_time, self.statistics.end_time + 1
            self.metadata = self.metadata._replace(
                duration=end_ns - start_ns,
                start_time=start_ns,
                end_time=end_ns,
                message_count=self.statistics.message_count,
            )
        self.damage = f"{self.path} breaks off (its last whole record ends at byte {whole.end} of {size})"

    def _scan(self, whole: WholeRecords) -> WholeRecords:
        """Read topics and counts; leave the last chunk out if it turns out to be cut."""
        self.data_end = whole.end
        try:
            self.meta_scan()
        except Exception:
            # Where a crash left the file padded with zeros, the last chunk seems whole by its length.
            if not whole.chunks:
                raise
            start = whole.chunks[-1].chunk_start_offset
            whole = WholeRecords(start, whole.chunks[:-1])
            self.data_end = start
            self.meta_scan()
        return whole


def _refuse_overlap(chunks: list[ChunkInfo]) -> None:
    """Refuse an index that leads to the same bytes again and again, each time with all that they unpack to."""
    spans = sorted((chunk.chunk_start_offset, chunk.compressed_size) for chunk in chunks)
    for (start, size), (following, _) in pairwise(spans):
        if following < start + size:
            msg = f"its index names two chunks that overlap at byte {following}"
            raise ReaderError(msg)


def _skip_header(bio: BinaryIO, size: int) -> int:
    bio.seek(len(MAGIC))
    head = bio.read(RECORD.size)
    if len(head) < RECORD.size:
        msg = "the file ends within its header"
        raise ReaderError(msg)
    kind, length = RECORD.unpack(head)
    end = len(MAGIC) + RECORD.size + int(length)
    if kind != HEADER or end > size:
        msg = "the file has no whole header"
        raise ReaderError(msg)
    return end


def _whole_records(bio: BinaryIO, start: int, size: int) -> WholeRecords:
    chunks: list[ChunkInfo] = []
    position = start
    while position + RECORD.size <= size:
        bio.seek(position)
        kind, length = RECORD.unpack(bio.read(RECORD.size))
        end = position + RECORD.size + length
        # Files that a crash left padded with zeros end in records of kind 0.
        if kind in (0, FOOTER, DATA_END) or end > size:
            break
        if kind == CHUNK:
            chunks.append(_chunk_info(bio, position, end - position))
        position = end
    return WholeRecords(position, chunks)


def _chunk_info(bio: BinaryIO, position: int, length: int) -> ChunkInfo:
    start_ns, end_ns, uncompressed_size, _ = CHUNK_TIMES.unpack(bio.read(CHUNK_TIMES.size))
    (name_length,) = struct.unpack("<I", bio.read(4))
    compression = bio.read(name_length).decode()
    (compressed_size,) = struct.unpack("<Q", bio.read(8))
    return ChunkInfo(start_ns, end_ns, position, length, {}, 0, compression, compressed_size, uncompressed_size, {})
