"""One array for ``/diagnostics`` a second: the state, planning in figures, and every input by topic name (REP-107)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue

from drivemoe_ros.data.state import DrivingState
from drivemoe_ros.nodes import qos
from drivemoe_ros.nodes.inputs import OPTIONAL, REQUIRED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rclpy.node import Node

    from drivemoe_ros.data.state import StateReport
    from drivemoe_ros.nodes.planner import Planner
    from drivemoe_ros.nodes.topic_input import TopicInput
    from drivemoe_ros.sync.counters import CameraCounters

OK, WARN, ERROR = DiagnosticStatus.OK, DiagnosticStatus.WARN, DiagnosticStatus.ERROR
LEVELS = {
    DrivingState.WAITING: WARN,
    DrivingState.RUNNING: OK,
    DrivingState.DEGRADED: WARN,
    DrivingState.STOPPING: ERROR,
    DrivingState.FAULT: ERROR,
}
SILENT_S = 1.0


class Diagnostics:
    """Publishes how everything stands; remembers the counts of the last time for rates."""

    def __init__(self, node: Node) -> None:
        """Make the publisher.

        Args:
            node: The node.
        """
        self._node = node
        self._publisher = node.create_publisher(DiagnosticArray, "/diagnostics", qos.OUT)
        self._counts: dict[str, tuple[float, int]] = {}

    def publish(self, report: StateReport, label: str, planner: Planner | None, inputs: Iterable[TopicInput]) -> None:
        """Publish once.

        Args:
            report: State and reason.
            label: Which policy plans, in words.
            planner: Plans; None while unconfigured.
            inputs: The inputs; empty while inactive.
        """
        clock = self._node.get_clock().now()
        array = DiagnosticArray()
        array.header.stamp = clock.to_msg()
        array.status = [self._state(report, label, clock.nanoseconds)]
        if planner is not None:
            array.status.append(self._planning(planner))
            counters = planner.counters()
            array.status += [self._input(one, counters, clock.nanoseconds) for one in inputs]
        self._publisher.publish(array)

    def _state(self, report: StateReport, label: str, now_ns: int) -> DiagnosticStatus:
        level, reason = LEVELS[report.state], report.reason
        if now_ns == 0:
            level, reason = max(level, WARN), f"{reason or 'use_sim_time is set'}; there is no time on /clock"
        message = f"{report.state.name}: {reason}" if reason else report.state.name
        return self._status("state", level, message, {"policy": label})

    def _planning(self, planner: Planner) -> DiagnosticStatus:
        figures = planner.figures
        values: dict[str, object] = {
            "plan rate [Hz]": f"{self._rate('plans', figures.num_plans):.1f}",
            "plans": figures.num_plans,
            "requests replaced by a newer one": planner.num_dropped,
            "requests that failed": figures.num_failed,
        }
        for name, percentiles in figures.percentiles().items():
            text = " / ".join(f"{value:.1f}" for value in percentiles)
            values[f"{name.removesuffix('_ms')} p50 / p95 / p99 [ms]"] = text
        level = ERROR if figures.num_failed and not figures.num_plans else WARN if figures.num_failed else OK
        return self._status("planning", level, f"{figures.num_plans} plans", values)

    def _input(self, one: TopicInput, counters: Mapping[str, CameraCounters], now_ns: int) -> DiagnosticStatus:
        num_publishers, wrong = one.num_publishers, one.wrong_types()
        rate_hz = self._rate(one.name, one.num_received)
        silent = one.last_used_s is None or time.monotonic() - one.last_used_s > SILENT_S
        lacking = ERROR if one.name in REQUIRED else OK if one.name in OPTIONAL else WARN
        problems = [(WARN, one.qos_problem)] if one.qos_problem else []
        if wrong and not num_publishers:
            problems.append((max(lacking, WARN), f"{one.source.topic} carries {', '.join(wrong)}"))
        if one.problem:
            problems.append((max(lacking, WARN), one.problem))
        elif not num_publishers:
            problems.append((lacking, f"no publisher of {one.source.type_name} on {one.source.topic}"))
        elif silent and one.name not in ("route", "goal"):
            problems.append((lacking, f"no message from {one.source.topic} in the last second"))
        values: dict[str, object] = {
            "topic": one.source.topic,
            "type": one.source.type_name,
            "publishers": num_publishers,
            "rate [Hz]": f"{rate_hz:.1f}",
            "received": one.num_received,
            "rejected": one.num_rejected,
        }
        if one.last_stamp_ns is not None:
            values["age [ms]"] = f"{(now_ns - one.last_stamp_ns) * 1e-6:.1f}"
        if one.name in counters:
            values |= vars(counters[one.name]) | {"received": one.num_received}
        level = max((level for level, _ in problems), default=OK)
        message = "; ".join(text for _, text in problems) or f"{rate_hz:.1f} Hz from {one.source.topic}"
        return self._status(one.name, level, message, values)

    def _rate(self, name: str, count: int) -> float:
        now_s = time.monotonic()
        before_s, before = self._counts.get(name, (now_s, count))
        self._counts[name] = (now_s, count)
        return max(0, count - before) / (now_s - before_s) if now_s > before_s else 0.0

    def _status(self, name: str, level: bytes, message: str, values: Mapping[str, object]) -> DiagnosticStatus:
        pairs = [KeyValue(key=key, value=str(value)) for key, value in values.items()]
        full = f"{self._node.get_name()}: {name}"
        return DiagnosticStatus(name=full, level=level, message=message, hardware_id="", values=pairs)
