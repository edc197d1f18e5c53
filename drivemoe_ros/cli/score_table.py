"""Scores of drives and routers as tables, and as JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table

from drivemoe_ros.data.drive import Ending
from drivemoe_ros.data.skills import SKILL_NAMES
from drivemoe_ros.evaluation.scores import score_drives

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drivemoe_ros.data.drive import DriveLog
    from drivemoe_ros.evaluation.routers import RouterScore
    from drivemoe_ros.evaluation.scores import Scores

COLUMNS = ("drives", "score", "success", "route", "speed", "comfort")
FIGURE_WIDTH = 7


def print_scores(logs: Sequence[DriveLog], title: str) -> None:
    """Print what drives are worth: a row a family, a row a skill, and all of them.

    Args:
        logs: At least one drive.
        title: Who drove.
    """
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("scenarios", overflow="fold")
    for name in COLUMNS:
        # Where the terminal is narrow, names are folded and figures stay whole.
        table.add_column(name, justify="right", no_wrap=True, min_width=FIGURE_WIDTH)
    for skill in SKILL_NAMES:
        of_skill = [log for log in logs if log.skill == skill]
        families = sorted({log.family for log in of_skill})
        for family in families:
            table.add_row(family, *_cells([log for log in of_skill if log.family == family]))
        if len(families) > 1:
            table.add_row(f"{skill}, all", *_cells(of_skill), style="bold")
        if families:
            table.add_section()
    scores = score_drives(logs)
    table.add_row("all", *_cells(logs), style="bold")
    console = Console()
    console.print(table)
    _print_troubles(logs, console)
    if scores.mean_ability is not None:
        shares = ", ".join(f"{skill} {share:.0f} %" for skill, share in scores.ability.items())
        console.print(f"ability: {shares}; mean without normal {scores.mean_ability:.1f} %")
    print_routers({"view": scores.view_router, "skill": scores.skill_router})


def print_routers(routers: dict[str, RouterScore | None]) -> None:
    """Print how routers did, beside always choosing the commonest; those that are None are left out.

    Args:
        routers: Scores by what was routed.
    """
    known = {name: score for name, score in routers.items() if score is not None}
    if not known:
        return
    table = Table("router", "decisions", "accuracy", "macro F1", "accuracy*", "macro F1*")
    console = Console()
    for name, score in known.items():
        lazy = score.always_commonest()
        figures = (score.accuracy, score.macro_f1, lazy.accuracy, lazy.macro_f1)
        table.add_row(name, str(score.num), *(f"{figure:.3f}" for figure in figures))
    console.print(table)
    console.print("* of a router that always chooses the commonest label")
    for name, score in known.items():
        each = zip(score.names, score.f1_C.tolist(), strict=True)
        console.print(f"F1 by {name}:", ", ".join(f"{label} {f1:.2f}" for label, f1 in each if not math.isnan(f1)))


def scores_as_json(scores: Scores) -> dict[str, Any]:
    """Return scores as plain values for JSON."""
    return {
        "num_drives": scores.num_drives,
        "driving_score": scores.driving,
        "success_percent": scores.success,
        "completion_percent": scores.completion,
        "efficiency_percent": scores.efficiency,
        "comfort_percent": scores.comfort,
        "ability_percent": dict(scores.ability),
        "mean_ability_percent": scores.mean_ability,
        "endings": dict(scores.endings),
        "infractions": dict(scores.infractions),
        "view_router": router_as_json(scores.view_router),
        "skill_router": router_as_json(scores.skill_router),
    }


def router_as_json(score: RouterScore | None) -> dict[str, Any] | None:
    """Return a router's score as plain values for JSON; None stays None."""
    if score is None:
        return None
    lazy = score.always_commonest()
    return {
        "num": score.num,
        "accuracy": score.accuracy,
        "macro_f1": score.macro_f1,
        "accuracy_always_commonest": lazy.accuracy,
        "macro_f1_always_commonest": lazy.macro_f1,
        "names": list(score.names),
        "confusion_label_by_choice": score.confusion_CC.tolist(),
    }


def _cells(logs: Sequence[DriveLog]) -> tuple[str, ...]:
    scores = score_drives(logs)
    return (
        str(scores.num_drives),
        f"{scores.driving:.1f}",
        f"{scores.success:.0f} %",
        f"{scores.completion:.1f} %",
        _percent(scores.efficiency),
        _percent(scores.comfort),
    )


def _print_troubles(logs: Sequence[DriveLog], console: Console) -> None:
    for family in sorted({log.family for log in logs}):
        scores = score_drives([log for log in logs if log.family == family])
        endings = {name: count for name, count in scores.endings.items() if name != Ending.ARRIVED.value}
        troubles = {**endings, **scores.infractions}
        if troubles:
            words = ", ".join(f"{name} {count}" for name, count in troubles.items())
            console.print(f"{family}: {words}", highlight=False)


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f} %"
