"""Where things lie on the bird's-eye panel."""

import dataclasses

import numpy as np
import pytest
from numpy.typing import NDArray

from drivemoe_ros.data.plan import PlanResult, PlanSource, Refusal
from drivemoe_ros.viz import theme
from drivemoe_ros.viz.birdseye import draw_birdseye
from drivemoe_ros.viz.canvas import TITLE_PX, Canvas
from drivemoe_ros.viz.ground import Ground
from drivemoe_ros.viz.theme import Box

from .results import count, ego, plan, waiting

PANEL = Box(0, 0, 500, 760)


def centre_of(difference: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the mean (column, row) of the marked pixels."""
    rows, columns = np.nonzero(difference)
    return float(columns.mean()), float(rows.mean())


def drawing(route_R2: NDArray[np.float64] | None = None, *, turn: float | None = 0.035) -> NDArray[np.uint8]:
    """Draw the panel; ``turn`` None is a panel without a plan."""
    canvas = Canvas(PANEL.width, PANEL.height)
    draw_birdseye(canvas, PANEL, waiting() if turn is None else plan(turn=turn), ego(), route_R2)
    return np.asarray(canvas.image)


def drawn(result: PlanResult) -> NDArray[np.uint8]:
    """Draw the panel of any result."""
    canvas = Canvas(PANEL.width, PANEL.height)
    draw_birdseye(canvas, PANEL, result, ego(), None)
    return np.asarray(canvas.image)


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_a_route_on_the_left_is_drawn_on_the_left(side: float) -> None:
    route_R2 = np.array([(2.0, 3.0 * side), (8.0, 3.0 * side)])
    rows = slice(40, 600)
    column, row = centre_of((drawing(route_R2)[rows] != drawing(None)[rows]).any(axis=-1))
    assert (column - PANEL.width / 2.0) * side < -60
    assert row < 400


def test_a_left_turn_bends_to_the_left() -> None:
    rows = slice(40, 600)
    left, _ = centre_of((drawing(turn=0.1)[rows] != drawing(turn=0.0)[rows]).any(axis=-1))
    right, _ = centre_of((drawing(turn=-0.1)[rows] != drawing(turn=0.0)[rows]).any(axis=-1))
    assert left < right


def test_a_refused_plan_is_drawn_beside_the_one_that_is_driven() -> None:
    usual, refusal = plan(turn=0.0), Refusal("curvature", "it bends too much")
    refused = dataclasses.replace(
        usual, source=PlanSource.LAST_PLAN, refusal=refusal, refused=plan(turn=0.2).trajectory
    )
    rows = slice(TITLE_PX, 600)
    assert count(drawn(usual)[rows], theme.REFUSED) == 0
    at = (drawn(refused)[rows] == np.array(theme.REFUSED)).all(axis=-1)
    assert at.sum() > 20
    column, _ = centre_of(at)
    assert column < PANEL.width / 2.0 - 10


def test_a_refused_plan_that_leads_nowhere_leaves_the_drawing_as_it_is() -> None:
    usual = plan()
    assert usual.trajectory is not None
    nowhere = dataclasses.replace(usual.trajectory, position_H2=np.full((10, 2), np.nan))
    refused = dataclasses.replace(usual, refusal=Refusal("finite", "NaN"), refused=nowhere)
    assert count(drawn(refused)[TITLE_PX:600], theme.REFUSED) == 0


@pytest.mark.parametrize("source", PlanSource)
def test_the_title_says_in_the_colour_of_warnings_what_stands_in_for_the_plan(source: PlanSource) -> None:
    title = drawn(dataclasses.replace(plan(), source=source))[:TITLE_PX]
    assert (count(title, theme.WARNING) > 0) == (source is not PlanSource.POLICY)
    usual = drawn(plan())[:TITLE_PX]
    assert (title != usual).any() == (source is not PlanSource.POLICY)


def test_the_past_lies_behind_the_car_whatever_the_odometry_frame() -> None:
    canvas = Canvas(PANEL.width, PANEL.height)
    draw_birdseye(canvas, PANEL, waiting(), None, None)
    difference = (np.asarray(canvas.image) != drawing(turn=None)).any(axis=-1)
    column, row = centre_of(difference)
    assert abs(column - PANEL.width / 2.0) < 12
    assert row > PANEL.height * 0.6


def test_metres_map_to_up_and_left() -> None:
    ground = Ground(PANEL, scale=10.0, origin=(250.0, 500.0))
    pixels = ground.pixels(np.array([(0.0, 0.0), (5.0, 0.0), (0.0, 5.0)]))
    assert pixels.tolist() == [[250.0, 500.0], [250.0, 450.0], [200.0, 500.0]]


def test_faster_waypoints_are_brighter_and_the_scale_covers_them() -> None:
    speeds = np.array([0.0, 3.0, 9.0, 14.0, 33.0, 70.0])
    colours = theme.speed_colours(speeds, 80.0).astype(int) @ np.array([299, 587, 114])
    assert (np.diff(colours) > 0).all()
    assert [theme.top_speed(np.array([speed])) for speed in speeds] == [10.0, 10.0, 10.0, 20.0, 40.0, 80.0]
    assert theme.top_speed(np.zeros(0)) == 10.0
