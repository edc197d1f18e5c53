"""What every test on a live graph needs: a node on a thread of its own, and a neighbour that talks to it."""

from __future__ import annotations

import contextlib
import gc
import itertools
import threading
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

import rclpy
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState, GetState
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from rclpy.qos import QoSDurabilityPolicy, QoSProfile, QoSReliabilityPolicy

from .patience import TURN_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

RUNS = itertools.count()
RELIABLE = QoSProfile(depth=100, reliability=QoSReliabilityPolicy.RELIABLE)
LATCHED = QoSProfile(depth=1, reliability=QoSReliabilityPolicy.RELIABLE, durability=QoSDurabilityPolicy.TRANSIENT_LOCAL)


def stamp_ns(message: Any) -> int:  # noqa: ANN401
    """Return a message's header stamp [ns]."""
    return int(message.header.stamp.sec) * 1_000_000_000 + int(message.header.stamp.nanosec)


class Neighbour:
    """What is around a node under test; works in the test's own thread.

    Attributes:
        STATUS: The diagnostic status in which the node under test tells about itself.
        name: Full name of the node under test.
        node: The neighbour's own node.
        diagnostics: The last statuses, by name without the node's; an empty one where there is none.
    """

    STATUS = "state"

    def __init__(self, context: rclpy.Context, name: str) -> None:
        self.name = name
        self.node = rclpy.create_node(type(self).__name__.lower(), context=context)
        self.diagnostics: dict[str, Any] = defaultdict(DiagnosticStatus)
        self._executor = SingleThreadedExecutor(context=context)
        self._executor.add_node(self.node)
        self._change_state = self.node.create_client(ChangeState, f"{name}/change_state")
        self._get_state = self.node.create_client(GetState, f"{name}/get_state")
        self.node.create_subscription(DiagnosticArray, "/diagnostics", self._note_diagnostics, RELIABLE)

    def close(self) -> None:
        self._executor.shutdown()
        self.node.destroy_node()

    def _note_diagnostics(self, array: Any) -> None:  # noqa: ANN401
        self.diagnostics.clear()
        self.diagnostics.update({status.name.partition(": ")[2]: status for status in array.status})

    def said(self) -> str:
        """Return what the node under test last said about itself; empty if it did not."""
        return str(self.diagnostics[self.STATUS].message)

    def figures(self, name: str) -> dict[str, str]:
        """Return the values of one diagnostic status; empty without it."""
        return {pair.key: pair.value for pair in self.diagnostics[name].values}

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Spin until a condition holds."""
        wait_until(condition, what, self.said, lambda: self._executor.spin_once(timeout_sec=TURN_S))

    def rest(self, duration_s: float) -> None:
        """Spin for a while."""
        end_s = time.monotonic() + duration_s
        while (left_s := end_s - time.monotonic()) > 0.0:
            self._executor.spin_once(timeout_sec=min(left_s, TURN_S))

    def call(self, client: Any, request: Any) -> Any:  # noqa: ANN401
        """Call a service and return its answer."""
        self.until(client.service_is_ready, f"service {client.srv_name}")
        future = client.call_async(request)
        self.until(future.done, f"answer of {client.srv_name}")
        return future.result()

    def change(self, name: str) -> bool:
        """Ask for a lifecycle transition and return whether it was made."""
        request = ChangeState.Request(transition=Transition(label=name))
        return bool(self.call(self._change_state, request).success)

    def lifecycle(self) -> str:
        """Return the lifecycle state of the node under test."""
        return str(self.call(self._get_state, GetState.Request()).current_state.label)

    def start(self) -> None:
        """Configure and activate the node under test."""
        assert self.change("configure")
        assert self.change("activate")


NeighbourT = TypeVar("NeighbourT", bound=Neighbour)
NodeT = TypeVar("NodeT")


@contextlib.contextmanager
def own_context() -> Iterator[rclpy.Context]:
    """Give a node what a process gives it: Fast DDS refuses two types on one topic within one context."""
    context = rclpy.Context()
    rclpy.init(context=context)
    try:
        yield context
    finally:
        context.try_shutdown()


@contextlib.contextmanager
def alone(make: Callable[[rclpy.Context], NeighbourT]) -> Iterator[NeighbourT]:
    """Run a neighbour whose node under test is a process of its own."""
    with own_context() as context, contextlib.closing(make(context)) as neighbour:
        yield neighbour


@contextlib.contextmanager
def spinning(node: Any) -> Iterator[None]:  # noqa: ANN401
    """Spin a node on a thread, and free it in the end."""
    executor = SingleThreadedExecutor(context=node.context)
    executor.add_node(node)
    stop = threading.Event()

    def spin() -> None:
        while not stop.is_set():
            executor.spin_once(timeout_sec=0.1)

    thread = threading.Thread(target=spin, name="node under test")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        executor.shutdown()
        node.release()
        node.destroy_node()


@contextlib.contextmanager
def running(
    make_node: Callable[..., NodeT],
    make_neighbour: Callable[[rclpy.Context, str], NeighbourT],
    parameters: Mapping[str, object] | None = None,
) -> Iterator[tuple[NodeT, NeighbourT]]:
    """Run a node with its parameters on a thread of this process, and a neighbour that is told its namespace."""
    # rclpy's lifecycle nodes hold themselves: without a collection the last one would still answer on its services,
    # and with a failed test's traceback it does even so, hence a namespace each.
    gc.collect()
    namespace = f"/run{next(RUNS)}"
    overrides = [Parameter(name, value=value) for name, value in (parameters or {}).items()]
    with own_context() as context, alone(lambda outside: make_neighbour(outside, namespace)) as neighbour:
        node = make_node(context=context, namespace=namespace, parameter_overrides=overrides)
        with spinning(node):
            yield node, neighbour
