"""Writes an MCAP bag that is whole or not there; after a failure what was written stays readable beside it.

Nothing but the messages enters the bytes: no wall clock, no path, no random number.
"""

from __future__ import annotations

import errno
import pathlib
from typing import TYPE_CHECKING

from rosbags.rosbag2 import StoragePlugin

from drivemoe_ros.bags.mcap_storage import KEPT_COMMITS, ChunkwiseWriter
from drivemoe_ros.bags.output_folder import OutputFolder
from drivemoe_ros.bags.typestore import output_typestore
from drivemoe_ros.errors import OutputError

if TYPE_CHECKING:
    from types import TracebackType

    from rosbags.interfaces import Connection
    from typing_extensions import Self

    from drivemoe_ros.bags.bag_types import PortableMessage
    from drivemoe_ros.messages.factory import Message

REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file reached the largest size allowed",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "permission is lacking",
    errno.EPERM: "permission is lacking",
}


class BagWriter:
    """Writes a bag folder; use it as a context manager.

    Leaving it without an error gives the bag its name. Leaving it with one keeps what was written as
    ``NAME.incomplete``, finished and readable.

    Attributes:
        message_count: Messages written so far.
    """

    def __init__(self, path: str | pathlib.Path, *, overwrite: bool = False) -> None:
        """Name the bag; nothing is made yet.

        Args:
            path: Folder to make.
            overwrite: Replace a bag of that name, when the new one is whole.
        """
        self.message_count = 0
        self._folder = OutputFolder(pathlib.Path(path), overwrite=overwrite)
        self._writer: ChunkwiseWriter | None = None
        self._connections: dict[tuple[str, str], Connection] = {}
        self._is_writing = False

    @property
    def path(self) -> pathlib.Path:
        """Where the whole bag goes."""
        return self._folder.final

    @property
    def incomplete_path(self) -> pathlib.Path:
        """Where the bag goes if it cannot be finished."""
        return self._folder.incomplete

    def __enter__(self) -> Self:
        """Open the bag; ``OutputError`` if the target is taken or cannot be made."""
        try:
            self._folder.prepare()
            # Version 8 of the metadata has qualities of service as text; Humble refuses the lists of version 9.
            self._writer = ChunkwiseWriter(self._folder.working, version=8, storage_plugin=StoragePlugin.MCAP)
            self._writer.open()
        except OSError as error:
            self._writer = None
            self._folder.discard()
            msg = f"{self.path} cannot be made: {_reason(error)}; choose another output or mend that."
            raise OutputError(msg) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the bag its name, or keep what there is as incomplete; ``OutputError`` if it cannot be finished."""
        if self._writer is None:
            return
        if error is not None:
            self._save_incomplete()
            return
        try:
            self._writer.finish()
            self._folder.publish()
            self._writer = None
        except OSError as failure:
            raise self._failed(failure) from failure

    def write(self, topic: str, type_name: str, message: Message, stamp_ns: int) -> None:
        """Write a message of a standard type or of ours.

        Args:
            topic: Full topic name.
            type_name: Full type name.
            message: As ``BagMessageFactory`` makes it.
            stamp_ns: Log time [ns].

        Raises:
            OutputError: If it cannot be written; what was written before is kept as incomplete.
        """
        typestore = output_typestore()
        cdr = typestore.serialize_cdr(message, type_name, little_endian=True)
        if (topic, type_name) not in self._connections:
            connection = self._open_writer().add_connection(topic, type_name, typestore=typestore)
            self._connections[topic, type_name] = connection
        self._write(topic, type_name, stamp_ns, cdr)

    def copy(self, portable: PortableMessage) -> None:
        """Write a message of another bag as it is.

        Args:
            portable: The message with its definition.

        Raises:
            OutputError: If it cannot be written; what was written before is kept as incomplete.
        """
        topic, type_name = portable.topic, portable.type_name
        if (topic, type_name) not in self._connections:
            self._connections[topic, type_name] = self._open_writer().add_connection(
                topic, type_name, msgdef=portable.definition, rihs01=portable.type_hash
            )
        self._write(topic, type_name, portable.stamp_ns, portable.cdr)

    def _write(self, topic: str, type_name: str, stamp_ns: int, cdr: bytes | memoryview) -> None:
        try:
            self._is_writing = True
            self._open_writer().write(self._connections[topic, type_name], stamp_ns, cdr)
            self._is_writing = False
        except OSError as error:
            raise self._failed(error) from error
        self.message_count += 1

    def _open_writer(self) -> ChunkwiseWriter:
        if self._writer is None:
            msg = f"{self.path} is not open for writing; write inside of the writer's context."
            raise OutputError(msg)
        return self._writer

    def _failed(self, error: OSError) -> OutputError:
        self._is_writing = False
        kept = self._save_incomplete()
        what = f"what was written before is in {self.incomplete_path}" if kept else "nothing could be kept"
        return OutputError(f"{self.path} cannot be written: {_reason(error)}; {what}; mend that and run again.")

    def _save_incomplete(self) -> bool:
        """Keep what can be kept; return whether there is any."""
        writer, self._writer = self._writer, None
        if writer is None:
            return False
        try:
            self._folder.free_reserve()
            if _finish_what_fits(writer, from_chunk=self._is_writing):
                self._folder.keep_incomplete()
                return True
        except OSError:
            # Not even a rename works: the hidden folder with what there is stays for a rescue by hand.
            return False
        self._folder.discard()
        return False


def _finish_what_fits(writer: ChunkwiseWriter, *, from_chunk: bool) -> bool:
    """Finish a bag with as much as fits.

    Args:
        writer: The writer.
        from_chunk: Leave out the open chunk, because a message in it may be half-written.

    Returns:
        Whether the bag holds a message.
    """
    for steps in range(0 if from_chunk else -1, KEPT_COMMITS):
        try:
            if steps >= 0:
                if not writer.finish_from(steps):
                    break
            elif any(writer.counts.values()):
                writer.finish()
            else:
                break
        except OSError:
            if writer.storage is None:
                # Only metadata.yaml is missing, which readers do without.
                return True
            continue
        return True
    writer.give_up()
    return False


def _reason(error: OSError) -> str:
    return REASONS.get(error.errno or 0, error.strerror or type(error).__name__)
