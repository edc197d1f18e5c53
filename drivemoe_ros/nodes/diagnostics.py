"""One array for ``/diagnostics`` a second: the state, planning in figures, and every input by topic name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.data.state import DrivingState
from drivemoe_ros.nodes.inputs import OPTIONAL, REQUIRED
from drivemoe_ros.nodes.status_writer import ERROR, OK, WARN, StatusWriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from diagnostic_msgs.msg import DiagnosticStatus
    from rclpy.node import Node

    from drivemoe_ros.data.state import StateReport
    from drivemoe_ros.nodes.planner import Planner
    from drivemoe_ros.nodes.rig_watch import RigWatch
    from drivemoe_ros.nodes.topic_input import TopicInput

LEVELS = {
    DrivingState.WAITING: WARN,
    DrivingState.RUNNING: OK,
    DrivingState.DEGRADED: WARN,
    DrivingState.STOPPING: ERROR,
    DrivingState.FAULT: ERROR,
}


class Diagnostics:
    """Publishes how everything stands."""

    def __init__(self, node: Node) -> None:
        """Make the publisher.

        Args:
            node: The node.
        """
        self._node = node
        self._writer = StatusWriter(node, REQUIRED, OPTIONAL)

    def publish(
        self,
        report: StateReport,
        label: str,
        planner: Planner | None,
        inputs: Iterable[TopicInput],
        crowded: Mapping[str, str],
        rig: RigWatch | None,
    ) -> None:
        """Publish once.

        Args:
            report: State and reason.
            label: Which policy plans, in words.
            planner: Plans; None while unconfigured.
            inputs: The inputs; empty while inactive.
            crowded: Those of them that too many send, with words.
            rig: Compares the vehicle with the rig; None while inactive.
        """
        statuses = [self._state(report, label)]
        if planner is not None:
            statuses.append(self._planning(planner))
            counters = planner.counters()
            statuses += [self._writer.input_status(one, counters, crowded.get(one.name, "")) for one in inputs]
        if rig is not None:
            statuses.append(self._rig(rig))
        self._writer.publish(statuses)

    def _state(self, report: StateReport, label: str) -> DiagnosticStatus:
        level, reason = LEVELS[report.state], report.reason
        if self._node.get_clock().now().nanoseconds == 0:
            level, reason = max(level, WARN), f"{reason or 'use_sim_time is set'}; there is no time on /clock"
        message = f"{report.state.name}: {reason}" if reason else report.state.name
        return self._writer.status("state", level, message, {"policy": label})

    def _rig(self, rig: RigWatch) -> DiagnosticStatus:
        level, words = OK, "nothing contradicts the rig file" if rig.is_on else "supervision.rig_check is off"
        if rig.missing:
            level, words = WARN, f"no calibration came for {', '.join(rig.missing)}"
        if rig.contradictions:
            level, words = ERROR if rig.refusal else WARN, rig.words()
        return self._writer.status("rig", level, words, rig.figures())

    def _planning(self, planner: Planner) -> DiagnosticStatus:
        figures = planner.figures
        values: dict[str, object] = {
            "plan rate [Hz]": f"{self._writer.rate('plans', figures.num_plans):.1f}",
            "plans": figures.num_plans,
            "requests replaced by a newer one": planner.num_dropped,
            "requests that failed": figures.num_failed,
        }
        for name, percentiles in figures.percentiles().items():
            text = " / ".join(f"{value:.1f}" for value in percentiles)
            values[f"{name.removesuffix('_ms')} p50 / p95 / p99 [ms]"] = text
        level = ERROR if figures.num_failed and not figures.num_plans else WARN if figures.num_failed else OK
        return self._writer.status("planning", level, f"{figures.num_plans} plans", values)
