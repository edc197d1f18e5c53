"""A visualizer on a live graph, between a policy and a vehicle that it draws and somebody who looks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from drivemoe_ros.data.cameras import CAMERA_NAMES
from drivemoe_ros.data.plan import PolicyLabel
from drivemoe_ros.messages.encode import encode_plan
from drivemoe_ros.messages.parts import Parts
from drivemoe_ros.messages.topics import DRAWN_TOPICS, PLAN_TOPICS, VISUALIZER_NAME
from drivemoe_ros.nodes.factory import NativeMessageFactory, message_class
from drivemoe_ros.nodes.visualizer_node import VisualizerNode
from drivemoe_ros.parameters.rig import load_rig

from ..unit.viz.results import expert_decision, plan, view_decision  # noqa: TID252
from .graph import LATCHED, RELIABLE, Neighbour, running, stamp_ns

if TYPE_CHECKING:
    import contextlib
    from collections.abc import Mapping

    import rclpy
    from numpy.typing import NDArray

    from drivemoe_ros.data.plan import PlanResult

RED = (200, 40, 40)
SPEED_MPS = 4.0
START_NS = 1_700_000_000_000_000_000
STEP_NS = 100_000_000
LABEL = PolicyLabel("drivemoe", "test weights", trained=True)
DRAWN = {topic.name.rpartition("/")[2]: topic for topic in DRAWN_TOPICS}


def at(number: int) -> int:
    """Return the stamp of a plan by its number [ns]."""
    return START_NS + number * STEP_NS


def full(number: int, **changes: Any) -> Any:  # noqa: ANN401
    """Return a complete plan; of the views, ``back`` is selected."""
    chosen: dict[str, Any] = {"view": view_decision(), "experts": (expert_decision(),), "stamp_ns": at(number)}
    return plan(**(chosen | changes))


def pixels(message: Any) -> NDArray[np.uint8]:  # noqa: ANN401
    """Return a ``sensor_msgs/Image`` as an array, RGB."""
    assert message.encoding == "rgb8"
    assert message.step == 3 * message.width
    return np.frombuffer(message.data, np.uint8).reshape(message.height, message.width, 3)


class Audience(Neighbour):
    """The policy, the vehicle and who looks at the drawings.

    Attributes:
        received: All drawings so far, by name.
    """

    STATUS = "drawing"

    def __init__(self, context: rclpy.Context, namespace: str) -> None:
        super().__init__(context, f"{namespace}/{VISUALIZER_NAME}")
        self._factory = NativeMessageFactory()
        self._subscriptions: dict[str, Any] = {}
        self.received: dict[str, list[Any]] = {name: [] for name in DRAWN}
        # Under the name that the policy has where nothing is remapped.
        self.plans = {
            topic: self.node.create_publisher(
                message_class(topic.type_name), topic.name.replace("~", f"{namespace}/drivemoe"), RELIABLE
            )
            for topic in PLAN_TOPICS
        }
        rig = load_rig("bench2drive")
        image, odometry = message_class("sensor_msgs/msg/Image"), message_class("nav_msgs/msg/Odometry")
        self.cameras = {
            name: self.node.create_publisher(image, rig.cameras[name].image_topic, RELIABLE) for name in CAMERA_NAMES
        }
        self.odometry = self.node.create_publisher(odometry, rig.odometry_topic, RELIABLE)
        self.route = self.node.create_publisher(message_class("nav_msgs/msg/Path"), rig.route_topic, LATCHED)

    def start(self, *looked_at: str) -> None:
        """Configure and activate the node, and look at some of its drawings."""
        super().start()
        self.look_at(*looked_at)
        self.connect()

    def look_at(self, *names: str) -> None:
        """Subscribe to drawings and wait until the visualizer knows."""
        for name in names:
            kind, topic = message_class(DRAWN[name].type_name), DRAWN[name].name.replace("~", self.name)
            self._subscriptions[name] = self.node.create_subscription(kind, topic, self.received[name].append, RELIABLE)
            self.until(partial(self.node.count_publishers, topic), f"publisher of {topic}")

    def look_away(self, name: str) -> None:
        """End a subscription."""
        self.node.destroy_subscription(self._subscriptions.pop(name))

    def connect(self) -> None:
        """Wait until the visualizer listens to the policy and to the vehicle."""
        listened = [one for topic, one in self.plans.items() if "path" not in topic.name] + [self.odometry, self.route]
        self.until(lambda: all(one.get_subscription_count() for one in listened), "subscription to plans and vehicle")

    def send_plan(self, result: PlanResult, leave_out: str = "") -> None:
        """Send a result as the policy publishes it."""
        for topic, message in encode_plan(result, LABEL, "base_link", self._factory):
            if not leave_out or leave_out not in topic.name:
                self.plans[topic].publish(message)

    def send_odometry(self, at_ns: int) -> None:
        """Send odometry of a drive along the odometry frame's x axis that was at 0 at stamp 0, of the last second."""
        for ago_ns in range(1_000_000_000, -1, -50_000_000):
            parts = Parts(self._factory, at_ns - ago_ns, "odom")
            message = parts.make("nav_msgs/msg/Odometry", header=parts.header(), child_frame_id="base_link")
            message.pose.pose = parts.pose(SPEED_MPS * (at_ns - ago_ns) * 1e-9, 0.0)
            message.twist.twist.linear.x = SPEED_MPS
            self.odometry.publish(message)

    def send_route(self, points: list[tuple[float, float]]) -> None:
        """Send a route in the odometry frame."""
        parts = Parts(self._factory, 1_000_000_000, "odom")
        poses = [parts.make("geometry_msgs/msg/PoseStamped", pose=parts.pose(x_m, y_m)) for x_m, y_m in points]
        self.route.publish(parts.make("nav_msgs/msg/Path", header=parts.header(), poses=poses))

    def send_pictures(self, at_ns: int, *lost: str) -> None:
        """Send a red picture from every camera but the lost ones."""
        for name, publisher in self.cameras.items():
            if name not in lost:
                self._send_picture(publisher, at_ns)

    def _send_picture(self, publisher: Any, at_ns: int) -> None:  # noqa: ANN401
        header = Parts(self._factory, at_ns, "camera").header()
        data = np.full((90, 160, 3), RED, np.uint8).tobytes()
        publisher.publish(
            self._factory.make(
                "sensor_msgs/msg/Image", header=header, height=90, width=160, encoding="rgb8", step=480, data=data
            )
        )

    def drawing(self, name: str, at_ns: int) -> Any:  # noqa: ANN401
        """Wait for a drawing of a stamp and return it."""

        def found() -> list[Any]:
            stamped = [(one.markers[0] if name == "markers" else one, one) for one in self.received[name]]
            return [one for holder, one in stamped if stamp_ns(holder) == at_ns]

        self.until(found, f"{name} of {at_ns}")
        return found()[-1]


def live_visualizer(
    parameters: Mapping[str, object] | None = None,
) -> contextlib.AbstractContextManager[tuple[VisualizerNode, Audience]]:
    """Run a visualizer on a thread of this process, with its audience; it is not configured yet."""
    return running(VisualizerNode, Audience, parameters)
