"""A plan as RViz markers: the trajectory coloured by speed, a refused one, past, route, goal, view, experts, and words.

Names and ids never change, and what a plan lacks is deleted by name, so nothing flickers and nothing of an older plan
stays in view. Every marker also ends by itself when no other comes.

Shape legend: N points.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drivemoe_ros.data import palette
from drivemoe_ros.messages.marker_bars import expert_bars
from drivemoe_ros.messages.marker_pen import (
    CUBE,
    LINE_STRIP,
    SPHERE,
    SPHERE_LIST,
    TEXT_VIEW_FACING,
    TRIANGLE_LIST,
    MarkerPen,
)
from drivemoe_ros.messages.plan_words import plan_words
from drivemoe_ros.messages.topics import MARKERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivemoe_ros.data.cameras import Camera
    from drivemoe_ros.data.plan import PlanResult, PolicyLabel, Trajectory
    from drivemoe_ros.messages.factory import Message
    from drivemoe_ros.messages.parts import Parts

FASTEST_MPS = 15.0
GOAL_SIZE_M = 0.9
VIEW_REACH_M = 10.0
VIEW_STEPS = 8
VEHICLE_WIDTH_M, VEHICLE_HEIGHT_M = 1.9, 1.5
# Behind the vehicle, where nothing else is drawn.
TEXT_HEIGHT_M = 0.5
TEXT_AT_M = (-5.6, -2.2, 0.5)
WORDS_WIDTH = 64


class Stroke(NamedTuple):
    """How a line looks: height above the ground and width [m], colour and opacity."""

    z_m: float
    width_m: float
    colour: palette.Colour
    alpha: float


# One above the other, so that none hides in another or in RViz's grid.
VIEW_Z_M, PLAN_Z_M = 0.01, 0.12
ROUTE = Stroke(0.02, 0.6, palette.ROUTE, 0.6)
PAST = Stroke(0.06, 0.25, palette.FAINT, 1.0)
REFUSED = Stroke(0.1, 0.1, palette.REFUSED, 1.0)


class Body(NamedTuple):
    """The vehicle's place in the base frame.

    Attributes:
        centre_x_m: Its middle, ahead of the base frame [m].
        length_m: From bumper to bumper [m].
    """

    centre_x_m: float
    length_m: float


class Scene(NamedTuple):
    """What surrounds a plan, where it is known.

    Attributes:
        past_N2: Where the vehicle came from, in the present base frame [m].
        route_N2: The route ahead and behind, in the present base frame [m].
        view: The camera that the view router chose.
        body: The vehicle itself.
    """

    past_N2: NDArray[np.float64] | None = None
    route_N2: NDArray[np.float64] | None = None
    view: Camera | None = None
    body: Body | None = None


NO_SCENE = Scene()


def encode_markers(result: PlanResult, label: PolicyLabel, parts: Parts, scene: Scene = NO_SCENE) -> Message:
    """Draw a plan.

    Args:
        result: The plan with its state.
        label: Which policy planned.
        parts: Builder of the nested messages.
        scene: What surrounds the plan.

    Returns:
        ``visualization_msgs/msg/MarkerArray``, its namespaces always in the same order.
    """
    pen = MarkerPen(parts)
    markers = [
        _line(pen, "route", scene.route_N2, ROUTE),
        _line(pen, "past", scene.past_N2, PAST),
        _vehicle(pen, scene.body),
        *_trajectory(pen, result.trajectory),
        _line(pen, "refused trajectory", _finite_points(result.refused), REFUSED),
        _goal(pen, result),
        _view(pen, scene.view),
        *expert_bars(pen, result.output.experts if result.output is not None else ()),
        _words(pen, result, label),
    ]
    return parts.make(MARKERS.type_name, markers=markers)


def _line(pen: MarkerPen, name: str, points_N2: NDArray[np.float64] | None, stroke: Stroke) -> Message:
    # RViz complains of a line with fewer points.
    if points_N2 is None or len(points_N2) < 2:  # noqa: PLR2004
        return pen.nothing(name)
    points = pen.points(points_N2, stroke.z_m)
    scale = (stroke.width_m, 0.0, 0.0)
    return pen.marker(name, LINE_STRIP, scale=scale, colour=stroke.colour, alpha=stroke.alpha, points=points)


def _finite_points(refused: Trajectory | None) -> NDArray[np.float64] | None:
    """Return where a refused plan leads, as far as that is anywhere; RViz cannot draw the rest."""
    if refused is None:
        return None
    return refused.position_H2[np.isfinite(refused.position_H2).all(axis=1)]


def _vehicle(pen: MarkerPen, body: Body | None) -> Message:
    if body is None:
        return pen.nothing("vehicle")
    at = (body.centre_x_m, 0.0, VEHICLE_HEIGHT_M / 2.0)
    size = (body.length_m, VEHICLE_WIDTH_M, VEHICLE_HEIGHT_M)
    return pen.marker("vehicle", CUBE, at=at, scale=size, colour=palette.SELECTED, alpha=0.35)


def _trajectory(pen: MarkerPen, trajectory: Trajectory | None) -> list[Message]:
    if trajectory is None:
        return [pen.nothing("trajectory"), pen.nothing("waypoints")]
    points = pen.points(trajectory.position_H2, PLAN_Z_M)
    colours = pen.colours(palette.speed_colours(trajectory.speed_H, FASTEST_MPS))
    line = pen.marker("trajectory", LINE_STRIP, scale=(0.28, 0.0, 0.0), points=points, colors=colours)
    dots = pen.marker("waypoints", SPHERE_LIST, scale=(0.5, 0.5, 0.2), points=points, colors=colours)
    return [line, dots]


def _goal(pen: MarkerPen, result: PlanResult) -> Message:
    if result.goals is None:
        return pen.nothing("goal")
    x_m, y_m = (float(value) for value in result.goals.points_T2[-1])
    size = (GOAL_SIZE_M, GOAL_SIZE_M, GOAL_SIZE_M)
    return pen.marker("goal", SPHERE, at=(x_m, y_m, GOAL_SIZE_M / 2.0), scale=size, colour=palette.GOAL)


def _view(pen: MarkerPen, camera: Camera | None) -> Message:
    """Draw what the chosen camera sees as a fan on the ground."""
    if camera is None:
        return pen.nothing("view")
    half = camera.horizontal_fov_rad / 2.0
    angles = np.linspace(camera.yaw_rad - half, camera.yaw_rad + half, VIEW_STEPS + 1)
    arc_N2 = VIEW_REACH_M * np.column_stack((np.cos(angles), np.sin(angles))) + (camera.x_m, camera.y_m)
    fan_N2 = [point for pair in itertools.pairwise(arc_N2) for point in ((camera.x_m, camera.y_m), *pair)]
    points = pen.points(np.array(fan_N2), VIEW_Z_M)
    return pen.marker("view", TRIANGLE_LIST, scale=(1.0, 1.0, 1.0), colour=palette.SELECTED, alpha=0.16, points=points)


def _words(pen: MarkerPen, result: PlanResult, label: PolicyLabel) -> Message:
    return pen.marker(
        "decision",
        TEXT_VIEW_FACING,
        at=TEXT_AT_M,
        scale=(0.0, 0.0, TEXT_HEIGHT_M),
        colour=palette.STATE_COLOURS[result.report.state],
        text=plan_words(result, label, width=WORDS_WIDTH),
    )
