"""Where commands go: a twist everywhere, and messages of ackermann_msgs and carla_msgs where those are installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rclpy.duration import Duration

from drivemoe_ros.errors import OutputError
from drivemoe_ros.messages.encode_control import ACKERMANN, CARLA, ENCODERS
from drivemoe_ros.messages.parts import Parts
from drivemoe_ros.nodes import qos
from drivemoe_ros.nodes.factory import NativeMessageFactory, message_class

if TYPE_CHECKING:
    from rclpy.lifecycle import LifecycleNode, LifecyclePublisher

    from drivemoe_ros.data.control import ControlCommand
    from drivemoe_ros.messages.topics import OutputTopic

REMEDIES = {
    ACKERMANN: "ackermann_msgs is not installed (install ros-DISTRO-ackermann-msgs for ~/output/control)",
    CARLA: "carla_msgs is not installed (build carla-simulator/ros-carla-msgs for ~/output/vehicle_control_cmd)",
}
LAST_WORD_S = 0.2


class ControlOutputs:
    """Publishers of commands; all say the same at the same stamp."""

    def __init__(self, node: LifecycleNode) -> None:
        """Start without publishers.

        Args:
            node: The node.
        """
        self._node = node
        self._factory = NativeMessageFactory()
        self._publishers: dict[OutputTopic, LifecyclePublisher] = {}
        self._frame_id = ""

    def open(self, frame_id: str) -> list[str]:
        """Make the publishers, inactive.

        Args:
            frame_id: The vehicle's own frame.

        Returns:
            What is not installed and how to get it, a part of a sentence each.
        """
        self._frame_id = frame_id
        lacking = []
        for topic in ENCODERS:
            kind = _installed_class(topic)
            if kind is None:
                lacking.append(REMEDIES[topic])
            else:
                self._publishers[topic] = self._node.create_lifecycle_publisher(kind, topic.name, qos.OUT)
        return lacking

    @property
    def topics(self) -> list[str]:
        """Names of the topics that commands go to."""
        return [publisher.topic_name for publisher in self._publishers.values()]

    def publish(self, command: ControlCommand, stamp_ns: int) -> None:
        """Publish a command everywhere.

        Args:
            command: The command.
            stamp_ns: Time it was computed for [ns].
        """
        parts = Parts(self._factory, stamp_ns, self._frame_id)
        for topic, publisher in self._publishers.items():
            publisher.publish(ENCODERS[topic](command, parts))

    def flush(self) -> None:
        """Wait a moment until every reliable listener has what was published."""
        for publisher in self._publishers.values():
            publisher.wait_for_all_acked(Duration(seconds=LAST_WORD_S))

    def close(self) -> None:
        """Destroy the publishers."""
        for publisher in self._publishers.values():
            self._node.destroy_lifecycle_publisher(publisher)
        self._publishers.clear()


def _installed_class(topic: OutputTopic) -> Any | None:  # noqa: ANN401
    try:
        return message_class(topic.type_name)
    except OutputError:
        if topic not in REMEDIES:
            raise
        return None
