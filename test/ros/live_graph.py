"""A policy node and its surroundings on a live graph: a vehicle that sends a recorded drive, and one that listens."""

from __future__ import annotations

import contextlib
import gc
import itertools
import threading
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import rclpy
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState, GetState
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from rclpy.qos import QoSDurabilityPolicy, QoSProfile, QoSReliabilityPolicy

from drivemoe_ros.bags.typestore import output_typestore
from drivemoe_ros.messages.topics import NODE_NAME, OUTPUT_TOPICS
from drivemoe_ros.nodes.factory import message_class
from drivemoe_ros.nodes.policy_node import PolicyNode

from ..bag.tiny_bags import Record, TinyBag, records  # noqa: TID252

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

PATIENCE_S = 90.0
RUNS = itertools.count()
JPEG = TinyBag(encoding="jpeg", width=64, height=48, duration_s=1.0)
RELIABLE = QoSProfile(depth=100, reliability=QoSReliabilityPolicy.RELIABLE)
LATCHED = QoSProfile(depth=1, reliability=QoSReliabilityPolicy.RELIABLE, durability=QoSDurabilityPolicy.TRANSIENT_LOCAL)
TRANSITIONS = {
    "configure": Transition.TRANSITION_CONFIGURE,
    "activate": Transition.TRANSITION_ACTIVATE,
    "deactivate": Transition.TRANSITION_DEACTIVATE,
    "cleanup": Transition.TRANSITION_CLEANUP,
}


def stamp_ns(message: Any) -> int:  # noqa: ANN401
    """Return a message's header stamp [ns]."""
    return int(message.header.stamp.sec) * 1_000_000_000 + int(message.header.stamp.nanosec)


def in_order(spec: TinyBag) -> list[Record]:
    """Return every message of a drive in the order of recording."""
    return sorted(records(spec), key=lambda record: record.log_ns)


class Surroundings:
    """Everything around the node: sends, listens and calls services, in the test's own thread."""

    def __init__(self, context: rclpy.Context, name: str) -> None:
        self.node = rclpy.create_node("surroundings", context=context)
        self.name = name
        self._executor = SingleThreadedExecutor(context=context)
        self._executor.add_node(self.node)
        self._publishers: dict[str, Any] = {}
        self.received: dict[str, list[Any]] = defaultdict(list)
        self.diagnostics: dict[str, Any] = defaultdict(DiagnosticStatus)
        self.change_state = self.node.create_client(ChangeState, f"{name}/change_state")
        self.get_state = self.node.create_client(GetState, f"{name}/get_state")
        for topic in OUTPUT_TOPICS:
            keep = self.received[topic.name.rpartition("/")[2]].append
            self.node.create_subscription(message_class(topic.type_name), topic.name.replace("~", name), keep, RELIABLE)
        self.node.create_subscription(DiagnosticArray, "/diagnostics", self._note_diagnostics, RELIABLE)

    def close(self) -> None:
        self._executor.shutdown()
        self.node.destroy_node()

    def forget(self) -> None:
        """Forget all messages so far."""
        for messages in self.received.values():
            messages.clear()

    def _note_diagnostics(self, array: Any) -> None:  # noqa: ANN401
        self.diagnostics.clear()
        self.diagnostics.update({status.name.partition(": ")[2]: status for status in array.status})

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Spin until a condition holds."""
        end_s = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < end_s, f"no {what} within {PATIENCE_S:.0f} s; state: {self.reasons()[-3:]}"
            self._executor.spin_once(timeout_sec=0.05)

    def rest(self, duration_s: float) -> None:
        """Spin for a while."""
        end_s = time.monotonic() + duration_s
        while (left_s := end_s - time.monotonic()) > 0.0:
            self._executor.spin_once(timeout_sec=min(left_s, 0.05))

    def figures(self, name: str) -> dict[str, str]:
        """Return the values of one diagnostic status."""
        return {pair.key: pair.value for pair in self.diagnostics[name].values}

    def start(self) -> None:
        """Configure and activate the node."""
        assert self.change("configure")
        assert self.change("activate")

    def reasons(self) -> list[str]:
        """Return the reasons of all states so far."""
        return [message.reason for message in self.received["state"]]

    def reason(self) -> str:
        """Return the last state's reason; empty without any."""
        return self.reasons()[-1] if self.received["state"] else ""

    def call(self, client: Any, request: Any) -> Any:  # noqa: ANN401
        """Call a service and return its answer."""
        self.until(client.service_is_ready, f"service {client.srv_name}")
        future = client.call_async(request)
        self.until(future.done, f"answer of {client.srv_name}")
        return future.result()

    def change(self, name: str) -> bool:
        """Ask for a lifecycle transition and return whether it was made."""
        return bool(
            self.call(self.change_state, ChangeState.Request(transition=Transition(id=TRANSITIONS[name]))).success
        )

    def lifecycle(self) -> str:
        """Return the lifecycle state."""
        return str(self.call(self.get_state, GetState.Request()).current_state.label)

    def publisher(self, topic: str, type_name: str, profile: QoSProfile | None = None) -> Any:  # noqa: ANN401
        """Return the publisher of a topic, made at the first call."""
        if topic not in self._publishers:
            profile = profile or (LATCHED if type_name == "nav_msgs/msg/Path" else RELIABLE)
            self._publishers[topic] = self.node.create_publisher(message_class(type_name), topic, profile)
        return self._publishers[topic]

    def silence(self, topic: str) -> None:
        """Take a publisher off the graph, as when its process dies."""
        self.node.destroy_publisher(self._publishers.pop(topic))

    def connect(self, drive: Iterable[Record]) -> None:
        """Wait until someone listens to every topic of a drive."""
        needed = {(record.topic, record.type_name) for record in drive}
        for topic, type_name in needed:
            self.publisher(topic, type_name)
        connected = [self._publishers[topic] for topic, _ in needed]
        self.until(lambda: all(one.get_subscription_count() for one in connected), "subscription to every input")

    def send(self, record: Record) -> None:
        """Send one message as it was recorded."""
        raw = bytes(output_typestore().serialize_cdr(record.message, record.type_name))
        self.publisher(record.topic, record.type_name).publish(raw)

    def drive(self, drive: Iterable[Record]) -> None:
        """Send a drive, waiting at every front picture for its state, so that nothing is lost or replaced."""
        pending: list[int] = []
        fronts = ("/sensing/camera/CAM_FRONT/image_raw", "/sensing/camera/CAM_FRONT/image_raw/compressed")
        last_log_ns = None
        for record in drive:
            if pending and record.log_ns != last_log_ns:
                self.wait_for_state(pending.pop())
            last_log_ns = record.log_ns
            self.send(record)
            if record.topic in fronts:
                pending.append(stamp_ns(record.message))
        for one in pending:
            self.wait_for_state(one)

    def stream(self, drive: Iterable[Record]) -> None:
        """Send a drive at the pace of its recording, waiting for nothing."""
        start_s, first_ns = time.monotonic(), None
        for record in drive:
            first_ns = record.log_ns if first_ns is None else first_ns
            self.rest((record.log_ns - first_ns) * 1e-9 - (time.monotonic() - start_s))
            self.send(record)

    def wait_for_state(self, wanted_ns: int) -> None:
        """Wait for the state that belongs to a stamp."""
        self.until(lambda: any(stamp_ns(m) == wanted_ns for m in self.received["state"]), f"state of {wanted_ns}")


@contextlib.contextmanager
def live_node(parameters: Mapping[str, object] | None = None) -> Iterator[tuple[PolicyNode, Surroundings]]:
    """Run a policy node on a thread of this process, with its surroundings."""
    # A context each, as in two processes: Fast DDS refuses two types on one topic within one context.
    # rclpy's lifecycle nodes hold themselves: without a collection the last one would still answer on its services,
    # and with a failed test's traceback it does even so, hence a namespace each.
    gc.collect()
    namespace = f"/run{next(RUNS)}"
    context, outside = rclpy.Context(), rclpy.Context()
    rclpy.init(context=context)
    rclpy.init(context=outside)
    overrides = [Parameter(name, value=value) for name, value in (parameters or {}).items()]
    node = PolicyNode(context=context, namespace=namespace, parameter_overrides=overrides)
    executor = SingleThreadedExecutor(context=context)
    executor.add_node(node)
    stop = threading.Event()

    def spin() -> None:
        while not stop.is_set():
            executor.spin_once(timeout_sec=0.1)

    thread = threading.Thread(target=spin, name="node under test")
    surroundings = Surroundings(outside, f"{namespace}/{NODE_NAME}")
    thread.start()
    try:
        yield node, surroundings
    finally:
        stop.set()
        thread.join()
        executor.shutdown()
        node.release()
        node.destroy_node()
        surroundings.close()
        context.try_shutdown()
        outside.try_shutdown()
