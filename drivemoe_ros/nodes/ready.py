"""Tells others that the policy is loaded, warm and active, as simulators wait for before they start.

The topic is latched, so that who asks late is answered too. It is silent until the first activation: some wait for
any message, whatever it says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rclpy.lifecycle import ManagedEntity, TransitionCallbackReturn

from drivemoe_ros.messages.topics import READY
from drivemoe_ros.nodes import qos
from drivemoe_ros.nodes.factory import message_class

if TYPE_CHECKING:
    from rclpy.lifecycle import LifecycleNode, LifecycleState
    from rclpy.publisher import Publisher


class Ready(ManagedEntity):
    """Publishes true when the node is activated and false when it no longer is; the lifecycle calls it.

    Source:
        Thinklab-SJTU/Bench2Drive, leaderboard/leaderboard/autoagents/ros2_agent.py, ``/carla/hero/status``.
    """

    def __init__(self, node: LifecycleNode) -> None:
        """Take part in the transitions of a node, without a publisher.

        Args:
            node: The node.
        """
        self._node = node
        self._publisher: Publisher | None = None
        self._is_ready = False
        node.add_managed_entity(self)

    def open(self) -> None:
        """Make the publisher; it is silent until the node is activated."""
        kind = message_class(READY.type_name)
        self._publisher = self._node.create_publisher(kind, READY.name, qos.LATCHED_OUT)

    def close(self) -> None:
        """Take back what was said and destroy the publisher."""
        self._say(is_ready=False)
        if self._publisher is not None:
            self._node.destroy_publisher(self._publisher)
            self._publisher = None

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:  # noqa: ARG002 - rclpy calls it so
        """Say that the policy plans from now on."""
        self._say(is_ready=True)
        return TransitionCallbackReturn.SUCCESS

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:  # noqa: ARG002 - rclpy calls it so
        """Say that it no longer does."""
        self._say(is_ready=False)
        return TransitionCallbackReturn.SUCCESS

    def _say(self, *, is_ready: bool) -> None:
        if self._publisher is None or self._is_ready == is_ready:
            return
        self._is_ready = is_ready
        if self._node.context.ok():  # not after Ctrl-C
            self._publisher.publish(message_class(READY.type_name)(data=is_ready))
