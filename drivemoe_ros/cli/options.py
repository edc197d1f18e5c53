"""Options that several commands share."""

from __future__ import annotations

import argparse
import pathlib
from typing import TYPE_CHECKING

from drivemoe_ros.errors import OutputError, ParameterError
from drivemoe_ros.parameters.load import build_parameters, flatten, parse_overrides, without_node_only

if TYPE_CHECKING:
    from drivemoe_ros.parameters.schema import Parameters

# Shortcuts for the parameters that are changed most.
SHORTCUTS = {
    "policy": ("policy.system", "which system plans: drivemoe, drivepi0 or an ablation"),
    "checkpoint": (
        "policy.checkpoint",
        "checkpoint's folder, or mini, which comes with the package; else weights are random",
    ),
    "device": ("policy.device", "where the model runs: cpu, cuda or auto"),
    "seed": ("policy.seed", "seed of random weights and of the flow's noise"),
}


def add_parameter_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--params-file``, ``--set`` and the shortcuts."""
    group = parser.add_argument_group("parameters (`drivemoe parameters` lists all)")
    for word, (label, text) in SHORTCUTS.items():
        group.add_argument(f"--{word}", metavar=word.upper(), help=f"{text} ({label})")
    group.add_argument(
        "--params-file", type=pathlib.Path, metavar="FILE", help="ROS parameter file, as config/drivemoe.param.yaml"
    )
    group.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="any parameter; may be repeated"
    )


def add_world_options(parser: argparse.ArgumentParser) -> None:
    """Add what every command that runs the built-in world takes: ``--workers``, ``--rig`` and ``--size``."""
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes (default %(default)s)")
    parser.add_argument("--rig", default="bench2drive", help="shipped rig or .yaml file (default %(default)s)")
    parser.add_argument(
        "--size", type=int, default=224, metavar="PX", help="side of the painted pictures (default %(default)s)"
    )


def add_drive_options(parser: argparse.ArgumentParser) -> None:
    """Add which drives a recording is made of, and where it goes."""
    parser.add_argument("--families", nargs="+", default=["all"], metavar="FAMILY", help="what to drive (default all)")
    parser.add_argument("--seeds", required=True, metavar="A:B", help="seeds of each family, from A up to B")
    parser.add_argument("--out", type=pathlib.Path, required=True, metavar="FOLDER", help="where all of it goes")
    parser.add_argument("--resume", action="store_true", help="FOLDER is there: make only what it lacks")


def read_parameters(arguments: argparse.Namespace) -> Parameters:
    """Merge parameter file, shortcuts and ``--set``, the later ones winning.

    Args:
        arguments: The parsed command line.

    Returns:
        Checked parameters.

    Raises:
        ParameterError: If a name is unknown or a value does not fit.
    """
    values = without_node_only(flatten(arguments.params_file)) if arguments.params_file else {}
    chosen = {label: getattr(arguments, word) for word, (label, _) in SHORTCUTS.items()}
    shortcuts = [f"{label}={text}" for label, text in chosen.items() if text is not None]
    return build_parameters({**values, **parse_overrides([*shortcuts, *arguments.set])})


def read_driving_parameters(arguments: argparse.Namespace) -> Parameters:
    """Collect parameters for driving in the built-in world.

    Args:
        arguments: The parsed command line.

    Returns:
        As ``read_parameters``, but plans are followed at their true speed where nothing else was asked for: the
        released controller drives 1.4 times as fast as was planned (docs/model.md 14).

    Raises:
        ParameterError: If a file, name or value is wrong.
    """
    if not any(word.startswith("control.mode=") for word in arguments.set):
        arguments.set = [*arguments.set, "control.mode=pure_pursuit"]
    return read_parameters(arguments)


def refuse_what_is_there(arguments: argparse.Namespace) -> None:
    """Refuse to write into ``--out`` if it is there, unless ``--resume`` says to go on with it.

    Args:
        arguments: The parsed command line.

    Raises:
        OutputError: If it is there.
    """
    if arguments.out.exists() and not arguments.resume:
        msg = f"{arguments.out} is there already; choose another --out, or give --resume to go on with it."
        raise OutputError(msg)


def require_one_or_more(arguments: argparse.Namespace, *names: str) -> None:
    """Refuse options that are below one.

    Args:
        arguments: The parsed command line.
        *names: Its attributes to look at.

    Raises:
        ParameterError: If one is.
    """
    for name in names:
        if getattr(arguments, name) < 1:
            msg = f"--{name.replace('_', '-')} is {getattr(arguments, name)}, but it must be 1 or more."
            raise ParameterError(msg)
