"""What is drawn around a plan is where the vehicle is: past, route and pictures at the plan's stamp."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from drivemoe_ros.data.samples import EncodedImage, ImageSample, OdometrySample, RouteSample
from drivemoe_ros.geometry.se2 import trajectory_from_waypoints
from drivemoe_ros.nodes.surroundings import KEPT_PICTURES, MAX_ROUTE_POINTS, Surroundings
from drivemoe_ros.parameters.schema import Parameters, RouteParameters

START_NS = 1_700_000_000_000_000_000
STEP_NS = 50_000_000
SPEED_MPS = 4.0
STILL = (0.0, 0.0, 0.0)


def going_north(seconds: float, parameters: Parameters | None = None) -> Surroundings:
    """Return what is known after a drive along y, from (100, 50)."""
    around = Surroundings(parameters or Parameters(), least_width=40)
    for step in range(round(seconds * 20) + 1):
        y_m = 50.0 + SPEED_MPS * step * STEP_NS * 1e-9
        velocity = (SPEED_MPS, 0.0, 0.0)
        around.push(OdometrySample(START_NS + step * STEP_NS, "odom", 100.0, y_m, math.pi / 2.0, velocity, STILL))
    return around


def route(frame_id: str = "odom", *, length_m: int = 30, is_goal: bool = False) -> RouteSample:
    points_N2 = np.column_stack((np.full(length_m, 100.0), 50.0 + np.arange(length_m)))
    return RouteSample(START_NS, frame_id, points_N2, is_goal)


def at(seconds: float) -> int:
    return START_NS + round(seconds * 1e9)


def picture(camera: str, stamp_ns: int, shade: int) -> ImageSample:
    return ImageSample(stamp_ns, camera, EncodedImage("rgb8", np.full(40 * 30 * 3, shade, np.uint8), 30, 40, 120))


def test_past_and_route_lie_in_the_present_base_frame() -> None:
    around = going_north(4.0)
    around.push(route())
    ego = around.ego(at(4.0))
    past_N2, route_N2 = around.past(ego), around.route(ego)
    assert past_N2 is not None
    assert route_N2 is not None
    assert past_N2[-1] == pytest.approx([0.0, 0.0], abs=1e-6)
    assert past_N2[0] == pytest.approx([-SPEED_MPS * 3.0, 0.0], abs=1e-6)
    assert route_N2[0] == pytest.approx([-16.0, 0.0], abs=1e-6)
    assert route_N2[-1] == pytest.approx([13.0, 0.0], abs=1e-6)


def test_a_plan_that_begins_later_is_drawn_where_its_picture_was_taken() -> None:
    around = going_north(1.0)
    plan = trajectory_from_waypoints(np.array([[0.0, 0.0], [1.0, 0.5]]), at(0.9), 100_000_000)
    seen = around.as_pictured(plan, at(0.7))
    np.testing.assert_allclose(seen.position_H2, [[0.8, 0.0], [1.8, 0.5]], atol=1e-6)
    assert around.as_pictured(plan, at(0.9)) is plan
    ahead = dataclasses.replace(plan, stamp_ns=at(1.2))
    assert around.as_pictured(ahead, at(0.9)) is ahead


@pytest.mark.parametrize("seconds", [0.05, 0.3, 1.0])
def test_the_past_is_drawn_as_far_as_it_is_known(seconds: float) -> None:
    around = going_north(seconds)
    past_N2 = around.past(around.ego(at(seconds)))
    assert past_N2 is not None
    assert -SPEED_MPS * seconds - 1e-6 <= past_N2[0, 0] <= 0.0
    assert past_N2[-1] == pytest.approx([0.0, 0.0], abs=1e-6)


def test_without_odometry_there_is_neither_past_nor_route() -> None:
    around = Surroundings(Parameters(), least_width=40)
    around.push(route())
    assert around.ego(at(0.0)) is None
    assert around.past(None) is None
    assert around.route(None) is None


def test_a_route_in_another_frame_is_not_drawn_unless_frames_are_ignored() -> None:
    strict = going_north(1.0)
    strict.push(route("map"))
    assert strict.route(strict.ego(at(1.0))) is None
    lenient = going_north(1.0, dataclasses.replace(Parameters(), route=RouteParameters(ignore_frame=True)))
    lenient.push(route("map"))
    assert lenient.route(lenient.ego(at(1.0))) is not None


def test_a_goal_alone_and_an_empty_route_are_no_line() -> None:
    around = going_north(1.0)
    around.push(route(is_goal=True))
    assert around.route(around.ego(at(1.0))) is None
    around.push(route(length_m=0))
    assert around.route(around.ego(at(1.0))) is None


def test_a_long_route_is_drawn_around_the_vehicle_and_in_few_points() -> None:
    around = going_north(1.0)
    around.push(route(length_m=5000))
    route_N2 = around.route(around.ego(at(1.0)))
    assert route_N2 is not None
    assert route_N2[:, 0].max() <= 100.0
    assert len(route_N2) <= MAX_ROUTE_POINTS


def test_of_each_camera_the_picture_nearest_to_the_plan_is_shown() -> None:
    around = Surroundings(Parameters(), least_width=40)
    for step in range(5):
        around.push(picture("front", at(step * 0.1), 10 * step))
    around.push(picture("back", at(0.0), 200))
    shown = around.pictures(at(0.22))
    assert {name: int(rgb[0, 0, 0]) for name, rgb in shown.items()} == {"front": 20, "back": 200}


def test_pictures_are_kept_for_a_moment_only_and_bad_ones_are_left_out() -> None:
    around = Surroundings(Parameters(), least_width=40)
    for step in range(3 * KEPT_PICTURES):
        around.push(picture("front", at(step * 0.1), step))
    assert around.pictures(at(0.0))["front"][0, 0, 0] == 2 * KEPT_PICTURES
    around.push(ImageSample(at(9.0), "back", EncodedImage("jpeg", np.zeros(5, np.uint8))))
    assert set(around.pictures(at(9.0))) == {"front"}
    around.forget_pictures()
    assert around.pictures(at(9.0)) == {}
