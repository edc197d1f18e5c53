"""``drivemoe parameters``: every parameter with its default, unit, range and meaning."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from drivemoe_ros.parameters.document import parameter_table, parameter_yaml

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser("parameters", help="print every parameter, as a parameter file or a table")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--yaml", action="store_true", help="as a ROS parameter file (default)")
    form.add_argument("--markdown", action="store_true", help="as the table in docs/parameters.md")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the parameters; returns the exit code."""
    sys.stdout.write(parameter_table() if arguments.markdown else parameter_yaml())
    return 0
