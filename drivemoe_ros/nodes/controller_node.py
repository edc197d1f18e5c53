"""The node that turns plans into commands; a process of its own, so that the vehicle brakes whatever the policy does.

Every odometry message is answered by a command of its stamp. When odometry stops, a timer on a steady clock brakes at a
fixed rate, stamped by the node's clock. Its last word, when it is deactivated or ended, is full brake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.messages.decode_plan import decode_trajectory
from drivemoe_ros.messages.topics import TRAJECTORY
from drivemoe_ros.nodes.control_outputs import ControlOutputs
from drivemoe_ros.nodes.control_reporter import ControlReporter
from drivemoe_ros.nodes.managed_node import ManagedNode
from drivemoe_ros.nodes.odometry_watch import OdometryWatch
from drivemoe_ros.nodes.sources import Source
from drivemoe_ros.nodes.spin import run_node
from drivemoe_ros.nodes.topic_input import TopicInput
from drivemoe_ros.pipeline.vehicle_controller import VehicleController

if TYPE_CHECKING:
    from rclpy.timer import Timer

    from drivemoe_ros.data.cameras import Rig
    from drivemoe_ros.data.control import ControlCommand
    from drivemoe_ros.data.samples import OdometrySample
    from drivemoe_ros.messages.decode_plan import LabelledTrajectory
    from drivemoe_ros.nodes.parameters import Settings

NODE_NAME = "drivemoe_controller"
PLAN_TOPIC = "~/input/trajectory"
SECTIONS = ("sync", "ego", "control")


class ControllerNode(ManagedNode):
    """Trajectory and odometry in, commands out."""

    def __init__(self, **arguments: object) -> None:
        """Declare parameters and begin to report.

        Args:
            **arguments: Passed on to rclpy's node.
        """
        super().__init__(NODE_NAME, SECTIONS, **arguments)
        self._outputs = ControlOutputs(self)
        self._reporter = ControlReporter(self)
        self._settings: tuple[Settings, Rig] | None = None
        self._inputs: tuple[TopicInput, ...] = ()
        self._controller: VehicleController | None = None
        self._watch: OdometryWatch | None = None
        self._watchdog: Timer | None = None

    def prepare(self, settings: Settings, rig: Rig) -> None:
        """Make inputs and publishers.

        Args:
            settings: The user's choice.
            rig: The rig.
        """
        odometry = Source(rig.odometry_topic, "nav_msgs/msg/Odometry")
        plans = Source(PLAN_TOPIC, TRAJECTORY.type_name)
        self._inputs = (
            TopicInput(self, "odometry", (odometry,), self._answer),
            TopicInput(self, "trajectory", (plans,), self._take_plan, decode_trajectory),
        )
        lacking = self._outputs.open(rig.base_frame)
        if lacking:
            self.get_logger().warning(f"Commands go out on {', '.join(self._outputs.topics)}; {'; '.join(lacking)}.")
        self._settings = (settings, rig)
        control = settings.parameters.control
        untrained = ", plans of random weights accepted" if control.accept_untrained else ""
        self._reporter.label = f"{control.mode}, rig '{rig.name}'{untrained}"
        topics = " and ".join(one.source.topic for one in self._inputs)
        self.get_logger().info(f"Ready: {self._reporter.label}, from {topics}")

    def begin(self) -> None:
        """Subscribe, and brake until there is a plan to follow."""
        if self._settings is None:
            return
        settings, rig = self._settings
        control = settings.parameters.control
        self._watch = OdometryWatch(self.get_clock(), control.odometry_timeout_s)
        self._controller = VehicleController(settings.parameters, rig.base_frame)
        for one in self._inputs:
            one.open()
        self._watchdog = self.every(1.0 / control.brake_rate_hz, self._brake_in_silence, "The watchdog cannot brake")

    def rest(self, reason: str) -> None:
        """Stop answering; the last word is full brake.

        Args:
            reason: Why.
        """
        controller, self._controller, self._watch = self._controller, None, None
        for one in self._inputs:
            one.close()
        if self._watchdog is not None:
            self.destroy_timer(self._watchdog)
            self._watchdog = None
        if controller is None:
            return
        try:
            self._outputs.publish(controller.full_stop(reason), self.get_clock().now().nanoseconds)
            self._outputs.flush()
            self.get_logger().info(f"Full brake: {reason}.")
        except Exception as error:  # noqa: BLE001 - what was taken must be freed in any case
            self.report_error(f"Full brake cannot be published ({type(error).__name__}: {error}).", error)

    def free(self, patience_s: float | None) -> bool:  # noqa: ARG002 - the last word takes a moment only
        """Free what was taken, after a last word if the node is at work.

        Args:
            patience_s: Not needed.

        Returns:
            True: everything is free.
        """
        self.rest("the controller ends")
        self._outputs.close()
        self._settings, self._inputs = None, ()
        self._reporter.label = ""
        return True

    def idle(self, reason: str) -> None:
        """Say why there are no commands.

        Args:
            reason: Why.
        """
        self._reporter.idle(reason)

    def report(self) -> None:
        """Publish diagnostics."""
        self._reporter.publish(self._controller, self._inputs if self._controller is not None else ())

    def _take_plan(self, plan: LabelledTrajectory) -> None:
        if self._controller is not None:
            self._controller.take_plan(plan.trajectory, plan.label, plan.frame_id, plan.source)

    def _answer(self, odometry: OdometrySample) -> None:
        if self._controller is None or self._watch is None:
            return
        clock_ns = self.get_clock().now().nanoseconds
        command = self._controller.step(odometry, clock_ns)
        if command is not None:
            self._watch.note()
            self._publish(command, odometry.stamp_ns, (clock_ns - odometry.stamp_ns) * 1e-6)

    def _brake_in_silence(self) -> None:
        """Brake while there is no odometry to answer."""
        if self._controller is None or self._watch is None:
            return
        reason = self._watch.why_silent(self._inputs[0])
        if reason:
            self._publish(self._controller.stop(reason), self.get_clock().now().nanoseconds)

    def _publish(self, command: ControlCommand, stamp_ns: int, latency_ms: float | None = None) -> None:
        self._outputs.publish(command, stamp_ns)
        if self._reporter.note(command, latency_ms):
            self.report()


def main() -> int:
    """Run the node until SIGINT or SIGTERM."""
    return run_node(ControllerNode, has_last_word=True)
