"""``drivemoe demo``: drives a test route of the built-in world, and replays the drive's bag to the same decisions."""

from __future__ import annotations

import argparse
import os
import pathlib
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress

from drivemoe_ros.bags.reader import BagReader
from drivemoe_ros.cli import replay
from drivemoe_ros.cli.drive import SHIPPED
from drivemoe_ros.cli.drive_job import DriveJob, drive_one
from drivemoe_ros.errors import PolicyError
from drivemoe_ros.evaluation.scores import score_drive
from drivemoe_ros.messages.topics import EXPERT_ACTIVATION, TRAJECTORY, VIEW_SELECTION
from drivemoe_ros.parameters.load import build_parameters
from drivemoe_ros.world.episode import EpisodeObserver

if TYPE_CHECKING:
    from drivemoe_ros.data.drive import DriveLog

RIG = "bench2drive"
FAMILY, SEED = "merging/entry_ramp", 200_000
SIZE_PX = (224, 224)
DECISIONS = (TRAJECTORY, VIEW_SELECTION, EXPERT_ACTIVATION)


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "demo",
        help="drive in the built-in world and replay the drive",
        description="Let the checkpoint that comes with the package drive a test route of the built-in world, keep the "
        "drive as a bag, draw pictures, and replay the bag to the same decisions.",
    )
    parser.add_argument(
        "--output", type=pathlib.Path, default=pathlib.Path("out/demo"), metavar="FOLDER", help="default %(default)s"
    )
    parser.add_argument("--family", default=FAMILY, help="what is driven (default %(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="which one of the family (default %(default)s)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Drive, replay and compare.

    Args:
        arguments: The parsed command line.

    Returns:
        Exit code.

    Raises:
        DriveMoeError: Whatever went wrong, explained.
    """
    bag, plans = arguments.output / "drive", arguments.output / "plans"
    log = _drive(arguments.family, arguments.seed, bag, arguments.output / "pictures")
    found = ", ".join(infraction.kind.value for infraction in log.infractions) or "no infraction"
    print(f"{log.family}, seed {log.seed}: {log.ending.value}, {found}; driving score {score_drive(log).driving:.1f}")
    words = ["replay", str(bag), "--output", str(plans), "--overwrite", "--rig", RIG, "--checkpoint", SHIPPED]
    parser = argparse.ArgumentParser()
    replay.add_parser(parser.add_subparsers())
    code = replay.run(parser.parse_args(words))
    print(f"The replay of {bag} made the same decisions, to the last bit: {_compare(bag, plans)} plans.")
    print(f"Again by hand: {os.path.relpath(sys.argv[0])} {' '.join(words)}")
    print(f"Pictures of the drive: {arguments.output / 'pictures'}")
    return code


def _drive(family: str, seed: int, bag: pathlib.Path, pictures: pathlib.Path) -> DriveLog:
    parameters = build_parameters({"policy.checkpoint": SHIPPED, "control.mode": "pure_pursuit"})
    job = DriveJob(family, seed, RIG, parameters, SIZE_PX, with_expert=False, pictures=pictures, bag=bag)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("driving", total=1.0)
        return drive_one(job, EpisodeObserver(progressed=lambda done: progress.update(task, completed=done)))


def _compare(bag: pathlib.Path, plans: pathlib.Path) -> int:
    """Count the plans of two bags, which must hold the very same decisions."""
    driven, replayed = _decisions(bag), _decisions(plans)
    if driven != replayed:
        differ = sum(driven.get(key) != replayed.get(key) for key in driven.keys() | replayed.keys())
        msg = f"{differ} decisions of {bag} and {plans} differ; the files are kept, so report them with this sentence."
        raise PolicyError(msg)
    return sum(topic == TRAJECTORY.resolved for topic, _ in driven)


def _decisions(path: pathlib.Path) -> dict[tuple[str, int], bytes]:
    topics = {topic.resolved for topic in DECISIONS}
    with BagReader(path) as reader:
        return {(event.topic, event.stamp_ns): bytes(event.raw) for event in reader.events(topics)}
