"""``drivemoe evaluate``: scores of drives that were logged, or of a policy on recorded samples."""

from __future__ import annotations

import argparse
import pathlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.progress import track

from drivemoe_ros.cli.drive_job import loaded_policy
from drivemoe_ros.cli.json_file import require_folder_of, write_json
from drivemoe_ros.cli.options import add_parameter_options, read_parameters
from drivemoe_ros.cli.score_table import print_routers, print_scores, router_as_json
from drivemoe_ros.data.cameras import CANDIDATE_VIEWS
from drivemoe_ros.data.skills import SKILL_NAMES
from drivemoe_ros.errors import InputError, ParameterError, PolicyError
from drivemoe_ros.evaluation.displacement import average_displacement, final_displacement
from drivemoe_ros.evaluation.following import following, straight_on
from drivemoe_ros.evaluation.log_file import read_log
from drivemoe_ros.evaluation.routers import score_router

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivemoe_ros.data.decision import RoutingDecision
    from drivemoe_ros.policy.interface import Policy

EXAMPLE = """example:
  drivemoe evaluate drives/logs                                    # what `drivemoe drive --out drives` logged
  drivemoe evaluate recorded/shards --checkpoint CHECKPOINT        # what `drivemoe record --out recorded` recorded"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "evaluate",
        help="score logged drives, or a policy on recorded samples",
        description="Score drives that were logged, as Bench2Drive does; or let a policy plan for recorded samples and "
        "compare its plans with what was driven, and its routers with the labels.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=pathlib.Path, metavar="FOLDER", help="folder of logs or of shards")
    parser.add_argument(
        "--samples", type=int, default=1000, metavar="N", help="plan for N samples at most (default %(default)s)"
    )
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="also write the samples' scores there")
    add_parameter_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Score and print.

    Args:
        arguments: The parsed command line.

    Returns:
        Exit code.

    Raises:
        DriveMoeError: If there is nothing that can be scored.
    """
    folder: pathlib.Path = arguments.folder
    if arguments.samples < 1:
        msg = f"--samples is {arguments.samples}, but it must be 1 or more."
        raise ParameterError(msg)
    if not folder.is_dir():
        msg = f"There is no folder {folder}; give one that `drivemoe drive --out` or `drivemoe record` wrote."
        raise InputError(msg)
    logs = sorted((folder / "logs").glob("*.json")) or sorted(folder.glob("*.json"))
    if logs and not any(folder.rglob("shard.json")):
        print_scores([read_log(path) for path in logs], str(folder))
        return 0
    require_folder_of(arguments.json)
    parameters = read_parameters(arguments)
    policy = loaded_policy(parameters.policy, parameters.ego)
    figures = _evaluate_samples(policy, folder, arguments.samples)
    if arguments.json is not None:
        write_json(figures, arguments.json)
    return 0


@dataclass
class _Planned:
    """Plans beside what was driven and labelled."""

    planned: list[NDArray[np.float64]] = field(default_factory=list)
    driven: list[NDArray[np.float64]] = field(default_factory=list)
    speeds_mps: list[float] = field(default_factory=list)
    views: list[tuple[str, str]] = field(default_factory=list)
    skills: list[tuple[str, str]] = field(default_factory=list)
    damaged: int = 0


def _evaluate_samples(policy: Policy, folder: pathlib.Path, num: int) -> dict[str, object]:
    plans = _plan_samples(policy, folder, num)
    if not plans.planned:
        msg = f"None of the samples in {folder} could be planned for; the sentences above say why."
        raise InputError(msg)
    planned_PH2, driven_PH2 = np.stack(plans.planned), np.stack(plans.driven)
    scores = {"view": score_router(plans.views, CANDIDATE_VIEWS), "skill": score_router(plans.skills, SKILL_NAMES)}
    # A policy without routers made no decisions.
    routers = {name: score if score.num else None for name, score in scores.items()}
    ade_m, fde_m = average_displacement(planned_PH2, driven_PH2), final_displacement(planned_PH2, driven_PH2)
    interval_s = policy.spec.waypoint_interval_ns * 1e-9
    straight_PH2 = straight_on(np.array(plans.speeds_mps), planned_PH2.shape[1], interval_s)
    straight_m = average_displacement(straight_PH2, driven_PH2)
    ahead, aside = following(planned_PH2, driven_PH2, straight_PH2)
    damaged = f"; {plans.damaged} could not be used" if plans.damaged else ""
    print(f"{policy.spec.weights} on {len(planned_PH2)} samples of {folder}{damaged}")
    print(f"plans are {ade_m:.3f} m from what was driven on average (ADE), {fde_m:.3f} m at their end (FDE)")
    print(
        f"going straight on at the same speed is {straight_m:.3f} m from it; of what is driven otherwise, plans follow"
    )
    print(f"  ahead {ahead}", f"  to the side {aside}", sep="\n")
    print_routers(routers)
    return {
        "weights": policy.spec.weights,
        "samples": len(planned_PH2),
        "unusable": plans.damaged,
        "ade_m": ade_m,
        "fde_m": fde_m,
        "ade_straight_on_m": straight_m,
        "followed_ahead": ahead._asdict(),
        "followed_aside": aside._asdict(),
        **{f"{name}_router": router_as_json(score) for name, score in routers.items()},
    }


def _plan_samples(policy: Policy, folder: pathlib.Path, num: int) -> _Planned:
    from drivemoe_ros.training.observations import evenly_spaced, observation_of  # noqa: PLC0415  (after torch)
    from drivemoe_ros.training.shards import open_shards  # noqa: PLC0415

    console = Console(stderr=True)
    opened = open_shards([folder])
    for problem in opened.problems:
        console.print(f"drivemoe: {problem}", markup=False)
    _require_size(opened.shards[0].manifest.image_size, policy)
    plans = _Planned()
    chosen = list(evenly_spaced(opened.shards, num))
    for shard, index in track(chosen, "planning", console=console, transient=True):
        try:
            sample = shard.sample(index)
            output = policy.plan(observation_of(shard, index, sample))
        except (InputError, PolicyError) as error:
            console.print(f"drivemoe: {error}", markup=False)
            plans.damaged += 1
            continue
        plans.planned.append(output.waypoints_H2)
        plans.driven.append(sample.future_H2)
        plans.speeds_mps.append(float(sample.ego.speed_T[-1]))
        plans.views.append((CANDIDATE_VIEWS[sample.view], _preferred(output.view)))
        plans.skills.append((SKILL_NAMES[sample.skill], _preferred(output.experts[0] if output.experts else None)))
    return plans


def _require_size(side: int, policy: Policy) -> None:
    wanted = policy.spec.image_size
    if side != wanted:
        msg = (
            f"The samples' pictures have {side} pixels a side, but {policy.spec.weights} takes {wanted}; record with "
            f"--image-size {wanted}."
        )
        raise InputError(msg)


def _preferred(decision: RoutingDecision | None) -> str:
    return decision.preferred if decision is not None else ""
