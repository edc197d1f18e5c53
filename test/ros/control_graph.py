"""A controller node and the vehicle around it on a live graph: sends odometry, plans and time, and takes commands."""

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
from drivemoe_ros.msg import Trajectory
from geometry_msgs.msg import TwistStamped
from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState
from nav_msgs.msg import Odometry
from rcl_interfaces.msg import Log
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from rclpy.qos import QoSDurabilityPolicy, QoSProfile, QoSReliabilityPolicy
from rosgraph_msgs.msg import Clock

from drivemoe_ros.data.plan import PolicyLabel
from drivemoe_ros.geometry.se2 import trajectory_from_waypoints
from drivemoe_ros.messages.encode import encode_trajectory
from drivemoe_ros.messages.parts import Parts
from drivemoe_ros.nodes.controller_node import NODE_NAME, ControllerNode
from drivemoe_ros.nodes.factory import NativeMessageFactory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

PATIENCE_S = 30.0
MS = 1_000_000
TICK_MS = 50
SPEED_MPS = 5.0
WANTED_MPS = 6.0
ODOMETRY = "/localization/kinematic_state"
RUNS = itertools.count()
TRAINED = PolicyLabel("drivemoe", "a checkpoint", trained=True)
UNTRAINED = PolicyLabel("drivemoe", "untrained (seed 0)", trained=False)
RELIABLE = QoSProfile(depth=100, reliability=QoSReliabilityPolicy.RELIABLE)
BEST_EFFORT = QoSProfile(depth=10, reliability=QoSReliabilityPolicy.BEST_EFFORT)
LATCHED = QoSProfile(depth=100, durability=QoSDurabilityPolicy.TRANSIENT_LOCAL)
TRANSITIONS = {
    "configure": Transition.TRANSITION_CONFIGURE,
    "activate": Transition.TRANSITION_ACTIVATE,
    "deactivate": Transition.TRANSITION_DEACTIVATE,
    "cleanup": Transition.TRANSITION_CLEANUP,
}


def stamp_ns(message: Any) -> int:  # noqa: ANN401
    """Return a message's header stamp [ns]."""
    return int(message.header.stamp.sec) * 1_000_000_000 + int(message.header.stamp.nanosec)


def plan_message(at_ns: int, label: PolicyLabel = TRAINED) -> Any:  # noqa: ANN401
    """Return a plan straight ahead at ``WANTED_MPS``, as the policy's node sends it."""
    waypoints_H2 = np.stack([np.arange(10) * 0.1 * WANTED_MPS, np.zeros(10)], axis=1)
    trajectory = trajectory_from_waypoints(waypoints_H2, at_ns, 100 * MS)
    return encode_trajectory(trajectory, label, Parts(NativeMessageFactory(), at_ns, "base_link"))


def odometry_message(at_ns: int) -> Any:  # noqa: ANN401
    """Return odometry of a straight drive at ``SPEED_MPS``."""
    message = Odometry()
    message.header = Parts(NativeMessageFactory(), at_ns, "odom").header()
    message.pose.pose.position.x = SPEED_MPS * (at_ns % 1_000_000_000_000) * 1e-9
    message.pose.pose.orientation.w = 1.0
    message.twist.twist.linear.x = SPEED_MPS
    return message


class Vehicle:
    """Everything around the controller; works in the test's own thread."""

    def __init__(self, context: rclpy.Context, namespace: str, profile: QoSProfile) -> None:
        self.name = f"{namespace}/{NODE_NAME}"
        self.twist_topic = f"{self.name}/output/twist"
        self.plan_topic = f"{self.name}/input/trajectory"
        self.node = rclpy.create_node("vehicle", context=context)
        self._executor = SingleThreadedExecutor(context=context)
        self._executor.add_node(self.node)
        self.twists: list[Any] = []
        self.log: list[str] = []
        self.diagnostics: dict[str, Any] = {}
        self.change_state = self.node.create_client(ChangeState, f"{self.name}/change_state")
        self.clock = self.node.create_publisher(Clock, "/clock", RELIABLE)
        self.odometry = self.node.create_publisher(Odometry, ODOMETRY, profile)
        self.plans = self.node.create_publisher(Trajectory, self.plan_topic, profile)
        self.node.create_subscription(TwistStamped, self.twist_topic, self.twists.append, RELIABLE)
        self.node.create_subscription(DiagnosticArray, "/diagnostics", self._note_diagnostics, RELIABLE)
        self.node.create_subscription(Log, "/rosout", lambda message: self.log.append(message.msg), LATCHED)

    def close(self) -> None:
        self._executor.shutdown()
        self.node.destroy_node()

    def _note_diagnostics(self, array: Any) -> None:  # noqa: ANN401
        self.diagnostics = {status.name.partition(": ")[2]: status for status in array.status}

    @property
    def now_ns(self) -> int:
        """Wall time [ns]."""
        return int(self.node.get_clock().now().nanoseconds)

    def said(self) -> str:
        """Return what the controller last said about itself."""
        return str(self.diagnostics["control"].message) if "control" in self.diagnostics else "nothing"

    def figures(self, name: str) -> dict[str, str]:
        """Return the figures of one status."""
        return {pair.key: pair.value for pair in self.diagnostics[name].values}

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Spin until a condition holds."""
        end_s = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < end_s, f"no {what} within {PATIENCE_S:.0f} s; the controller says: {self.said()}"
            self._executor.spin_once(timeout_sec=0.02)

    def rest(self, duration_s: float) -> None:
        """Spin for a while."""
        end_s = time.monotonic() + duration_s
        while (left_s := end_s - time.monotonic()) > 0.0:
            self._executor.spin_once(timeout_sec=min(left_s, 0.05))

    def change(self, name: str) -> bool:
        """Ask for a lifecycle transition and return whether it was made."""
        self.until(self.change_state.service_is_ready, "lifecycle service")
        request = ChangeState.Request(transition=Transition(id=TRANSITIONS[name]))
        future = self.change_state.call_async(request)
        self.until(future.done, f"answer to {name}")
        return bool(future.result().success)

    def start(self) -> None:
        """Configure and activate the node, and wait until everything is connected."""
        assert self.change("configure")
        assert self.change("activate")
        self.connect()

    def connect(self) -> None:
        """Wait until both sides have found each other."""
        ours = (self.odometry, self.plans)
        self.until(lambda: all(one.get_subscription_count() for one in ours), "subscription to odometry and plans")
        self.until(lambda: self.node.count_publishers(self.twist_topic), "publisher of commands")

    def send_clock(self, at_ns: int) -> None:
        """Send simulated time."""
        self.clock.publish(Clock(clock=Parts(NativeMessageFactory(), at_ns, "").header().stamp))

    def tick(self, at_ns: int) -> Any:  # noqa: ANN401
        """Let simulated time and the vehicle go on to a stamp, and return the command of that stamp."""
        self.send_clock(at_ns)
        self.odometry.publish(odometry_message(at_ns))
        self.until(lambda: any(stamp_ns(one) == at_ns for one in self.twists), f"command of {at_ns}")
        return next(one for one in self.twists if stamp_ns(one) == at_ns)

    def ride(self, first_ns: int, last_ns: int) -> Any:  # noqa: ANN401
        """Tick at 20 Hz and return the last command."""
        return [self.tick(at_ns) for at_ns in range(first_ns, last_ns + 1, TICK_MS * MS)][-1]

    def ride_on_wall_clock_until(self, condition: Callable[[], object], what: str, *, planned: bool = False) -> None:
        """Send odometry of now, and plans if wanted, at about 20 Hz until a condition holds."""
        end_s = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < end_s, f"no {what} within {PATIENCE_S:.0f} s; the controller says: {self.said()}"
            self.odometry.publish(odometry_message(self.now_ns))
            if planned:
                self.plans.publish(plan_message(self.now_ns))
            self.rest(TICK_MS / 1000)


@contextlib.contextmanager
def vehicle_alone(namespace: str, profile: QoSProfile = RELIABLE) -> Iterator[Vehicle]:
    """Run the surroundings of a controller that is a process of its own, or at least on a context of its own."""
    outside = rclpy.Context()
    rclpy.init(context=outside)
    vehicle = Vehicle(outside, namespace, profile)
    try:
        yield vehicle
    finally:
        vehicle.close()
        outside.try_shutdown()


@contextlib.contextmanager
def live_controller(
    parameters: Mapping[str, object] | None = None, profile: QoSProfile = RELIABLE
) -> Iterator[tuple[ControllerNode, Vehicle]]:
    """Run a controller on a thread of this process, in simulated time unless told otherwise, with its surroundings."""
    # rclpy's lifecycle nodes hold themselves: without a collection the last one would still answer on its services,
    # and with a failed test's traceback it does even so, hence a namespace each.
    gc.collect()
    namespace = f"/run{next(RUNS)}"
    context = rclpy.Context()
    rclpy.init(context=context)
    chosen = {"use_sim_time": True, "control.mode": "pure_pursuit"} | dict(parameters or {})
    overrides = [Parameter(name, value=value) for name, value in chosen.items()]
    node = ControllerNode(context=context, namespace=namespace, parameter_overrides=overrides)
    executor = SingleThreadedExecutor(context=context)
    executor.add_node(node)
    stop = threading.Event()

    def spin() -> None:
        while not stop.is_set():
            executor.spin_once(timeout_sec=0.1)

    thread = threading.Thread(target=spin, name="controller under test")
    thread.start()
    try:
        with vehicle_alone(namespace, profile) as vehicle:
            yield node, vehicle
    finally:
        stop.set()
        thread.join()
        executor.shutdown()
        node.release()
        node.destroy_node()
        context.try_shutdown()
