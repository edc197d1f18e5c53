"""The table at the end of a replay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    import pathlib
    from collections import Counter

    from drivemoe_ros.bags.summary import Problem, ReplaySummary

MAX_REASONS = 6


def print_summary(summary: ReplaySummary, json_path: pathlib.Path, pictures: pathlib.Path | None) -> None:
    """Print what a replay did and where its results lie.

    Args:
        summary: What was done.
        json_path: Where the summary lies as JSON.
        pictures: Where the pictures lie, if any were drawn.
    """
    table = Table(title=f"{summary.bag} through {summary.label}", show_header=False, title_justify="left")
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    times = summary.plan_percentiles_ms()
    pace = summary.recorded_s / summary.wall_s if summary.wall_s else 0.0
    rows = {
        "weights": summary.label if summary.trained else f"{summary.label}: UNTRAINED, the trajectories mean nothing",
        "messages": str(summary.num_messages),
        "recorded": f"{summary.recorded_s:.1f} s in {summary.wall_s:.1f} s ({pace:.1f} x real time)",
        "plans": f"{summary.num_plans} for {summary.states.total()} front pictures",
        "states": _shares(summary.states),
        "trajectories": _shares(summary.sources),
        "refused plans": _shares(summary.refusals),
        "a plan took": ", ".join(f"{name} {value:.1f} ms" for name, value in times.items()),
        "views": _shares(summary.views) + (f"; fell back {summary.fallbacks} times" if summary.fallbacks else ""),
        "experts": _shares(summary.experts),
        "inputs in trouble": _problems(summary.troubled_inputs),
        "no plan because": _reasons(summary.reasons),
        "unusable messages": _problems(summary.rejected),
        "output bag": summary.output,
        "summary": str(json_path),
        "pictures": str(pictures or ""),
    }
    for name, value in rows.items():
        if value:
            table.add_row(name, Text(value))
    Console().print(table)


def _shares(counts: Counter[str]) -> str:
    total = sum(counts.values())
    return ", ".join(f"{name} {count} ({100 * count / total:.0f} %)" for name, count in counts.most_common())


def _reasons(counts: Counter[str]) -> str:
    # Reasons hold figures, so a long drive may have a great many of them; the JSON has all.
    lines = [f"{count} x {reason}" for reason, count in counts.most_common(MAX_REASONS)]
    rest = len(counts) - len(lines)
    return "\n".join([*lines, f"and {rest} other reasons"] if rest else lines)


def _problems(problems: dict[str, Problem]) -> str:
    return "\n".join(f"{name}: {problem.count} x, first: {problem.first}" for name, problem in problems.items())
