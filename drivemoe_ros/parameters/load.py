"""ROS-style YAML and ``section.name=value`` overrides to checked ``Parameters``."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from drivemoe_ros.data.small_file import read_small_text
from drivemoe_ros.errors import ParameterError
from drivemoe_ros.parameters.field import check_value, nearest_hint
from drivemoe_ros.parameters.node_schema import NodeParameters, TransportParameters
from drivemoe_ros.parameters.plain_yaml import parse_yaml
from drivemoe_ros.parameters.schema import Parameters

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterable, Mapping

SECTIONS: dict[str, type] = {
    field.name: field.default_factory  # type: ignore[misc]
    for field in dataclasses.fields(Parameters)
}
# Four times the file with every parameter in it.
MAX_BYTES = 64 << 10
# Sections that only a live node has; the first one's names have no section in front.
NODE_SECTIONS: dict[str, type] = {"": NodeParameters, "transport": TransportParameters}


def full_names(sections: Mapping[str, type]) -> dict[str, tuple[type, dataclasses.Field[Any]]]:
    """Return section and field of every parameter by its full name, e.g. ``sync.tolerance_s``.

    Args:
        sections: Sections by name; one named "" puts nothing in front of its fields' names.

    Returns:
        Section and field by full name.
    """
    return {
        f"{section}.{field.name}".removeprefix("."): (kind, field)
        for section, kind in sections.items()
        for field in dataclasses.fields(kind)
    }


def read_yaml(path: pathlib.Path) -> dict[str, Any]:
    """Read a YAML file that holds a mapping.

    Args:
        path: File to read.

    Returns:
        The mapping.

    Raises:
        ParameterError: If the file cannot be read, is no YAML or holds no mapping.
    """
    try:
        content = parse_yaml(read_small_text(path, MAX_BYTES))
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        msg = f"{path} cannot be read ({why}); check the path and its permissions."
        raise ParameterError(msg) from error
    except ValueError as error:
        msg = f"{path} is not valid YAML ({error}); mend the file there."
        raise ParameterError(msg) from error
    if not isinstance(content, dict):
        msg = f"{path} holds {type(content).__name__}, but a mapping is needed; start from a file in config/."
        raise ParameterError(msg)
    return content


def flatten(path: pathlib.Path) -> dict[str, object]:
    """Read a ROS parameter file as ``{"section.name": value}``.

    Args:
        path: File of the form ``/**: {ros__parameters: {section: {name: value}}}``.

    Returns:
        Every value under its full name.

    Raises:
        ParameterError: If the file is not of that form.
    """
    flat: dict[str, object] = {}
    for node, body in read_yaml(path).items():
        sections = body.get("ros__parameters") if isinstance(body, dict) else None
        if not isinstance(sections, dict):
            msg = f"{path}: '{node}' has no mapping 'ros__parameters'; start from config/drivemoe.param.yaml."
            raise ParameterError(msg)
        for section, values in sections.items():
            if isinstance(values, dict):
                flat.update({f"{section}.{name}": value for name, value in values.items()})
            else:
                flat[str(section)] = values
    return flat


def build_parameters(values: Mapping[str, object]) -> Parameters:
    """Build checked parameters from full names.

    Args:
        values: ``{"section.name": value}``; what is not named keeps its default.

    Returns:
        The parameters.

    Raises:
        ParameterError: If a name is unknown (the nearest is proposed) or a value does not fit.
    """
    known = full_names(SECTIONS)
    chosen: dict[str, dict[str, object]] = {section: {} for section in SECTIONS}
    for label, value in values.items():
        if label not in known:
            hint = nearest_hint(label, known)
            msg = f"There is no parameter '{label}'{hint}; docs/parameters.md lists all of them."
            raise ParameterError(msg)
        section, name = label.split(".")
        chosen[section][name] = check_value(SECTIONS[section], name, value, label)
    return Parameters(**{section: kind(**chosen[section]) for section, kind in SECTIONS.items()})


def without_node_only(values: Mapping[str, object]) -> dict[str, object]:
    """Leave out what only a live node needs, so that node and bag runner may share a file.

    Args:
        values: ``{"section.name": value}``.

    Returns:
        The rest.
    """
    node_only = full_names(NODE_SECTIONS)
    return {label: value for label, value in values.items() if label not in node_only}


def parse_overrides(assignments: Iterable[str]) -> dict[str, object]:
    """Parse ``section.name=value`` texts of a command line; values are YAML scalars.

    Args:
        assignments: The texts.

    Returns:
        ``{"section.name": value}``.

    Raises:
        ParameterError: If a text has no equals sign or its value is no YAML.
    """
    values: dict[str, object] = {}
    for text in assignments:
        label, equals, value = text.partition("=")
        if not equals:
            msg = f"'{text}' is no assignment; write section.name=value, e.g. sync.tolerance_s=0.05."
            raise ParameterError(msg)
        try:
            values[label.strip()] = parse_yaml(value) if value else ""
        except ValueError as error:
            msg = f"'{value}' is no value for {label}; put text with special characters in quotes."
            raise ParameterError(msg) from error
    return values
