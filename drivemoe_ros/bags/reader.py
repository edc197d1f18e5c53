"""Recorded drives of every kind, read in one defined order; whatever is wrong with them is one sentence."""

from __future__ import annotations

import pathlib
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivemoe_ros.bags.bag_types import BagTypes, PortableMessage
from drivemoe_ros.bags.events import BagEvent, in_defined_order, merged_events
from drivemoe_ros.bags.sources import FILE_ENDINGS, ROS1_ENDING, Source, open_sources
from drivemoe_ros.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from types import TracebackType

    from rosbags.interfaces import Connection
    from typing_extensions import Self

__all__ = ["BagEvent", "BagReader", "BagTopic", "PortableMessage"]


@dataclass(frozen=True)
class BagTopic:
    """A topic of a bag: name, full type name and number of messages."""

    topic: str
    type_name: str
    count: int


class BagReader:
    """Reads rosbag2 folders (sqlite3, MCAP, split, compressed), single .mcap and .db3 files, and ROS 1 bags.

    Use it as a context manager. Memory stays bounded by a few chunks of each file.
    """

    def __init__(self, path: str | pathlib.Path) -> None:
        """Name the bag; nothing is opened yet.

        Args:
            path: Folder or file.
        """
        self.path = pathlib.Path(path)
        self._stack = ExitStack()
        self._sources: list[Source] = []
        self._topics: tuple[BagTopic, ...] = ()
        self._types = BagTypes((), is_ros1=False)

    def __enter__(self) -> Self:
        """Open the bag; see ``open``."""
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the bag."""
        self.close()

    @property
    def connections(self) -> tuple[BagTopic, ...]:
        """Every topic with its type and number of messages, by name."""
        return self._topics

    @property
    def start_ns(self) -> int:
        """Log time of the first message [ns]."""
        return min(source.start_ns for source in self._sources)

    @property
    def end_ns(self) -> int:
        """Log time of the last message [ns]."""
        return max(source.end_ns for source in self._sources) - 1

    @property
    def duration_ns(self) -> int:
        """Time from the first to the last message [ns]."""
        return self.end_ns - self.start_ns

    @property
    def damage(self) -> str:
        """What is wrong with the files, in words; empty as far as opening them could tell."""
        return "; ".join(source.damage for source in self._sources if source.damage)

    def open(self) -> None:
        """Open the bag.

        Raises:
            InputError: If it is missing, unreadable, no bag, damaged beyond reading or without messages.
        """
        self._refuse_what_is_no_bag()
        try:
            self._sources = open_sources(self.path, self._stack)
        except PermissionError as error:
            msg = f"{error.filename or self.path} cannot be read for lack of permission; change its permissions."
            raise InputError(msg) from error
        except Exception as error:
            # rosbags passes on what YAML, struct, zstd, lz4 and sqlite raise for damaged files.
            self._stack.close()
            msg = f"{self.path} cannot be read as a bag: {_reason(error)}; {self._next_step()}"
            raise InputError(msg) from error
        connections = [item for source in self._sources for item in source.reader.connections]
        self._topics = self._count(connections)
        # What metadata.yaml counts need not be in a file that was cut.
        if not any(topic.count for topic in self._topics) or not any(source.end_ns for source in self._sources):
            damage = f" ({self.damage})" if self.damage else ""
            self.close()
            msg = f"{self.path} holds no messages{damage}; record it again."
            raise InputError(msg)
        self._sources = [source for source in self._sources if source.end_ns]
        self._types = BagTypes(connections, is_ros1=self.path.suffix == ROS1_ENDING and not self.path.is_dir())

    def close(self) -> None:
        """Close the bag."""
        self._sources = []
        self._stack.close()

    def events(
        self, topics: Collection[str] = (), start_ns: int | None = None, stop_ns: int | None = None
    ) -> Iterator[BagEvent]:
        """Read messages by log time, equal times by topic, equal topics as they were written.

        Args:
            topics: Topics to read; all if empty.
            start_ns: First log time [ns].
            stop_ns: Log time to stop before [ns].

        Yields:
            Messages, not decoded.

        Raises:
            InputError: Where the bag is damaged, after everything that can be read before it.
        """
        try:
            yield from in_defined_order(merged_events(self._sources, topics, start_ns, stop_ns))
        except Exception as error:
            msg = f"{self.path} is damaged: {_reason(error)}; what lies before was read, {self._next_step()}"
            raise InputError(msg) from error
        if self.damage and (stop_ns is None or stop_ns > self.end_ns):
            msg = f"{self.damage}; what lies before was read, {self._next_step()}"
            raise InputError(msg)

    def decode(self, event: BagEvent) -> object:
        """Decode a message; see ``BagTypes.decode``."""
        return self._types.decode(event)

    def portable(self, event: BagEvent) -> PortableMessage:
        """Make a message fit for another bag; see ``BagTypes.portable``."""
        return self._types.portable(event)

    def _refuse_what_is_no_bag(self) -> None:
        try:
            if not self.path.exists():
                msg = f"There is no bag at {self.path}; check the path."
                raise InputError(msg)
            known = (*FILE_ENDINGS, ROS1_ENDING)
            if not self.path.is_dir() and self.path.suffix not in known:
                msg = f"{self.path} is no bag; give a rosbag2 folder or a file that ends in {', '.join(known)}."
                raise InputError(msg)
        except OSError as error:
            msg = f"{self.path} cannot be reached ({error.strerror}); check the path and its permissions."
            raise InputError(msg) from error

    def _next_step(self) -> str:
        if self.path.suffix == ROS1_ENDING:
            return "mend it with `rosbag reindex`."
        if self.path.is_dir():
            recover = "its files with `mcap recover` and it" if any(self.path.glob("*.mcap*")) else "it"
            return f"mend {recover} with `ros2 bag reindex`, or copy it again."
        return f"mend it with {'`mcap recover`' if self.path.suffix == '.mcap' else '`ros2 bag reindex`'}."

    def _count(self, connections: list[Connection]) -> tuple[BagTopic, ...]:
        counts: Counter[tuple[str, str]] = Counter()
        # Every file of a split folder repeats the connections of the whole folder.
        for item in {(id(item.owner), item.id): item for item in connections}.values():
            counts[item.topic, item.msgtype] += item.msgcount
        return tuple(BagTopic(topic, kind, count) for (topic, kind), count in sorted(counts.items()))


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split()).rstrip(".")
    return text[:1].lower() + text[1:] if text else type(error).__name__
