"""A sqlite3 reader that also opens files whose later pages are missing, up to the first page that is."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import apsw
from rosbags.interfaces import Connection, ConnectionExtRosbag2, MessageDefinition, MessageDefinitionFormat
from rosbags.rosbag2 import ReaderError
from rosbags.rosbag2.storage_sqlite3 import Sqlite3Reader

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterator

FORMATS = {"ros2msg": MessageDefinitionFormat.MSG, "ros2idl": MessageDefinitionFormat.IDL}

# A blob may be no larger, whatever a column is defined to hold.
MAX_BLOB_BYTES = 256 << 20
FUNCTIONS = {"count", "min", "max"}
# They have a meaning in SQLite's addresses, so that another file would be opened.
ADDRESS_SIGNS = "?#%"


class TolerantSqliteReader(Sqlite3Reader):
    """Reads a whole file by its time index, and a damaged one in the order it was written, then sorted.

    Attributes:
        damage: What is wrong with the file, in words; empty if it is whole.
    """

    damage = ""

    def open(self) -> None:
        """Open the file.

        Raises:
            ReaderError: If it is no database of a bag, or nothing in it can be read.
        """
        if any(sign in str(self.path) for sign in ADDRESS_SIGNS):
            msg = f"its path holds one of {ADDRESS_SIGNS}, so move it"
            raise ReaderError(msg)
        with _wary_connections():
            try:
                super().open()
            except ReaderError as error:
                if not isinstance(error.__cause__, apsw.Error):
                    raise
                self._open_damaged(error)

    def _open_damaged(self, error: ReaderError) -> None:
        self.dbconn = apsw.Connection(
            f"file:{self.path}?immutable=1", flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
        )
        # Otherwise sqlite refuses any file that is shorter than its header says; nothing is written.
        self._query("PRAGMA writable_schema=ON")
        try:
            connections = self._read_topics()
        except apsw.Error:
            self.close()
            raise error from None
        self._rows = sorted(self._readable_rows())
        counts = Counter(topic_id for _, _, topic_id in self._rows)
        self.connections = [item._replace(msgcount=counts[item.id]) for item in connections]
        if self._rows:
            start_ns, end_ns = self._rows[0][0], self._rows[-1][0] + 1
            self.metadata = self.metadata._replace(
                duration=end_ns - start_ns, start_time=start_ns, end_time=end_ns, message_count=len(self._rows)
            )
        self.damage = f"{self.path} is damaged ({len(self._rows)} of its messages can be reached)"

    def _query(self, text: str, values: tuple[int, ...] = ()) -> Iterator[tuple[object, ...]]:
        if self.dbconn is None:
            msg = "The database is not open."
            raise ReaderError(msg)
        return cast("Iterator[tuple[object, ...]]", self.dbconn.execute(text, values))

    def _read_topics(self) -> list[Connection]:
        definitions: dict[str, MessageDefinition] = {}
        try:
            for name, encoding, text in self._query(
                "SELECT topic_type, encoding, encoded_message_definition FROM message_definitions"
            ):
                if encoding in FORMATS:
                    definitions[str(name)] = MessageDefinition(FORMATS[str(encoding)], str(text))
        except apsw.SQLError:
            # Older distributions have no such table.
            definitions = {}
        unknown = MessageDefinition(MessageDefinitionFormat.NONE, "")
        query = "SELECT id, name, type, serialization_format FROM topics ORDER BY id"
        return [
            Connection(
                cast("int", topic_id),
                str(topic),
                str(kind),
                definitions.get(str(kind), unknown),
                "",
                0,
                ConnectionExtRosbag2(str(form), []),
                self,
            )
            for topic_id, topic, kind, form in self._query(query)
        ]

    def _readable_rows(self) -> Iterator[tuple[int, int, int]]:
        """Yield (log time, row, topic id) of every row before the first one that cannot be reached."""
        try:
            for row in self._query("SELECT timestamp, id, topic_id FROM messages ORDER BY id"):
                # A page cut in two reads as rows of nothing.
                if not all(isinstance(value, int) for value in row):
                    return
                yield cast("tuple[int, int, int]", row)
        except apsw.Error:
            return

    def messages(
        self, connections: Collection[Connection], start: int | None = None, stop: int | None = None
    ) -> Generator[tuple[Connection, int, bytes], None, None]:
        """Read messages in the order of their log time.

        Args:
            connections: Topics to read.
            start: First log time [ns].
            stop: Log time to stop before [ns].

        Yields:
            Topic, log time [ns] and bytes.

        Raises:
            ReaderError: If a row holds something else: a column of SQLite takes values of any kind.
        """
        reached = self._reached if self.damage else super().messages
        for connection, stamp_ns, data in reached(connections, start, stop):
            if not _is_message(stamp_ns, data):
                msg = f"a message on {connection.topic} has no whole number for its time or no bytes"
                raise ReaderError(msg)
            yield connection, stamp_ns, data

    def _reached(
        self, connections: Collection[Connection], start: int | None, stop: int | None
    ) -> Generator[tuple[Connection, int, bytes], None, None]:
        wanted = {item.id: item for item in connections}
        for stamp_ns, row, topic_id in self._rows:
            in_time = (start is None or stamp_ns >= start) and (stop is None or stamp_ns < stop)
            if not in_time or topic_id not in wanted:
                continue
            try:
                ((data,),) = self._query("SELECT data FROM messages WHERE id = ?", (row,))
            except apsw.Error:
                # The row is there, but the pages with its bytes are not.
                continue
            yield wanted[topic_id], stamp_ns, cast("bytes", data)


def _is_message(stamp_ns: object, data: object) -> bool:
    return isinstance(stamp_ns, int) and isinstance(data, bytes)


@contextmanager
def _wary_connections() -> Iterator[None]:
    """Let connections that are opened meanwhile read tables and nothing that their database computes."""
    apsw.connection_hooks.append(_make_wary)
    try:
        yield
    finally:
        apsw.connection_hooks.remove(_make_wary)


def _make_wary(connection: apsw.Connection) -> None:
    connection.limit(apsw.SQLITE_LIMIT_LENGTH, MAX_BLOB_BYTES)
    connection.authorizer = _may


def _may(action: int, _: str | None, name: str | None, __: str | None, view: str | None) -> int:
    """Deny views and recursion, which may never end, and functions, which may make gigabytes."""
    is_foreign_function = action == apsw.SQLITE_FUNCTION and name not in FUNCTIONS
    is_denied = view is not None or action == apsw.SQLITE_RECURSIVE or is_foreign_function
    return apsw.SQLITE_DENY if is_denied else apsw.SQLITE_OK
