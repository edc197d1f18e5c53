"""``drivemoe inject``: lets faults happen on drives in the built-in world, and says what came of them."""

from __future__ import annotations

import argparse
import dataclasses
import fnmatch
import functools
import pathlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Column, Table

from drivemoe_ros.cli.choices import ALL
from drivemoe_ros.cli.drive import SHIPPED
from drivemoe_ros.cli.drive_job import loaded_policy
from drivemoe_ros.cli.job_bar import run_with_bar
from drivemoe_ros.cli.json_file import require_folder_of, write_json
from drivemoe_ros.cli.options import (
    add_parameter_options,
    add_world_options,
    read_driving_parameters,
    require_one_or_more,
)
from drivemoe_ros.errors import ParameterError
from drivemoe_ros.faults.catalogue import FAULTS
from drivemoe_ros.faults.drive import FAMILY, Equipment
from drivemoe_ros.faults.inject import inject
from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.world.cameras.renderer import SceneRenderer
from drivemoe_ros.world.drivers import refuse_untrained
from drivemoe_ros.world.scenarios.catalogue import SEEDS, scenario

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drivemoe_ros.faults.finding import Finding
    from drivemoe_ros.parameters.schema import Parameters

EXAMPLE = """example:
  drivemoe inject --list
  drivemoe inject camera/front/frozen odometry/nan
  drivemoe inject 'clock/*' --json faults.json
  drivemoe inject all --workers 2"""


@dataclass(frozen=True)
class InjectJob:
    """One fault, and who drives where.

    Attributes:
        fault: Name of the fault.
        rig: Shipped rig or file.
        parameters: All parameters.
        size_px: Columns and rows of the pictures.
        seed: Seed of the road.
    """

    fault: str
    rig: str
    parameters: Parameters
    size_px: tuple[int, int]
    seed: int


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "inject",
        help="let faults happen on a drive in the built-in world",
        description="Drive in the built-in world, let something go wrong on the way, and say which state was reached "
        "when, and what the car did. The exit code is 1 where that is not what must come of it (docs/faults.md).",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("faults", nargs="*", metavar="FAULT", help=f"names, patterns with *, or {ALL}")
    parser.add_argument("--list", action="store_true", help="list all faults, drive nothing")
    parser.add_argument("--road", type=int, default=SEEDS["test"][0], metavar="SEED", help=f"seed of {FAMILY}")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="also write what was found there")
    add_world_options(parser)
    add_parameter_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """List faults, or let them happen and print what came of them.

    Args:
        arguments: The parsed command line.

    Returns:
        0, or 1 if something that must come of a fault did not.

    Raises:
        DriveMoeError: If nothing can be driven, or the file not be written.
    """
    if arguments.list:
        table = Table(Column("fault", no_wrap=True), "what happens", "worst state it must reach")
        for fault in FAULTS.values():
            stops = ", and the car stops" if fault.expected.stops else ""
            table.add_row(fault.name, fault.what, " or ".join(s.name for s in fault.expected.states) + stops)
        Console().print(table)
        return 0
    require_one_or_more(arguments, "workers", "size")
    names = choose_faults(arguments.faults)
    require_folder_of(arguments.json)
    # What is wrong for all faults is told now, and once.
    scenario(FAMILY, arguments.road)
    load_rig(arguments.rig)
    arguments.checkpoint = arguments.checkpoint or SHIPPED
    parameters = read_driving_parameters(arguments)
    refuse_untrained(loaded_policy(parameters.policy, parameters.ego), parameters)
    size_px = (arguments.size, arguments.size)
    jobs = [InjectJob(name, arguments.rig, parameters, size_px, arguments.road) for name in names]
    findings, failed = [], False
    for done in run_with_bar("injecting", inject_one, jobs, arguments.workers, lambda job: job.fault):
        failed = failed or done.result is None
        findings += [done.result] if done.result else []
    findings.sort(key=lambda finding: names.index(finding.fault))
    if findings:
        print_findings(findings)
    if arguments.json is not None:
        write_json([dataclasses.asdict(found) for found in findings], arguments.json)
    return int(failed or any(finding.unmet for finding in findings))


def choose_faults(words: Sequence[str]) -> list[str]:
    """Return the faults that are meant.

    Args:
        words: Names, patterns or ``all``.

    Returns:
        Names, each once, in the catalogue's order.

    Raises:
        ParameterError: If a word means none, or there is no word.
    """
    if not words:
        msg = f"No fault is named; give names, patterns as 'camera/front/*', or {ALL}, and --list shows what there is."
        raise ParameterError(msg)
    patterns = ["*" if word == ALL else word for word in words]
    for pattern in patterns:
        if not fnmatch.filter(FAULTS, pattern):
            msg = f"There is no fault '{pattern}'; `drivemoe inject --list` shows all {len(FAULTS)}."
            raise ParameterError(msg)
    return [name for name in FAULTS if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)]


def inject_one(job: InjectJob) -> Finding:
    """Let one fault happen, in this process.

    Args:
        job: Which, and who drives where.

    Returns:
        What came of it.

    Raises:
        DriveMoeError: If the road, the policy or a picture cannot be made.
    """
    rig, policy = load_rig(job.rig), loaded_policy(job.parameters.policy, job.parameters.ego)
    make_renderer = functools.partial(SceneRenderer, cameras=rig.cameras, size_px=job.size_px)
    return inject(FAULTS[job.fault], Equipment(policy, rig, job.parameters, make_renderer), job.seed)


def print_findings(findings: Sequence[Finding]) -> None:
    """Print a table, a fault a row, and what was not as expected."""
    table = Table(Column("fault", no_wrap=True), "worst state", "the car", "driven", "messages", "as expected")
    for found in findings:
        after = "" if found.after_s is None else f" after {found.after_s:.2f} s"
        driven = ", ".join(f"{name} {count}" for name, count in found.sources.items())
        counts = {"refused": found.num_refused, "missing": found.num_missing}
        lost = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
        verdict = "[red]no[/]" if found.unmet else "yes"
        table.add_row(found.fault, f"{found.worst}{after}, then {found.last}", found.car, driven, lost, verdict)
    console = Console()
    console.print(table)
    for found in findings:
        if found.unmet:
            sentence = f"{found.fault}: {'; '.join(found.unmet)} (reason: {found.reason or 'none'})."
            console.print(sentence, markup=False, highlight=False)
