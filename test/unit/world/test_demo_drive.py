"""The demo drive: motion that fits together, and pictures that show what each camera would see."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from drivemoe_ros.data.cameras import CAMERA_NAMES
from drivemoe_ros.errors import ParameterError
from drivemoe_ros.geometry.se2 import points_in_pose
from drivemoe_ros.parameters.rig import load_rig, shipped_rigs
from drivemoe_ros.world.perspective import Quads, join, paint
from drivemoe_ros.world.scenery import DemoDrive
from drivemoe_ros.world.shapes import box, place

RIG = load_rig("bench2drive")
SIZE_PX = (200, 112)
FIXED = settings(deadline=None, derandomize=True, max_examples=30)
DRIVE = DemoDrive(seed=0)


def cube(x_m: float, y_m: float, grey: float = 255.0) -> Quads:
    """Return a cube of 2 m on the ground, magenta as nothing else, or darker."""
    shape = place(box((-1.0, -1.0, 0.0), (1.0, 1.0, 2.0), (255.0, 0.0, 255.0)), x_m, y_m, 0.0)
    return dataclasses.replace(shape, colours_Q3=np.tile([grey, 0.0, grey], (len(shape.colours_Q3), 1)))


def magenta(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return where the picture shows a cube."""
    return np.asarray(picture[..., 1].astype(int) + 60 < np.minimum(picture[..., 0], picture[..., 2]))


@pytest.mark.parametrize("rig_name", sorted(shipped_rigs()))
@pytest.mark.parametrize("camera_name", CAMERA_NAMES)
def test_a_box_is_seen_by_the_camera_that_looks_at_it_and_not_by_the_opposite_one(
    rig_name: str, camera_name: str
) -> None:
    rig = load_rig(rig_name)
    camera = rig.cameras[camera_name]
    x_m = camera.x_m + 8.0 * math.cos(camera.yaw_rad)
    y_m = camera.y_m + 8.0 * math.sin(camera.yaw_rad)
    seen = {name: magenta(paint(cube(x_m, y_m), rig.cameras[name], (0.0, 0.0, 0.0), SIZE_PX)) for name in CAMERA_NAMES}
    columns = np.nonzero(seen[camera_name])[1]
    assert columns.mean() == pytest.approx(SIZE_PX[0] / 2.0, abs=4.0)
    opposite = max(
        CAMERA_NAMES, key=lambda name: abs(math.remainder(rig.cameras[name].yaw_rad - camera.yaw_rad, math.tau))
    )
    assert not seen[opposite].any()


def test_a_box_on_the_left_is_in_the_left_pictures_only() -> None:
    pose = (40.0, -7.0, 2.1)
    x_m = pose[0] + 5.0 * math.cos(pose[2]) - 7.0 * math.sin(pose[2])
    y_m = pose[1] + 5.0 * math.sin(pose[2]) + 7.0 * math.cos(pose[2])
    seen = {name for name, camera in RIG.cameras.items() if magenta(paint(cube(x_m, y_m), camera, pose, SIZE_PX)).any()}
    assert "front_left" in seen
    assert not seen & {"front_right", "back_right", "back"}


def test_the_picture_is_that_of_a_pinhole_camera() -> None:
    camera = RIG.cameras["front"]
    flat = box((20.0, -1.0, 0.6), (20.01, 3.0, 2.6), (255.0, 0.0, 255.0))
    rows, columns = np.nonzero(magenta(paint(place(flat, 0.0, 0.0, 0.0), camera, (0.0, 0.0, 0.0), (800, 450))))
    focal_px = 400.0 / math.tan(camera.horizontal_fov_rad / 2.0)
    away_m = 20.0 - camera.x_m
    assert columns.min() == pytest.approx(400.0 - focal_px * 3.0 / away_m, abs=1.5)
    assert columns.max() == pytest.approx(400.0 + focal_px * 1.0 / away_m, abs=1.5)
    assert rows.min() == pytest.approx(225.0 - focal_px * (2.6 - camera.z_m) / away_m, abs=1.5)
    assert rows.max() == pytest.approx(225.0 + focal_px * (camera.z_m - 0.6) / away_m, abs=1.5)


def test_a_near_box_hides_a_far_one_whatever_their_order() -> None:
    near, far = cube(8.0, 0.0, grey=140.0), cube(16.0, 0.0)
    first, second = (
        paint(join(order), RIG.cameras["front"], (0.0, 0.0, 0.0), SIZE_PX) for order in ((near, far), (far, near))
    )
    assert (first == second).all()
    assert first[magenta(first), 0].max() < 180


@pytest.mark.filterwarnings("error")
def test_a_wall_that_passes_through_the_camera_is_cut_at_the_near_plane() -> None:
    wall = place(box((-30.0, 1.0, 0.0), (30.0, 1.2, 3.0), (255.0, 0.0, 255.0)), 0.0, 0.0, 0.0)
    camera = dataclasses.replace(RIG.cameras["front"], x_m=0.0)
    seen = magenta(paint(wall, camera, (0.0, 0.0, 0.0), SIZE_PX))
    assert seen[:, : SIZE_PX[0] // 4].mean() > 0.7
    assert not seen[:, SIZE_PX[0] // 2 + 5 :].any()


def test_pictures_of_the_same_seed_and_time_are_the_same_bytes() -> None:
    camera = RIG.cameras["back_left"]
    first, again, other = (DemoDrive(seed).render(camera, 6.3, SIZE_PX) for seed in (5, 5, 6))
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()
    assert first.shape == (SIZE_PX[1], SIZE_PX[0], 3)
    assert first.dtype == np.uint8


@pytest.mark.parametrize("name", CAMERA_NAMES)
def test_every_camera_sees_the_drive_move(name: str) -> None:
    before, after = (DRIVE.render(RIG.cameras[name], time_s, SIZE_PX).astype(int) for time_s in (6.0, 6.5))
    assert (np.abs(before - after).max(axis=-1) > 20).mean() > 0.05


def test_other_cars_move_while_the_car_still_stands() -> None:
    camera = RIG.cameras["front"]
    before, after = (DRIVE.render(camera, time_s, SIZE_PX).astype(int) for time_s in (0.0, 0.7))
    assert DRIVE.state(0.7).x_m == DRIVE.state(0.0).x_m
    assert (np.abs(before - after).max(axis=-1) > 20).any()


@FIXED
@given(seed=st.integers(0, 1000), time_s=st.floats(0.05, 19.9))
def test_speed_turning_and_acceleration_are_the_derivatives_of_the_pose(seed: int, time_s: float) -> None:
    drive = DemoDrive(seed)
    before, here, after = (drive.state(time_s + step_s) for step_s in (-0.01, 0.0, 0.01))
    moved_m = math.hypot(after.x_m - before.x_m, after.y_m - before.y_m)
    assert moved_m / 0.02 == pytest.approx(here.speed_mps, abs=0.03)
    assert (after.yaw_rad - before.yaw_rad) / 0.02 == pytest.approx(here.yaw_rate_radps, abs=0.01)
    assert (after.speed_mps - before.speed_mps) / 0.02 == pytest.approx(here.acceleration_mps2, abs=0.05)
    if moved_m > 0.02:
        heading = math.atan2(after.y_m - before.y_m, after.x_m - before.x_m)
        assert math.remainder(heading - here.yaw_rad, math.tau) == pytest.approx(0.0, abs=0.01)


def test_the_car_starts_and_ends_at_rest_and_drives_like_in_town() -> None:
    states = [DRIVE.state(time_s) for time_s in np.arange(0.0, 20.01, 0.1)]
    assert states[0].speed_mps == states[-1].speed_mps == 0.0
    assert 8.0 < max(state.speed_mps for state in states) < 9.0
    assert max(abs(state.acceleration_mps2) for state in states) < 4.0
    assert max(abs(state.speed_mps * state.yaw_rate_radps) for state in states) < 2.5


def test_times_outside_the_drive_are_those_of_its_ends() -> None:
    short = DemoDrive(0, duration_s=5.0)
    assert short.state(-3.0) == short.state(0.0)
    assert short.state(99.0) == short.state(5.0)


@pytest.mark.parametrize("time_s", [0.0, 7.0, 20.0])
def test_the_route_passes_under_the_car_and_goes_on_ahead(time_s: float) -> None:
    state = DRIVE.state(time_s)
    route_N2 = points_in_pose(DRIVE.route_N2, state.x_m, state.y_m, state.yaw_rad)
    nearest = int(np.argmin(np.hypot(route_N2[:, 0], route_N2[:, 1])))
    assert abs(route_N2[nearest, 1]) < 0.05
    assert abs(route_N2[nearest, 0]) <= 0.51
    assert (np.diff(route_N2[nearest : nearest + 20, 0]) > 0.5).all()
    np.testing.assert_allclose(np.hypot(*np.diff(route_N2, axis=0).T), 1.0, atol=0.01)


@pytest.mark.parametrize("duration_s", [0.0, -1.0, math.nan, math.inf, 601.0])
def test_a_drive_without_length_is_refused_in_one_sentence(duration_s: float) -> None:
    with pytest.raises(ParameterError, match=r"choose more than 0 and at most 600 s\.$"):
        DemoDrive(0, duration_s)
