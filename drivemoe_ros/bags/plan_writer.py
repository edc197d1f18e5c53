"""Writes plans into a bag as the live node publishes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.bags.factory import BagMessageFactory
from drivemoe_ros.data.plan import PolicyLabel
from drivemoe_ros.messages.encode import encode_plan
from drivemoe_ros.messages.markers import encode_markers
from drivemoe_ros.messages.parts import Parts
from drivemoe_ros.messages.topics import MARKERS

if TYPE_CHECKING:
    from drivemoe_ros.bags.writer import BagWriter
    from drivemoe_ros.data.plan import PlanResult
    from drivemoe_ros.policy.interface import PolicySpec


class PlanWriter:
    """Writes into an opened bag."""

    def __init__(self, writer: BagWriter, spec: PolicySpec, frame_id: str) -> None:
        """Write what a policy plans.

        Args:
            writer: The bag.
            spec: Who plans.
            frame_id: Base frame of what is written.
        """
        self._writer, self._frame_id = writer, frame_id
        self._label = PolicyLabel(spec.system, spec.weights, spec.trained)
        self._factory = BagMessageFactory()

    def write(self, result: PlanResult) -> None:
        """Write a plan with its decisions, its state and its markers, all at its input's stamp.

        Args:
            result: The plan.

        Raises:
            OutputError: If the bag cannot be written.
        """
        encoded = encode_plan(result, self._label, self._frame_id, self._factory)
        markers = encode_markers(result, self._label, Parts(self._factory, result.stamp_ns, self._frame_id))
        for topic, message in (*encoded, (MARKERS, markers)):
            self._writer.write(topic.resolved, topic.type_name, message, result.stamp_ns)
