"""A controller node and the vehicle around it on a live graph: sends odometry, plans and time, and takes commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from drivemoe_ros.msg import Trajectory
from geometry_msgs.msg import TwistStamped
from nav_msgs.msg import Odometry
from rcl_interfaces.msg import Log
from rclpy.qos import QoSDurabilityPolicy, QoSProfile, QoSReliabilityPolicy
from rosgraph_msgs.msg import Clock

from drivemoe_ros.data.plan import PlanSource, PolicyLabel
from drivemoe_ros.geometry.se2 import trajectory_from_waypoints
from drivemoe_ros.messages.encode import encode_trajectory
from drivemoe_ros.messages.parts import Parts
from drivemoe_ros.nodes.controller_node import NODE_NAME, ControllerNode
from drivemoe_ros.nodes.factory import NativeMessageFactory

from .graph import RELIABLE, Neighbour, alone, running, stamp_ns
from .patience import wait_until

if TYPE_CHECKING:
    import contextlib
    from collections.abc import Callable, Mapping

    import rclpy

MS = 1_000_000
TICK_MS = 50
# The vehicle drives as fast as its plans say, so that no speed is to be made up.
SPEED_MPS = WANTED_MPS = 6.0
START_NS = 1_000_000_000_000
ODOMETRY = "/localization/kinematic_state"
TRAINED = PolicyLabel("drivemoe", "a checkpoint", trained=True)
UNTRAINED = PolicyLabel("drivemoe", "untrained (seed 0)", trained=False)
BEST_EFFORT = QoSProfile(depth=10, reliability=QoSReliabilityPolicy.BEST_EFFORT)
LOG = QoSProfile(depth=100, durability=QoSDurabilityPolicy.TRANSIENT_LOCAL)


def at(time_ms: int) -> int:
    """Return a stamp of simulated time [ns]."""
    return START_NS + time_ms * MS


def plan_message(at_ns: int, label: PolicyLabel = TRAINED, source: PlanSource = PlanSource.POLICY) -> Any:  # noqa: ANN401
    """Return a plan straight ahead at ``WANTED_MPS``, as the policy's node sends it."""
    waypoints_H2 = np.stack([np.arange(10) * 0.1 * WANTED_MPS, np.zeros(10)], axis=1)
    trajectory = trajectory_from_waypoints(waypoints_H2, at_ns, 100 * MS)
    return encode_trajectory(trajectory, label, Parts(NativeMessageFactory(), at_ns, "base_link"), source)


def odometry_message(at_ns: int) -> Any:  # noqa: ANN401
    """Return odometry of a straight drive at ``SPEED_MPS``."""
    message = Odometry()
    message.header = Parts(NativeMessageFactory(), at_ns, "odom").header()
    message.pose.pose.position.x = SPEED_MPS * (at_ns % 1_000_000_000_000) * 1e-9
    message.pose.pose.orientation.w = 1.0
    message.twist.twist.linear.x = SPEED_MPS
    return message


class Vehicle(Neighbour):
    """The vehicle that a controller drives, and the policy that plans for it.

    Attributes:
        twists: All commands so far.
        log: All lines of the log so far.
    """

    STATUS = "control"

    def __init__(self, context: rclpy.Context, namespace: str, profile: QoSProfile) -> None:
        super().__init__(context, f"{namespace}/{NODE_NAME}")
        self.twist_topic = f"{self.name}/output/twist"
        self.plan_topic = f"{self.name}/input/trajectory"
        self.twists: list[Any] = []
        self.log: list[str] = []
        self.clock = self.node.create_publisher(Clock, "/clock", RELIABLE)
        self.odometry = self.node.create_publisher(Odometry, ODOMETRY, profile)
        self.plans = self.node.create_publisher(Trajectory, self.plan_topic, profile)
        self.node.create_subscription(TwistStamped, self.twist_topic, self.twists.append, RELIABLE)
        self.node.create_subscription(Log, "/rosout", lambda message: self.log.append(message.msg), LOG)

    @property
    def now_ns(self) -> int:
        """Wall time [ns]."""
        return int(self.node.get_clock().now().nanoseconds)

    def start(self) -> None:
        """Configure and activate the node, and wait until everything is connected."""
        super().start()
        self.connect()

    def connect(self) -> None:
        """Wait until both sides have found each other."""
        ours = (self.odometry, self.plans)
        self.until(lambda: all(one.get_subscription_count() for one in ours), "subscription to odometry and plans")
        self.until(lambda: self.node.count_publishers(self.twist_topic), "publisher of commands")

    def set_off(self) -> None:
        """Start, and drive by a plan of 0.1 s up to 0.3 s."""
        self.start()
        # The first odometry may overtake the first time.
        self.send_clock(at(0))
        self.until(lambda: self.tick(at(0)), "command")
        self.ride(at(TICK_MS), at(100))
        self.send_plan(plan_message(at(100)))
        assert self.ride(at(150), at(300)).twist.linear.x == pytest.approx(WANTED_MPS)

    def send_plan(self, message: Any) -> None:  # noqa: ANN401
        """Send a plan and wait until it has arrived; odometry, on a topic of its own, would not wait for it."""
        self.until(lambda: self.figures("trajectory"), "diagnostics of the trajectory")
        before = int(self.figures("trajectory")["received"])
        self.plans.publish(message)
        self.until(lambda: int(self.figures("trajectory")["received"]) > before, "arrival of the plan")

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

        def turn() -> None:
            self.odometry.publish(odometry_message(self.now_ns))
            if planned:
                self.plans.publish(plan_message(self.now_ns))
            self.rest(TICK_MS / 1000)

        wait_until(condition, what, self.said, turn)


def vehicle_alone(namespace: str, profile: QoSProfile = RELIABLE) -> contextlib.AbstractContextManager[Vehicle]:
    """Run the vehicle of a controller that is a process of its own."""
    return alone(lambda context: Vehicle(context, namespace, profile))


def live_controller(
    parameters: Mapping[str, object] | None = None, profile: QoSProfile = RELIABLE
) -> contextlib.AbstractContextManager[tuple[ControllerNode, Vehicle]]:
    """Run a controller on a thread of this process, in simulated time unless told otherwise, with its vehicle."""
    chosen = {"use_sim_time": True, "control.mode": "pure_pursuit"} | dict(parameters or {})
    return running(ControllerNode, lambda context, space: Vehicle(context, space, profile), chosen)
