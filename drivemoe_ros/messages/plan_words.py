"""What was decided and how the policy stands, in words: for a text in RViz and for a line in a terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from drivemoe_ros.data.plan import PlanSource

if TYPE_CHECKING:
    from drivemoe_ros.data.decision import RoutingDecision
    from drivemoe_ros.data.plan import PlanResult, PolicyLabel


def plan_words(result: PlanResult, label: PolicyLabel, width: int | None = None) -> str:
    """Say in a few lines what was decided.

    Args:
        result: The plan with its state.
        label: Which policy planned.
        width: Most letters in a line; None for lines of any length.

    Returns:
        State, what stands in for the policy's plan, view, experts, how far apart the flow's samples end and, for random
        weights, a warning; one line each, or more where one is too long.
    """
    report = result.report
    lines = [report.state.name + (f": {report.reason}" if report.reason else "")]
    if result.trajectory is not None and result.source is not PlanSource.POLICY:
        refused = f" (refused: {result.refusal.check})" if result.refusal is not None else ""
        lines.append(f"driven: {result.source.name.replace('_', ' ').lower()}{refused}")
    if result.output is not None:
        if result.output.view is not None:
            lines.append(f"view: {_view_words(result.output.view)}")
        lines += [f"{decision.level}: {_experts_words(decision)}" for decision in result.output.experts]
        if result.output.spread_m is not None:
            lines.append(f"samples end {result.output.spread_m:.1f} m apart")
    if label.system and not label.trained:
        lines.append(f"UNTRAINED, not for driving: {label.system}, {label.weights}")
    if width is None:
        return "\n".join(lines)
    return "\n".join(piece for line in lines for piece in textwrap.wrap(line, width))


def _view_words(view: RoutingDecision) -> str:
    fallback = f" instead of {view.preferred} ({view.reason})" if view.fell_back else ""
    share = f" {view.probabilities_E[view.chosen[0]]:.2f}" if view.chosen else ""
    return f"{view.selected or 'none'}{share}{fallback}"


def _experts_words(decision: RoutingDecision) -> str:
    return ", ".join(f"{decision.names[index]} {decision.weights_E[index]:.2f}" for index in decision.chosen)
