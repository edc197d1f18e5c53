"""``drivemoe drive``: closed-loop drives in the built-in world, with scores as Bench2Drive counts them."""

from __future__ import annotations

import argparse
import dataclasses
import json
import pathlib
import time
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.cli.choices import choose_families, choose_seeds
from drivemoe_ros.cli.drive_job import DriveJob, drive_one, loaded_policy
from drivemoe_ros.cli.job_bar import run_with_bar
from drivemoe_ros.cli.options import (
    add_parameter_options,
    add_world_options,
    read_driving_parameters,
    require_one_or_more,
)
from drivemoe_ros.cli.score_table import print_scores, scores_as_json
from drivemoe_ros.data.drive import DriveLog, Ending, Track
from drivemoe_ros.errors import OutputError, ParameterError
from drivemoe_ros.evaluation.log_file import write_log
from drivemoe_ros.evaluation.scores import score_drives
from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.world.drivers import refuse_untrained
from drivemoe_ros.world.scenarios.catalogue import FAMILIES, SEEDS, file_stem
from drivemoe_ros.world.simulation import STEP_NS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drivemoe_ros.cli.workers import Done
    from drivemoe_ros.parameters.schema import Parameters

EXPERT = "expert"
# The checkpoint that comes with the package.
SHIPPED = "mini"
TEST_SEEDS = SEEDS["test"]
NANOSECONDS_PER_MS = 1_000_000
EXAMPLE = """example:
  drivemoe drive all --driver expert --seeds 200000:200010 --workers 2
  drivemoe drive merging --out drives --pictures --bags
  drivemoe drive normal/lane_follow --driver untrained --set control.accept_untrained=true

FAMILY is a scenario family, the skill before its slash, or all; a wrong one is answered by the list of them."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "drive",
        help="drive in the built-in world and score it",
        description="Drive scenarios of the built-in world in a closed loop: six painted cameras, the policy, the "
        "controller and a car, at 20 Hz. Scores are those of Bench2Drive.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("families", nargs="+", metavar="FAMILY", help="what to drive")
    first = TEST_SEEDS[0]
    parser.add_argument(
        "--seeds", default=f"{first}:{first + 3}", metavar="A:B", help="from A up to B (default %(default)s)"
    )
    parser.add_argument(
        "--driver", default=SHIPPED, metavar="WHO", help="expert, untrained, or a checkpoint (default %(default)s)"
    )
    parser.add_argument(
        "--delay", type=int, default=0, metavar="MS", help="plans reach the controller so long after their pictures"
    )
    parser.add_argument("--out", type=pathlib.Path, metavar="FOLDER", help="also write logs and scores there")
    parser.add_argument("--overwrite", action="store_true", help="write into FOLDER although it is there")
    parser.add_argument("--bags", action="store_true", help="keep each drive as a bag in FOLDER, plans included")
    parser.add_argument("--pictures", action="store_true", help="draw pictures of each family's first drive in FOLDER")
    add_world_options(parser)
    add_parameter_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Drive, print scores, and write what was asked for.

    Args:
        arguments: The parsed command line.

    Returns:
        Exit code.

    Raises:
        DriveMoeError: If nothing can be driven or there is no room for bags; a single drive that fails is told and
            counted instead.
    """
    jobs = _jobs(arguments)
    out: pathlib.Path | None = arguments.out
    if out is not None and out.exists() and not arguments.overwrite:
        msg = f"{out} is there already; choose another --out, or give --overwrite to write into it."
        raise OutputError(msg)
    if not jobs[0].with_expert:
        # Before anything is driven, so that a checkpoint that does not load is told once.
        policy = loaded_policy(jobs[0].parameters.policy, jobs[0].parameters.ego)
        refuse_untrained(policy, jobs[0].parameters)
    started_s = time.perf_counter()
    logs = _drive(jobs, arguments.workers, out)
    wall_s = time.perf_counter() - started_s
    late = f", plans {arguments.delay} ms late" if arguments.delay else ""
    print_scores(logs, f"{logs[0].driver} on seeds {arguments.seeds}{late}")
    driven_s = sum(float(log.track.times_ns_N[-1]) * 1e-9 for log in logs if len(log.track.times_ns_N))
    print(f"{driven_s:.0f} s driven in {wall_s:.0f} s ({driven_s / max(wall_s, 1e-9):.1f} x real time)")
    if out is not None:
        _write_scores(logs, out)
        print(f"logs, pictures and scores are in {out}")
    return 0


def _jobs(arguments: argparse.Namespace) -> list[DriveJob]:
    require_one_or_more(arguments, "workers", "size")
    if arguments.pictures and (arguments.out is None or arguments.driver == EXPERT):
        msg = "--pictures needs a folder to go to and a policy to draw; give --out, and a checkpoint as --driver."
        raise ParameterError(msg)
    if arguments.bags and arguments.out is None:
        msg = "--bags needs a folder to go to; give --out."
        raise ParameterError(msg)
    delay_ns = arguments.delay * NANOSECONDS_PER_MS
    if delay_ns < 0 or delay_ns % STEP_NS:
        step_ms = STEP_NS // NANOSECONDS_PER_MS
        msg = f"--delay is {arguments.delay} ms, but the world's steps are {step_ms} ms; give 0 or a multiple of that."
        raise ParameterError(msg)
    families = choose_families(arguments.families, FAMILIES)
    seeds = choose_seeds(arguments.seeds)
    parameters = _parameters(arguments)
    load_rig(arguments.rig)  # a wrong one is told now, and once
    size_px = (arguments.size, arguments.size)
    with_expert = arguments.driver == EXPERT
    return [
        DriveJob(
            family,
            seed,
            arguments.rig,
            parameters,
            size_px,
            with_expert,
            pictures=_pictures(arguments, family, seed, seeds),
            bag=arguments.out / "bags" / file_stem(family, seed) if arguments.bags else None,
            delay_ns=delay_ns,
        )
        for family in families
        for seed in seeds
    ]


def _parameters(arguments: argparse.Namespace) -> Parameters:
    if arguments.delay:
        # The checks of plans know of it.
        arguments.set = [f"supervision.expected_latency_s={arguments.delay / 1000}", *arguments.set]
    parameters = read_driving_parameters(arguments)
    if arguments.driver in (EXPERT, "untrained"):
        return parameters
    return dataclasses.replace(parameters, policy=dataclasses.replace(parameters.policy, checkpoint=arguments.driver))


def _pictures(arguments: argparse.Namespace, family: str, seed: int, seeds: range) -> pathlib.Path | None:
    if not arguments.pictures or seed != seeds[0]:
        return None
    folder: pathlib.Path = arguments.out / "pictures" / file_stem(family, seed)
    return folder


def _drive(jobs: Sequence[DriveJob], num_workers: int, out: pathlib.Path | None) -> list[DriveLog]:
    logs = []
    done_jobs = run_with_bar("driving", drive_one, jobs, num_workers, lambda j: f"{j.family} {j.seed}", OutputError)
    for done in done_jobs:
        log = done.result or _fault(done)
        logs.append(log)
        if out is not None:
            write_log(log, out / "logs" / f"{file_stem(log.family, log.seed)}.json")
    return sorted(logs, key=lambda log: (log.family, log.seed))


def _fault(done: Done[DriveJob, DriveLog]) -> DriveLog:
    nothing_N, nothing_N2 = np.zeros(0), np.zeros((0, 2))
    track = Track(np.zeros(0, np.int64), nothing_N2, nothing_N, nothing_N, nothing_N2, nothing_N, nothing_N, nothing_N)
    job = done.job
    driver = EXPERT if job.with_expert else job.parameters.policy.checkpoint
    skill = FAMILIES[job.family].skill
    return DriveLog(job.family, skill, job.seed, driver, Ending.FAULT, 0.0, (), track, reason=done.fault)


def _write_scores(logs: Sequence[DriveLog], out: pathlib.Path) -> None:
    scores = {"all": scores_as_json(score_drives(logs))}
    for family in sorted({log.family for log in logs}):
        scores[family] = scores_as_json(score_drives([log for log in logs if log.family == family]))
    path = out / "scores.json"
    try:
        path.write_text(json.dumps({"driver": logs[0].driver, "scores": scores}, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        msg = f"{path} cannot be written ({error.strerror}); the logs beside it are whole."
        raise OutputError(msg) from error
