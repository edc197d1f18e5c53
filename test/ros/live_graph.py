"""A policy node and its surroundings on a live graph: a vehicle that sends a recorded drive, and one that listens."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from drivemoe_ros.bags.typestore import output_typestore
from drivemoe_ros.messages.topics import NODE_NAME, OUTPUT_TOPICS
from drivemoe_ros.nodes.factory import message_class
from drivemoe_ros.nodes.policy_node import PolicyNode

from ..bag.tiny_bags import Record, TinyBag, records  # noqa: TID252
from .graph import LATCHED, RELIABLE, Neighbour, running, stamp_ns

if TYPE_CHECKING:
    import contextlib
    from collections.abc import Iterable, Mapping

    import rclpy
    from rclpy.qos import QoSProfile

JPEG = TinyBag(encoding="jpeg", width=64, height=48, duration_s=1.0)


def in_order(spec: TinyBag) -> list[Record]:
    """Return every message of a drive in the order of recording."""
    return sorted(records(spec), key=lambda record: record.log_ns)


class Surroundings(Neighbour):
    """The vehicle that a policy plans for: its recorded sensors, and somebody who keeps all that is published.

    Attributes:
        received: All messages so far, by the last part of their topic's name.
    """

    def __init__(self, context: rclpy.Context, name: str) -> None:
        super().__init__(context, name)
        self._publishers: dict[str, Any] = {}
        self.received: dict[str, list[Any]] = {}
        for topic in OUTPUT_TOPICS:
            messages = self.received.setdefault(topic.name.rpartition("/")[2], [])
            kind, full_name = message_class(topic.type_name), topic.name.replace("~", name)
            self.node.create_subscription(kind, full_name, messages.append, RELIABLE)

    def said(self) -> str:
        """Return the reasons of the last states."""
        return "; ".join(self.reasons()[-3:])

    def forget(self) -> None:
        """Forget all messages so far."""
        for messages in self.received.values():
            messages.clear()

    def reasons(self) -> list[str]:
        """Return the reasons of all states so far."""
        return [message.reason for message in self.received["state"]]

    def reason(self) -> str:
        """Return the last state's reason; empty without any."""
        return self.reasons()[-1] if self.received["state"] else ""

    def publisher(self, topic: str, type_name: str, profile: QoSProfile | None = None) -> Any:  # noqa: ANN401
        """Return the publisher of a topic, made at the first call."""
        if topic not in self._publishers:
            profile = profile or (LATCHED if type_name == "nav_msgs/msg/Path" else RELIABLE)
            self._publishers[topic] = self.node.create_publisher(message_class(type_name), topic, profile)
        return self._publishers[topic]

    def silence(self, topic: str) -> None:
        """Take a publisher off the graph, as when its process dies."""
        self.node.destroy_publisher(self._publishers.pop(topic))

    def connect(self, drive: Iterable[Record]) -> None:
        """Wait until someone listens to every topic of a drive."""
        needed = {(record.topic, record.type_name) for record in drive}
        for topic, type_name in needed:
            self.publisher(topic, type_name)
        connected = [self._publishers[topic] for topic, _ in needed]
        self.until(lambda: all(one.get_subscription_count() for one in connected), "subscription to every input")

    def send(self, record: Record) -> None:
        """Send one message as it was recorded."""
        raw = bytes(output_typestore().serialize_cdr(record.message, record.type_name))
        self.publisher(record.topic, record.type_name).publish(raw)

    def drive(self, drive: Iterable[Record]) -> None:
        """Send a drive, waiting at every front picture for its state, so that nothing is lost or replaced."""
        pending: list[int] = []
        fronts = ("/sensing/camera/CAM_FRONT/image_raw", "/sensing/camera/CAM_FRONT/image_raw/compressed")
        last_log_ns = None
        for record in drive:
            if pending and record.log_ns != last_log_ns:
                self.wait_for_state(pending.pop())
            last_log_ns = record.log_ns
            self.send(record)
            if record.topic in fronts:
                pending.append(stamp_ns(record.message))
        for one in pending:
            self.wait_for_state(one)

    def stream(self, drive: Iterable[Record]) -> None:
        """Send a drive at the pace of its recording, waiting for nothing."""
        start_s, first_ns = time.monotonic(), None
        for record in drive:
            first_ns = record.log_ns if first_ns is None else first_ns
            self.rest((record.log_ns - first_ns) * 1e-9 - (time.monotonic() - start_s))
            self.send(record)

    def wait_for_state(self, wanted_ns: int) -> None:
        """Wait for the state that belongs to a stamp."""
        self.until(lambda: any(stamp_ns(m) == wanted_ns for m in self.received["state"]), f"state of {wanted_ns}")


def live_node(
    parameters: Mapping[str, object] | None = None,
) -> contextlib.AbstractContextManager[tuple[PolicyNode, Surroundings]]:
    """Run a policy node on a thread of this process, with its surroundings."""
    return running(PolicyNode, lambda context, space: Surroundings(context, f"{space}/{NODE_NAME}"), parameters)
