"""Statuses for ``/diagnostics`` (REP-107), named after the node, and that of an input in particular."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue

from drivemoe_ros.nodes import qos

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from rclpy.node import Node

    from drivemoe_ros.nodes.topic_input import TopicInput
    from drivemoe_ros.sync.counters import CameraCounters

OK, WARN, ERROR = DiagnosticStatus.OK, DiagnosticStatus.WARN, DiagnosticStatus.ERROR
SILENT_S = 1.0


class StatusWriter:
    """Writes statuses and publishes them; remembers the counts of the last time for rates."""

    def __init__(self, node: Node, required: Collection[str], optional: Collection[str] = ()) -> None:
        """Make the publisher.

        Args:
            node: The node.
            required: Names of the inputs without which it cannot work: an error where they are lacking.
            optional: Names of those that may be lacking; all others are worth a warning.
        """
        self._node = node
        self._required = required
        self._optional = optional
        self._publisher = node.create_publisher(DiagnosticArray, "/diagnostics", qos.OUT)
        self._counts: dict[str, tuple[float, int]] = {}

    def publish(self, statuses: Iterable[DiagnosticStatus]) -> None:
        """Publish statuses, stamped by the node's clock."""
        array = DiagnosticArray(status=list(statuses))
        array.header.stamp = self._node.get_clock().now().to_msg()
        self._publisher.publish(array)

    def input_status(
        self, one: TopicInput, counters: Mapping[str, CameraCounters], crowded: str = ""
    ) -> DiagnosticStatus:
        """Return how an input stands.

        Args:
            one: The input.
            counters: What became of each camera's pictures; empty where no cameras are synchronised.
            crowded: That too many send it, in words; empty if not.

        Returns:
            Every problem in words, or rate and topic where there is none.
        """
        now_ns = self._node.get_clock().now().nanoseconds
        num_publishers, wrong = one.num_publishers, one.wrong_types()
        rate_hz = self.rate(one.name, one.num_received)
        silent = one.last_used_s is None or time.monotonic() - one.last_used_s > SILENT_S
        lacking = ERROR if one.name in self._required else OK if one.name in self._optional else WARN
        problems = [(WARN, text) for text in (one.qos_problem, crowded) if text]
        if wrong and not num_publishers:
            problems.append((max(lacking, WARN), f"{one.source.topic} carries {', '.join(wrong)}"))
        if one.problem:
            problems.append((max(lacking, WARN), one.problem))
        elif not num_publishers:
            problems.append((lacking, f"no publisher of {one.source.type_name} on {one.source.topic}"))
        elif silent and one.name not in ("route", "goal"):
            problems.append((lacking, f"no message from {one.source.topic} in the last second"))
        values: dict[str, object] = {
            "topic": one.source.topic,
            "type": one.source.type_name,
            "publishers": num_publishers,
            "rate [Hz]": f"{rate_hz:.1f}",
            "received": one.num_received,
            "rejected": one.num_rejected,
        }
        if one.last_stamp_ns is not None:
            values["age [ms]"] = f"{(now_ns - one.last_stamp_ns) * 1e-6:.1f}"
        if one.name in counters:
            values |= vars(counters[one.name]) | {"received": one.num_received}
        level = max((level for level, _ in problems), default=OK)
        message = "; ".join(text for _, text in problems) or f"{rate_hz:.1f} Hz from {one.source.topic}"
        return self.status(one.name, level, message, values)

    def rate(self, name: str, count: int) -> float:
        """Return how fast a count has grown since it was last asked about [Hz].

        Args:
            name: What is counted.
            count: The count now.

        Returns:
            The rate; 0 the first time.
        """
        now_s = time.monotonic()
        before_s, before = self._counts.get(name, (now_s, count))
        self._counts[name] = (now_s, count)
        return max(0, count - before) / (now_s - before_s) if now_s > before_s else 0.0

    def status(self, name: str, level: bytes, message: str, values: Mapping[str, object]) -> DiagnosticStatus:
        """Return a status under the node's name.

        Args:
            name: What it is about.
            level: ``OK``, ``WARN`` or ``ERROR``.
            message: In words.
            values: Figures by name.

        Returns:
            ``diagnostic_msgs/msg/DiagnosticStatus``.
        """
        pairs = [KeyValue(key=key, value=str(value)) for key, value in values.items()]
        full = f"{self._node.get_name()}: {name}"
        return DiagnosticStatus(name=full, level=level, message=message, hardware_id="", values=pairs)
