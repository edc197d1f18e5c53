"""rosbags' MCAP writer on a file of whole chunks, which can be finished after a failed write."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, cast

from rosbags.rosbag2 import StoragePlugin, Writer
from rosbags.rosbag2.storage_mcap import McapWriter, PendingChunk

from drivemoe_ros.bags.committed_file import CommittedFile

if TYPE_CHECKING:
    import pathlib
    from io import BufferedWriter

    from rosbags.rosbag2.enums import CompressionMode

# Chunks that can be given up to make room for the index.
KEPT_COMMITS = 8
NEVER_NS = 2**63 - 1


@dataclass(frozen=True)
class Commit:
    """State of the writer when a chunk had reached the file."""

    end: int
    num_chunks: int
    counts: dict[int, int]
    start_ns: int
    end_ns: int


class ChunkwiseMcapWriter(McapWriter):
    """Puts chunks into the file whole, and can go back to the last ones that are there."""

    def __init__(self, path: pathlib.Path, compression: CompressionMode) -> None:
        """Create the file.

        Args:
            path: The bag's folder.
            compression: As rosbags gives it.
        """
        super().__init__(path, compression)
        self.bio.close()
        self.file = CommittedFile(self.path)
        self.bio = cast("BufferedWriter", self.file)
        self.commits: deque[Commit] = deque(maxlen=KEPT_COMMITS)
        self._mark()

    def close_chunk(self) -> None:
        """Write the pending chunk.

        Raises:
            OSError: If it cannot be written whole.
        """
        super().close_chunk()
        self.file.commit()
        self._mark()

    def go_back(self, steps: int) -> Commit | None:
        """Forget everything behind an earlier chunk.

        Args:
            steps: 0 for the last chunk in the file, 1 for the one before, and so on.

        Returns:
            The state then, or None if it is not kept.
        """
        if steps >= len(self.commits):
            return None
        commit = self.commits[-1 - steps]
        self.file.rewind(commit.end)
        del self.chunks[commit.num_chunks :]
        self.channel_stats = {channel.id: commit.counts.get(channel.id, 0) for channel in self.channels}
        self.message_start_time, self.message_end_time = commit.start_ns, commit.end_ns
        self.chunk = PendingChunk(NEVER_NS, 0, BytesIO(), defaultdict(list))
        return commit

    def _mark(self) -> None:
        state = (self.file.committed, len(self.chunks), dict(self.channel_stats))
        self.commits.append(Commit(*state, self.message_start_time, self.message_end_time))


class ChunkwiseWriter(Writer):
    """rosbags' writer on top of ``ChunkwiseMcapWriter``."""

    STORAGE_PLUGINS = {StoragePlugin.MCAP: ChunkwiseMcapWriter}  # noqa: RUF012

    def finish(self) -> None:
        """Finish the bag with everything written.

        Raises:
            OSError: If that cannot be written; ``finish_from`` then may help.
        """
        storage = self.storage
        if isinstance(storage, ChunkwiseMcapWriter):
            # A write that failed was counted by the storage only.
            self.counts = dict(storage.channel_stats)
            self.min_timestamp, self.max_timestamp = storage.message_start_time, storage.message_end_time
            self.close()

    def finish_from(self, steps: int) -> bool:
        """Finish the bag with what an earlier chunk and those before it hold.

        Args:
            steps: 0 for the last chunk in the file, 1 for the one before, and so on.

        Returns:
            False if that state is not kept or holds no message.

        Raises:
            OSError: If the index cannot be written either.
        """
        storage = self.storage
        if not isinstance(storage, ChunkwiseMcapWriter):
            return False
        commit = storage.go_back(steps)
        if commit is None or not any(commit.counts.values()):
            return False
        self.finish()
        return True

    def give_up(self) -> None:
        """Close the file as it is, without an index."""
        storage, self.storage = self.storage, None
        if isinstance(storage, ChunkwiseMcapWriter):
            storage.file.abandon()
