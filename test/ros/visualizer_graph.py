"""A visualizer on a live graph, between a policy and a vehicle that it draws and somebody who looks."""

from __future__ import annotations

import contextlib
import gc
import itertools
import threading
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import rclpy
from diagnostic_msgs.msg import DiagnosticArray
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from rclpy.qos import QoSDurabilityPolicy, QoSProfile, QoSReliabilityPolicy

from drivemoe_ros.data.cameras import CAMERA_NAMES
from drivemoe_ros.data.plan import PolicyLabel
from drivemoe_ros.messages.encode import encode_plan
from drivemoe_ros.messages.parts import Parts
from drivemoe_ros.messages.topics import DRAWN_TOPICS, PLAN_TOPICS, VISUALIZER_NAME
from drivemoe_ros.nodes.factory import NativeMessageFactory, message_class
from drivemoe_ros.nodes.visualizer_node import VisualizerNode
from drivemoe_ros.parameters.rig import load_rig

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from drivemoe_ros.data.plan import PlanResult

PATIENCE_S = 90.0
RUNS = itertools.count()
RED = (200, 40, 40)
SPEED_MPS = 4.0
LABEL = PolicyLabel("drivemoe", "test weights", trained=True)
RELIABLE = QoSProfile(depth=100, reliability=QoSReliabilityPolicy.RELIABLE)
LATCHED = QoSProfile(depth=1, reliability=QoSReliabilityPolicy.RELIABLE, durability=QoSDurabilityPolicy.TRANSIENT_LOCAL)
DRAWN = {topic.name.rpartition("/")[2]: topic for topic in DRAWN_TOPICS}


def stamp_ns(message: Any) -> int:  # noqa: ANN401
    """Return a message's header stamp [ns]."""
    return int(message.header.stamp.sec) * 1_000_000_000 + int(message.header.stamp.nanosec)


def pixels(message: Any) -> NDArray[np.uint8]:  # noqa: ANN401
    """Return a ``sensor_msgs/Image`` as an array, RGB."""
    assert message.encoding == "rgb8"
    assert message.step == 3 * message.width
    return np.frombuffer(message.data, np.uint8).reshape(message.height, message.width, 3)


class Audience:
    """The policy, the vehicle and who looks at the drawings; works in the test's own thread."""

    def __init__(self, context: rclpy.Context, namespace: str) -> None:
        self.name = f"{namespace}/{VISUALIZER_NAME}"
        self.node = rclpy.create_node("audience", context=context)
        self._executor = SingleThreadedExecutor(context=context)
        self._executor.add_node(self.node)
        self._factory = NativeMessageFactory()
        self._subscriptions: dict[str, Any] = {}
        self.received: dict[str, list[Any]] = {name: [] for name in DRAWN}
        self.diagnostics: dict[str, Any] = {}
        self.node.create_subscription(DiagnosticArray, "/diagnostics", self._note_diagnostics, RELIABLE)
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

    def close(self) -> None:
        self._executor.shutdown()
        self.node.destroy_node()

    def _note_diagnostics(self, array: Any) -> None:  # noqa: ANN401
        self.diagnostics = {status.name.partition(": ")[2]: status for status in array.status}

    def said(self) -> str:
        """Return what the visualizer last said about itself; empty if it did not."""
        return str(self.diagnostics["drawing"].message) if "drawing" in self.diagnostics else ""

    def figures(self, name: str) -> dict[str, str]:
        """Return the values of one diagnostic status; empty without it."""
        return {pair.key: pair.value for pair in self.diagnostics[name].values} if name in self.diagnostics else {}

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Spin until a condition holds."""
        end_s = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < end_s, f"no {what} within {PATIENCE_S:.0f} s; it says: {self.said()}"
            self._executor.spin_once(timeout_sec=0.02)

    def rest(self, duration_s: float) -> None:
        """Spin for a while."""
        end_s = time.monotonic() + duration_s
        while (left_s := end_s - time.monotonic()) > 0.0:
            self._executor.spin_once(timeout_sec=min(left_s, 0.05))

    def look_at(self, *names: str) -> None:
        """Subscribe to drawings and wait until the visualizer knows."""
        for name in names:
            kind, topic = message_class(DRAWN[name].type_name), DRAWN[name].name.replace("~", self.name)
            self._subscriptions[name] = self.node.create_subscription(kind, topic, self.received[name].append, RELIABLE)
            self._wait_for_publisher(topic)

    def _wait_for_publisher(self, topic: str) -> None:
        self.until(lambda: self.node.count_publishers(topic), f"publisher of {topic}")

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


@contextlib.contextmanager
def live_visualizer(parameters: Mapping[str, object] | None = None) -> Iterator[tuple[VisualizerNode, Audience]]:
    """Run a visualizer on a thread of this process, with its audience; it is not configured yet."""
    # As in live_graph: a namespace each, for rclpy's lifecycle nodes outlive their tests.
    gc.collect()
    namespace = f"/run{next(RUNS)}"
    context, outside = rclpy.Context(), rclpy.Context()
    rclpy.init(context=context)
    rclpy.init(context=outside)
    overrides = [Parameter(name, value=value) for name, value in (parameters or {}).items()]
    node = VisualizerNode(context=context, namespace=namespace, parameter_overrides=overrides)
    executor = SingleThreadedExecutor(context=context)
    executor.add_node(node)
    stop = threading.Event()

    def spin() -> None:
        while not stop.is_set():
            executor.spin_once(timeout_sec=0.1)

    thread = threading.Thread(target=spin, name="visualizer under test")
    audience = Audience(outside, namespace)
    thread.start()
    try:
        yield node, audience
    finally:
        stop.set()
        thread.join()
        executor.shutdown()
        node.release()
        node.destroy_node()
        audience.close()
        context.try_shutdown()
        outside.try_shutdown()
