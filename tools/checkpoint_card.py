"""The model card of a checkpoint: what it learnt from, how it drives, and where it fails."""

import json
import pathlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import yaml

from drivemoe_ros.cli.score_table import router_as_json
from drivemoe_ros.data.drive import DriveLog
from drivemoe_ros.data.skills import SKILL_NAMES
from drivemoe_ros.evaluation.following import Following
from drivemoe_ros.evaluation.log_file import read_log
from drivemoe_ros.evaluation.scores import Scores, score_drives
from drivemoe_ros.policy.manifest import read_manifest

# Scores on recorded drives, beside the run.
RECORDED = "recorded.json"
ROUTER_COLUMNS = ("accuracy", "macro_f1", "accuracy_always_commonest", "macro_f1_always_commonest")
POINTS = 24
CURVES = {"flow": "training", "ADE (m)": "validation", "view accuracy": "validation", "skill accuracy": "validation"}
LIMITS = """## Limits
- It has seen the built-in world only: flat colours, boxes for cars. On a real vehicle its plans are worthless.
- The network looks at 84 pixels: what is small is seen from near only.
- It has 2.9 M parameters and learnt to see from pictures of this world alone; the release has 3 B and starts from
  PaliGemma.
- Scores are of this world and compare with nothing that was measured in CARLA (docs/evaluation.md).
"""


def write_card(runs: Sequence[pathlib.Path], repetitions: Sequence[Sequence[pathlib.Path]]) -> None:
    """Write the card beside the weights, and the figures of each repetition beside the run.

    Args:
        runs: Folders of the training runs, each of which started from the one before; the last is described.
        repetitions: Folders of drives, of each repetition.
    """
    run = runs[-1]
    drives = [_read_logs(folders) for folders in repetitions]
    scores = [score_drives(logs) for logs in drives]
    together = score_drives([log for logs in drives for log in logs])
    manifest = read_manifest(run / "checkpoint")
    curve: list[dict[str, Any]] = []
    for each in runs:
        first = curve[-1]["step"] if curve else 0
        curve += [{**point, "step": point["step"] + first} for point in _read_curve(each)]
    earlier = {f"command {number}": _command(each) for number, each in enumerate(runs[:-1], start=1)}
    facts = {**earlier, **manifest.source, "time in steps": f"{_hours(curve, _batch_size(run)):.1f} h"}
    parts = [
        f"# {manifest.name}\n",
        f"Weights of `{manifest.architecture}`, trained and driven by `make checkpoint` in the built-in world.\n",
        _facts(facts),
        "## In a closed loop, on test seeds\n",
        _drive_table(drives, scores),
        _infractions(together),
        _router_table({"view": router_as_json(together.view_router), "skill": router_as_json(together.skill_router)}),
        recorded(run / RECORDED),
        "## While it learnt\n",
        *(_chart(curve, name, kind) for name, kind in CURVES.items()),
        LIMITS,
    ]
    (run / "checkpoint" / "README.md").write_text("\n".join(part for part in parts if part), encoding="utf-8")
    figures = {name: [get(each) for each in scores] for name, get in FIGURES.items()}
    (run / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


FIGURES: dict[str, Callable[[Scores], float | None]] = {
    "driving score": lambda scores: scores.driving,
    "success": lambda scores: scores.success,
    "mean ability": lambda scores: scores.mean_ability,
    "route": lambda scores: scores.completion,
    "speed": lambda scores: scores.efficiency,
    "comfort": lambda scores: scores.comfort,
}


def _facts(facts: dict[str, str]) -> str:
    rows = [f"| {name} | {value.replace('|', '/')} |" for name, value in facts.items()]
    return "\n".join(["| | |", "| --- | --- |", *rows, ""])


def _drive_table(drives: Sequence[Sequence[DriveLog]], scores: Sequence[Scores]) -> str:
    lines = [
        f"Repetitions, on other routes each: {len(drives)}; mean ± standard deviation.\n",
        "| skill | routes | driving score | success |",
        "| --- | --- | --- | --- |",
    ]
    for skill in SKILL_NAMES:
        of_skill = [score_drives([log for log in logs if log.skill == skill]) for logs in drives]
        lines.append(_row(skill, of_skill))
    lines += [_row("all", scores), ""]
    names = [name for name in FIGURES if name not in {"driving score", "success"}]
    words = [f"{name} {spread([FIGURES[name](each) for each in scores])} %" for name in names]
    return "\n".join([*lines, f"Over all: {', '.join(words)}.", ""])


def _infractions(scores: Scores) -> str:
    words = [f"{kind} {count}" for kind, count in sorted(scores.infractions.items(), key=lambda item: -item[1])]
    return f"Infractions: {', '.join(words)}.\n" if words else ""


def _row(name: str, scores: Sequence[Scores]) -> str:
    routes = sum(each.num_drives for each in scores)
    driving, success = (
        spread([get(each) for each in scores]) for get in (FIGURES["driving score"], FIGURES["success"])
    )
    return f"| {name} | {routes} | {driving} | {success} % |"


def spread(values: Sequence[float | None]) -> str:
    """Return mean and standard deviation of what is known; "-" for nothing."""
    known = [value for value in values if value is not None]
    if not known:
        return "-"
    deviation = f" ± {np.std(known, ddof=1):.1f}" if len(known) > 1 else ""
    return f"{np.mean(known):.1f}{deviation}"


def recorded(path: pathlib.Path) -> str:
    """Return what `drivemoe evaluate --json` wrote into a file, as a section of the card."""
    found = json.loads(path.read_text(encoding="utf-8"))
    ahead, aside = (Following(**found[f"followed_{where}"]) for where in ("ahead", "aside"))
    words = (
        f"Of {found['samples']} moments: ADE {found['ade_m']:.3f} m, FDE {found['fde_m']:.3f} m; going straight on at "
        f"the same speed {found['ade_straight_on_m']:.3f} m. Of what is driven otherwise, plans follow ahead {ahead} "
        f"and to the side {aside}.\n"
    )
    routers = _router_table({name: found[f"{name}_router"] for name in ("view", "skill")})
    return f"## On recorded test drives of the expert\n\n{words}\n{routers}"


def _router_table(routers: dict[str, dict[str, Any] | None]) -> str:
    rows = []
    for name, score in routers.items():
        if score is not None:
            cells = " | ".join(f"{score[column]:.3f}" for column in ROUTER_COLUMNS)
            rows.append(f"| {name} | {score['num']} | {cells} |")
    head = "| router | decisions | accuracy | macro F1 | accuracy* | macro F1* |"
    note = "* of a router that always chooses the commonest label"
    return "\n".join([head, "| --- " * 6 + "|", *rows, "", note, ""]) if rows else ""


def _read_curve(run: pathlib.Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "curve.jsonl").read_text(encoding="utf-8").splitlines()]


def _command(run: pathlib.Path) -> str:
    return str(json.loads((run / "run.json").read_text(encoding="utf-8"))["command"])


def _read_logs(folders: Sequence[pathlib.Path]) -> list[DriveLog]:
    return [read_log(path) for folder in folders for path in sorted((folder / "logs").glob("*.json"))]


def _batch_size(run: pathlib.Path) -> int:
    settings = yaml.safe_load(json.loads((run / "run.json").read_text(encoding="utf-8"))["settings"])
    return int(settings["optimizer"]["batch_size"])


def _hours(curve: Sequence[dict[str, Any]], batch_size: int) -> float:
    """Return the time that the steps took, by the rates in the curve."""
    before, seconds = 0, 0.0
    for point in curve:
        if point["kind"] == "training":
            seconds += (point["step"] - before) * batch_size / point["samples/s"]
            before = point["step"]
    return seconds / 3600


def _chart(curve: Sequence[dict[str, Any]], name: str, kind: str) -> str:
    points = [(point["step"], point[name]) for point in curve if point["kind"] == kind and name in point]
    if not points:
        return ""
    chosen = np.unique(np.linspace(0, len(points) - 1, min(POINTS, len(points))).astype(int))
    steps, values = zip(*(points[index] for index in chosen), strict=True)
    axis = ", ".join(str(step) for step in steps)
    line = ", ".join(f"{value:.3g}" for value in values)
    title = f'  title "{name} ({kind}) by step"'
    return "\n".join(["```mermaid", "xychart-beta", title, f"  x-axis [{axis}]", f"  line [{line}]", "```", ""])
