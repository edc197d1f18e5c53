"""Where things lie on the bird's-eye panel."""

import numpy as np
import pytest
from numpy.typing import NDArray

from drivemoe_ros.viz import theme
from drivemoe_ros.viz.birdseye import draw_birdseye
from drivemoe_ros.viz.canvas import Canvas
from drivemoe_ros.viz.ground import Ground
from drivemoe_ros.viz.theme import Box

from .results import ego, plan, waiting

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
