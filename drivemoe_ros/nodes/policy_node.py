"""The node that plans on a vehicle: a lifecycle node around the same pipeline that replays bags.

configure reads parameters and rig, loads the policy and plans once; activate subscribes and publishes; deactivate,
cleanup and shutdown free what they took. The executor's thread only receives and hands over; planning has its own.
"""

from __future__ import annotations

import traceback
from concurrent.futures import wait
from typing import TYPE_CHECKING

from rclpy.clock import Clock, ClockType
from rclpy.lifecycle import LifecycleNode, TransitionCallbackReturn

from drivemoe_ros.data.plan import PolicyLabel
from drivemoe_ros.errors import DriveMoeError
from drivemoe_ros.messages.topics import NODE_NAME
from drivemoe_ros.nodes.inputs import Inputs
from drivemoe_ros.nodes.outputs import Outputs
from drivemoe_ros.nodes.parameters import DeclaredParameters
from drivemoe_ros.nodes.planner import Planner
from drivemoe_ros.nodes.silence import quiet_after_s
from drivemoe_ros.nodes.spin import run_node
from drivemoe_ros.nodes.state_reporter import StateReporter
from drivemoe_ros.parameters.rig import load_rig

if TYPE_CHECKING:
    from rclpy.lifecycle import LifecycleState

BEAT_S = 1.0
FOLLOW_S = 0.25
UNCONFIGURED = "not configured: call configure"
INACTIVE = "configured but inactive: call activate"


class PolicyNode(LifecycleNode):
    """Six cameras, odometry and a route in; trajectory, chosen view, active experts and state out."""

    def __init__(self, **arguments: object) -> None:
        """Declare parameters and begin to report the state.

        Args:
            **arguments: Passed on to rclpy's node.
        """
        super().__init__(NODE_NAME, automatically_declare_parameters_from_overrides=True, **arguments)
        self._declared = DeclaredParameters(self)
        self._outputs = Outputs(self)
        self._reporter = StateReporter(self, self._outputs)
        self._planner: Planner | None = None
        self._inputs: Inputs | None = None
        self._active = False
        # Steady: they go on while simulated time stands still or jumps.
        steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.create_timer(BEAT_S, self._beat, clock=steady)
        self.create_timer(FOLLOW_S, self._follow, clock=steady)

    def start(self) -> None:
        """Configure and activate if parameter ``autostart`` says so; a refused node waits to be configured again."""
        if self._declared.autostart and self.trigger_configure() == TransitionCallbackReturn.SUCCESS:
            self.trigger_activate()

    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Read parameters and rig, load the policy and plan once."""
        try:
            self._configure()
        except DriveMoeError as error:
            return self._refuse(str(error))
        except Exception as error:  # noqa: BLE001 - e.g. too little memory on the GPU
            self.get_logger().debug(traceback.format_exc())
            reason = str(error).partition("\n")[0]
            return self._refuse(f"The policy cannot be made ready: {type(error).__name__}, {reason}")
        return super().on_configure(state)

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Subscribe, and publish from now on."""
        if self._planner is None or self._inputs is None:
            return TransitionCallbackReturn.FAILURE
        result = super().on_activate(state)
        self._planner.start()
        self._inputs.open()
        self._active = True
        return result

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Unsubscribe and let the plan at work end."""
        self._active = False
        if self._inputs is not None:
            self._inputs.close()
        if self._planner is not None:
            self._planner.stop()
        result = super().on_deactivate(state)
        self._reporter.idle(INACTIVE)
        return result

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Free the policy and the publishers."""
        result = super().on_cleanup(state)
        self.release()
        self._reporter.idle(UNCONFIGURED)
        return result

    def on_shutdown(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Free everything."""
        result = super().on_shutdown(state)
        self.release()
        self._reporter.idle("shut down: start the node again")
        return result

    def on_error(self, _state: LifecycleState) -> TransitionCallbackReturn:
        """Free everything; the node can be configured again."""
        self.release()
        self._reporter.idle(UNCONFIGURED)
        return TransitionCallbackReturn.SUCCESS

    def release(self, patience_s: float | None = None) -> bool:
        """Free what configure and activate took; may be called at any time.

        Args:
            patience_s: How long to wait for the plan or load at work [s]; None for as long as it takes.

        Returns:
            Whether everything is free.
        """
        self._active = False
        if self._inputs is not None:
            self._inputs.close()
        freed = self._planner is None or self._planner.close(patience_s)
        self._inputs = self._planner = None
        self._outputs.close()
        self._reporter.label = ""
        return freed

    def _configure(self) -> None:
        settings = self._declared.read()
        rig = load_rig(settings.rig)
        self._planner = Planner(self._reporter.publish, self._reporter.report_error)
        self._inputs = Inputs(self, rig, settings.transports, self._planner.push)
        loading = self._planner.load(settings.parameters, rig, self._tell)
        while not wait([loading], timeout=BEAT_S).done:
            self._beat()
        spec = loading.result()
        self._outputs.open(PolicyLabel(spec.system, spec.weights, spec.trained), rig)
        self._reporter.label = f"{spec.system}, {spec.weights}"
        self._reporter.quiet_s = quiet_after_s(settings.parameters.policy.plan_rate_hz)
        self._reporter.idle(INACTIVE)
        self.get_logger().info(f"Ready: {spec.system}, {spec.weights}, rig '{rig.name}', {len(rig.cameras)} cameras")

    def _refuse(self, reason: str) -> TransitionCallbackReturn:
        self.get_logger().error(reason)
        self.release()
        self._reporter.idle(f"not configured: {reason}")
        return TransitionCallbackReturn.FAILURE

    def _tell(self, progress: str) -> None:
        self.get_logger().info(progress)
        self._reporter.idle(progress)

    def _beat(self) -> None:
        self._reporter.beat(self._planner, self._inputs if self._active else None)

    def _follow(self) -> None:
        if self._active and self._inputs is not None:
            try:
                self._inputs.follow_publishers()
            except Exception as error:  # noqa: BLE001 - a callback that raises would end the node
                self._reporter.report_error(f"Publishers cannot be looked up ({type(error).__name__}: {error}).", error)


def main() -> int:
    """Run the node until SIGINT or SIGTERM."""
    return run_node(PolicyNode)
