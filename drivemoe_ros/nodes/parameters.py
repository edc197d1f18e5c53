"""Declares the parameters of the schema on a node and reads them back, checked.

A wrong value must not end the node: it is remembered and refused when the node is configured, in one sentence, until
a right one is set. A name that nobody knows is refused too, with the nearest known one; ``ros2 param delete`` removes
it. Changes take effect at the next configure.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any, NamedTuple, get_type_hints

from rcl_interfaces.msg import FloatingPointRange, IntegerRange, ParameterDescriptor, SetParametersResult

from drivemoe_ros.errors import ParameterError
from drivemoe_ros.parameters.field import Scalar, check_value, describe, nearest_hint
from drivemoe_ros.parameters.load import NODE_SECTIONS, SECTIONS, build_parameters, full_names

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from rclpy.node import Node
    from rclpy.parameter import Parameter

    from drivemoe_ros.parameters.schema import Parameters

# What every ROS node has beside its own.
FOREIGN_NAMES = ("use_sim_time", "start_type_description_service")
FOREIGN_PREFIXES = ("qos_overrides.", "diagnostic_updater.")
TRANSPORT = "transport"
EVERY_SECTION = (*SECTIONS, TRANSPORT)
FIELDS = full_names({**NODE_SECTIONS, **SECTIONS})


class Settings(NamedTuple):
    """What a user chose.

    Attributes:
        rig: Name or path of the rig.
        transports: ``auto``, ``raw`` or ``compressed``, by camera; empty for a node without cameras.
        parameters: Everything that the pipeline needs; defaults in the sections that the node does not declare.
    """

    rig: str
    transports: Mapping[str, str]
    parameters: Parameters


class DeclaredParameters:
    """The parameters of a node that was made with ``automatically_declare_parameters_from_overrides``."""

    def __init__(self, node: Node, sections: Collection[str] = EVERY_SECTION) -> None:
        """Declare them.

        Args:
            node: The node.
            sections: Which sections this node needs. What a file shared by several nodes says of the others is left
                to the nodes that need them.
        """
        self._node = node
        self._fields = {name: one for name, one in FIELDS.items() if _section(name) in ("", *sections)}
        self._refused: dict[str, str] = {}
        given = {name: one.value for name, one in node.get_parameters_by_prefix("").items()}
        for name, value in given.items():
            if name not in FIELDS and not _is_foreign(name):
                # Without a fixed type, so that a user can delete it again.
                node.undeclare_parameter(name)
                node.declare_parameter(name, value, ParameterDescriptor(dynamic_typing=True), ignore_override=True)
        for name, (section, field) in self._fields.items():
            self._declare(name, section, field, given)
        node.add_on_set_parameters_callback(self._check_change)

    def read(self) -> Settings:
        """Read all parameters.

        Returns:
            The user's choice.

        Raises:
            ParameterError: If a value given at the start was wrong and was not set since, or a name is unknown.
        """
        values = {name: one.value for name, one in self._node.get_parameters_by_prefix("").items()}
        for name in values:
            if name not in FIELDS and not _is_foreign(name):
                hint = nearest_hint(name, self._fields)
                msg = (
                    f"There is no parameter '{name}'{hint}; correct the name and start again, or delete the "
                    "parameter and configure again."
                )
                raise ParameterError(msg)
        for refusal in self._refused.values():
            raise ParameterError(refusal)
        shared = {name: values[name] for name in self._fields if _section(name) in SECTIONS}
        transports = {name.partition(".")[2]: str(values[name]) for name in self._fields if _section(name) == TRANSPORT}
        return Settings(str(values["rig"]), transports, build_parameters(shared))

    @property
    def autostart(self) -> bool:
        """Whether the node shall configure and activate itself."""
        return bool(self._node.get_parameter("autostart").value)

    def _declare(self, name: str, section: type, field: dataclasses.Field[Any], given: Mapping[str, object]) -> None:
        value = field.default
        if name in given:
            self._node.undeclare_parameter(name)
            try:
                value = check_value(section, field.name, given[name], name)
            except ParameterError as error:
                self._refused[name] = str(error)
        self._node.declare_parameter(name, value, _descriptor(section, field), ignore_override=True)

    def _check_change(self, changes: list[Parameter]) -> SetParametersResult:
        known = [change for change in changes if change.name in self._fields]
        for change in known:
            section, field = self._fields[change.name]
            try:
                check_value(section, field.name, change.value, change.name)
            except ParameterError as error:
                return SetParametersResult(successful=False, reason=str(error))
        for change in known:
            self._refused.pop(change.name, None)
        return SetParametersResult(successful=True)


def _section(name: str) -> str:
    return name.rpartition(".")[0]


def _is_foreign(name: str) -> bool:
    return name in FOREIGN_NAMES or name.startswith(FOREIGN_PREFIXES)


def _descriptor(section: type, field: dataclasses.Field[Scalar]) -> ParameterDescriptor:
    description = describe(field)
    unit = f" [{description.unit}]" if description.unit else ""
    descriptor = ParameterDescriptor(description=f"{description.text}{unit}")
    if description.choices:
        descriptor.additional_constraints = f"One of: {', '.join(map(str, description.choices))}"
    if math.isfinite(description.minimum) and math.isfinite(description.maximum):
        low, high = description.minimum, description.maximum
        if get_type_hints(section)[field.name] is float:
            descriptor.floating_point_range = [FloatingPointRange(from_value=float(low), to_value=float(high))]
        else:
            descriptor.integer_range = [IntegerRange(from_value=int(low), to_value=int(high), step=1)]
    return descriptor
