"""Notices that several send what only one can: two cameras on one topic, or two policies that steer one vehicle."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rclpy.node import Node

    from drivemoe_ros.data.state import StateReport
    from drivemoe_ros.nodes.topic_input import TopicInput

# A goal may be set by RViz and by a mission.
SHARED = ("route", "goal")


class Senders:
    """Inputs with more than one publisher.

    A process that was killed still counts until the middleware's lease of some seconds ends, so what follows is words,
    never a refusal.

    Attributes:
        crowded: What is wrong in words, by name of the input, as of the last look.
    """

    def __init__(self, node: Node) -> None:
        """Start without any.

        Args:
            node: Logs.
        """
        self._node = node
        self.crowded: Mapping[str, str] = {}

    def look(self, inputs: Iterable[TopicInput]) -> None:
        """Count the publishers of every input, and log where there are too many since the last look.

        Args:
            inputs: The inputs that are subscribed to.
        """
        before, crowded = self.crowded, {}
        for one in inputs:
            number = one.num_publishers
            if number > 1 and one.name not in SHARED:
                crowded[one.name] = f"{number} publishers on {one.source.topic}, but only one of them can be right"
        self.crowded = crowded
        for name in crowded.keys() - before.keys():
            self._node.get_logger().warning(f"{name}: {crowded[name]}; see `ros2 topic info -v`.")

    def tell(self, report: StateReport) -> StateReport:
        """Add to the inputs of a report what was seen; may run on any thread.

        Args:
            report: State, reason and inputs.

        Returns:
            The same, where an input says what is wrong unless it has worse to say.
        """
        crowded = self.crowded
        if not crowded:
            return report
        inputs = tuple(
            dataclasses.replace(one, detail=crowded[one.name]) if one.name in crowded and not one.detail else one
            for one in report.inputs
        )
        return dataclasses.replace(report, inputs=inputs)
