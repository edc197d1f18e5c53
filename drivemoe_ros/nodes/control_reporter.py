"""What the controller does and why, on ``/diagnostics`` and in the log; braking never goes without its reason."""

from __future__ import annotations

import re
import time
from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.plan import PlanSource
from drivemoe_ros.nodes.managed_node import UNCONFIGURED
from drivemoe_ros.nodes.senders import Senders
from drivemoe_ros.nodes.status_writer import ERROR, OK, WARN, StatusWriter

if TYPE_CHECKING:
    from collections.abc import Collection

    from diagnostic_msgs.msg import DiagnosticStatus
    from rclpy.node import Node

    from drivemoe_ros.data.control import ControlCommand
    from drivemoe_ros.nodes.topic_input import TopicInput
    from drivemoe_ros.pipeline.vehicle_controller import VehicleController

# A change is told at once, but one that goes to and fro not with every message.
CHANGE_EVERY_S = 0.5
WINDOW = 512
PERCENTILES = (50, 95, 99)
STANDING_IN = {
    PlanSource.LAST_PLAN: "driving on by the last plan that passed",
    PlanSource.STOP: "stopping along the last plan that passed",
}


class ControlReporter:
    """Counts commands and tells when driving turns to braking, when it turns back, and every second how it stands.

    Attributes:
        label: How the controller is set up, in words; empty while unconfigured.
    """

    def __init__(self, node: Node) -> None:
        """Begin idle.

        Args:
            node: The node.
        """
        self._node = node
        self._writer = StatusWriter(node, ("odometry", "trajectory"))
        self._senders = Senders(node)
        self.label = ""
        self.idle(UNCONFIGURED)

    def idle(self, reason: str) -> None:
        """Say from now on why there are no commands, and forget those that were."""
        self._idle_reason = reason
        self._command: ControlCommand | None = None
        self._told: str | None = None
        self._told_s = -CHANGE_EVERY_S
        self._num_commands = self._num_brakings = 0
        self._last_braking = ""
        self._has_driven = False
        self._latencies_ms: deque[float] = deque(maxlen=WINDOW)

    def note(self, command: ControlCommand, latency_ms: float | None) -> bool:
        """Count a command that was published.

        Args:
            command: The command.
            latency_ms: Node's clock less the odometry's stamp [ms]; None for a command without odometry.

        Returns:
            Whether something new is to be told: call ``publish`` then.
        """
        was_driving = self._command is not None and not self._command.reason
        self._command = command
        self._num_commands += 1
        self._has_driven = self._has_driven or not command.reason
        if latency_ms is not None:
            self._latencies_ms.append(latency_ms)
        if command.reason:
            self._num_brakings += was_driving
            self._last_braking = command.reason
        # The same reason with other figures is nothing new.
        kind = re.sub(r"[\d.]+", "#", command.reason)
        if kind == self._told or time.monotonic() - self._told_s < CHANGE_EVERY_S:
            return False
        self._told, self._told_s = kind, time.monotonic()
        self._log(command)
        return True

    def publish(self, controller: VehicleController | None, inputs: Collection[TopicInput]) -> None:
        """Publish diagnostics.

        Args:
            controller: The controller; None while inactive.
            inputs: The inputs; empty while inactive.
        """
        self._senders.look(inputs)
        crowded = self._senders.crowded
        statuses = [self._state(controller)]
        statuses += [self._writer.input_status(one, {}, crowded.get(one.name, "")) for one in inputs]
        self._writer.publish(statuses)

    def _log(self, command: ControlCommand) -> None:
        # Each call its own line: rclpy allows one severity a line of code.
        if not command.reason:
            self._node.get_logger().info("Driving by the plans.")
        elif self._has_driven:
            self._node.get_logger().warning(f"Braking: {command.reason}")
        else:
            self._node.get_logger().info(f"Braking: {command.reason}")

    def _state(self, controller: VehicleController | None) -> DiagnosticStatus:
        command = self._command
        if controller is None:
            return self._writer.status("control", WARN, self._idle_reason, {"controller": self.label})
        values: dict[str, object] = {
            "controller": self.label,
            "commands": self._num_commands,
            "command rate [Hz]": f"{self._writer.rate('commands', self._num_commands):.1f}",
            "plans": controller.num_plans,
            "plans refused": controller.num_refused,
            "times driving turned to braking": self._num_brakings,
            "last reason to brake": self._last_braking,
            "speed [m/s]": f"{controller.speed_mps:.2f}",
        }
        if self._latencies_ms:
            text = " / ".join(f"{value:.1f}" for value in np.percentile(list(self._latencies_ms), PERCENTILES))
            values["odometry to command p50 / p95 / p99 [ms]"] = text
        if command is None:
            return self._writer.status("control", WARN, "no command yet", values)
        values |= {
            "wanted speed [m/s]": f"{command.speed_mps:.2f}",
            "throttle": f"{command.throttle:.2f}",
            "brake": f"{command.brake:.2f}",
            "wheel angle, left positive [rad]": f"{command.steering_angle_rad:.3f}",
        }
        if not command.reason:
            standing_in = STANDING_IN.get(controller.source, "")
            level = WARN if standing_in else OK
            return self._writer.status("control", level, standing_in or "driving by the plans", values)
        level = ERROR if self._has_driven or controller.num_refused else WARN
        return self._writer.status("control", level, f"braking: {command.reason}", values)
