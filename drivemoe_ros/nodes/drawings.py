"""Draws gathered plans and publishes the drawings, each only while somebody looks at it."""

from __future__ import annotations

import array
import time
from collections import deque
from typing import TYPE_CHECKING

from drivemoe_ros.messages import topics
from drivemoe_ros.messages.marker_pen import MarkerPen
from drivemoe_ros.messages.markers import Body, Scene, encode_markers
from drivemoe_ros.messages.parts import Parts
from drivemoe_ros.messages.plan_words import plan_words
from drivemoe_ros.nodes import qos
from drivemoe_ros.nodes.factory import NativeMessageFactory, message_class
from drivemoe_ros.nodes.pace import Pace
from drivemoe_ros.viz.dashboard import draw_dashboard
from drivemoe_ros.viz.mosaic import draw_cameras

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL import Image
    from rclpy.lifecycle import LifecycleNode, LifecyclePublisher

    from drivemoe_ros.data.cameras import Rig
    from drivemoe_ros.messages.factory import Message
    from drivemoe_ros.messages.topics import OutputTopic
    from drivemoe_ros.nodes.plan_gatherer import GatheredPlan
    from drivemoe_ros.nodes.surroundings import Surroundings
    from drivemoe_ros.parameters.schema import ControlParameters, Parameters

WINDOW = 256
# A passenger car's length for its wheelbase.
LENGTH_PER_WHEELBASE = 1.65


class Drawings:
    """The publishers of ``topics.DRAWN_TOPICS``.

    Attributes:
        times_ms: How long the last drawings took, by topic name [ms].
        num_drawn: How many were drawn.
    """

    def __init__(self, node: LifecycleNode, rig: Rig, parameters: Parameters) -> None:
        """Make the publishers, inactive.

        Args:
            node: The node.
            rig: For the base frame and where cameras look.
            parameters: Sizes and rates, and where the vehicle's axles are.
        """
        self._node = node
        self._rig = rig
        self._width = parameters.visualizer.mosaic_width
        self._body = _body(parameters.control)
        self._factory = NativeMessageFactory()
        self._paces = {
            topics.MARKERS: Pace(parameters.visualizer.rate_hz),
            topics.MOSAIC: Pace(parameters.visualizer.rate_hz),
            topics.DASHBOARD: Pace(parameters.visualizer.dashboard_rate_hz),
            topics.TEXT: Pace(parameters.visualizer.rate_hz),
        }
        self._publishers: dict[OutputTopic, LifecyclePublisher] = {
            topic: node.create_lifecycle_publisher(message_class(topic.type_name), topic.name, qos.OUT)
            for topic in topics.DRAWN_TOPICS
        }
        self._plan: GatheredPlan | None = None
        self._undrawn: set[OutputTopic] = set()
        self._shown: set[tuple[str, int]] = set()
        self.times_ms: dict[str, deque[float]] = {topic.name: deque(maxlen=WINDOW) for topic in topics.DRAWN_TOPICS}
        self.num_drawn = 0

    def close(self) -> None:
        """Destroy the publishers."""
        for publisher in self._publishers.values():
            self._node.destroy_lifecycle_publisher(publisher)
        self._publishers.clear()

    def wants_pictures(self) -> bool:
        """Tell whether anybody looks at a drawing with camera pictures."""
        return any(self._is_seen(topic) for topic in (topics.MOSAIC, topics.DASHBOARD) if self._paces[topic].rate_hz)

    def show(self, plan: GatheredPlan) -> None:
        """Take a plan to draw in place of the one before."""
        self._plan = plan
        self._undrawn = set(topics.DRAWN_TOPICS)

    def draw(self, around: Surroundings, now_s: float) -> None:
        """Draw the plan on every topic that somebody looks at, whose turn it is and that does not show it yet.

        Args:
            around: What lies around the plan.
            now_s: Monotonic time [s].
        """
        plan = self._plan
        if plan is None:
            return
        makers = {
            topics.MARKERS: self._markers,
            topics.MOSAIC: self._mosaic,
            topics.DASHBOARD: self._dashboard,
            topics.TEXT: self._text,
        }
        parts = Parts(self._factory, plan.result.stamp_ns, plan.frame_id or self._rig.base_frame)
        for topic in topics.DRAWN_TOPICS:
            if topic not in self._undrawn or not self._is_seen(topic) or not self._paces[topic].is_due(now_s):
                continue
            self._undrawn.discard(topic)
            began_s = time.perf_counter()
            self._publishers[topic].publish(makers[topic](plan, around, parts))
            self.times_ms[topic.name].append((time.perf_counter() - began_s) * 1e3)
            self.num_drawn += 1

    def _is_seen(self, topic: OutputTopic) -> bool:
        return topic in self._publishers and self._publishers[topic].get_subscription_count() > 0

    def _markers(self, plan: GatheredPlan, around: Surroundings, parts: Parts) -> Message:
        ego = around.ego(plan.result.stamp_ns)
        view = plan.result.output.view if plan.result.output is not None else None
        camera = self._rig.cameras.get(view.selected) if view is not None else None
        scene = Scene(around.past(ego), around.route(ego), camera, self._body)
        message = encode_markers(plan.result, plan.label, parts, scene)
        shown = {(marker.ns, marker.id) for marker in message.markers}
        # Those of another policy, or of one that has no experts any more.
        pen = MarkerPen(parts)
        gone = [pen.nothing(name, identity) for name, identity in sorted(self._shown - shown)]
        self._shown = shown
        return parts.make(topics.MARKERS.type_name, markers=[*message.markers, *gone]) if gone else message

    def _mosaic(self, plan: GatheredPlan, around: Surroundings, parts: Parts) -> Message:
        pictures = around.pictures(plan.result.stamp_ns)
        return _image(draw_cameras(plan.result, pictures, self._width), parts)

    def _dashboard(self, plan: GatheredPlan, around: Surroundings, parts: Parts) -> Message:
        ego = around.ego(plan.result.stamp_ns)
        label = f"{plan.label.system}, {plan.label.weights}" if plan.label.system else "no policy loaded"
        picture = draw_dashboard(
            plan.result,
            around.pictures(plan.result.stamp_ns),
            ego,
            label,
            trained=plan.label.trained or not plan.label.system,
            route_R2=around.route(ego),
        )
        return _image(picture, parts)

    def _text(self, plan: GatheredPlan, _around: Surroundings, parts: Parts) -> Message:
        return parts.make(topics.TEXT.type_name, data=plan_words(plan.result, plan.label).replace("\n", " | "))


def percentile_words(times_ms: Mapping[str, deque[float]]) -> dict[str, str]:
    """Return median and slowest of each drawing's times, in words."""
    ordered = {name: sorted(times) for name, times in times_ms.items() if times}
    return {f"{name} median / slowest [ms]": f"{t[len(t) // 2]:.1f} / {t[-1]:.1f}" for name, t in ordered.items()}


def _body(control: ControlParameters) -> Body:
    return Body(control.rear_axle_x_m + control.wheelbase_m / 2.0, LENGTH_PER_WHEELBASE * control.wheelbase_m)


def _image(picture: Image.Image, parts: Parts) -> Message:
    # The one container that a native message takes without looking at every byte.
    data = array.array("B")
    data.frombytes(picture.tobytes())
    return parts.make(
        "sensor_msgs/msg/Image",
        header=parts.header(),
        height=picture.height,
        width=picture.width,
        encoding="rgb8",
        step=3 * picture.width,
        data=data,
    )
