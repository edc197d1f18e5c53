"""Where things appear: pinhole arithmetic, the near plane, the right camera, and one picture at every size."""

import dataclasses
import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivemoe_ros.data.cameras import CAMERA_NAMES
from drivemoe_ros.errors import ParameterError
from drivemoe_ros.parameters.rig import load_rig, shipped_rigs
from drivemoe_ros.world.cameras.pinhole import pinhole
from drivemoe_ros.world.scene import Body, BodyKind, EgoState, Light, Scene, Surface
from test.unit.world.cameras.painted import (
    FRONT,
    MAGENTA,
    RIG,
    ROAD,
    SIZE_PX,
    ahead_of,
    car,
    changed,
    magenta,
    patch,
    post,
    renderer,
    scene,
    van,
)

FIXED = settings(max_examples=40)
SIX = renderer()
HOLE = SIX.pinholes["front"]
LINED = renderer(ground=(*ROAD, patch(Surface.WHITE, (-60.0, 120.0), (0.95, 1.05))))


@FIXED
@given(away_m=st.floats(4.0, 60.0), bearing_rad=st.floats(-0.5, 0.5))
def test_a_post_is_where_pinhole_arithmetic_says(away_m: float, bearing_rad: float) -> None:
    left_m = away_m * math.tan(bearing_rad)
    rows, columns = np.nonzero(magenta(SIX.render(scene(post(*ahead_of(FRONT, away_m, left_m))), "front")))
    assert columns.mean() == pytest.approx(HOLE.cx - HOLE.fx * left_m / away_m, abs=1.0 + 0.5 * HOLE.fx * 0.4 / away_m)
    assert rows.max() == pytest.approx(min(HOLE.cy + HOLE.fy * FRONT.z_m / (away_m - 0.2), SIZE_PX[1] - 1), abs=1.5)
    assert rows.min() == pytest.approx(max(HOLE.cy - HOLE.fy * (3.0 - FRONT.z_m) / (away_m - 0.14), 0.0), abs=1.5)


@FIXED
@given(x_m=st.floats(-40.0, 40.0), y_m=st.floats(-40.0, 40.0), yaw_rad=st.floats(-7.0, 7.0))
def test_only_where_the_car_is_relative_to_a_post_counts(x_m: float, y_m: float, yaw_rad: float) -> None:
    cos, sin = math.cos(yaw_rad), math.sin(yaw_rad)
    there = post(x_m + cos * 12.0 - sin * 2.0, y_m + sin * 12.0 + cos * 2.0)
    columns = np.nonzero(magenta(SIX.render(scene(there, pose=(x_m, y_m, yaw_rad)), "front")))[1]
    assert columns.mean() == pytest.approx(HOLE.cx - HOLE.fx * 2.0 / (12.0 - FRONT.x_m), abs=1.2)


@pytest.mark.parametrize("rig_name", sorted(shipped_rigs()))
def test_each_camera_of_each_rig_sees_what_stands_before_it_and_nothing_behind_it(rig_name: str) -> None:
    rig = load_rig(rig_name)
    painter = renderer(cameras=dict(rig.cameras))
    for name in CAMERA_NAMES:
        camera = rig.cameras[name]
        pictures = painter.render_all(scene(post(*ahead_of(camera, 9.0))))
        assert set(pictures) == set(CAMERA_NAMES)
        assert np.nonzero(magenta(pictures[name]))[1].mean() == pytest.approx((SIZE_PX[0] - 1) / 2.0, abs=2.0)
        behind = post(*ahead_of(camera, -9.0))
        assert not magenta(painter.render(scene(behind), name)).any()


def test_what_follows_the_car_is_seen_by_the_back_camera_only() -> None:
    seen = {name for name, picture in SIX.render_all(scene(van(-9.0, 0.0, MAGENTA))).items() if magenta(picture).any()}
    assert seen == {"back"}


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_a_wall_that_passes_beside_the_camera_is_cut_at_the_near_plane(side: float) -> None:
    wall = Body(BodyKind.BUILDING, 0.0, side * 1.4, 0.0, 60.0, 0.4, 2.5, MAGENTA)
    seen = magenta(SIX.render(scene(wall), "front"))
    half = SIZE_PX[0] // 2
    near, far = (seen[:, :half], seen[:, half + 5 :]) if side > 0 else (seen[:, half:], seen[:, : half - 5])
    assert near[:, :40].mean() > 0.5 if side > 0 else near[:, -40:].mean() > 0.5
    assert not far.any()


@FIXED
@given(x_m=st.floats(-4.0, 4.0), y_m=st.floats(-4.0, 4.0), yaw_rad=st.floats(-3.2, 3.2))
def test_a_body_around_or_across_the_camera_breaks_nothing(x_m: float, y_m: float, yaw_rad: float) -> None:
    pictures = SIX.render_all(scene(van(x_m, y_m, MAGENTA, yaw_rad), post(x_m, y_m)))
    assert all(
        picture.shape == (SIZE_PX[1], SIZE_PX[0], 3) and picture.dtype == np.uint8 for picture in pictures.values()
    )


@FIXED
@given(x_m=st.floats(-20.0, 20.0), y_m=st.floats(-3.0, 3.0), yaw_rad=st.floats(-0.15, 0.15))
def test_lane_paint_lies_where_it_must(x_m: float, y_m: float, yaw_rad: float) -> None:
    line = patch(Surface.WHITE, (-60.0, 120.0), (0.95, 1.05))
    picture = LINED.render(scene(pose=(x_m, y_m, yaw_rad)), "front")
    eye_y = y_m + math.sin(yaw_rad) * FRONT.x_m
    for row in (170, 150, 138):
        away_m = HOLE.fy * FRONT.z_m / (row - HOLE.cy)
        left_m = (line.corners_N2[:, 1].mean() - eye_y - away_m * math.sin(yaw_rad)) / math.cos(yaw_rad)
        column = HOLE.cx - HOLE.fx * left_m / away_m
        if 8 < column < SIZE_PX[0] - 9:
            around = slice(int(column) - 8, int(column) + 10)
            bright = picture[row, around].min(axis=-1).astype(float) - picture[row, around].min()
            assert (bright * np.arange(around.start, around.stop)).sum() / bright.sum() == pytest.approx(
                column, abs=1.0
            )


@pytest.mark.parametrize("light", list(Light))
def test_a_small_picture_is_the_large_one_squashed(light: Light) -> None:
    line = patch(Surface.WHITE, (5.0, 60.0), (1.4, 1.6))
    moment = scene(car(14.0, -2.0), van(20.0, 2.5, (40, 60, 200)), post(9.0, 2.0))
    small, large = (renderer(light, size, (*ROAD, line)) for size in ((224, 224), (1600, 900)))
    for name in ("front", "back_left"):
        squashed = cv2.resize(large.render(moment, name), (224, 224), interpolation=cv2.INTER_AREA)
        apart = changed(small.render(moment, name), np.asarray(squashed, np.uint8))
        assert apart.mean() < 2.5
        assert (apart > 40).mean() < 0.012


def test_the_pinhole_is_the_nominal_pictures_and_squashed_for_other_sizes() -> None:
    nominal, small = pinhole(FRONT, (1600, 900)), pinhole(FRONT, (224, 224))
    assert 2.0 * math.atan(800.0 / nominal.fx) == pytest.approx(FRONT.horizontal_fov_rad)
    assert nominal.fx == nominal.fy
    assert (small.fx, small.fy) == pytest.approx((nominal.fx * 224 / 1600, nominal.fy * 224 / 900))
    assert (small.cx, small.cy) == (111.5, 111.5)


@pytest.mark.parametrize("size_px", [(0, 10), (10, 0), (-3, 4)])
def test_a_picture_without_pixels_is_refused_in_one_sentence(size_px: tuple[int, int]) -> None:
    with pytest.raises(ParameterError, match=r"choose at least 1x1\.$"):
        renderer(size_px=size_px)


def test_an_opening_angle_that_is_none_is_refused_in_one_sentence() -> None:
    broken = dataclasses.replace(FRONT, horizontal_fov_rad=3.5)
    with pytest.raises(ParameterError, match=r"'front' opens 3\.500 rad; .*correct the rig\.$"):
        renderer(cameras={"front": broken})


def test_a_camera_that_the_rig_lacks_is_named() -> None:
    with pytest.raises(ParameterError, match=r"no camera 'top' .* front, front_left"):
        SIX.render(scene(), "top")


@pytest.mark.parametrize("size_px", [(1, 1), (3, 200), (84, 84), (801, 33)])
def test_any_size_can_be_painted(size_px: tuple[int, int]) -> None:
    picture = renderer(size_px=size_px, cameras={"front": FRONT}).render(scene(car(9.0, 0.0)), "front")
    assert picture.shape == (size_px[1], size_px[0], 3)


def test_the_same_scene_gives_the_same_bytes_whatever_was_painted_before() -> None:
    moment = Scene(700_000_000, EgoState(3.0, -1.7, 0.3, 4.0), (car(14.0, -2.0), van(20.0, 2.5, (40, 60, 200))))
    first, other = renderer(), renderer()
    other.render_all(scene(post(9.0, 0.0), pose=(50.0, 0.0, 2.0)))
    for name in reversed(list(RIG.cameras)):
        assert first.render(moment, name).tobytes() == other.render(moment, name).tobytes()
