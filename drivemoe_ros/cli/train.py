"""``drivemoe train``: from samples to a checkpoint, in two stages."""

from __future__ import annotations

import argparse
import pathlib

from drivemoe_ros.errors import ParameterError
from drivemoe_ros.parameters.load import parse_overrides

EXAMPLE = """examples:
  drivemoe train --data samples/train --validation samples/validation --recipe mini --out out/mini
  drivemoe train --data samples/train --validation samples/validation --recipe mini --out out/mini --resume
  accelerate launch --multi_gpu -m drivemoe_ros.cli train --data samples/train --recipe mini --out out/mini

OUT/checkpoint drives when training is done, OUT/best is the best so far; tensorboard --logdir OUT shows the curves."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "train",
        help="train a policy on recorded samples",
        description="Train a policy in two stages on the samples that `drivemoe record` wrote.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--data", type=pathlib.Path, nargs="+", required=True, metavar="FOLDER", help="folders with samples to learn"
    )
    parser.add_argument(
        "--validation", type=pathlib.Path, nargs="+", default=[], metavar="FOLDER", help="folders with samples to test"
    )
    parser.add_argument(
        "--recipe", default="mini", metavar="NAME", help="one of config/training/ or a .yaml file (default %(default)s)"
    )
    parser.add_argument("--out", type=pathlib.Path, required=True, metavar="FOLDER", help="folder of the run; new")
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out")
    parser.add_argument("--init", type=pathlib.Path, metavar="CHECKPOINT", help="checkpoint folder to start from")
    parser.add_argument(
        "--eyes", type=pathlib.Path, metavar="CHECKPOINT", help="folder to take only the picture encoder from"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of everything random (default %(default)s)")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="any training setting; may be repeated"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train, and print where the checkpoint lies.

    Args:
        arguments: The parsed command line.

    Returns:
        Exit code.

    Raises:
        DriveMoeError: Whatever went wrong, explained.
    """
    if arguments.seed < 0:
        msg = f"--seed is {arguments.seed}, but it must be zero or more."
        raise ParameterError(msg)
    try:
        import accelerate  # noqa: F401, PLC0415  (only training needs it)
        import tensorboard  # noqa: F401, PLC0415
    except ImportError as error:
        msg = f"Training needs the package {error.name}; install what it needs by `pip install 'drivemoe_ros[train]'`."
        raise ParameterError(msg) from error
    from drivemoe_ros.training.run_folder import RunFolder  # noqa: PLC0415  (torch takes seconds)
    from drivemoe_ros.training.settings import build_settings, read_recipe  # noqa: PLC0415
    from drivemoe_ros.training.shards import open_shards  # noqa: PLC0415
    from drivemoe_ros.training.trainer import RunPlan, train  # noqa: PLC0415

    settings = build_settings({**read_recipe(arguments.recipe), **parse_overrides(arguments.set)})
    data = open_shards(arguments.data)
    plan = RunPlan(
        settings=settings,
        data=data,
        validation=open_shards(arguments.validation) if arguments.validation else None,
        folder=RunFolder(arguments.out),
        initial=arguments.init,
        eyes=arguments.eyes,
        seed=arguments.seed,
        resume=arguments.resume,
        facts={
            "name": arguments.out.name,
            "recipe": arguments.recipe,
            "seed": str(arguments.seed),
            "samples": str(sum(map(len, data.shards))),
            "start": _start(arguments),
            "command": _command(arguments),
        },
    )
    checkpoint = train(plan)
    if checkpoint is not None:
        print(f"Trained: {checkpoint}")
    return 0


def _start(arguments: argparse.Namespace) -> str:
    start = str(arguments.init or "random weights")
    return f"{start}, picture encoder of {arguments.eyes}" if arguments.eyes else start


def _command(arguments: argparse.Namespace) -> str:
    """Return the command that repeats this run; whether it was resumed makes no difference."""
    words = ["drivemoe train --data", *map(str, arguments.data)]
    if arguments.validation:
        words += ["--validation", *map(str, arguments.validation)]
    words += ["--recipe", arguments.recipe, "--out", str(arguments.out), "--seed", str(arguments.seed)]
    words += ["--init", str(arguments.init)] if arguments.init else []
    words += ["--eyes", str(arguments.eyes)] if arguments.eyes else []
    words += [word for setting in arguments.set for word in ("--set", setting)]
    return " ".join(words)
