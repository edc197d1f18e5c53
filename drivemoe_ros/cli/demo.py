"""``drivemoe demo``: records a drive of the built-in world as a six-camera bag, replays it, and says where to look."""

from __future__ import annotations

import argparse
import os
import pathlib
import sys

from rich.console import Console
from rich.progress import Progress

from drivemoe_ros.cli import replay
from drivemoe_ros.parameters.rig import load_rig

RIG = "bench2drive"
FAMILY = "overtaking/parked_obstacle"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "demo",
        help="record a six-camera bag and replay it",
        description="Record a drive of the built-in world, replay it through the mini policy, and draw pictures.",
    )
    parser.add_argument(
        "--output", type=pathlib.Path, default=pathlib.Path("out/demo"), metavar="FOLDER", help="default %(default)s"
    )
    parser.add_argument("--family", default=FAMILY, help="what is driven (default %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="seed of drive and policy (default %(default)s)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make the bag and replay it.

    Args:
        arguments: The parsed command line.

    Returns:
        Exit code.

    Raises:
        DriveMoeError: Whatever went wrong, explained.
    """
    bag, plans = arguments.output / "drive", arguments.output / "plans"
    _record(bag, arguments.family, arguments.seed)
    words = ["replay", str(bag), "--output", str(plans), "--overwrite", "--rig", RIG, "--seed", str(arguments.seed)]
    parser = argparse.ArgumentParser()
    replay.add_parser(parser.add_subparsers())
    code = replay.run(parser.parse_args([*words, "--pictures", str(arguments.output / "pictures")]))
    print(f"Again by hand: {os.path.relpath(sys.argv[0])} {' '.join(words)}")
    return code


def _record(path: pathlib.Path, family: str, seed: int) -> None:
    # Here, because the world brings highway-env, which takes a second or two to import.
    from drivemoe_ros.cli.sample_drive import record_sample_drive  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("driving", total=1.0)
        record_sample_drive(path, family, seed, load_rig(RIG), lambda done: progress.update(task, completed=done))
