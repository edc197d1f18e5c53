"""The plan from above, in metres around the car: x forward is up, y left is left.

Shape legend: R route points, T history steps, N points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from drivemoe_ros.data.plan import PlanSource
from drivemoe_ros.geometry.se2 import points_in_pose
from drivemoe_ros.viz import theme
from drivemoe_ros.viz.ground import GRID_M, SMOOTHING, Ground, Pen
from drivemoe_ros.viz.theme import Box
from drivemoe_ros.viz.words import name_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from drivemoe_ros.data.ego import EgoHistory
    from drivemoe_ros.data.plan import PlanResult, Trajectory
    from drivemoe_ros.viz.canvas import Canvas

REACHES_M = (16.0, 32.0, 64.0)
BEHIND_SHARE = 0.28
CAR_LENGTH_M = 4.6
CAR_WIDTH_M = 1.9
LEGEND_PX = 66


def draw_birdseye(
    canvas: Canvas, box: Box, result: PlanResult, ego: EgoHistory | None, route_R2: NDArray[np.float64] | None
) -> None:
    """Draw the bird's-eye panel.

    Args:
        canvas: Where to.
        box: The panel's box [px].
        result: The plan; without a trajectory the panel says so.
        ego: Past positions; None while unknown.
        route_R2: Route in the present base frame [m]; None without a route.
    """
    plan = result.trajectory
    is_usual = plan is not None and result.source is PlanSource.POLICY
    inside = canvas.panel(box, "Bird's eye", _note(result), theme.FAINT if is_usual else theme.WARNING)
    drawing = Box(inside.left, inside.top, inside.right, inside.bottom - LEGEND_PX)
    ground = _frame_ground(drawing, result)
    top_mps = theme.top_speed(plan.speed_H if plan is not None else np.zeros(0))
    picture = Image.new("RGB", (drawing.width * SMOOTHING, drawing.height * SMOOTHING), theme.BACKGROUND)
    pen = Pen(ImageDraw.Draw(picture), ground)
    _draw_grid(pen)
    if route_R2 is not None and len(route_R2) > 1:
        pen.line(route_R2, theme.mix(theme.ROUTE, theme.BACKGROUND, 0.35), 7.0)
    _draw_car(pen)
    if ego is not None:
        x_m, y_m = ego.position_T2[-1]
        past_T2 = points_in_pose(ego.position_T2, float(x_m), float(y_m), float(ego.yaw_T[-1]))
        pen.line(past_T2, theme.FAINT, 2.0)
        pen.dots(past_T2[:-1], np.full((len(past_T2) - 1, 3), theme.FAINT), 3.5)
    if result.goals is not None:
        pen.cross(result.goals.points_T2[-1:], theme.GOAL)
    _draw_plans(pen, result, top_mps)
    canvas.image.paste(picture.reduce(SMOOTHING), (drawing.left, drawing.top))
    _draw_numbers(canvas, ground)
    _draw_labels(canvas, ground, result)
    items = [("route", theme.ROUTE)] if route_R2 is not None else []
    items += [("goal", theme.GOAL), ("past", theme.FAINT)]
    if result.refused is not None:
        items.append(("refused", theme.REFUSED))
    _draw_legend(canvas, Box(inside.left, drawing.bottom, inside.right, inside.bottom), top_mps, items)


def _note(result: PlanResult) -> str:
    """Say how long the trajectory is, where it comes from unless it is the policy's plan, and what was refused."""
    plan = result.trajectory
    words = f"{len(plan.times_ns_H)} waypoints, {plan.times_ns_H[-1] * 1e-9:.1f} s" if plan is not None else "no plan"
    if plan is not None and result.source is not PlanSource.POLICY:
        words = f"{name_words(result.source.name)}: {words}"
    return f"{words}; refused: {result.refusal.check}" if result.refusal is not None else words


def _frame_ground(box: Box, result: PlanResult) -> Ground:
    """Choose the smallest of a few scales that shows plan and goal, so that a film does not zoom at every picture."""
    ahead = 1.0 - BEHIND_SHARE
    aspect = box.width / 2.0 / (ahead * box.height)
    points = [np.zeros((1, 2))]
    if result.trajectory is not None:
        points.append(result.trajectory.position_H2)
    if result.goals is not None:
        points.append(result.goals.points_T2[-1:])
    all_N2 = np.concatenate(points)
    need_m = max(float(all_N2[:, 0].max()), float(np.abs(all_N2[:, 1]).max()) / aspect) + 2.0
    reach_m = next((reach for reach in REACHES_M if reach >= need_m), REACHES_M[-1])
    return Ground(box, ahead * box.height / reach_m, (box.width / 2.0, ahead * box.height))


def _draw_plans(pen: Pen, result: PlanResult, top_mps: float) -> None:
    refused, plan = result.refused, result.trajectory
    if refused is not None:
        known_N2 = refused.position_H2[np.isfinite(refused.position_H2).all(axis=1)]
        if len(known_N2) > 1:
            pen.line(known_N2, theme.REFUSED, 1.5)
    if plan is not None:
        pen.line(plan.position_H2, theme.mix(theme.TEXT, theme.BACKGROUND, 0.5), 2.0)
        pen.dots(plan.position_H2, theme.speed_colours(plan.speed_H, top_mps), 5.0)


def _draw_grid(pen: Pen) -> None:
    far = 1000.0
    xs, ys = pen.ground.grid_m()
    for x in xs:
        pen.line(np.array([(x, -far), (x, far)]), theme.RULE if x == 0 else theme.SUNKEN, 1.0)
    for y in ys:
        pen.line(np.array([(-far, y), (far, y)]), theme.RULE if y == 0 else theme.SUNKEN, 1.0)


def _draw_car(pen: Pen) -> None:
    long, wide = CAR_LENGTH_M / 2.0, CAR_WIDTH_M / 2.0
    body = np.array(
        [
            (long - 0.5, wide),
            (long, wide - 0.45),
            (long, 0.45 - wide),
            (long - 0.5, -wide),
            (-long, -wide),
            (-long, wide),
        ]
    )
    screen = np.array([(1.2, 0.75), (0.5, 0.7), (0.5, -0.7), (1.2, -0.75)])
    pen.draw.polygon(pen.at(body), fill=theme.mix(theme.SELECTED, theme.BACKGROUND, 0.6))
    pen.line(np.vstack((body, body[:1])), theme.SELECTED, 1.5)
    pen.draw.polygon(pen.at(screen), fill=theme.BACKGROUND)


def _draw_numbers(canvas: Canvas, ground: Ground) -> None:
    xs, ys = ground.grid_m()
    skip = 1 if ground.scale * GRID_M > 40 else 2  # noqa: PLR2004
    for x in xs:
        _, row = ground.pixels(np.array([(float(x), 0.0)]))[0]
        if x % (GRID_M * skip) == 0 and 18 < row < ground.box.height - 22:  # noqa: PLR2004
            at = (ground.box.left + 5, ground.box.top + round(row) - 8)
            canvas.text(at, f"{x} m" if x else "0", size_px=12, colour=theme.FAINT)
    for y in ys:
        column, _ = ground.pixels(np.array([(0.0, float(y))]))[0]
        if y % (GRID_M * skip) == 0 and 44 < column < ground.box.width - 18:  # noqa: PLR2004
            at = (ground.box.left + round(column) + 4, ground.box.bottom - 9)
            canvas.text(at, f"{y}" if y else "0", size_px=12, colour=theme.FAINT)


def _draw_labels(canvas: Canvas, ground: Ground, result: PlanResult) -> None:
    box = ground.box
    words = "x up is forward, y [m] is left"
    canvas.text((box.right - 6, box.top + 12), words, size_px=12, colour=theme.FAINT, anchor="rm")
    if result.trajectory is None:
        canvas.text(
            (box.left + box.width // 2, box.top + 40), "no trajectory", size_px=18, colour=theme.WARNING, anchor="mm"
        )
        return
    plan: Trajectory = result.trajectory
    column, row = np.clip(ground.pixels(plan.position_H2[-1:])[0], 14, (box.width - 14, box.height - 14))
    words = f"{plan.times_ns_H[-1] * 1e-9:.1f} s, {plan.speed_H[-1]:.1f} m/s"
    right = column < box.width / 2.0
    at = (box.left + round(column) + (16 if right else -16), box.top + round(row))
    wide = canvas.width_of(words, 14)
    left = at[0] - 4 if right else at[0] - wide - 4
    canvas.fill(Box(left, at[1] - 10, left + wide + 8, at[1] + 11), theme.SUNKEN)
    canvas.text(at, words, size_px=14, anchor="lm" if right else "rm")


def _draw_legend(canvas: Canvas, box: Box, top_mps: float, items: Sequence[tuple[str, theme.Colour]]) -> None:
    row = box.top + 24
    ramp = Box(box.left + 2, row - 5, box.left + 2 + box.width // 2, row + 6)
    colours = theme.speed_colours(np.linspace(0.0, top_mps, ramp.width), top_mps)
    canvas.image.paste(
        Image.fromarray(np.ascontiguousarray(np.broadcast_to(colours, (ramp.height, ramp.width, 3)))), ramp[:2]
    )
    for step in range(5):
        column = ramp.left + step * (ramp.width - 1) // 4
        canvas.fill(Box(column, ramp.bottom, column + 1, ramp.bottom + 4), theme.FAINT)
        anchor = "lm" if step == 0 else "mm"
        canvas.text(
            (column, ramp.bottom + 14), f"{top_mps * step / 4:g}", size_px=12, colour=theme.FAINT, anchor=anchor
        )
    canvas.text((ramp.right + 18, ramp.bottom + 14), "m/s", size_px=12, colour=theme.FAINT)
    column = box.right
    for name, colour in items:
        column -= canvas.text((column, row), name, size_px=14, anchor="rm") + 16
        canvas.fill(Box(column, row - 4, column + 10, row + 5), colour)
        column -= 14
