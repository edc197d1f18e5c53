"""Hears tf for as long as somebody wants to know where a frame sits."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from drivemoe_ros.errors import InputError
from drivemoe_ros.geometry.frame_tree import FrameTree
from drivemoe_ros.nodes import qos
from drivemoe_ros.nodes.factory import is_installed, message_class

if TYPE_CHECKING:
    from rclpy.node import Node
    from rclpy.subscription import Subscription

TRANSFORMS = "tf2_msgs/msg/TFMessage"
MOVING, FIXED = "/tf", "/tf_static"
# Somebody may send hundreds of moving transforms a second: what has not been said by then is not said there.
LISTEN_S = 10.0


class TransformListener:
    """Transforms from ``/tf`` and ``/tf_static``.

    Attributes:
        tree: What was heard.
        problem: Why the last transform could not be used; empty if none was refused.
    """

    def __init__(self, node: Node) -> None:
        """Start without subscriptions.

        Args:
            node: The node.
        """
        self._node = node
        self._fixed: Subscription | None = None
        self._moving: Subscription | None = None
        self._first_s: float | None = None
        self.tree = FrameTree()
        self.problem = ""

    @staticmethod
    def can_listen() -> bool:
        """Tell whether tf's messages are installed."""
        return is_installed(TRANSFORMS)

    def open(self) -> None:
        """Subscribe; nothing happens where tf's messages are not installed."""
        if self.can_listen():
            kind = message_class(TRANSFORMS)
            self._fixed = self._node.create_subscription(kind, FIXED, self._take_fixed, qos.FIXED_TRANSFORMS_IN)
            self._moving = self._node.create_subscription(kind, MOVING, self._take_moving, qos.TRANSFORMS_IN)

    def close(self) -> None:
        """Unsubscribe."""
        self.close_moving()
        if self._fixed is not None:
            self._node.destroy_subscription(self._fixed)
            self._fixed = None

    def close_moving(self) -> None:
        """Unsubscribe from what moves; what does not move is said rarely."""
        if self._moving is not None:
            self._node.destroy_subscription(self._moving)
            self._moving = None

    def rest(self) -> None:
        """Unsubscribe from what moves if that has been heard for long enough."""
        if self._first_s is not None and time.monotonic() - self._first_s > LISTEN_S:
            self.close_moving()

    def _take_fixed(self, message: Any) -> None:  # noqa: ANN401
        self._take(message, is_fixed=True)

    def _take_moving(self, message: Any) -> None:  # noqa: ANN401
        self._first_s = self._first_s or time.monotonic()
        self._take(message, is_fixed=False)

    def _take(self, message: Any, *, is_fixed: bool) -> None:  # noqa: ANN401
        for one in message.transforms:
            place, turn = one.transform.translation, one.transform.rotation
            try:
                self.tree.put(
                    one.child_frame_id,
                    one.header.frame_id,
                    (place.x, place.y, place.z),
                    (turn.x, turn.y, turn.z, turn.w),
                    is_fixed=is_fixed,
                )
            except InputError as error:
                self.problem = str(error)
