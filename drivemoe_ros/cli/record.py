"""``drivemoe record``: expert drives in the built-in world as bags with label files, and as training samples."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from drivemoe_ros.cli.choices import choose_families, choose_seeds
from drivemoe_ros.cli.job_bar import run_with_bar
from drivemoe_ros.cli.options import (
    add_drive_options,
    add_parameter_options,
    add_world_options,
    read_driving_parameters,
    refuse_what_is_there,
    require_one_or_more,
)
from drivemoe_ros.cli.record_job import record_one
from drivemoe_ros.cli.record_part import LED, Hand, RecordJob
from drivemoe_ros.errors import InputError, OutputError, ParameterError
from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.training.tally import Tally, in_words
from drivemoe_ros.world.scenarios.catalogue import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drivemoe_ros.cli.record_part import Recorded

FORMATS = ("bag", "shards", "both")
# Drives that share a folder of shards: small enough that an interruption costs little.
DRIVES_A_PART = 5
EXAMPLE = """example:
  drivemoe record --families all --seeds 0:200 --out recorded --workers 2
  drivemoe record --families overtaking --seeds 100000:100003 --out bags --format bag
  drivemoe record --seeds 200:204 --out halts --halting                    # from a standstill anywhere
  drivemoe record --seeds 300:310 --out more --checkpoint run/checkpoint   # from where that policy leads

Training seeds are 0 to 99999, validation 100000 to 109999, test 200000 to 209999. In most drives the expert's hand
slips now and then, so that the way back is seen; what leads into a slip is not learnt from. With --checkpoint a policy
drives for some seconds at a time, with --blind somebody who sees nothing, and with --halting the car is stopped; what
the expert would do instead is learnt.
--resume goes on where an interrupted recording stopped."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "record",
        help="record expert drives for training",
        description="Let the expert drive scenarios of the built-in world and record what the car sends, with labels.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_drive_options(parser)
    parser.add_argument("--format", choices=FORMATS, default="shards", help="what to write (default %(default)s)")
    add_world_options(parser)
    parser.add_argument(
        "--image-size", type=int, default=84, metavar="PX", help="side of the pictures in shards (default %(default)s)"
    )
    hand = parser.add_mutually_exclusive_group()
    parser.set_defaults(hand=Hand.SLIPPING)
    hands = (
        (Hand.STEADY, "let the expert's hand never slip"),
        (Hand.HALTING, "stop the car now and then, for no reason"),
        (Hand.BLIND, "let somebody drive now and then who sees nothing"),
    )
    for one, text in hands:
        hand.add_argument(f"--{one.name.lower()}", dest="hand", action="store_const", const=one, help=text)
    parser.add_argument(
        "--weight", type=float, default=1.0, metavar="W", help="how often training draws these samples (default 1)"
    )
    add_parameter_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Record, and print what was recorded.

    Args:
        arguments: The parsed command line.

    Returns:
        Exit code.

    Raises:
        DriveMoeError: If nothing was recorded or there is no room; a part that fails is told instead, and the others go
            on.
    """
    jobs = _jobs(arguments)
    refuse_what_is_there(arguments)
    lacking = [job for job in jobs if not job.report.exists()]
    recorded = _record(lacking, arguments.workers)
    done = len(jobs) - len(lacking)
    if done:
        print(f"{done} of {len(jobs)} parts were recorded before")
    if not recorded:
        if lacking:
            msg = f"None of the {len(lacking)} parts could be recorded; the sentences above say why."
            raise InputError(msg)
        return 0
    _print_table(recorded)
    print(f"recordings are in {arguments.out}")
    return 0


def _jobs(arguments: argparse.Namespace) -> list[RecordJob]:
    require_one_or_more(arguments, "workers", "size", "image_size")
    if not 0.0 <= arguments.weight < float("inf"):
        msg = f"--weight is {arguments.weight:g}, but it must be a number of 0 or more."
        raise ParameterError(msg)
    hand = arguments.hand
    if arguments.checkpoint:
        if hand is not Hand.SLIPPING:
            msg = f"With --checkpoint the policy leads; leave --{hand.name.lower()} out."
            raise ParameterError(msg)
        hand = Hand.SHARED
    if hand in LED and arguments.format != "shards":
        msg = "Bags hold what was driven, not what the expert would do where another led; record shards."
        raise ParameterError(msg)
    parameters = read_driving_parameters(arguments)
    load_rig(arguments.rig)  # a wrong one is told now, and once
    seeds = choose_seeds(arguments.seeds)
    parts = [seeds[start : start + DRIVES_A_PART] for start in range(0, len(seeds), DRIVES_A_PART)]
    return [
        RecordJob(
            family=family,
            seeds=part,
            folder=arguments.out,
            rig=arguments.rig,
            parameters=parameters,
            size_px=(arguments.size, arguments.size),
            image_size=arguments.image_size,
            bags=arguments.format != "shards",
            shards=arguments.format != "bag",
            hand=hand,
            weight=arguments.weight,
        )
        for part in parts
        for family in choose_families(arguments.families, FAMILIES)
    ]


def _record(jobs: Sequence[RecordJob], num_workers: int) -> dict[str, list[Recorded]]:
    recorded: dict[str, list[Recorded]] = {}
    for done in run_with_bar("recording", record_one, jobs, num_workers, _name, OutputError):
        if done.result is not None:
            recorded.setdefault(done.job.family, []).append(done.result)
    return recorded


def _name(job: RecordJob) -> str:
    return f"{job.family} {job.seeds[0]}-{job.seeds[-1]}"


def _print_table(recorded: dict[str, list[Recorded]]) -> None:
    table = Table("family", "drives", "slipped", "failed", "samples", title_justify="left")
    for family, parts in sorted(recorded.items()):
        failed = [str(seed) for part in parts for seed in part.failed]
        counts = (sum(part.drives for part in parts), sum(part.slipped for part in parts))
        samples = sum(part.samples for part in parts)
        table.add_row(family, *map(str, counts), ", ".join(failed) or "0", str(samples))
    console = Console()
    console.print(table)
    total = Tally()
    for parts in recorded.values():
        for part in parts:
            total.add(part)
    for name, of_each in (("skills", total.skills), ("views", total.views), ("dropped", +total.dropped)):
        if of_each:
            console.print(f"{name}:", in_words(of_each))
