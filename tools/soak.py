"""Drives for an hour in the built-in world while faults happen at random, and looks for what leaks or is missed.

One process, one vehicle; road after road, as fast as it goes. A row a minute of the world's time; docs/soak.md tells
what came of it. The exit code is 1 where memory grew, something was left open, or something passed unnoticed.
"""

import argparse
import dataclasses
import functools
import os
import pathlib
import sys
import time
from collections.abc import Sequence
from fnmatch import fnmatchcase

from drivemoe_ros.cli.drive_job import loaded_policy
from drivemoe_ros.cli.json_file import require_folder_of, write_json
from drivemoe_ros.errors import DriveMoeError, ParameterError
from drivemoe_ros.faults.catalogue import FAULTS
from drivemoe_ros.faults.drive import Equipment
from drivemoe_ros.faults.fault import Fault
from drivemoe_ros.faults.soak import Soak
from drivemoe_ros.parameters.load import build_parameters, parse_overrides
from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.world.cameras.renderer import SceneRenderer
from drivemoe_ros.world.drivers import refuse_untrained
from tools.soak_report import Reading, as_json, compare, summary

PROCESS = pathlib.Path("/proc/self")
MIB = 2**20
# Thirds of the time are compared.
LEAST_MINUTES = 3
# Fewer faults a minute than this means that the vehicle does not come back to driving.
LEAST_A_MINUTE = 2.0
COLUMNS = ("minute", "roads", "faults", "resident (MiB)", "threads", "descriptors", "times real time")


def main(words: Sequence[str]) -> int:
    """Drive, print a row a minute, and say what is wrong.

    Args:
        words: Command line.

    Returns:
        Exit code.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=60, metavar="N", help="of the world (default %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the faults and their times (default %(default)s)")
    parser.add_argument("--checkpoint", default="mini", help="who drives (default %(default)s)")
    parser.add_argument("--rig", default="bench2drive", help="shipped rig or .yaml file (default %(default)s)")
    parser.add_argument("--size", type=int, default=224, metavar="PX", help="side of pictures (default %(default)s)")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="any parameter")
    parser.add_argument("--without", nargs="+", default=[], metavar="FAULT", help="faults to leave out, also as a*")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="also write what was found there")
    arguments = parser.parse_args(words)
    try:
        faults = faults_without(arguments.without)
        _check_numbers(arguments.minutes, arguments.seed)
        require_folder_of(arguments.json)
        return soak(equip(arguments), arguments.minutes, arguments.seed, arguments.json, faults)
    except (DriveMoeError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Interrupted; nothing was written to a file.", file=sys.stderr)
        return 130


def faults_without(patterns: Sequence[str]) -> list[Fault]:
    """Return the faults that may happen.

    Args:
        patterns: Names of faults to leave out, also with *.

    Returns:
        All others, at least one.

    Raises:
        ParameterError: If a pattern means none, or they leave none.
    """
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in FAULTS):
            msg = f"--without '{pattern}' means no fault; `drivemoe inject --list` shows all {len(FAULTS)}."
            raise ParameterError(msg)
    faults = [fault for name, fault in FAULTS.items() if not any(fnmatchcase(name, p) for p in patterns)]
    if not faults:
        msg = "--without leaves out every fault; name fewer."
        raise ParameterError(msg)
    return faults


def _check_numbers(minutes: int, seed: int) -> None:
    if minutes < LEAST_MINUTES:
        msg = f"{minutes} minutes are too few to compare thirds of them; give --minutes {LEAST_MINUTES} or more."
        raise ParameterError(msg)
    if seed < 0:
        msg = f"--seed is {seed}, but it must be 0 or more."
        raise ParameterError(msg)


def equip(arguments: argparse.Namespace) -> Equipment:
    """Load policy, rig and parameters.

    Args:
        arguments: The parsed command line.

    Returns:
        What the vehicle is made of.

    Raises:
        DriveMoeError: If something cannot be loaded, or the policy is untrained.
    """
    settings = ["control.mode=pure_pursuit", f"policy.checkpoint={arguments.checkpoint}", *arguments.set]
    parameters, rig = build_parameters(parse_overrides(settings)), load_rig(arguments.rig)
    policy = loaded_policy(parameters.policy, parameters.ego)
    refuse_untrained(policy, parameters)
    size_px = (arguments.size, arguments.size)
    return Equipment(policy, rig, parameters, functools.partial(SceneRenderer, cameras=rig.cameras, size_px=size_px))


def soak(
    equipment: Equipment,
    minutes: int,
    seed: int,
    file: pathlib.Path | None = None,
    faults: Sequence[Fault] = tuple(FAULTS.values()),
) -> int:
    """Drive for so long and print what came of it.

    Args:
        equipment: What the vehicle is made of.
        minutes: In the world's time [min], 3 at least.
        seed: Of the faults and their times.
        file: For the same as JSON; None for none.
        faults: What may happen.

    Returns:
        0, or 1 if something is wrong.

    Raises:
        DriveMoeError: If a road cannot be made, or the file not be written.
    """
    driver, readings = Soak(equipment, seed, faults), list[Reading]()
    print(f"| {' | '.join(COLUMNS)} |", "| --- " * len(COLUMNS) + "|", sep="\n")
    for minute in range(1, minutes + 1):
        begun_s = time.monotonic()
        driver.drive_on(60.0)
        readings.append(_read(minute, driver, 60.0 / (time.monotonic() - begun_s)))
        print(f"| {' | '.join(_cell(value) for value in dataclasses.astuple(readings[-1]))} |", flush=True)
    growth_percent, leaks = compare(readings)
    least = LEAST_A_MINUTE * minutes
    few = [] if sum(driver.findings.values()) >= least else [f"there were fewer than {least:g} faults"]
    wrong = [*leaks, *few, *driver.wrong]
    print("", summary(driver, growth_percent, wrong), sep="\n")
    if file is not None:
        write_json(as_json(driver, readings, growth_percent, wrong), file)
    return int(bool(wrong))


def _read(minute: int, driver: Soak, speed: float) -> Reading:
    pages = int((PROCESS / "statm").read_text(encoding="ascii").split()[1])
    return Reading(
        minute=minute,
        num_roads=driver.num_roads,
        num_faults=sum(driver.findings.values()),
        resident_mib=pages * os.sysconf("SC_PAGESIZE") / MIB,
        num_threads=sum(1 for _ in (PROCESS / "task").iterdir()),
        num_descriptors=sum(1 for _ in (PROCESS / "fd").iterdir()) - 1,  # one is open to list them
        speed=speed,
    )


def _cell(value: float) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
