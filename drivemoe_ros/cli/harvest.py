"""``drivemoe harvest``: one's own recordings, bags with label files, as training samples."""

from __future__ import annotations

import argparse
import contextlib
import pathlib
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from drivemoe_ros.cli.harvest_job import Harvested, HarvestJob, harvest_one
from drivemoe_ros.cli.job_bar import run_with_bar
from drivemoe_ros.cli.options import (
    add_parameter_options,
    read_parameters,
    refuse_what_is_there,
    require_one_or_more,
)
from drivemoe_ros.errors import ParameterError
from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.training.label_file import ENDING, labels_beside
from drivemoe_ros.training.tally import Tally, in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drivemoe_ros.cli.workers import Done

MAX_REASONS = 3
EXAMPLE = f"""example:
  drivemoe harvest drives/monday drives/tuesday.mcap --out samples --rig carla --workers 2
  drivemoe harvest drive --labels labels_by_hand.json --out samples
  drivemoe train --data samples --recipe mini --out run

The labels of drives/monday are in drives/monday{ENDING}, those of drives/tuesday.mcap in
drives/tuesday{ENDING}; docs/recording.md shows what is in there. A bag that cannot be used is told, and the others
go on. --resume goes on where an interrupted harvest stopped, and tries again what could not be used."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "harvest",
        help="turn recorded drives with label files into training samples",
        description="Turn recorded drives (rosbag2 sqlite3 or MCAP, or ROS 1) with label files into training samples.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "bags", type=pathlib.Path, nargs="+", metavar="BAG", help="bag folder, or a .mcap, .db3 or .bag file"
    )
    parser.add_argument("--out", type=pathlib.Path, required=True, metavar="FOLDER", help="where samples go")
    parser.add_argument("--resume", action="store_true", help="FOLDER is there: harvest only the bags that it lacks")
    parser.add_argument(
        "--labels", type=pathlib.Path, metavar="FILE", help=f"label file of a single BAG (default BAG{ENDING})"
    )
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes (default %(default)s)")
    parser.add_argument(
        "--rig", default="bench2drive", help="shipped rig or .yaml file (default %(default)s; see `drivemoe rigs`)"
    )
    parser.add_argument(
        "--image-size", type=int, default=84, metavar="PX", help="side of the pictures in shards (default %(default)s)"
    )
    add_parameter_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Harvest, and print what every bag gave.

    Args:
        arguments: The parsed command line.

    Returns:
        Exit code: that of the first bag that could not be used, if there is one.

    Raises:
        DriveMoeError: If the command line does not fit; a bag that cannot be used is told instead.
    """
    jobs = _jobs(arguments)
    refuse_what_is_there(arguments)
    lacking = [job for job in jobs if not job.folder.exists()]
    if len(lacking) < len(jobs):
        print(f"{len(jobs) - len(lacking)} of {len(jobs)} bags were harvested before")
    answers = list(run_with_bar("harvesting", harvest_one, lacking, arguments.workers, lambda job: str(job.bag)))
    if any(done.result for done in answers):
        _print_table(sorted(answers, key=lambda done: lacking.index(done.job)))
        print(f"samples are in {arguments.out}")
    else:
        with contextlib.suppress(OSError):
            arguments.out.rmdir()  # if nothing is in it, nothing is there
    return next((done.exit_code for done in answers if done.fault), 0)


def _jobs(arguments: argparse.Namespace) -> list[HarvestJob]:
    require_one_or_more(arguments, "workers", "image_size")
    if arguments.labels and len(arguments.bags) > 1:
        msg = f"--labels is for one bag, but there are {len(arguments.bags)}; put the labels of each beside it."
        raise ParameterError(msg)
    parameters = read_parameters(arguments)
    load_rig(arguments.rig)  # a wrong one is told now, and once
    jobs: dict[str, HarvestJob] = {}
    for given in arguments.bags:
        bag = given if given.name not in {"", ".."} else given.resolve()
        labels = labels_beside(bag)
        name = labels.name.removesuffix(ENDING)
        if name in jobs:
            msg = (
                f"{jobs[name].bag} and {bag} have the same name; harvest them to different folders, then train on both."
            )
            raise ParameterError(msg)
        folder = arguments.out / name
        jobs[name] = HarvestJob(
            bag, arguments.labels or labels, folder, arguments.rig, parameters, arguments.image_size
        )
    return list(jobs.values())


def _print_table(answers: Sequence[Done[HarvestJob, Harvested]]) -> None:
    table = Table()
    for title in ("bag", "samples", "left out, and why"):
        table.add_column(title, overflow="fold")
    total = Tally()
    for done in answers:
        harvested = done.result or Harvested()
        why = "everything: see its sentence above" if done.fault else _reasons(harvested)
        table.add_row(Text(str(done.job.bag)), str(harvested.samples), Text(why))
        total.add(harvested)
    console = Console()
    console.print(table)
    console.print("skills:", in_words(total.skills))
    console.print("views:", in_words(total.views))


def _reasons(harvested: Harvested) -> str:
    counts = +harvested.dropped
    lines = [f"{count} x {reason}" for reason, count in counts.most_common(MAX_REASONS)]
    if rest := len(counts) - len(lines):
        lines.append(f"and {rest} other reasons")
    if not harvested.has_route:
        lines.append("(no route: goals lie along what was driven)")
    return "\n".join(lines)
