"""Sees to it that the state is known every second: from the last plan, or in its own words while there is none."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING

from drivemoe_ros.data.state import DrivingState, StateReport
from drivemoe_ros.nodes.diagnostics import Diagnostics
from drivemoe_ros.nodes.managed_node import UNCONFIGURED
from drivemoe_ros.nodes.senders import Senders
from drivemoe_ros.nodes.silence import QUIET_S, FrontCamera, report_silence

if TYPE_CHECKING:
    from rclpy.node import Node

    from drivemoe_ros.data.plan import PlanResult
    from drivemoe_ros.nodes.inputs import Inputs
    from drivemoe_ros.nodes.outputs import Outputs
    from drivemoe_ros.nodes.planner import Planner
    from drivemoe_ros.nodes.rig_watch import RigWatch


class StateReporter:
    """Publishes states and diagnostics, and logs every change of state.

    Attributes:
        label: Which policy plans, in words; empty while unconfigured.
        quiet_s: After how long without a result it speaks up by itself [s].
    """

    def __init__(self, node: Node, outputs: Outputs) -> None:
        """Begin idle.

        Args:
            node: The node.
            outputs: Publishes the state.
        """
        self._node = node
        self._outputs = outputs
        self._diagnostics = Diagnostics(node)
        self._senders = Senders(node)
        self._idle_reason = UNCONFIGURED
        self._last_logged: DrivingState | None = None
        self._published = StateReport(DrivingState.WAITING, UNCONFIGURED, ())
        self.label = ""
        self.quiet_s = QUIET_S

    def idle(self, reason: str) -> None:
        """Say from now on why the node does not plan; may run on any thread."""
        self._idle_reason = reason
        self._last_logged = None
        self._outputs.publish_report(StateReport(DrivingState.WAITING, reason, ()), self._now_ns())

    def publish(self, result: PlanResult) -> float:
        """Publish a result; runs on the planning thread.

        Args:
            result: What was planned.

        Returns:
            Age of its stamp on the node's clock [ms].
        """
        result = dataclasses.replace(result, report=self._senders.tell(result.report))
        self._outputs.publish_result(result)
        self._published = result.report
        self._log(result.report)
        return (self._now_ns() - result.stamp_ns) * 1e-6

    def report(self, planner: Planner | None, inputs: Inputs | None, rig: RigWatch | None) -> None:
        """Publish diagnostics, and the state unless a result did lately.

        Args:
            planner: Plans; None while unconfigured.
            inputs: The opened inputs; None while inactive.
            rig: Compares the vehicle with the rig; None while inactive.
        """
        self._senders.look(inputs or ())
        report = self._state(planner, inputs, rig.refusal if rig is not None else "")
        self._diagnostics.publish(report, self.label, planner, inputs or (), self._senders.crowded, rig)

    def _state(self, planner: Planner | None, inputs: Inputs | None, refusal: str) -> StateReport:
        if planner is None or inputs is None:
            report = StateReport(DrivingState.WAITING, self._idle_reason, ())
        elif refusal:
            # Nothing is planned then: the controller brakes by itself, as long as something was driven.
            report = StateReport(DrivingState.FAULT if planner.has_planned else DrivingState.WAITING, refusal, ())
            self._log(report)
        elif planner.last_report is not None and time.monotonic() - planner.last_result_s < self.quiet_s:
            return self._published
        else:
            front = inputs.front
            used_s = front.last_used_s
            age_s = None if used_s is None else time.monotonic() - used_s
            camera = FrontCamera(front.source.topic, front.num_publishers, age_s, front.problem)
            report = report_silence(camera, planner.busy_s, planner.last_report, planned=planner.has_planned)
            self._log(report)
        self._outputs.publish_report(report, self._now_ns())
        return report

    def _log(self, report: StateReport) -> None:
        if report.state is self._last_logged:
            return
        self._last_logged = report.state
        logger = self._node.get_logger()
        text = f"{report.state.name}: {report.reason}" if report.reason else report.state.name
        # Each call its own line: rclpy allows one severity a line of code.
        if report.state is DrivingState.FAULT:
            logger.error(text)
        elif report.state in (DrivingState.DEGRADED, DrivingState.STOPPING):
            logger.warning(text)
        else:
            logger.info(text)

    def _now_ns(self) -> int:
        now_ns: int = self._node.get_clock().now().nanoseconds
        return now_ns
