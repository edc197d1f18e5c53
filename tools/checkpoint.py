"""Record, train and drive: how the checkpoint that comes with the package was made (``make checkpoint``).

Everything lies in one folder and goes on where it was interrupted. With another recipe it trains and scores an
ablation on the same data (``make checkpoint ARGS="--recipe front_back"``), and ``python -m tools.ablations`` prints
what came of all that were run.
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
from drivemoe_ros.training.settings import TrainingSettings, build_settings, read_recipe
from drivemoe_ros.world.scenarios.catalogue import FAMILIES, SEEDS
from tools.checkpoint_card import RECORDED, write_card
from tools.checkpoint_rounds import EYES_SEEDS, ROUNDS, TEST, VALIDATION, Recording
from tools.layout import ROOT

RECIPE = "mini"


# Of each skill at least so many routes in each repetition.
ROUTES = 10
# As many of the recorded test drives, evenly spaced.
SAMPLES = 4000
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
    parser.add_argument("--repetitions", type=int, default=3, help="of the test drives (default %(default)s)")
    arguments = parser.parse_args(words)
    os.chdir(ROOT)
    try:
        for command in commands(arguments.recipe, arguments.work, arguments.processes, arguments.repetitions):
            print("$", " ".join(command), flush=True)
            subprocess.run(command, check=True)
    except subprocess.CalledProcessError as error:
        print(f"That ended with exit code {error.returncode}; the same command goes on from there.", file=sys.stderr)
        return 1
    runs = run_folders(arguments.work, arguments.recipe)
    drives = [list(drive_folders(runs[-1], number).values()) for number in range(arguments.repetitions)]
    write_card(runs, drives)
    if arguments.recipe == RECIPE:
        shipped = ROOT / "config" / SHIPPED / RECIPE
        shutil.rmtree(shipped, ignore_errors=True)
        shutil.copytree(runs[-1] / "checkpoint", shipped)
    return 0


def commands(recipe: str, work: pathlib.Path, processes: int, repetitions: int) -> Iterator[list[str]]:
    """Yield the commands that are left to run, one after the other.

    Args:
        recipe: Name in config/training.
        work: Where all of it goes.
        processes: How many to use.
        repetitions: Of the test drives.

    Yields:
        Words of a command.
    """
    settings = build_settings(read_recipe(recipe))
    workers = ["--workers", str(processes)]
    record = [*DRIVEMOE, "record", *workers, "--resume"]
    validation = str(work / VALIDATION.name)
    yield [*record, *_recording_words(VALIDATION, "validation", work)]
    eyes = work / "eyes"
    if not (eyes / "checkpoint").is_dir():
        resume = ["--resume"] if eyes.exists() else []
        yield [*DRIVEMOE, "pretrain", *_seeds("train", *EYES_SEEDS), *workers, "--out", str(eyes), *resume]
    train = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", str(processes), *DRIVEMOE[1:], "train"]
    train += ["--validation", validation, "--recipe", recipe]
    # All recipes learn from where mini led, so that they have the same data.
    runs, leaders = run_folders(work, recipe), run_folders(work, RECIPE)
    data: list[str] = []
    for number, (step, run) in enumerate(zip(ROUNDS, runs, strict=True)):
        for recording in step.recordings:
            led = ["--checkpoint", str(leaders[number - 1] / "checkpoint")] if recording.is_led else []
            yield [*record, *_recording_words(recording, "train", work), *led]
            data.append(str(work / recording.name))
        if not (run / "checkpoint").is_dir():
            start = ["--init", str(runs[number - 1] / "checkpoint")] if number else ["--eyes", str(eyes / "checkpoint")]
            resume = ["--resume"] if run.exists() else []
            words = _training_words(settings, step.samples, is_first=number == 0)
            yield [*train, "--data", *data, *start, *words, "--out", str(run), *resume]
    yield [*record, *_recording_words(TEST, "test", work)]
    recorded, weights = runs[-1] / RECORDED, str(runs[-1] / "checkpoint")
    system = ["--set", f"policy.system={settings.network.system}"]
    if not recorded.is_file():
        found = ["--samples", str(SAMPLES), "--json", str(recorded)]
        yield [*DRIVEMOE, "evaluate", str(work / TEST.name), "--checkpoint", weights, *system, *found]
    for number in range(repetitions):
        options = ["--driver", weights, *system, *workers, "--overwrite"]
        for skill, drives in drive_folders(runs[-1], number).items():
            count = math.ceil(ROUTES / sum(name.split("/")[0] == skill for name in FAMILIES))
            if not (drives / "scores.json").is_file():
                where = [*_seeds("test", number * ROUTES, number * ROUTES + count), "--out", str(drives)]
                yield [*DRIVEMOE, "drive", skill, *where, *options]


def run_folders(work: pathlib.Path, recipe: str) -> list[pathlib.Path]:
    """Return where a recipe's trainings go: its first stage, then its second, as often as data is added."""
    middle = [f"{recipe}_round{number}" for number in range(1, len(ROUNDS) - 1)]
    return [work / name for name in (f"{recipe}_stage1", *middle, recipe)]


def drive_folders(run: pathlib.Path, number: int) -> dict[str, pathlib.Path]:
    """Return where the drives of a repetition go, by skill."""
    return {skill: run / f"drives_{number}" / skill for skill in SKILL_NAMES}


def _training_words(settings: TrainingSettings, samples: int, *, is_first: bool) -> list[str]:
    """Return what a round sets; a recipe without a second stage spends those rounds in the first, as slowly."""
    words = []
    stage = 1 if is_first or settings.stage2.samples == 0 else 2
    if stage == 1 and not is_first:
        words = ["--set", f"stage1.rate={settings.stage2.rate}"]
    return [*words, "--set", f"stage{stage}.samples={samples}", "--set", f"stage{3 - stage}.samples=0"]


def _recording_words(recording: Recording, kind: str, work: pathlib.Path) -> list[str]:
    where = [*_seeds(kind, *recording.seeds), "--out", str(work / recording.name)]
    return ["--families", *recording.families, *where, *recording.options]


def _seeds(kind: str, first: int, end: int) -> list[str]:
    zero = SEEDS[kind][0]
    return ["--seeds", f"{zero + first}:{zero + end}"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
