"""Messages of several files in one defined order: log time, then topic, then as they were written."""

from __future__ import annotations

import heapq
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from drivemoe_ros.bags.sources import Source


class BagEvent(NamedTuple):
    """One recorded message, not decoded yet.

    Attributes:
        stamp_ns: Log time, i.e. when it was recorded [ns].
        topic: Topic.
        type_name: Full type name, in ROS 2's spelling for ROS 1 bags too.
        raw: Its bytes as recorded.
    """

    stamp_ns: int
    topic: str
    type_name: str
    raw: bytes


def merged_events(
    sources: Iterable[Source], topics: Collection[str], start_ns: int | None, stop_ns: int | None
) -> Iterator[BagEvent]:
    """Merge the files of a bag by log time.

    A file is not touched before its first message is due, so one file at a time is in memory when they follow each
    other.

    Args:
        sources: The files.
        topics: Topics to read; all if empty.
        start_ns: First log time [ns].
        stop_ns: Log time to stop before [ns].

    Yields:
        Messages by log time; equal times in no particular order of topics.
    """
    streams = [_stream(source, topics, start_ns, stop_ns) for source in sources]
    yield from (event for event in heapq.merge(*streams, key=attrgetter("stamp_ns")) if event.topic)


def _stream(source: Source, topics: Collection[str], start_ns: int | None, stop_ns: int | None) -> Iterator[BagEvent]:
    # The merge asks every stream for its first element at once; this one costs nothing.
    yield BagEvent(source.start_ns, "", "", b"")
    if (stop_ns is not None and source.start_ns >= stop_ns) or (start_ns is not None and source.end_ns <= start_ns):
        return
    for connection, stamp_ns, raw in source.messages(topics, start_ns, stop_ns):
        yield BagEvent(stamp_ns, connection.topic, connection.msgtype, raw)


def in_defined_order(events: Iterable[BagEvent]) -> Iterator[BagEvent]:
    """Order messages of equal log time by topic.

    Args:
        events: Messages by log time.

    Yields:
        The same messages; where the stream breaks with an error, those before it come first.
    """
    group: list[BagEvent] = []
    try:
        for event in events:
            if group and event.stamp_ns != group[0].stamp_ns:
                yield from sorted(group, key=attrgetter("topic"))
                group = []
            group.append(event)
    except Exception:
        yield from sorted(group, key=attrgetter("topic"))
        raise
    yield from sorted(group, key=attrgetter("topic"))
