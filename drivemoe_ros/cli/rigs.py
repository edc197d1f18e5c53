"""``drivemoe rigs``: the shipped rigs and the topics they bind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from drivemoe_ros.parameters.rig import load_rig, shipped_rigs

if TYPE_CHECKING:
    import argparse

    from drivemoe_ros.data.cameras import Rig


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser("rigs", help="list the shipped rigs and the topics they bind")
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Print a table of inputs by rig; returns the exit code."""
    rigs = [load_rig(name) for name in shipped_rigs()]
    table = Table("input", *(rig.name for rig in rigs))
    bound = [_topics_by_input(rig) for rig in rigs]
    for name in bound[0]:
        table.add_row(name, *(topics.get(name, "-") for topics in bound))
    Console().print(table)
    return 0


def _topics_by_input(rig: Rig) -> dict[str, str]:
    """Return the topics of each input, one a line."""
    found: dict[str, str] = {}
    for topic, name in rig.topics().items():
        found[name] = f"{found[name]}\n{topic}" if name in found else topic
    return found
