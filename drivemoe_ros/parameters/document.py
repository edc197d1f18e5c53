"""The parameter file and the parameter table, written from the schema."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import yaml

from drivemoe_ros.parameters.field import Description, describe
from drivemoe_ros.parameters.load import NODE_SECTIONS, SECTIONS

NODE_NOTE = (
    "    # What follows is for live nodes only; the bag runner passes over it. Launch files set rig and autostart from",
    "    # their own arguments, whatever stands here.",
)


def parameter_yaml() -> str:
    """Return ``config/drivemoe.param.yaml``: every parameter, those that bag runner and nodes share first."""
    lines = ["# Written by `drivemoe parameters --yaml` from drivemoe_ros/parameters/schema.py.", "/**:"]
    lines.append("  ros__parameters:")
    for section, kind in SECTIONS.items():
        lines += _yaml_section(section, kind)
    lines += NODE_NOTE
    for section, kind in NODE_SECTIONS.items():
        lines += _yaml_section(section, kind)
    return "\n".join(lines) + "\n"


def parameter_table() -> str:
    """Return ``docs/parameters.md``: one table a section."""
    lines = [
        "# Parameters",
        "",
        "Written by `drivemoe parameters --markdown` from `drivemoe_ros/parameters/schema.py`.",
    ]
    for section, kind in {**SECTIONS, **NODE_SECTIONS}.items():
        lines += ["", *section_table(section, kind)]
    return "\n".join(lines) + "\n"


def section_table(section: str, kind: type) -> list[str]:
    """Return the lines of one section's heading, sentence and table.

    Args:
        section: Name of the section, empty if its parameters have none in front.
        kind: Dataclass whose fields ``param`` declared.

    Returns:
        Lines of Markdown.
    """
    lines = [f"## {section or 'node'}", "", str(kind.__doc__), ""]
    lines += ["| name | default | unit | range | meaning |", "| --- | --- | --- | --- | --- |"]
    return lines + [_row(section, field) for field in dataclasses.fields(kind)]


def _yaml_section(section: str, kind: type) -> list[str]:
    """Return a section's lines; parameters of the section without a name stand beside the other sections."""
    lines = [f"    {section}:"] if section else []
    indent = " " * (6 if section else 4)
    last = ""
    for field in dataclasses.fields(kind):
        description = describe(field)
        value = yaml.safe_dump(field.default).removesuffix("\n").removesuffix("\n...")
        comment = f"{indent}# {description.text}{_limits(description, brackets=True)}"
        # Cameras share theirs.
        lines += [f"{indent}{field.name}: {value}"] if comment == last else [comment, f"{indent}{field.name}: {value}"]
        last = comment
    return lines


def _row(section: str, field: dataclasses.Field[Any]) -> str:
    description = describe(field)
    default = repr(field.default) if isinstance(field.default, str) else str(field.default)
    limits = _limits(description, brackets=False)
    name = f"{section}.{field.name}".removeprefix(".")
    return f"| `{name}` | `{default}` | {description.unit} | {limits} | {description.text} |"


def _limits(description: Description, *, brackets: bool) -> str:
    if description.choices:
        limits = ", ".join(str(choice) for choice in description.choices)
    elif math.isfinite(description.maximum):
        limits = f"{description.minimum:g} to {description.maximum:g}"
    else:
        return ""
    unit = f" {description.unit}" if description.unit and brackets else ""
    return f" [{limits}{unit}]" if brackets else limits
