"""Faults that need processes: the policy's node hangs, is killed and starts again while a vehicle drives by its plans.

Policy and controller are the installed programs, so that one cannot take the other with it.
"""

from __future__ import annotations

import importlib
import os
import pathlib
import signal
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("rclpy")

from drivemoe_ros.msg import Trajectory
from geometry_msgs.msg import TwistStamped
from nav_msgs.msg import Odometry
from sensor_msgs.msg import CompressedImage

from drivemoe_ros.messages.parts import Parts
from drivemoe_ros.nodes.factory import NativeMessageFactory
from drivemoe_ros.parameters.rig import load_rig

from ..bag.tiny_bags import compress, scene  # noqa: TID252
from .control_graph import ODOMETRY, SPEED_MPS
from .full.programs import Program, running
from .graph import RELIABLE, Neighbour, alone, stamp_ns
from .patience import wait_until

if TYPE_CHECKING:
    import contextlib
    from collections.abc import Callable

    import rclpy

# rclpy's own parser imports modules that Python has since deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")

RIG = load_rig("bench2drive")
TICK_S = 0.05
PLANS = "/drivemoe/output/trajectory"
# As long as the plans of the policy are; a busy machine is slow to plan.
TIMEOUT_NS = 900_000_000
PICTURES = [compress(scene(0, number, 48, 64), "jpeg") for number in range(64)]


class Vehicle(Neighbour):
    """A vehicle that drives straight on: cameras and odometry of now in, commands out."""

    STATUS = "control"

    def __init__(self, context: rclpy.Context) -> None:
        super().__init__(context, "/drivemoe_controller")
        self._odometry = self.node.create_publisher(Odometry, ODOMETRY, RELIABLE)
        topics = [camera.image_topic for camera in RIG.cameras.values()]
        self._cameras = [self.node.create_publisher(CompressedImage, topic, RELIABLE) for topic in topics]
        self.twists: list[Any] = []
        self.plans: list[Any] = []
        self.node.create_subscription(TwistStamped, f"{self.name}/output/twist", self.twists.append, RELIABLE)
        self.node.create_subscription(Trajectory, PLANS, self.plans.append, RELIABLE)
        self._start_ns, self._num_ticks = self._now_ns(), 0

    def _note_diagnostics(self, array: Any) -> None:  # noqa: ANN401
        # The policy reports on the same topic.
        if any(status.name.startswith("drivemoe_controller: ") for status in array.status):
            super()._note_diagnostics(array)

    def drive_until(self, condition: Callable[[], object], what: str) -> None:
        """Drive on until a condition holds."""
        wait_until(condition, what, self.said, self._tick)

    def _tick(self) -> None:
        now_ns = self._now_ns()
        parts = Parts(NativeMessageFactory(), now_ns, "odom")
        message = Odometry(header=parts.header())
        message.pose.pose.position.x = SPEED_MPS * (now_ns - self._start_ns) * 1e-9
        message.pose.pose.orientation.w = 1.0
        message.twist.twist.linear.x = SPEED_MPS
        self._odometry.publish(message)
        self._num_ticks += 1
        if self._num_ticks % 2 == 0:
            picture = PICTURES[self._num_ticks // 2 % len(PICTURES)]
            for publisher in self._cameras:
                publisher.publish(CompressedImage(header=parts.header(), format="jpeg", data=picture))
        self.rest(TICK_S)

    def _now_ns(self) -> int:
        return int(self.node.get_clock().now().nanoseconds)

    def must_brake(self) -> None:
        """Wait for the controller to brake by itself, and check that no command went by a plan that was too old."""
        self.drive_until(lambda: "braking: the newest plan is" in self.said(), "brakes")

        def late() -> list[Any]:
            # A plan that was under way may still have come.
            last_ns = stamp_ns(self.plans[-1]) + TIMEOUT_NS
            return [twist for twist in self.twists if stamp_ns(twist) > last_ns]

        self.drive_until(lambda: len(late()) > 10, "later commands")
        assert all(twist.twist.linear.x == 0.0 for twist in late())

    def must_drive(self) -> None:
        """Wait until plans are driven by again."""
        self.drive_until(lambda: self.said() == "driving by the plans", "drive by the plans")


def program(log: pathlib.Path, name: str, *words: str) -> contextlib.AbstractContextManager[Program]:
    """Run an installed program that configures and activates itself."""
    prefix = pathlib.Path(importlib.import_module("ament_index_python").get_package_prefix("drivemoe_ros"))
    command = (str(prefix / "lib" / "drivemoe_ros" / name), "--ros-args", "-p", "autostart:=true", *words)
    return running(log, *command, path=os.environ["PATH"])


def policy(log: pathlib.Path) -> contextlib.AbstractContextManager[Program]:
    """Run the policy's node."""
    words = [word for name in RIG.cameras for word in ("-p", f"transport.{name}:=compressed")]
    return program(log, "policy_node", *words)


def test_the_vehicle_brakes_while_its_policy_hangs_or_is_gone_and_drives_on_when_it_is_back(
    tmp_path: pathlib.Path,
) -> None:
    chosen = ("control.accept_untrained:=true", "control.plan_timeout_s:=0.9", "control.odometry_timeout_s:=5.0")
    words = [word for one in (*chosen, "control.mode:=pure_pursuit") for word in ("-p", one)]
    remapped = ("-r", f"~/input/trajectory:={PLANS}")
    with (
        program(tmp_path / "controller", "controller_node", *words, *remapped),
        alone(Vehicle) as vehicle,
    ):
        with policy(tmp_path / "policy") as first:
            first.wait_for("Ready: ")
            vehicle.must_drive()
            first.process.send_signal(signal.SIGSTOP)
            vehicle.must_brake()
            first.process.send_signal(signal.SIGCONT)
            vehicle.must_drive()
            first.process.send_signal(signal.SIGKILL)
            vehicle.must_brake()
        with policy(tmp_path / "policy again") as second:
            second.wait_for("Ready: ")
            vehicle.must_drive()
