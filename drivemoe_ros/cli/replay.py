"""``drivemoe replay``: a recorded drive in, planned trajectories, chosen views and active experts out."""

from __future__ import annotations

import argparse
import pathlib
from contextlib import ExitStack
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from drivemoe_ros.bags.match_rig import match_rig
from drivemoe_ros.bags.reader import BagReader
from drivemoe_ros.bags.replay import Replay, ReplayObserver, ReplayOptions
from drivemoe_ros.bags.writer import BagWriter
from drivemoe_ros.cli.options import add_parameter_options, read_parameters
from drivemoe_ros.cli.pictures import PictureRecorder
from drivemoe_ros.cli.table import print_summary
from drivemoe_ros.errors import InputError, OutputError, ParameterError
from drivemoe_ros.parameters.rig import load_rig

if TYPE_CHECKING:
    from drivemoe_ros.bags.summary import ReplaySummary

EXAMPLE = """example:
  drivemoe replay drive.mcap --output plans --rig carla --start 5 --duration 20 \\
      --copy '/carla/hero/CAM_FRONT/*' --pictures plans_pictures
  ros2 bag play plans        # with the install space sourced; plans.json holds the summary and the timings

Two runs with the same input and parameters write the same bytes."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "replay",
        help="run a recorded drive through the policy",
        description="Run a recorded drive (rosbag2 sqlite3 or MCAP, or ROS 1) through the policy and write an MCAP bag "
        "with the planned trajectory, the chosen view, the active experts and the state.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("bag", type=pathlib.Path, metavar="BAG", help="bag folder, or a .mcap, .db3 or .bag file")
    parser.add_argument(
        "--output", type=pathlib.Path, required=True, metavar="OUT", help="bag to write; OUT.json goes beside it"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace OUT if it is there")
    parser.add_argument(
        "--rig", default="bench2drive", help="shipped rig or .yaml file (default %(default)s; see `drivemoe rigs`)"
    )
    parser.add_argument("--start", type=float, default=0.0, metavar="S", help="seconds to skip at the beginning")
    parser.add_argument("--duration", type=float, metavar="S", help="seconds to replay (default: to the end)")
    parser.add_argument(
        "--rate", type=float, metavar="X", help="recorded seconds a second, as in `ros2 bag play`; default: flat out"
    )
    parser.add_argument(
        "--copy", action="append", default=[], metavar="TOPIC", help="copy a topic from BAG; * matches; may be repeated"
    )
    parser.add_argument("--pictures", type=pathlib.Path, metavar="FOLDER", help="also draw pictures of the drive there")
    parser.add_argument(
        "--picture-every", type=float, default=1.0, metavar="S", help="recorded seconds between pictures (default 1)"
    )
    add_parameter_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Replay one bag.

    Args:
        arguments: The parsed command line.

    Returns:
        Exit code.

    Raises:
        DriveMoeError: Whatever went wrong, explained.
    """
    _check_numbers(arguments)
    parameters = read_parameters(arguments)
    rig = load_rig(arguments.rig)
    console = Console(stderr=True)
    with ExitStack() as stack:
        reader = stack.enter_context(BagReader(arguments.bag))
        names = match_rig(reader.connections, rig)
        with console.status("loading the policy"):
            from drivemoe_ros.assemble import build_pipeline  # noqa: PLC0415  (torch takes seconds to import)

            pipeline = build_pipeline(parameters, rig)
        writer = stack.enter_context(BagWriter(arguments.output, overwrite=arguments.overwrite))
        pictures = PictureRecorder(arguments.pictures, arguments.picture_every, pipeline.policy.spec, parameters.image)
        columns = (TextColumn("replaying"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeRemainingColumn())
        progress = stack.enter_context(Progress(*columns, console=console, transient=True))
        task = progress.add_task("replay", total=1.0)
        observer = ReplayObserver(lambda share: progress.update(task, completed=share), pictures.record)
        options = ReplayOptions(arguments.start, arguments.duration, arguments.rate, tuple(arguments.copy))
        summary = Replay(reader, names, pipeline, writer, rig.base_frame).run(options, observer)
    pictures.finish()
    _report(summary, arguments.output, pictures.folder)
    return 0


def _report(summary: ReplaySummary, output: pathlib.Path, pictures: pathlib.Path | None) -> None:
    json_path = output.with_name(output.name + ".json")
    try:
        summary.write_json(json_path)
    except OSError as error:
        msg = f"{json_path} cannot be written ({error.strerror}), but the bag {output} is complete."
        raise OutputError(msg) from error
    print_summary(summary, json_path, pictures)
    if not summary.num_plans:
        why = _why_no_plan(summary)
        msg = f"No plan came of {summary.bag}: {why}; mend that (docs/inputs.md), {output} has the states."
        raise InputError(msg)


def _why_no_plan(summary: ReplaySummary) -> str:
    # The newest kind of reason: those before it are of a history that is still filling.
    reason = next(reversed(summary.reasons), "no picture of the front camera")
    if not summary.rejected:
        return reason
    topic, problem = max(summary.rejected.items(), key=lambda item: item[1].count)
    first = problem.first.rstrip(".")
    return f"{reason}, while messages on {topic} could not be used ({problem.count} x, first: {first})"


def _check_numbers(arguments: argparse.Namespace) -> None:
    limits = {"start": 0.0, "duration": 1e-9, "rate": 1e-9, "picture_every": 1e-9}
    for name, minimum in limits.items():
        value = getattr(arguments, name)
        if value is not None and not minimum <= value < float("inf"):
            option = "--" + name.replace("_", "-")
            wanted = "0 or more" if not minimum else "more than 0"
            msg = f"{option} is {value:g}, but it must be a number of {wanted}."
            raise ParameterError(msg)
