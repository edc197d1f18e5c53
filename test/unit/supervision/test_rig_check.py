"""Calibration and tf that contradict the rig file are named, with the sign or the swap behind it."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivemoe_ros.data.cameras import Camera
from drivemoe_ros.data.samples import CameraInfoSample
from drivemoe_ros.errors import InputError
from drivemoe_ros.parameters.rig import load_rig, shipped_rigs
from drivemoe_ros.parameters.supervision_schema import SupervisionParameters
from drivemoe_ros.supervision.mounting import Mounting, mounting_of
from drivemoe_ros.supervision.rig_check import (
    check_extrinsics,
    check_intrinsics,
    check_rig,
    check_size,
    uncalibrated,
)
from drivemoe_ros.supervision.rig_order import check_order, swapped_fields
from drivemoe_ros.world.sensors import camera_infos

PARAMETERS = SupervisionParameters()
RIG = load_rig("bench2drive")
FRONT, LEFT, BACK = RIG.cameras["front"], RIG.cameras["front_left"], RIG.cameras["back"]
Quaternion = tuple[float, float, float, float]


def infos(size_px: tuple[int, int] = (1600, 900)) -> dict[str, CameraInfoSample]:
    return {info.camera: info for info in camera_infos(RIG.cameras, size_px, 1)}


def mounted(camera: Camera) -> Mounting:
    return Mounting((camera.x_m, camera.y_m, camera.z_m), camera.yaw_rad)


def times(one: Quaternion, other: Quaternion) -> Quaternion:
    """Return the product of two quaternions (x, y, z, w)."""
    u, v, a, b = np.array(one[:3]), np.array(other[:3]), one[3], other[3]
    x, y, z = a * v + b * u + np.cross(u, v)
    return float(x), float(y), float(z), float(a * b - u @ v)


def around(axis: int, angle_rad: float) -> Quaternion:
    values = [0.0, 0.0, 0.0, math.cos(angle_rad / 2.0)]
    values[axis] = math.sin(angle_rad / 2.0)
    return values[0], values[1], values[2], values[3]


# From a body frame (x ahead, z up) to an optical one (z ahead, x right), as REP-103 has it.
OPTICAL: Quaternion = (-0.5, 0.5, -0.5, 0.5)
angles = st.floats(-3.1, 3.1)


@settings(max_examples=40)
@given(yaw_rad=angles, pitch_rad=st.floats(-0.6, 0.6), roll_rad=st.floats(-0.6, 0.6), scale=st.floats(0.1, 10.0))
def test_body_and_optical_frames_give_the_same_mounting(
    yaw_rad: float, pitch_rad: float, roll_rad: float, scale: float
) -> None:
    body = times(times(around(2, yaw_rad), around(1, -pitch_rad)), around(0, roll_rad))
    for quaternion in (body, times(body, OPTICAL)):
        x, y, z, w = (scale * value for value in quaternion)
        found = mounting_of((1.0, 2.0, 3.0), (x, y, z, w))
        assert found.position_m == (1.0, 2.0, 3.0)
        assert math.isclose(math.remainder(found.yaw_rad - yaw_rad, math.tau), 0.0, abs_tol=1e-6)
        assert found.pitch_rad == pytest.approx(pitch_rad, abs=1e-6)
        assert abs(found.roll_rad) == pytest.approx(abs(roll_rad), abs=1e-6)


@pytest.mark.parametrize("quaternion", [(0.0, 0.0, 0.0, 0.0), (math.nan, 0.0, 0.0, 1.0), (math.inf, 0.0, 0.0, 1.0)])
def test_a_transform_that_is_none_is_refused(quaternion: Quaternion) -> None:
    with pytest.raises(InputError, match="transform"):
        mounting_of((0.0, 0.0, 0.0), quaternion)


@pytest.mark.parametrize("name", sorted(shipped_rigs()))
@pytest.mark.parametrize("size_px", [(1600, 900), (224, 126), (224, 224)])
def test_a_rig_agrees_with_itself_at_any_size_of_picture(name: str, size_px: tuple[int, int]) -> None:
    rig = load_rig(name)
    calibrations = {info.camera: info for info in camera_infos(rig.cameras, size_px, 1)}
    where = {camera.name: mounted(camera) for camera in rig.cameras.values()}
    assert check_rig(rig, calibrations, where, PARAMETERS) == []
    assert check_size(rig.cameras["front"], calibrations["front"], size_px, PARAMETERS) == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"fx": 800.0, "fy": 800.0}, "field of view of 90 degrees, but the rig file 70 degrees"),
        ({"height": 1200, "cy": 599.5}, "focal length down is 1143 pixels, but 70 degrees across 1600x900 pixels give"),
        ({"cx": 0.0}, "principal point is column 0 of 1600"),
        ({"cy": 900.0}, "principal point is row 900 of 900"),
        ({"fx": 0.0, "fy": 0.0}, "its calibration is empty (1600x900 pixels, focal lengths 0 and 0)"),
        ({"width": 0, "height": 0}, "its calibration is empty (0x0 pixels"),
        ({"width": 800, "height": 450}, "field of view of 38.6 degrees"),
    ],
)
def test_a_calibration_that_contradicts_the_rig_file_is_named(change: dict[str, float], words: str) -> None:
    text = check_intrinsics(FRONT, dataclasses.replace(infos()["front"], **change), PARAMETERS)  # type: ignore[arg-type]
    assert text.startswith("'front': ")
    assert words in text


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (Mounting((0.27, 0.55, 1.6), -LEFT.yaw_rad), "looks to -55 degrees, but the rig file says +55; is its sign"),
        (Mounting((0.27, 0.55, 1.6), math.radians(65)), "looks to +65 degrees, but the rig file says +55"),
        (Mounting((0.27, -0.55, 1.6), LEFT.yaw_rad), "sits at (0.27, -0.55, 1.60) m, 1.1 m from where"),
        (Mounting((0.27, -0.55, 1.6), LEFT.yaw_rad), "is the sign of y wrong"),
        (Mounting((0.27, 0.55, 1.6), LEFT.yaw_rad, pitch_rad=-0.2), "looks 11 degrees down"),
        (Mounting((0.27, 0.55, 1.6), LEFT.yaw_rad, roll_rad=math.pi), "rolled by +180 degrees"),
    ],
)
def test_a_mounting_that_contradicts_the_rig_file_is_named(where: Mounting, words: str) -> None:
    assert words in check_extrinsics(LEFT, where, PARAMETERS)


def test_small_differences_pass() -> None:
    where = Mounting((LEFT.x_m + 0.1, LEFT.y_m - 0.1, LEFT.z_m + 0.1), LEFT.yaw_rad + 0.05, 0.05, -0.05)
    assert check_extrinsics(LEFT, where, PARAMETERS) == ""
    info = infos()["front"]
    assert check_intrinsics(FRONT, dataclasses.replace(info, fx=1.05 * info.fx, cx=830.0), PARAMETERS) == ""


def test_looking_back_may_be_half_a_turn_either_way() -> None:
    assert check_extrinsics(BACK, dataclasses.replace(mounted(BACK), yaw_rad=-BACK.yaw_rad), PARAMETERS) == ""


def test_a_picture_of_another_shape_than_its_calibration_is_named() -> None:
    info = infos()["front"]
    text = check_size(FRONT, info, (640, 480), PARAMETERS)
    assert text == "'front': its pictures have 640x480 pixels, but its calibration says 1600x900"
    assert check_size(FRONT, info, (800, 450), PARAMETERS) == ""
    assert "the rig file says 1600x900" in check_size(FRONT, None, (480, 640), PARAMETERS)


def test_front_and_back_swapped_in_tf_are_named() -> None:
    where = {camera.name: mounted(camera) for camera in RIG.cameras.values()}
    where["front"], where["back"] = where["back"], where["front"]
    assert check_order(RIG, where) == "by tf 'front' and 'back' are swapped"
    assert check_rig(RIG, {}, where, PARAMETERS)[0] == "by tf 'front' and 'back' are swapped"


def test_left_and_right_swapped_in_tf_are_named() -> None:
    where = {name: Mounting((c.x_m, -c.y_m, c.z_m), -c.yaw_rad) for name, c in RIG.cameras.items()}
    text = check_order(RIG, where)
    assert text == "by tf 'front_left' and 'front_right' are swapped, 'back_left' and 'back_right' are swapped"


def test_one_camera_in_the_place_of_another_is_named() -> None:
    where = {"front": mounted(FRONT), "back": mounted(LEFT), "no_camera_of_this_rig": mounted(LEFT)}
    assert check_order(RIG, where) == "by tf 'back' sits and looks as 'front_left' should"
    assert check_order(RIG, {}) == ""


def test_front_and_back_swapped_in_their_calibrations_are_named() -> None:
    calibrations = infos()
    calibrations["front"], calibrations["back"] = calibrations["back"], calibrations["front"]
    assert swapped_fields(RIG, calibrations, PARAMETERS) == [("front", "back")]
    found = check_rig(RIG, calibrations, {}, PARAMETERS)
    assert found[0] == "by their fields of view 'front' and 'back' are swapped"
    assert len(found) == 3


def test_cameras_without_their_promised_calibration_are_named() -> None:
    calibrations = infos()
    del calibrations["back_left"]
    assert uncalibrated(RIG, calibrations) == ("back_left",)
    silent = dataclasses.replace(RIG, cameras={"front": dataclasses.replace(FRONT, info_topic="")})
    assert uncalibrated(silent, {}) == ()
