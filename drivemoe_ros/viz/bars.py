"""Which experts drive: one bar a candidate, the chosen ones with their weight, and how that changed over flow steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.viz import theme
from drivemoe_ros.viz.theme import Box
from drivemoe_ros.viz.words import choice_words, name_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drivemoe_ros.data.decision import RoutingDecision
    from drivemoe_ros.viz.canvas import Canvas

NAME_PX = 150
NUMBER_PX = 52
MAX_ROW_PX = 34
# Narrower panels leave out the flow steps and the longer words.
WIDE_PX = 560
HINT_PX = 290
MIN_STEPS = 2
NO_EXPERTS = "This policy has no experts: all its weights work on every plan."
NO_PLAN = "No plan yet."


def draw_experts(canvas: Canvas, box: Box, experts: Sequence[RoutingDecision] | None) -> None:
    """Draw one panel a routed level, side by side.

    Args:
        canvas: Where to.
        box: Room for all panels [px].
        experts: Decisions, one a level; empty for a policy without experts, None while there is no plan.
    """
    if not experts:
        inside = canvas.panel(box, "Experts")
        words = NO_PLAN if experts is None else NO_EXPERTS
        middle = ((inside.left + inside.right) // 2, (inside.top + inside.bottom) // 2)
        canvas.text(middle, words, size_px=18, colour=theme.FAINT, anchor="mm", width_px=inside.width)
        return
    gap = 10
    width = (box.width - gap * (len(experts) - 1)) // len(experts)
    for index, decision in enumerate(experts):
        left = box.left + index * (width + gap)
        _draw_level(canvas, Box(left, box.top, left + width, box.bottom), decision)


def _draw_level(canvas: Canvas, box: Box, decision: RoutingDecision) -> None:
    colour = theme.WARNING if decision.fell_back else theme.FAINT
    wide = box.width >= WIDE_PX
    title = f"Experts ({name_words(decision.level)})"
    if wide:
        title += f": {len(decision.chosen)} of {len(decision.names)} at work"
    inside = canvas.panel(box, title, f"dominant: {choice_words(decision)}", colour)
    steps = len(decision.step_weights_SE)
    steps_px = min(14 * steps, inside.width // 4) if wide and steps >= MIN_STEPS else 0
    bar_px = inside.width - NAME_PX - 2 * NUMBER_PX - (steps_px + 16 if steps_px else 0)
    bar = Box(inside.left + NAME_PX, inside.top + 18, inside.left + NAME_PX + max(bar_px, 20), inside.bottom)
    _draw_heads(canvas, inside, bar, steps_px, steps)
    row_px = min(MAX_ROW_PX, bar.height // len(decision.names))
    for index in range(len(decision.names)):
        row = Box(inside.left, bar.top + index * row_px, inside.right, bar.top + (index + 1) * row_px)
        _draw_row(canvas, row, Box(bar.left, row.top + 4, bar.right, row.bottom - 4), decision, index)
        if steps_px:
            _draw_steps(canvas, Box(row.right - steps_px, row.top + 4, row.right, row.bottom - 4), decision, index)


def _draw_heads(canvas: Canvas, inside: Box, bar: Box, steps_px: int, steps: int) -> None:
    row = inside.top + 8
    words = "probability (bar), weight of the chosen (inner line)" if bar.width >= HINT_PX else ""
    canvas.text((bar.left, row), words, size_px=12, colour=theme.FAINT)
    canvas.text((bar.right + NUMBER_PX - 6, row), "prob.", size_px=12, colour=theme.FAINT, anchor="rm")
    canvas.text((bar.right + 2 * NUMBER_PX - 6, row), "weight", size_px=12, colour=theme.FAINT, anchor="rm")
    if steps_px:
        canvas.text((inside.right, row), f"weight over {steps} steps", size_px=12, colour=theme.FAINT, anchor="rm")


def _draw_row(canvas: Canvas, row: Box, bar: Box, decision: RoutingDecision, index: int) -> None:
    chosen = index in decision.chosen
    dominant = bool(decision.chosen) and decision.chosen[0] == index
    colour = theme.series_colour(index)
    ink = theme.TEXT if chosen else theme.FAINT
    middle = (row.top + row.bottom) // 2
    share, weight = float(decision.probabilities_E[index]), float(decision.weights_E[index])
    if dominant:
        canvas.fill(Box(row.left - 8, row.top + 4, row.left - 4, row.bottom - 4), colour)
    canvas.text((row.left, middle), name_words(decision.names[index]), colour=ink, width_px=NAME_PX - 10)
    canvas.fill(bar, theme.SUNKEN)
    end = bar.left + round(share * bar.width)
    canvas.fill(Box(bar.left, bar.top, end, bar.bottom), colour if chosen else theme.mix(colour, theme.PANEL, 0.65))
    if chosen:
        line = bar.left + round(min(max(weight, 0.0), 1.0) * bar.width)
        thick = max(2, bar.height // 5)
        half = (bar.top + bar.bottom - thick) // 2
        canvas.fill(Box(bar.left, half - 1, line + 1, half + thick + 1), theme.BACKGROUND)
        canvas.fill(Box(bar.left, half, line, half + thick), theme.TEXT)
    number = f"{share:.2f}" if decision.available_E[index] else "masked"
    canvas.text((bar.right + NUMBER_PX - 6, middle), number, colour=ink, anchor="rm")
    canvas.text((bar.right + 2 * NUMBER_PX - 6, middle), f"{weight:.2f}" if chosen else "-", colour=ink, anchor="rm")


def _draw_steps(canvas: Canvas, box: Box, decision: RoutingDecision, index: int) -> None:
    """Draw the candidate's weight at each flow step as a row of cells, brighter for more."""
    count = len(decision.step_weights_SE)
    for step in range(count):
        left, right = box.left + step * box.width // count, box.left + (step + 1) * box.width // count
        share = float(min(max(decision.step_weights_SE[step, index], 0.0), 1.0))
        cell = theme.mix(theme.SUNKEN, theme.series_colour(index), share**0.6)
        canvas.fill(Box(left, box.top, right - 1, box.bottom), cell)
