"""One input of the rig: follows whichever of its topics has a publisher, decodes, counts, and survives bad messages."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from drivemoe_ros.errors import InputError
from drivemoe_ros.messages.decode import DECODERS
from drivemoe_ros.nodes import qos
from drivemoe_ros.nodes.factory import message_class
from drivemoe_ros.nodes.foreign_encoding import view_any_image
from drivemoe_ros.nodes.raw_image import view_compressed_image
from drivemoe_ros.nodes.sources import COMPRESSED_IMAGE, IMAGE, Source, resolve

try:
    from rclpy.event_handler import SubscriptionEventCallbacks, UnsupportedEventTypeError
except ImportError:  # Humble
    from rclpy.qos_event import SubscriptionEventCallbacks, UnsupportedEventTypeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from rclpy.node import Node
    from rclpy.qos import QoSProfile
    from rclpy.subscription import Subscription

# Subscribed to as bytes, and how those become a message.
VIEWERS: dict[str, Callable[[bytes, str], Any]] = {IMAGE: view_any_image, COMPRESSED_IMAGE: view_compressed_image}
LOG_EVERY_S = 5.0


class TopicInput:
    """One input; at any time subscribed to one source.

    Attributes:
        name: Input name as in ``Rig.topics``.
        source: The source that it is subscribed to, its topic resolved.
        num_received: Messages that arrived.
        num_rejected: Those of them that could not be used.
        last_stamp_ns: Stamp of the last usable message [ns]; None without any.
        last_used_s: When it arrived (monotonic) [s]; None without any.
        frame_id: Frame in its header; empty without any.
        problem: Why the last message could not be used; empty if it could.
        qos_problem: Which publisher's offer does not fit, in words; empty if none.
    """

    def __init__(
        self,
        node: Node,
        name: str,
        sources: tuple[Source, ...],
        take: Callable[[Any], None],
        decode: Callable[[Any, str], Any] | None = None,
        refuse: Callable[[str, str], None] | None = None,
    ) -> None:
        """Prepare an input without subscribing.

        Args:
            node: The node.
            name: Input name.
            sources: Where it may come from, the preferred first.
            take: Takes each decoded message.
            decode: Decodes message and input name to something with a ``stamp_ns``; None for ``DECODERS``, to samples.
            refuse: Told the input's name and the reason whenever a message cannot be used.

        Raises:
            InputError: If a topic is no valid name.
        """
        self._node = node
        self.name = name
        self._take = take
        self._decode = decode
        self._refuse = refuse
        self._sources = tuple(resolve(node, name, source) for source in sources)
        self.source = self._sources[0][1]
        self._subscriptions: list[Subscription] = []
        self.num_received = self.num_rejected = 0
        self.last_stamp_ns: int | None = None
        self.last_used_s: float | None = None
        self.problem = self.qos_problem = self.frame_id = ""
        self._logged_s = -LOG_EVERY_S
        # A message, and the number of the subscription that delivered it.
        self._last_route: tuple[object, int] = (None, 0)

    def open(self) -> None:
        """Subscribe to the preferred source."""
        self._subscribe(0)

    def close(self) -> None:
        """Unsubscribe."""
        for subscription in self._subscriptions:
            self._node.destroy_subscription(subscription)
        self._subscriptions.clear()

    @property
    def num_publishers(self) -> int:
        """Publishers of the right type on the present source."""
        return self._count(self.source)

    def wrong_types(self) -> list[str]:
        """Return other types that are published on the present topic."""
        found = {one.topic_type for one in self._node.get_publishers_info_by_topic(self.source.topic)}
        return sorted(found - {self.source.type_name})

    def follow_publishers(self) -> None:
        """Change to the first source that has a publisher, unless the present one has."""
        if len(self._sources) == 1 or self._count(self.source):
            return
        for index, (_, source) in enumerate(self._sources):
            if source != self.source and self._count(source):
                self.close()
                self._subscribe(index)
                self._node.get_logger().info(f"{self.name}: taking {source.type_name} from {source.topic}")
                return

    def hear_latched(self) -> None:
        """Subscribe to what was sent before as well, once there is a publisher that keeps it.

        Without one, such a subscription would only make every publisher warn of a mismatch.
        """
        found = self._node.get_publishers_info_by_topic(self.source.topic)
        if len(self._subscriptions) == 1 and any(qos.is_latched(one.qos_profile) for one in found):
            self._add(self._sources[0][0], qos.LATCHED_IN, watch=False)

    def _count(self, source: Source) -> int:
        found = self._node.get_publishers_info_by_topic(source.topic)
        return sum(one.topic_type == source.type_name for one in found)

    def _subscribe(self, index: int) -> None:
        topic, self.source = self._sources[index]
        if self.source.type_name in VIEWERS:
            self._add(topic, qos.PICTURES_IN, raw=True)
        elif self.name in {"route", "goal"}:
            # The latched one refuses every volatile publisher, so only the other one's refusals mean something.
            self._add(topic, qos.ROUTE_IN)
            self._add(topic, qos.LATCHED_IN, watch=False)
        else:
            self._add(topic, qos.MOTION_IN)

    def _add(self, topic: str, profile: QoSProfile, *, raw: bool = False, watch: bool = True) -> None:
        kind = message_class(self.source.type_name)
        if watch:
            events = SubscriptionEventCallbacks(incompatible_qos=self._refuse_offer)
        else:
            events = SubscriptionEventCallbacks(use_default_callbacks=False)
        number = len(self._subscriptions)

        def receive(message: Any) -> None:  # noqa: ANN401
            self._receive(message, number)

        try:
            made = self._node.create_subscription(kind, topic, receive, profile, event_callbacks=events, raw=raw)
        except UnsupportedEventTypeError:
            made = self._node.create_subscription(kind, topic, receive, profile, raw=raw)
        self._subscriptions.append(made)

    def _refuse_offer(self, event: Any) -> None:  # noqa: ANN401
        policy = qos.policy_name(event.last_policy_kind)
        self.qos_problem = (
            f"a publisher on {self.source.topic} offers an incompatible {policy}; let it offer what this node asks for "
            f"(see `ros2 topic info -v {self.source.topic}`)"
        )
        self._node.get_logger().warning(f"{self.name}: {self.qos_problem}.")

    def _receive(self, message: Any, number: int) -> None:  # noqa: ANN401
        try:
            if self._is_repeated(message, number):
                return
            self.num_received += 1
            viewer = VIEWERS.get(self.source.type_name)
            decode = self._decode or DECODERS[self.source.type_name]
            viewed = viewer(message, self.name) if viewer else message
            sample = decode(viewed, self.name)
            self._take(sample)
        except InputError as error:
            self._reject(str(error))
        except Exception as error:  # noqa: BLE001 - a callback that raises would end the node
            self._reject(f"{type(error).__name__}: {error}")
        else:
            self.problem = ""
            self.frame_id = str(viewed.header.frame_id)
            self.last_stamp_ns = sample.stamp_ns
            self.last_used_s = time.monotonic()

    def _is_repeated(self, message: object, number: int) -> bool:
        """Tell whether the other subscription of a route delivered the same message just before."""
        if len(self._subscriptions) == 1:
            return False
        last, last_number = self._last_route
        is_repeated = number != last_number and message == last
        # Sent once more, it comes by both once more.
        self._last_route = (None, 0) if is_repeated else (message, number)
        return is_repeated

    def _reject(self, problem: str) -> None:
        self.num_rejected += 1
        self.problem = problem
        if self._refuse is not None:
            self._refuse(self.name, problem)
        if time.monotonic() - self._logged_s >= LOG_EVERY_S:
            self._logged_s = time.monotonic()
            self._node.get_logger().warning(
                f"{self.name}: message {self.num_received} from {self.source.topic} dropped, "
                f"{self.num_rejected} so far: {problem}"
            )
