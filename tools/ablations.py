"""What came of the ablations that ``make checkpoint ARGS="--recipe NAME"`` has trained and scored, as one table."""

import argparse
import json
import pathlib
import sys
from collections.abc import Sequence

from tools.checkpoint import run_folders
from tools.checkpoint_card import spread

# The paper's order: what DriveMoE is made of is added piece by piece.
ROWS = {
    "front": "Drive-pi0, front only",
    "front_back": "Drive-pi0, front and back",
    "no_vision_experts": "DriveMoE without the view router",
    "no_action_experts": "DriveMoE without the skill experts",
    "token": "DriveMoE, skill experts for each action token",
    "stage1_only": "DriveMoE, stage 1 alone",
    "mini": "DriveMoE",
}
COLUMNS = ("driving score", "success", "mean ability", "speed", "comfort")


def main(words: Sequence[str]) -> int:
    """Print the table.

    Args:
        words: Command line.

    Returns:
        Exit code.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("out/checkpoint"), help="where the runs are")
    work = parser.parse_args(words).work
    figures = {recipe: _read(run_folders(work, recipe)[-1] / "figures.json") for recipe in ROWS}
    print(f"| system | repetitions | {' | '.join(COLUMNS)} |")
    print("| --- " * (len(COLUMNS) + 2) + "|")
    for recipe, name in ROWS.items():
        found = figures[recipe]
        cells = ["not run"] * (len(COLUMNS) + 1)
        if found is not None:
            cells = [str(len(found["driving score"])), *(spread(found[column]) for column in COLUMNS)]
        print(f"| {name} | {' | '.join(cells)} |")
    return 0


def _read(path: pathlib.Path) -> dict[str, list[float | None]] | None:
    if not path.is_file():
        return None
    figures: dict[str, list[float | None]] = json.loads(path.read_text(encoding="utf-8"))
    return figures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
