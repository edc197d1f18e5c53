"""What a replay did, for the table on the screen and the JSON beside the output bag."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pathlib

    from drivemoe_ros.data.plan import PlanResult

PERCENTILES = (50, 95, 99)


@dataclass
class Problem:
    """A kind of trouble: how often it came, and what was said the first time."""

    count: int = 0
    first: str = ""

    def note(self, sentence: str) -> None:
        """Count it once more."""
        self.count += 1
        self.first = self.first or sentence


@dataclass
class ReplaySummary:
    """Counts over a replay, and wall-clock timings, which stay out of the bag.

    Attributes:
        bag: The bag that was read.
        output: The bag that was written.
        label: System and weights.
        trained: False if the weights are random.
        num_messages: Messages read.
        num_plans: Plans made.
        states: Front pictures by state.
        sources: Trajectories by where they come from.
        refusals: Plans that were refused, by the check that they failed.
        views: Plans by selected view.
        experts: Plans by dominant expert.
        fallbacks: Plans in which the view router could not take its first choice.
        rejected: Messages that could not be used, by topic.
        troubled_inputs: Inputs that were not OK in some set, by input name.
        reasons: Front pictures without a plan, by reason.
        cameras: Counters of the synchroniser, by camera.
        recorded_s: Recorded time that was replayed [s].
        wall_s: Wall-clock time the replay took [s].
        plan_ms: Wall-clock time of each plan, decoding included [ms].
    """

    bag: str
    output: str
    label: str
    trained: bool
    num_messages: int = 0
    num_plans: int = 0
    states: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    views: Counter[str] = field(default_factory=Counter)
    experts: Counter[str] = field(default_factory=Counter)
    fallbacks: int = 0
    rejected: dict[str, Problem] = field(default_factory=dict)
    troubled_inputs: dict[str, Problem] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    cameras: dict[str, dict[str, int]] = field(default_factory=dict)
    recorded_s: float = 0.0
    wall_s: float = 0.0
    plan_ms: list[float] = field(default_factory=list)

    def note_result(self, result: PlanResult) -> None:
        """Count one plan result."""
        self.states[result.report.state.name] += 1
        if result.trajectory is not None:
            self.sources[result.source.name] += 1
        if result.refusal is not None:
            self.refusals[result.refusal.check] += 1
        for status in result.report.inputs:
            if not status.usable:
                self.troubled_inputs.setdefault(status.name, Problem()).note(status.detail)
        if result.output is None:
            self.reasons[result.report.reason] += 1
            return
        self.num_plans += 1
        if result.output.view is not None:
            self.views[result.output.view.selected or "none"] += 1
            self.fallbacks += result.output.view.fell_back
        for decision in result.output.experts:
            self.experts[decision.preferred] += 1

    def plan_percentiles_ms(self) -> dict[str, float]:
        """Return the percentiles of the plan times [ms], e.g. ``{"p50": 41.2}``; empty without a plan."""
        if not self.plan_ms:
            return {}
        values = np.percentile(self.plan_ms, PERCENTILES)
        return {f"p{percent}": round(float(value), 3) for percent, value in zip(PERCENTILES, values, strict=True)}

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values for JSON."""
        body = {name: value for name, value in vars(self).items() if name != "plan_ms"}
        for name in ("rejected", "troubled_inputs"):
            body[name] = {key: vars(problem) for key, problem in getattr(self, name).items()}
        return {**body, "plan_ms": self.plan_percentiles_ms()}

    def write_json(self, path: pathlib.Path) -> None:
        """Write the summary in one step, so that no half of it is ever seen.

        Args:
            path: File to write.

        Raises:
            OSError: If it cannot be written.
        """
        partial = path.with_name(f".{path.name}.partial")
        try:
            partial.write_text(json.dumps(self.to_dict(), indent=2) + "\n", encoding="utf-8")
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
