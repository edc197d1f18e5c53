"""Record, train and drive: how the checkpoint that comes with the package was made (``make checkpoint``).

Everything lies in one folder and goes on where it was interrupted. The same command scores the paper's ablations:
``make checkpoint ARGS="--recipe front_back"``.
"""

import argparse
import math
import os
import pathlib
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence

from drivemoe_ros.data.skills import SKILL_NAMES
from drivemoe_ros.policy.shipped import FOLDER as SHIPPED
from drivemoe_ros.training.settings import read_recipe
from drivemoe_ros.world.scenarios.catalogue import FAMILIES, SEEDS
from tools.checkpoint_card import write_card
from tools.layout import ROOT

RECIPE = "mini"
TRAIN_SEEDS, VALIDATION_SEEDS = 20, 2
# Of each skill at least so many routes, in each of so many repetitions.
ROUTES, REPETITIONS = 10, 3
DRIVEMOE = (sys.executable, "-m", "drivemoe_ros.cli")


def main(words: Sequence[str]) -> int:
    """Make one checkpoint and score it.

    Args:
        words: Command line.

    Returns:
        Exit code.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipe", default=RECIPE, help="name in config/training (default %(default)s)")
    work = pathlib.Path("out/checkpoint")
    parser.add_argument("--work", type=pathlib.Path, default=work, help="where all of it goes (default %(default)s)")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="default: a core each, %(default)s")
    arguments = parser.parse_args(words)
    os.chdir(ROOT)
    try:
        for command in commands(arguments.recipe, arguments.work, arguments.processes):
            print("$", " ".join(command), flush=True)
            subprocess.run(command, check=True)
    except subprocess.CalledProcessError as error:
        print(f"That ended with exit code {error.returncode}; the same command goes on from there.", file=sys.stderr)
        return 1
    run = arguments.work / arguments.recipe
    write_card(run, [list(drive_folders(run, number).values()) for number in range(REPETITIONS)])
    if arguments.recipe == RECIPE:
        shipped = ROOT / "config" / SHIPPED / RECIPE
        shutil.rmtree(shipped, ignore_errors=True)
        shutil.copytree(run / "checkpoint", shipped)
    return 0


def commands(recipe: str, work: pathlib.Path, processes: int) -> Iterator[list[str]]:
    """Yield the commands that are left to run, one after the other.

    Args:
        recipe: Name in config/training.
        work: Where all of it goes.
        processes: How many to use.

    Yields:
        Words of a command.
    """
    workers = ["--workers", str(processes), "--resume"]
    train, validation = SEEDS["train"][0], SEEDS["validation"][0]
    record = [*DRIVEMOE, "record", "--families", "all", *workers, "--seeds"]
    yield [*record, f"{train}:{train + TRAIN_SEEDS}", "--out", str(work / "train")]
    yield [*record, f"{validation}:{validation + VALIDATION_SEEDS}", "--out", str(work / "validation"), "--steady"]
    run = work / recipe
    if not (run / "checkpoint").is_dir():
        launch = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", str(processes), *DRIVEMOE[1:]]
        data = ["--data", str(work / "train"), "--validation", str(work / "validation")]
        resume = ["--resume"] if run.exists() else []
        yield [*launch, "train", *data, "--recipe", recipe, "--out", str(run), *resume]
    system = str(read_recipe(recipe).get("network.system", "drivemoe"))
    for number in range(REPETITIONS):
        options = ["--set", f"policy.system={system}", "--set", f"policy.seed={number}", "--workers", str(processes)]
        for skill, drives in drive_folders(run, number).items():
            count = math.ceil(ROUTES / sum(name.split("/")[0] == skill for name in FAMILIES))
            first = SEEDS["test"][0] + number * ROUTES
            where = ["--seeds", f"{first}:{first + count}", "--out", str(drives), "--overwrite"]
            if not (drives / "scores.json").is_file():
                yield [*DRIVEMOE, "drive", skill, "--driver", str(run / "checkpoint"), *where, *options]


def drive_folders(run: pathlib.Path, number: int) -> dict[str, pathlib.Path]:
    """Return where the drives of a repetition go, by skill."""
    return {skill: run / f"drives_{number}" / skill for skill in SKILL_NAMES}
