"""What the policy does and why, and how each input that is no camera stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.data.cameras import CAMERA_NAMES
from drivemoe_ros.data.state import DrivingState
from drivemoe_ros.viz import theme
from drivemoe_ros.viz.theme import Box
from drivemoe_ros.viz.words import NANOSECONDS_PER_MILLISECOND, input_words, name_words, stamp_words

if TYPE_CHECKING:
    from drivemoe_ros.data.ego import EgoHistory
    from drivemoe_ros.data.plan import PlanResult
    from drivemoe_ros.data.state import InputStatus
    from drivemoe_ros.viz.canvas import Canvas
    from drivemoe_ros.viz.theme import Colour

UNTRAINED_WORDS = "UNTRAINED WEIGHTS: the trajectory means nothing"
CHIP_PX = 150
LINE_PX = 17


def draw_header(canvas: Canvas, box: Box, result: PlanResult, ego: EgoHistory | None, label: str) -> None:
    """Draw the state chip with its reason on the left; weights, stamp, speed and goal on the right.

    Args:
        canvas: Where to.
        box: The header's box [px].
        result: State, reason, goal source and plan.
        ego: For the present speed; None while unknown.
        label: System and weights.
    """
    canvas.fill(box, theme.PANEL)
    state = result.report.state
    middle = (box.top + box.bottom) // 2
    canvas.fill(Box(box.left, box.top, box.left + CHIP_PX, box.bottom), theme.STATE_COLOURS[state])
    chip = (box.left + CHIP_PX // 2, middle)
    canvas.text(chip, state.name, size_px=20, colour=theme.DARK_TEXT, anchor="mm", width_px=CHIP_PX - 12)
    right = _draw_facts(canvas, box, result, ego)
    left = box.left + CHIP_PX + 16
    reason = result.report.reason or ("every input is there" if state is DrivingState.RUNNING else "no reason given")
    canvas.text((left, middle - 11), label, size_px=17, width_px=right - left - 16)
    canvas.text((left, middle + 12), reason, colour=theme.FAINT, width_px=right - left - 16)


def _draw_facts(canvas: Canvas, box: Box, result: PlanResult, ego: EgoHistory | None) -> int:
    """Draw labelled values from the right; return the column where they begin."""
    goals, plan = result.goals, result.trajectory
    speed = f"{ego.speed_T[-1]:.1f} m/s" if ego is not None else "unknown"
    planned = f"{plan.speed_H[-1]:.1f} m/s" if plan is not None else "none"
    facts = (
        ("stamp", stamp_words(result.stamp_ns), 190),
        ("speed now", speed, 110),
        ("planned last", planned, 120),
        ("goal from", goals.source if goals is not None else "unknown", 150),
    )
    column = box.right - 4
    for name, value, width in reversed(facts):
        column -= width
        canvas.fill(Box(column, box.top + 10, column + 1, box.bottom - 10), theme.RULE)
        middle = (box.top + box.bottom) // 2
        canvas.text((column + 14, middle - 12), name, size_px=13, colour=theme.FAINT)
        canvas.text((column + 14, middle + 10), value, size_px=18, width_px=width - 20)
    return column


def draw_banner(canvas: Canvas, box: Box) -> None:
    """Draw the warning that the weights were never trained."""
    canvas.fill(box, theme.UNTRAINED)
    at = ((box.left + box.right) // 2, (box.top + box.bottom) // 2)
    canvas.text(at, UNTRAINED_WORDS, size_px=20, colour=theme.DARK_TEXT, anchor="mm")


def draw_inputs(canvas: Canvas, box: Box, result: PlanResult) -> None:
    """Draw the inputs that are no camera: name, age, condition in words; then why there is no route.

    Args:
        canvas: Where to.
        box: The panel's box [px].
        result: Input conditions and goal.
    """
    cameras = [status for status in result.report.inputs if status.name in CAMERA_NAMES]
    usable = sum(status.usable for status in cameras)
    note = f"{usable} of {len(cameras)} cameras ok" if cameras else ""
    inside = canvas.panel(box, "Inputs", note, theme.FAINT if usable == len(cameras) else theme.WARNING)
    top = inside.top + 4
    for status in result.report.inputs:
        if status.name not in CAMERA_NAMES:
            top = _draw_input(canvas, Box(inside.left, top, inside.right, inside.bottom), status)
    goals = result.goals
    if goals is not None and goals.detail:
        row = Box(inside.left, top, inside.right, inside.bottom)
        _draw_entry(canvas, row, f"goal: {goals.source}", goals.detail, theme.WARNING)


def _draw_input(canvas: Canvas, room: Box, status: InputStatus) -> int:
    age = "no stamp" if status.age_ns is None else f"{status.age_ns / NANOSECONDS_PER_MILLISECOND:.0f} ms old"
    colour = theme.FAINT if status.usable else theme.WARNING
    return _draw_entry(canvas, room, name_words(status.name), input_words(status), colour, age)


def _draw_entry(canvas: Canvas, room: Box, name: str, words: str, colour: Colour, note: str = "") -> int:
    """Draw a name, a note and up to two lines of words if they fit; return where the next entry begins."""
    lines = canvas.wrap(words, 13, room.width, 2)
    bottom = room.top + 24 + LINE_PX * len(lines)
    if bottom > room.bottom:
        return room.top
    used = canvas.text((room.right, room.top + 10), note, size_px=13, colour=theme.FAINT, anchor="rm")
    canvas.text((room.left, room.top + 10), name, width_px=room.width - used - 10)
    for index, line in enumerate(lines):
        canvas.text((room.left, room.top + 29 + LINE_PX * index), line, size_px=13, colour=colour)
    return bottom + 6
