"""``drivemoe demo``: makes a small six-camera bag, replays it, and says where to look."""

from __future__ import annotations

import argparse
import os
import pathlib
import sys

from rich.console import Console
from rich.progress import track

from drivemoe_ros.bags.writer import BagWriter
from drivemoe_ros.cli import replay
from drivemoe_ros.cli.sample_drive import SampleDriveRecorder
from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.world.scenery import DemoDrive

RIG = "bench2drive"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "demo",
        help="make a six-camera bag and replay it",
        description="Make a six-camera bag of a drawn drive, replay it through the mini policy, and draw pictures.",
    )
    parser.add_argument(
        "--output", type=pathlib.Path, default=pathlib.Path("out/demo"), metavar="FOLDER", help="default %(default)s"
    )
    parser.add_argument(
        "--duration", type=float, default=12.0, metavar="S", help="seconds to drive (default %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of scenery and policy (default %(default)s)")
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
    _record(bag, DemoDrive(arguments.seed, arguments.duration))
    words = ["replay", str(bag), "--output", str(plans), "--overwrite", "--rig", RIG, "--seed", str(arguments.seed)]
    parser = argparse.ArgumentParser()
    replay.add_parser(parser.add_subparsers())
    code = replay.run(parser.parse_args([*words, "--pictures", str(arguments.output / "pictures")]))
    print(f"Again by hand: {os.path.relpath(sys.argv[0])} {' '.join(words)}")
    return code


def _record(path: pathlib.Path, drive: DemoDrive) -> None:
    with BagWriter(path, overwrite=True) as writer:
        recorder = SampleDriveRecorder(drive, load_rig(RIG), writer)
        console = Console(stderr=True)
        for tick in track(range(recorder.num_ticks), "drawing the drive", console=console, transient=True):
            recorder.write_tick(tick)
