"""Makes the base frame known to tf2, so that RViz shows what is in it even where nobody publishes transforms.

RViz shows nothing in a frame that no transform ever named. A bag often has none. The frame gets a child of our own
rather than a parent, since a second parent would contradict the vehicle's own transforms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.errors import OutputError
from drivemoe_ros.messages.parts import Parts
from drivemoe_ros.nodes import qos
from drivemoe_ros.nodes.factory import NativeMessageFactory, message_class
from drivemoe_ros.nodes.transforms import FIXED, TRANSFORMS

if TYPE_CHECKING:
    from rclpy.node import Node
    from rclpy.publisher import Publisher

CHILD_FRAME = "drivemoe_plan"


def publish_base_frame(node: Node, base_frame: str) -> Publisher | None:
    """Publish, once and latched, a transform from the base frame to ``drivemoe_plan``, which lies in the same place.

    Args:
        node: The node.
        base_frame: The base frame.

    Returns:
        The publisher, which must be kept; None where tf2_msgs is not installed, and RViz then is not either.
    """
    try:
        kind = message_class(TRANSFORMS)
    except OutputError:
        return None
    factory = NativeMessageFactory()
    stamp_ns: int = node.get_clock().now().nanoseconds
    parts = Parts(factory, stamp_ns, base_frame)
    publisher = node.create_publisher(kind, FIXED, qos.LATCHED_OUT)
    publisher.publish(
        parts.make(
            TRANSFORMS,
            transforms=[
                parts.make("geometry_msgs/msg/TransformStamped", header=parts.header(), child_frame_id=CHILD_FRAME)
            ],
        )
    )
    return publisher
