"""``drivemoe pretrain``: a picture encoder that can see the built-in world, to train a policy from."""

from __future__ import annotations

import argparse
import math
import pathlib
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

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
from drivemoe_ros.cli.pretrain_job import PaintJob, paint_one
from drivemoe_ros.errors import InputError
from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.training.picture_file import read_pictures
from drivemoe_ros.world.cameras.patches import CHANNELS
from drivemoe_ros.world.scenarios.catalogue import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Sequence

EXAMPLE = """example:
  drivemoe pretrain --seeds 0:20 --out eyes --workers 2
  drivemoe train --data samples --recipe mini --eyes eyes/checkpoint --out run

The expert drives, and every second of it all six cameras are painted, together with what each patch shows: vehicles and
those that brake, people, obstacles, signs, lights, and how near the nearest is. The encoder learns to say that.
--resume paints only what is missing."""
# Every so many drives, one is kept for the score.
HELD_OUT_EVERY = 12


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "pretrain",
        help="teach a picture encoder to see, to train a policy from",
        description="Teach a picture encoder to say what each patch of a picture of the built-in world shows.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_drive_options(parser)
    add_world_options(parser)
    parser.add_argument(
        "--samples", type=int, default=600_000, metavar="N", help="pictures to look at (default %(default)s)"
    )
    add_parameter_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Paint, train, and print what the encoder sees.

    Args:
        arguments: The parsed command line.

    Returns:
        Exit code.

    Raises:
        DriveMoeError: Whatever went wrong, explained.
    """
    from drivemoe_ros.policy.checkpoint import require_new  # noqa: PLC0415  (torch takes seconds)
    from drivemoe_ros.policy.variants import architecture_named  # noqa: PLC0415
    from drivemoe_ros.training.seeing import Lesson, learn_to_see, save_eyes  # noqa: PLC0415

    require_one_or_more(arguments, "workers", "size", "samples")
    parameters = read_driving_parameters(arguments)
    policy = parameters.policy
    sizes = getattr(architecture_named(policy.system), policy.size).vision
    load_rig(arguments.rig)  # a wrong one is told now, and once
    jobs = [
        PaintJob(
            family=family,
            seed=seed,
            folder=arguments.out / "pictures",
            rig=arguments.rig,
            parameters=parameters,
            size_px=arguments.size,
            image_size=sizes.image_size,
            grid=sizes.image_size // sizes.patch_size,
        )
        for family in choose_families(arguments.families, FAMILIES)
        for seed in choose_seeds(arguments.seeds)
    ]
    refuse_what_is_there(arguments)
    checkpoint = arguments.out / "checkpoint"
    require_new(checkpoint)
    lacking = [job for job in jobs if not job.path.exists()]
    for _ in run_with_bar("painting", paint_one, lacking, arguments.workers, lambda job: job.path.stem):
        pass
    painted = [job.path for job in jobs if job.path.exists()]
    if len(painted) < 2:  # noqa: PLR2004  (one to learn from, one for the score)
        msg = f"Drives painted: {len(painted)}, but one is kept for the score and others are needed; give more --seeds."
        raise InputError(msg)
    held_out, learnt = read_pictures(painted[::HELD_OUT_EVERY]), read_pictures(_others(painted))
    lesson = Lesson(policy.system, policy.size, arguments.samples, policy.seed, arguments.workers)
    with _bar() as progress:
        task = progress.add_task("learning to see", total=lesson.samples, last="")

        def progressed(looked_at: int, loss: float) -> None:
            progress.update(task, completed=looked_at, last=f"loss {loss:.4f}")

        eyes, explained_C = learn_to_see(lesson, learnt, held_out, progressed)
    shares = dict(zip(CHANNELS, explained_C, strict=True))
    words = ", ".join(f"{name} {share:.2f}" for name, share in shares.items() if math.isfinite(share))
    facts = {
        "weights": "a picture encoder that saw painted pictures; the rest is random",
        "seed": str(lesson.seed),
        "pictures": str(len(learnt.pictures_NSS3)),
        "looked at": str(lesson.samples),
        "variance explained on held-out drives": words,
    }
    save_eyes(checkpoint, eyes, facts)
    print(f"{len(learnt.pictures_NSS3)} pictures, {len(held_out.pictures_NSS3)} held out; variance explained: {words}")
    print(f"Train from it by --eyes {checkpoint}")
    return 0


def _others(painted: Sequence[pathlib.Path]) -> list[pathlib.Path]:
    return [path for place, path in enumerate(painted) if place % HELD_OUT_EVERY]


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn(), TextColumn("{task.fields[last]}"))
    return Progress(*columns, console=Console(stderr=True), transient=True)
