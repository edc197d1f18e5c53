"""The node that plans on a vehicle: a lifecycle node around the same pipeline that replays bags.

configure reads parameters and rig, loads the policy and plans once; activate subscribes and publishes; deactivate,
cleanup and shutdown free what they took. The executor's thread only receives and hands over; planning has its own.
"""

from __future__ import annotations

from concurrent.futures import wait
from typing import TYPE_CHECKING

from drivemoe_ros.data.plan import PolicyLabel
from drivemoe_ros.data.samples import ImageSample, OdometrySample
from drivemoe_ros.messages.topics import NODE_NAME
from drivemoe_ros.nodes.inputs import Inputs
from drivemoe_ros.nodes.managed_node import BEAT_S, ManagedNode
from drivemoe_ros.nodes.outputs import Outputs
from drivemoe_ros.nodes.parameters import EVERY_SECTION
from drivemoe_ros.nodes.planner import Planner
from drivemoe_ros.nodes.rig_watch import RigWatch
from drivemoe_ros.nodes.silence import quiet_after_s
from drivemoe_ros.nodes.spin import run_node
from drivemoe_ros.nodes.state_reporter import StateReporter
from drivemoe_ros.pipeline.publication import Publication

if TYPE_CHECKING:
    from drivemoe_ros.data.cameras import Rig
    from drivemoe_ros.data.plan import PlanResult
    from drivemoe_ros.data.samples import Sample
    from drivemoe_ros.nodes.parameters import Settings

FOLLOW_S = 0.25


class PolicyNode(ManagedNode):
    """Six cameras, odometry and a route in; trajectory, chosen view, active experts and state out."""

    def __init__(self, **arguments: object) -> None:
        """Declare parameters and begin to report the state.

        Args:
            **arguments: Passed on to rclpy's node.
        """
        super().__init__(NODE_NAME, EVERY_SECTION, **arguments)
        self._outputs = Outputs(self)
        self._reporter = StateReporter(self, self._outputs)
        self._planner: Planner | None = None
        self._publication: Publication | None = None
        self._inputs: Inputs | None = None
        self._rig_watch: RigWatch | None = None
        self._is_refused = False
        self.every(FOLLOW_S, self._follow, "Publishers cannot be looked up")

    def prepare(self, settings: Settings, rig: Rig) -> None:
        """Load the policy, plan once and make the publishers.

        Args:
            settings: The user's choice.
            rig: The rig.
        """
        self._planner = Planner(self._publish, self.report_error)
        self._inputs = Inputs(self, rig, settings.transports, self._push, self._planner.refuse)
        self._rig_watch = RigWatch(self, rig, settings.parameters.supervision)
        loading = self._planner.load(settings.parameters, rig, self._tell)
        while not wait([loading], timeout=BEAT_S).done:
            self.beat()
        spec = loading.result()
        # Plans of random weights go out as they were made: they are to be looked at, however late they come.
        self._publication = Publication(settings.parameters) if spec.trained else None
        self._outputs.open(PolicyLabel(spec.system, spec.weights, spec.trained), rig)
        self._reporter.label = f"{spec.system}, {spec.weights}"
        self._reporter.quiet_s = quiet_after_s(settings.parameters.policy.plan_rate_hz)
        self.get_logger().info(f"Ready: {spec.system}, {spec.weights}, rig '{rig.name}', {len(rig.cameras)} cameras")

    def begin(self) -> None:
        """Take pictures and plan from now on."""
        if self._planner is not None and self._inputs is not None and self._rig_watch is not None:
            self._is_refused = False
            self._planner.start()
            self._inputs.open()
            self._rig_watch.open()

    def rest(self, reason: str) -> None:  # noqa: ARG002 - the state says it
        """Unsubscribe and plan no more.

        Args:
            reason: Not needed.
        """
        self._close_inputs()
        if self._planner is not None:
            self._planner.stop()

    def free(self, patience_s: float | None) -> bool:
        """Free the policy, the inputs and the publishers.

        Args:
            patience_s: How long to wait for the plan or load at work [s]; None for as long as it takes.

        Returns:
            Whether everything is free.
        """
        self._close_inputs()
        freed = self._planner is None or self._planner.close(patience_s)
        self._inputs = self._planner = self._rig_watch = None
        self._outputs.close()
        self._reporter.label = ""
        return freed

    def idle(self, reason: str) -> None:
        """Publish why there are no plans.

        Args:
            reason: Why.
        """
        self._reporter.idle(reason)

    def report(self) -> None:
        """Publish diagnostics, and the state unless a plan did lately."""
        if self.is_active:
            self._reporter.report(self._planner, self._inputs, self._rig_watch)
        else:
            self._reporter.report(self._planner, None, None)

    def _tell(self, progress: str) -> None:
        self.get_logger().info(progress)
        self.idle(progress)

    def _push(self, sample: Sample) -> None:
        planner, publication = self._planner, self._publication
        if self._rig_watch is not None and isinstance(sample, ImageSample):
            self._rig_watch.see(sample)
        if publication is not None and isinstance(sample, OdometrySample):
            publication.push(sample)
        if planner is not None:
            planner.push(sample)

    def _publish(self, result: PlanResult) -> float:
        """Publish a result; runs on the planning thread."""
        publication = self._publication
        return self._reporter.publish(publication.present(result) if publication is not None else result)

    def _close_inputs(self) -> None:
        if self._inputs is not None:
            self._inputs.close()
        if self._rig_watch is not None:
            self._rig_watch.close()

    def _follow(self) -> None:
        if self.is_active and self._inputs is not None:
            self._inputs.follow_publishers()
            self._look_at_rig(self._inputs)

    def _look_at_rig(self, inputs: Inputs) -> None:
        """Plan no more as soon as the vehicle is known not to be the rig's, and again once it is."""
        watch, planner = self._rig_watch, self._planner
        if watch is None or planner is None:
            return
        watch.look(inputs)
        is_refused = bool(watch.refusal)
        if is_refused != self._is_refused:
            self._is_refused = is_refused
            if is_refused:
                planner.stop()
            else:
                planner.start()
            self.report()


def main() -> int:
    """Run the node until SIGINT or SIGTERM."""
    return run_node(PolicyNode)
