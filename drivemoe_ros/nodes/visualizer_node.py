"""The node that draws plans for RViz, in a process of its own, so that the policy never pays for it.

It subscribes to what the policy publishes, to odometry and route, and to the cameras while somebody looks at them.
Whatever nobody subscribes to is not drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rclpy.clock import Clock, ClockType
from rclpy.lifecycle import LifecycleNode, TransitionCallbackReturn

from drivemoe_ros.errors import DriveMoeError
from drivemoe_ros.messages.topics import VISUALIZER_NAME
from drivemoe_ros.nodes.base_frame import publish_base_frame
from drivemoe_ros.nodes.drawings import percentile_words
from drivemoe_ros.nodes.parameters import TRANSPORT, DeclaredParameters
from drivemoe_ros.nodes.plan_parts import STATE
from drivemoe_ros.nodes.spin import run_node
from drivemoe_ros.nodes.status_writer import OK, WARN, StatusWriter
from drivemoe_ros.nodes.viewer import Viewer
from drivemoe_ros.parameters.rig import load_rig

if TYPE_CHECKING:
    from rclpy.lifecycle import LifecycleState
    from rclpy.publisher import Publisher

SECTIONS = ("sync", "image", "ego", "route", "control", "visualizer", TRANSPORT)
# Without any of these there is less to see, but what there is can be drawn.
OPTIONAL = ("trajectory", "view selection", "expert activation", "route", "goal")
BEAT_S = 1.0
TICK_S = 0.03
LOG_EVERY_S = 5.0


class VisualizerNode(LifecycleNode):
    """Plans, cameras, odometry and route in; markers, mosaic, dashboard and a line of text out."""

    def __init__(self, **arguments: object) -> None:
        """Declare parameters and begin to report.

        Args:
            **arguments: Passed on to rclpy's node.
        """
        super().__init__(VISUALIZER_NAME, automatically_declare_parameters_from_overrides=True, **arguments)
        self._declared = DeclaredParameters(self, SECTIONS)
        self._writer = StatusWriter(self, (STATE,), OPTIONAL)
        self._viewer: Viewer | None = None
        self._base_frame: Publisher | None = None
        self._active = False
        self._idle_reason = "not configured: call configure"
        # Steady: they go on while simulated time stands still or jumps.
        steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.create_timer(BEAT_S, self._beat, clock=steady)
        self.create_timer(TICK_S, self._tick, clock=steady)

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
            self._idle_reason = f"not configured: {error}"
            return TransitionCallbackReturn.FAILURE
        return super().on_configure(state)

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Subscribe, and draw from now on."""
        if self._viewer is None:
            return TransitionCallbackReturn.FAILURE
        result = super().on_activate(state)
        self._viewer.open()
        self._active = True
        return result

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Unsubscribe."""
        self._active = False
        if self._viewer is not None:
            self._viewer.close()
        return super().on_deactivate(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Free the publishers."""
        result = super().on_cleanup(state)
        self.release()
        return result

    def on_shutdown(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Free everything."""
        result = super().on_shutdown(state)
        self.release()
        return result

    def on_error(self, _state: LifecycleState) -> TransitionCallbackReturn:
        """Free everything; the node can be configured again."""
        self.release()
        return TransitionCallbackReturn.SUCCESS

    def release(self, patience_s: float | None = None) -> bool:  # noqa: ARG002 - as every runnable node has it
        """Free what configure and activate took; may be called at any time.

        Args:
            patience_s: Not needed: there is nothing to wait for.

        Returns:
            True: everything is free.
        """
        self._active = False
        if self._viewer is not None:
            self._viewer.close()
            self._viewer.drawings.close()
        self._viewer = None
        if self._base_frame is not None:
            self.destroy_publisher(self._base_frame)
        self._base_frame = None
        self._idle_reason = "not configured: call configure"
        return True

    def _configure(self) -> None:
        settings = self._declared.read()
        rig = load_rig(settings.rig)
        self._viewer = Viewer(self, settings, rig)
        self._base_frame = publish_base_frame(self, rig.base_frame)
        self._idle_reason = "configured but inactive: call activate"
        self.get_logger().info(f"Ready: rig '{rig.name}', base frame '{rig.base_frame}'")

    def _tick(self) -> None:
        if self._viewer is None or not self._active:
            return
        try:
            self._viewer.tick()
        except Exception as error:  # noqa: BLE001 - a callback that raises would end the node
            reason = f"A plan cannot be drawn ({type(error).__name__}: {error})."
            self.get_logger().error(reason, throttle_duration_sec=LOG_EVERY_S)

    def _beat(self) -> None:
        try:
            self._report()
        except Exception as error:  # noqa: BLE001 - a callback that raises would end the node
            reason = f"Diagnostics cannot be published ({type(error).__name__}: {error})."
            self.get_logger().error(reason, throttle_duration_sec=LOG_EVERY_S)

    def _report(self) -> None:
        if self._viewer is None or not self._active:
            self._writer.publish([self._writer.status("drawing", WARN, self._idle_reason, {})])
            return
        drawings = self._viewer.drawings
        rate_hz = self._writer.rate("drawings", drawings.num_drawn)
        values: dict[str, object] = {"drawings": drawings.num_drawn, **percentile_words(drawings.times_ms)}
        statuses = [self._writer.status("drawing", OK, f"{rate_hz:.1f} drawings a second", values)]
        self._writer.publish([*statuses, *(self._writer.input_status(one, {}) for one in self._viewer.inputs())])


def main() -> int:
    """Run the node until SIGINT or SIGTERM."""
    return run_node(VisualizerNode)
