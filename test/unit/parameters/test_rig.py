"""Rig files bind cameras to topics by name, and a wrong file is answered in one sentence."""

from __future__ import annotations

import math
import pathlib

import pytest
import yaml

from drivemoe_ros.data.cameras import CAMERA_NAMES
from drivemoe_ros.errors import ParameterError
from drivemoe_ros.parameters.rig import load_rig, rig_text, shipped_rigs


@pytest.mark.parametrize("name", sorted(shipped_rigs()))
def test_every_shipped_rig_binds_six_cameras_and_odometry(name: str) -> None:
    rig = load_rig(name)
    assert set(rig.cameras) == set(CAMERA_NAMES)
    assert rig.odometry_topic
    assert list(rig.topics().values()).count("route") == (2 if name == "carla" else 1)
    assert len(set(rig.topics().values())) == 16
    # A camera named left looks to the left: positive yaw in REP-103.
    assert 0.0 < rig.cameras["front_left"].yaw_rad < math.pi
    assert rig.cameras["front_right"].yaw_rad < 0.0


@pytest.mark.parametrize("name", sorted(shipped_rigs()))
def test_a_rig_written_as_text_reads_back_the_same(name: str, tmp_path: pathlib.Path) -> None:
    path = tmp_path / f"{name}.yaml"
    path.write_text(rig_text(load_rig(name)), encoding="utf-8")
    assert load_rig(str(path)) == load_rig(name)


def test_bench2drive_has_the_published_mounting() -> None:
    camera = load_rig("bench2drive").cameras["back"]
    assert (camera.x_m, camera.y_m, camera.z_m) == (-2.0, 0.0, 1.6)
    focal_px = camera.width / (2.0 * math.tan(camera.horizontal_fov_rad / 2.0))
    assert focal_px == pytest.approx(560.166, abs=1e-3)


def write_changed(tmp_path: pathlib.Path, change: str) -> str:
    body = yaml.safe_load(shipped_rigs()["carla"].read_text(encoding="utf-8"))
    exec(change, {"rig": body, "front": body["cameras"]["front"]})  # noqa: S102  (the changes stand in this file)
    path = tmp_path / "changed.yaml"
    path.write_text(yaml.safe_dump(body), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("del rig['cameras']['front']", "names no camera 'front'"),
        ("rig['cameras']['frnt_left'] = {}", "did you mean 'front_left'"),
        ("front['fov'] = 70", "'fov' is unknown"),
        ("front['image'] = ''", "names no image topic"),
        ("front['position_m'] = [1, 2]", "3 finite number"),
        ("front['yaw_deg'] = 'left'", "1 finite number"),
        ("front['horizontal_fov_deg'] = 200", "no pinhole camera"),
        ("front['size_px'] = [0, 900]", "no pinhole camera"),
        ("front['image'] = rig['cameras']['back']['image']", "share the topic"),
        ("del rig['inputs']['odometry']", "no odometry topic"),
        ("rig['inputs']['gps'] = '/gps'", "'gps' is unknown"),
    ],
)
def test_a_wrong_rig_is_answered_in_one_sentence(tmp_path: pathlib.Path, change: str, sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence) as caught:
        load_rig(write_changed(tmp_path, change))
    assert "\n" not in str(caught.value)


def test_a_mistyped_rig_name_gets_the_nearest() -> None:
    with pytest.raises(ParameterError, match="did you mean 'nuscenes'"):
        load_rig("nuscene")
