"""Where an input may come from: the topic of the rig; for a camera its raw or compressed twin, for a route CARLA's."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from drivemoe_ros.errors import InputError
from drivemoe_ros.messages.decode import ROUTE_TYPES
from drivemoe_ros.nodes.factory import is_installed

if TYPE_CHECKING:
    from rclpy.node import Node

    from drivemoe_ros.data.cameras import Rig

IMAGE = "sensor_msgs/msg/Image"
COMPRESSED_IMAGE = "sensor_msgs/msg/CompressedImage"
CAMERA_INFO = "sensor_msgs/msg/CameraInfo"
COMPRESSED_ENDING = "/compressed"


class Source(NamedTuple):
    """A topic that an input may come from, and the type it then has."""

    topic: str
    type_name: str


def camera_sources(topic: str, transport: str) -> tuple[Source, ...]:
    """Return where a camera's pictures may come from.

    Args:
        topic: Topic in the rig.
        transport: ``raw``, ``compressed`` or ``auto`` for either.

    Returns:
        The sources, the one that is taken while there is no publisher first. As image_transport does it, compressed
        pictures of ``TOPIC`` are on ``TOPIC/compressed``; many rigs name a compressed topic itself.
    """
    base = topic.removesuffix(COMPRESSED_ENDING)
    raw = (Source(base, IMAGE),)
    itself = Source(topic, COMPRESSED_IMAGE)
    if "compressed" in topic:
        compressed: tuple[Source, ...] = (itself,)
    else:
        compressed = (Source(base + COMPRESSED_ENDING, COMPRESSED_IMAGE), itself)
    if transport == "raw":
        return raw
    if transport == "compressed":
        return compressed
    return compressed + raw if "compressed" in topic else raw + compressed


def route_sources(rig: Rig) -> tuple[Source, ...]:
    """Return where a route may come from.

    Args:
        rig: The rig.

    Returns:
        Each of its topics with each type of route that is installed.
    """
    topics = [topic for topic in (rig.route_topic, rig.global_plan_topic) if topic]
    return tuple(Source(topic, kind) for topic in topics for kind in ROUTE_TYPES if is_installed(kind))


def resolve(node: Node, name: str, source: Source) -> tuple[str, Source]:
    """Apply the namespace and the remappings of a node.

    Remapping a camera's topic moves its compressed twin too, unless that is remapped itself.

    Args:
        node: The node.
        name: Input name, for the sentence.
        source: The source as the rig has it.

    Returns:
        The topic to subscribe to, and the source under the name that it then has on the graph.

    Raises:
        InputError: If the topic is no valid name.
    """
    base, ending = source.topic, ""
    if base.endswith(COMPRESSED_ENDING):
        base, ending = base.removesuffix(COMPRESSED_ENDING), COMPRESSED_ENDING
    try:
        moved = source.topic if not ending else node.resolve_topic_name(base) + ending
        explicit = node.resolve_topic_name(source.topic)
        topic = source.topic if explicit != node.resolve_topic_name(source.topic, only_expand=True) else moved
        return topic, Source(node.resolve_topic_name(topic), source.type_name)
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        msg = f"The rig's topic '{source.topic}' for {name} is no valid name ({reason}); correct it in the rig."
        raise InputError(msg) from error
