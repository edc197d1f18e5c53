"""What the node publishes: the state at all times, the rig while configured, everything else while it is active."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.data.plan import PlanResult, PolicyLabel
from drivemoe_ros.messages.encode import encode_plan, encode_state
from drivemoe_ros.messages.encode_autoware import AUTOWARE, encode_autoware
from drivemoe_ros.messages.parts import Parts
from drivemoe_ros.messages.topics import PLAN_TOPICS, RIG, STATE
from drivemoe_ros.nodes import qos
from drivemoe_ros.nodes.factory import NativeMessageFactory, is_installed, message_class
from drivemoe_ros.nodes.ready import Ready
from drivemoe_ros.parameters.rig import rig_text

if TYPE_CHECKING:
    from rclpy.lifecycle import LifecycleNode, LifecyclePublisher
    from rclpy.publisher import Publisher

    from drivemoe_ros.data.cameras import Rig
    from drivemoe_ros.data.state import StateReport

NO_LABEL = PolicyLabel("", "", trained=False)


class Outputs:
    """The publishers of a plan.

    The state's is an ordinary one, since an unconfigured or inactive node has a state too; the others are managed by
    the lifecycle and publish nothing while the node is inactive.
    """

    def __init__(self, node: LifecycleNode) -> None:
        """Make the state's publisher.

        Args:
            node: The node.
        """
        self._node = node
        self._factory = NativeMessageFactory()
        self._state = node.create_publisher(message_class(STATE.type_name), STATE.name, qos.OUT)
        self._managed: dict[str, LifecyclePublisher] = {}
        self._rig: Publisher | None = None
        self._ready = Ready(node)
        self._label = NO_LABEL
        self._frame_id = ""

    def open(self, label: PolicyLabel, rig: Rig) -> None:
        """Make the other publishers, inactive, and publish the rig, latched.

        Args:
            label: Which policy plans.
            rig: The rig; its base frame is that of what is published.
        """
        self._label, self._frame_id = label, rig.base_frame
        self._rig = self._node.create_publisher(message_class(RIG.type_name), RIG.name, qos.LATCHED_OUT)
        self._rig.publish(self._factory.make(RIG.type_name, data=rig_text(rig)))
        self._ready.open()
        for topic in PLAN_TOPICS:
            if topic is not STATE:
                kind = message_class(topic.type_name)
                self._managed[topic.name] = self._node.create_lifecycle_publisher(kind, topic.name, qos.OUT)
        # Autoware's message cannot say that weights are random, and its control would drive by them.
        if label.trained and is_installed(AUTOWARE.type_name):
            kind = message_class(AUTOWARE.type_name)
            self._managed[AUTOWARE.name] = self._node.create_lifecycle_publisher(kind, AUTOWARE.name, qos.OUT)

    def close(self) -> None:
        """Destroy all but the state's."""
        self._ready.close()
        for publisher in self._managed.values():
            self._node.destroy_lifecycle_publisher(publisher)
        self._managed.clear()
        if self._rig is not None:
            self._node.destroy_publisher(self._rig)
            self._rig = None
        self._label, self._frame_id = NO_LABEL, ""

    def publish_result(self, result: PlanResult) -> None:
        """Publish everything there is to a result; may run on another thread than the executor's."""
        if not self._node.context.ok():
            return  # Ctrl-C came while this was planned
        for topic, message in encode_plan(result, self._label, self._frame_id, self._factory):
            publisher = self._state if topic is STATE else self._managed[topic.name]
            publisher.publish(message)
        if result.trajectory is not None and AUTOWARE.name in self._managed:
            parts = Parts(self._factory, result.trajectory.stamp_ns, self._frame_id)
            self._managed[AUTOWARE.name].publish(encode_autoware(result.trajectory, parts))

    def publish_report(self, report: StateReport, stamp_ns: int) -> None:
        """Publish a state that belongs to no plan.

        Args:
            report: State, reason and inputs.
            stamp_ns: Time it holds at [ns].
        """
        parts = Parts(self._factory, stamp_ns, self._frame_id)
        self._state.publish(encode_state(PlanResult(stamp_ns, report), self._label, parts))
