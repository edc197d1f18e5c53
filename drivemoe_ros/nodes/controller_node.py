"""The node that turns plans into commands; a process of its own, so that the vehicle brakes whatever the policy does.

Every odometry message is answered by a command of its stamp. When odometry stops, a timer on a steady clock brakes at a
fixed rate, stamped by the node's clock. Its last word, when it is deactivated or ended, is full brake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rclpy.clock import Clock, ClockType
from rclpy.lifecycle import LifecycleNode, TransitionCallbackReturn

from drivemoe_ros.errors import DriveMoeError
from drivemoe_ros.messages.decode_plan import decode_trajectory
from drivemoe_ros.messages.topics import TRAJECTORY
from drivemoe_ros.nodes.control_outputs import ControlOutputs
from drivemoe_ros.nodes.control_reporter import UNCONFIGURED, ControlReporter
from drivemoe_ros.nodes.odometry_watch import OdometryWatch
from drivemoe_ros.nodes.parameters import DeclaredParameters
from drivemoe_ros.nodes.sources import Source
from drivemoe_ros.nodes.spin import run_node
from drivemoe_ros.nodes.topic_input import TopicInput
from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.pipeline.vehicle_controller import VehicleController

if TYPE_CHECKING:
    from rclpy.lifecycle import LifecycleState
    from rclpy.timer import Timer

    from drivemoe_ros.data.cameras import Rig
    from drivemoe_ros.data.control import ControlCommand
    from drivemoe_ros.data.samples import OdometrySample
    from drivemoe_ros.messages.decode_plan import LabelledTrajectory
    from drivemoe_ros.nodes.parameters import Settings

NODE_NAME = "drivemoe_controller"
PLAN_TOPIC = "~/input/trajectory"
SECTIONS = ("sync", "ego", "control")
BEAT_S = 1.0
INACTIVE = "configured but inactive: call activate"


class ControllerNode(LifecycleNode):
    """Trajectory and odometry in, commands out."""

    def __init__(self, **arguments: object) -> None:
        """Declare parameters and begin to report.

        Args:
            **arguments: Passed on to rclpy's node.
        """
        super().__init__(NODE_NAME, automatically_declare_parameters_from_overrides=True, **arguments)
        self._declared = DeclaredParameters(self, SECTIONS)
        self._outputs = ControlOutputs(self)
        self._reporter = ControlReporter(self)
        self._settings: tuple[Settings, Rig] | None = None
        self._inputs: tuple[TopicInput, ...] = ()
        self._controller: VehicleController | None = None
        self._watch: OdometryWatch | None = None
        self._watchdog: Timer | None = None
        # Steady: they go on while simulated time stands still or jumps.
        self._steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.create_timer(BEAT_S, self._beat, clock=self._steady)

    def start(self) -> None:
        """Configure and activate if parameter ``autostart`` says so; a refused node waits to be configured again."""
        if self._declared.autostart and self.trigger_configure() == TransitionCallbackReturn.SUCCESS:
            self.trigger_activate()

    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Read parameters and rig, and make the publishers."""
        try:
            self._configure()
        except DriveMoeError as error:
            self.get_logger().error(str(error))
            self.release()
            self._reporter.idle(f"not configured: {error}")
            return TransitionCallbackReturn.FAILURE
        return super().on_configure(state)

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Subscribe, and brake until there is a plan to follow."""
        if self._settings is None:
            return TransitionCallbackReturn.FAILURE
        result = super().on_activate(state)
        settings, rig = self._settings
        control = settings.parameters.control
        self._reporter.idle(INACTIVE)
        self._watch = OdometryWatch(self.get_clock(), control.odometry_timeout_s)
        self._controller = VehicleController(settings.parameters, rig.base_frame)
        for one in self._inputs:
            one.open()
        self._watchdog = self.create_timer(1.0 / control.brake_rate_hz, self._brake_in_silence, clock=self._steady)
        return result

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Say full brake, then nothing more."""
        self._rest("the controller was deactivated")
        self._reporter.idle(INACTIVE)
        return super().on_deactivate(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Free the publishers."""
        result = super().on_cleanup(state)
        self.release()
        self._reporter.idle(UNCONFIGURED)
        return result

    def on_shutdown(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Say full brake and free everything."""
        self._rest("the controller was shut down")
        result = super().on_shutdown(state)
        self.release()
        self._reporter.idle("shut down: start the node again")
        return result

    def on_error(self, _state: LifecycleState) -> TransitionCallbackReturn:
        """Say full brake and free everything; the node can be configured again."""
        self.release()
        self._reporter.idle(UNCONFIGURED)
        return TransitionCallbackReturn.SUCCESS

    def release(self, patience_s: float | None = None) -> bool:
        """Free what configure and activate took, after a last word if active; may be called at any time.

        Args:
            patience_s: How long to wait for the last word's arrival [s]; None for a moment.

        Returns:
            True: everything is free.
        """
        self._rest("the controller ends", patience_s)
        self._outputs.close()
        self._settings, self._inputs = None, ()
        self._reporter.label = ""
        return True

    def _configure(self) -> None:
        settings = self._declared.read()
        rig = load_rig(settings.rig)
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
        self._reporter.idle(INACTIVE)
        topics = " and ".join(one.source.topic for one in self._inputs)
        self.get_logger().info(f"Ready: {self._reporter.label}, from {topics}")

    def _take_plan(self, plan: LabelledTrajectory) -> None:
        if self._controller is not None:
            self._controller.take_plan(plan.trajectory, plan.label, plan.frame_id)

    def _answer(self, odometry: OdometrySample) -> None:
        if self._controller is None or self._watch is None:
            return
        clock_ns = self.get_clock().now().nanoseconds
        command = self._controller.step(odometry, clock_ns)
        if command is not None:
            self._watch.note()
            self._publish(command, odometry.stamp_ns, (clock_ns - odometry.stamp_ns) * 1e-6)

    def _brake_in_silence(self) -> None:
        """Brake while there is no odometry to answer; the steady timer's callback, which must not raise."""
        try:
            if self._controller is None or self._watch is None:
                return
            reason = self._watch.why_silent(self._inputs[0])
            if reason:
                self._publish(self._controller.stop(reason), self.get_clock().now().nanoseconds)
        except Exception as error:  # noqa: BLE001 - a callback that raises would end the node
            self._reporter.report_error(f"The watchdog cannot brake ({type(error).__name__}: {error}).")

    def _publish(self, command: ControlCommand, stamp_ns: int, latency_ms: float | None = None) -> None:
        self._outputs.publish(command, stamp_ns)
        if self._reporter.note(command, latency_ms):
            self._reporter.publish(self._controller, self._inputs)

    def _rest(self, reason: str, patience_s: float | None = None) -> None:
        """Stop answering; the last word is full brake."""
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
            self._outputs.flush(patience_s)
            self.get_logger().info(f"Full brake: {reason}.")
        except Exception as error:  # noqa: BLE001 - what was taken must be freed in any case
            self._reporter.report_error(f"Full brake cannot be published ({type(error).__name__}: {error}).")

    def _beat(self) -> None:
        try:
            self._reporter.publish(self._controller, self._inputs if self._controller is not None else ())
        except Exception as error:  # noqa: BLE001 - a callback that raises would end the node
            self._reporter.report_error(f"Diagnostics cannot be published ({type(error).__name__}: {error}).")


def main() -> int:
    """Run the node until SIGINT or SIGTERM."""
    return run_node(ControllerNode, has_last_word=True)
