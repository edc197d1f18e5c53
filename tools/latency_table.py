"""How well a policy drives when its plans come late, with and without making up for it, as one table (docs/latency.md).

Everything lies in one folder, a run a row; what is there already is not driven again, and what is there of other
families, seeds or drivers is refused.
"""

import argparse
import json
import os
import pathlib
import shlex
import subprocess
import sys
from collections.abc import Sequence

DELAYS_MS = (0, 100, 200, 300)
# In the folder of a run: what `drivemoe drive` writes at its end, and then what it was asked for.
SCORES, COMMAND = "scores.json", "command.txt"
COLUMNS = {
    "driving score": "driving_score",
    "success (%)": "success_percent",
    "route (%)": "completion_percent",
    "comfort (%)": "comfort_percent",
}


def main(words: Sequence[str]) -> int:
    """Drive what is missing and print the table.

    Args:
        words: Command line.

    Returns:
        Exit code.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("families", nargs="*", default=["all"], metavar="FAMILY", help="what to drive (default all)")
    parser.add_argument("--seeds", default="200000:200003", metavar="A:B", help="default %(default)s")
    parser.add_argument("--driver", default="mini", help="a checkpoint (default %(default)s)")
    parser.add_argument("--delays", type=int, nargs="+", default=DELAYS_MS, metavar="MS", help="default 0 100 200 300")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="default: a core each, %(default)s")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("out/latency"), help="default %(default)s")
    arguments = parser.parse_args(words)
    drive = [*arguments.families, "--seeds", arguments.seeds, "--driver", arguments.driver]
    # Without delay there is nothing to make up for.
    runs = [(delay, made_up) for delay in arguments.delays for made_up in (True, False) if delay or made_up]
    lines = [f"| delay (ms) | made up for | drives | {' | '.join(COLUMNS)} |", "| --- " * (len(COLUMNS) + 3) + "|"]
    for delay, made_up in runs:
        folder = arguments.work / f"{delay}_{'made_up' if made_up else 'as_it_comes'}"
        late = [*drive, "--delay", str(delay), "--set", f"control.compensate_latency={str(made_up).lower()}"]
        code = _make(late, folder, arguments.workers)
        if code:
            return code
        lines.append(_row(delay, folder / SCORES, made_up=made_up))
    print("\n".join(lines))
    return 0


def _make(drive: Sequence[str], folder: pathlib.Path, num_workers: int) -> int:
    """Drive unless the folder holds the same drives; return an exit code."""
    noted = folder / COMMAND
    if (folder / SCORES).is_file():
        if noted.is_file() and noted.read_text(encoding="utf-8") == shlex.join(drive):
            return 0
        print(f"{folder} holds other drives than are asked for; choose another --work or remove it.", file=sys.stderr)
        return 2
    command = [sys.executable, "-m", "drivemoe_ros.cli", "drive", *drive, "--workers", str(num_workers), "--overwrite"]
    try:
        subprocess.run([*command, "--out", str(folder)], check=True)
    except subprocess.CalledProcessError as error:
        print(
            f"`drivemoe drive` ended with exit code {error.returncode}; once that is mended the same command goes on.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("Interrupted; the same command goes on from there.", file=sys.stderr)
        return 130
    noted.write_text(shlex.join(drive), encoding="utf-8")
    return 0


def _row(delay: int, scores: pathlib.Path, *, made_up: bool) -> str:
    found = json.loads(scores.read_text(encoding="utf-8"))["scores"]["all"]
    cells = ["-" if found[key] is None else f"{found[key]:.1f}" for key in COLUMNS.values()]
    how = ("yes" if made_up else "no") if delay else "-"
    return f"| {delay} | {how} | {found['num_drives']} | {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
