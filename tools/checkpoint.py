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
from drivemoe_ros.training.settings import build_settings, read_recipe
from drivemoe_ros.world.scenarios.catalogue import FAMILIES, SEEDS
from tools.checkpoint_card import write_card
from tools.layout import ROOT

RECIPE = "mini"
TRAIN_SEEDS, HANDOVER_SEEDS, VALIDATION_SEEDS = 20, 2, 2
HANDOVER_WEIGHT = 10
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
    run, stage1 = run_folders(arguments.work, arguments.recipe)
    write_card(run, stage1, [list(drive_folders(run, number).values()) for number in range(REPETITIONS)])
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
    settings = build_settings(read_recipe(recipe))
    workers = ["--workers", str(processes)]
    recorded = {name: work / name for name in ("train", "validation", "handover")}
    record = [*DRIVEMOE, "record", "--families", "all", *workers, "--resume", "--out"]
    yield [*record, str(recorded["train"]), *_seeds("train", 0, TRAIN_SEEDS)]
    yield [*record, str(recorded["validation"]), *_seeds("validation", 0, VALIDATION_SEEDS), "--steady"]
    run, stage1 = run_folders(work, recipe)
    train = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", str(processes), *DRIVEMOE[1:]]
    train += [
        "train",
        "--validation",
        str(recorded["validation"]),
        "--recipe",
        recipe,
        "--data",
        str(recorded["train"]),
    ]
    if not (stage1 / "checkpoint").is_dir():
        yield [*train, "--set", "stage2.samples=0", "--out", str(stage1), *_resume(stage1)]
    # All recipes learn from where mini led after its first stage, so that they have the same data.
    novice = ["--checkpoint", str(run_folders(work, RECIPE)[1] / "checkpoint"), "--weight", str(HANDOVER_WEIGHT)]
    yield [*record, str(recorded["handover"]), *_seeds("train", TRAIN_SEEDS, HANDOVER_SEEDS), *novice]
    if not (run / "checkpoint").is_dir():
        start = ["--init", str(stage1 / "checkpoint"), "--set", "stage1.samples=0", "--out", str(run)]
        yield [*train, str(recorded["handover"]), *start, *_resume(run)]
    for number in range(REPETITIONS):
        options = ["--set", f"policy.system={settings.network.system}", "--set", f"policy.seed={number}", *workers]
        for skill, drives in drive_folders(run, number).items():
            count = math.ceil(ROUTES / sum(name.split("/")[0] == skill for name in FAMILIES))
            drive = [
                *DRIVEMOE,
                "drive",
                skill,
                "--driver",
                str(run / "checkpoint"),
                "--out",
                str(drives),
                "--overwrite",
            ]
            if not (drives / "scores.json").is_file():
                yield [*drive, *_seeds("test", number * ROUTES, count), *options]


def run_folders(work: pathlib.Path, recipe: str) -> tuple[pathlib.Path, pathlib.Path]:
    """Return where a recipe's training goes, and where its first stage goes."""
    return work / recipe, work / f"{recipe}_stage1"


def drive_folders(run: pathlib.Path, number: int) -> dict[str, pathlib.Path]:
    """Return where the drives of a repetition go, by skill."""
    return {skill: run / f"drives_{number}" / skill for skill in SKILL_NAMES}


def _seeds(kind: str, skipped: int, count: int) -> list[str]:
    first = SEEDS[kind][0] + skipped
    return ["--seeds", f"{first}:{first + count}"]


def _resume(run: pathlib.Path) -> list[str]:
    return ["--resume"] if run.exists() else []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
