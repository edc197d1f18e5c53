"""Rig files: which topic feeds which camera, and where each camera sits."""

from __future__ import annotations

import math
import pathlib
from types import MappingProxyType
from typing import Any

import yaml

from drivemoe_ros.data.cameras import CAMERA_NAMES, FRONT, Camera, Rig
from drivemoe_ros.errors import ParameterError
from drivemoe_ros.parameters.field import nearest_hint
from drivemoe_ros.parameters.load import read_yaml
from drivemoe_ros.resources import resource_folder

INPUT_KEYS = ("odometry", "imu", "route", "global_plan", "goal")
CAMERA_KEYS = ("image", "info", "position_m", "yaw_deg", "horizontal_fov_deg", "size_px")


def shipped_rigs() -> dict[str, pathlib.Path]:
    """Return the rig files in ``config/rigs`` by name."""
    return {path.stem: path for path in sorted((resource_folder("config") / "rigs").glob("*.yaml"))}


def load_rig(name_or_path: str) -> Rig:
    """Load a shipped rig by name, or any rig file by path.

    Args:
        name_or_path: ``bench2drive``, ``carla`` and so on, or a path that ends in ``.yaml``.

    Returns:
        The rig, every value checked.

    Raises:
        ParameterError: If there is no such rig, or a key or value in it does not fit.
    """
    shipped = shipped_rigs()
    is_path = name_or_path.endswith((".yaml", ".yml"))
    if not is_path and name_or_path not in shipped:
        hint = nearest_hint(name_or_path, shipped)
        msg = f"There is no rig '{name_or_path}'{hint}; shipped rigs are {', '.join(shipped)}, or give a .yaml path."
        raise ParameterError(msg)
    path = pathlib.Path(name_or_path) if is_path else shipped[name_or_path]
    content = read_yaml(path)
    _check_keys(content, ("cameras", "inputs", "base_frame"), str(path))
    cameras = content.get("cameras")
    if not isinstance(cameras, dict) or FRONT not in cameras:
        msg = f"{path} names no camera '{FRONT}', which every set is built around; add it under 'cameras'."
        raise ParameterError(msg)
    _check_keys(cameras, CAMERA_NAMES, f"{path}, cameras")
    inputs = content.get("inputs")
    if not isinstance(inputs, dict) or not inputs.get("odometry"):
        msg = f"{path} names no odometry topic; add 'odometry' under 'inputs'."
        raise ParameterError(msg)
    _check_keys(inputs, INPUT_KEYS, f"{path}, inputs")
    topics = {key: str(inputs.get(key) or "") for key in INPUT_KEYS}
    rig = Rig(
        name=path.stem,
        cameras=MappingProxyType({name: _camera(name, cameras[name], path) for name in cameras}),
        odometry_topic=topics["odometry"],
        imu_topic=topics["imu"],
        route_topic=topics["route"],
        global_plan_topic=topics["global_plan"],
        goal_topic=topics["goal"],
        base_frame=str(content.get("base_frame") or "base_link"),
    )
    _refuse_shared_topics(rig, path)
    return rig


def rig_text(rig: Rig) -> str:
    """Write a rig as the text of a rig file, which ``load_rig`` reads back.

    Args:
        rig: The rig.

    Returns:
        YAML.
    """
    cameras = {
        camera.name: {
            "image": camera.image_topic,
            "info": camera.info_topic,
            "position_m": [camera.x_m, camera.y_m, camera.z_m],
            "yaw_deg": round(math.degrees(camera.yaw_rad), 9),
            "horizontal_fov_deg": round(math.degrees(camera.horizontal_fov_rad), 9),
            "size_px": [camera.width, camera.height],
        }
        for camera in rig.cameras.values()
    }
    topics = (rig.odometry_topic, rig.imu_topic, rig.route_topic, rig.global_plan_topic, rig.goal_topic)
    inputs = dict(zip(INPUT_KEYS, topics, strict=True))
    content = {"base_frame": rig.base_frame, "cameras": cameras, "inputs": inputs}
    return f"# rig {rig.name}\n{yaml.safe_dump(content, sort_keys=False)}"


def _camera(name: str, body: Any, path: pathlib.Path) -> Camera:  # noqa: ANN401
    label = f"{path}, camera '{name}'"
    if not isinstance(body, dict) or not body.get("image"):
        msg = f"{label} names no image topic; add 'image: /topic'."
        raise ParameterError(msg)
    _check_keys(body, CAMERA_KEYS, label)
    x_m, y_m, z_m = _numbers(body, "position_m", 3, label)
    (yaw_deg,) = _numbers(body, "yaw_deg", 1, label)
    (fov_deg,) = _numbers(body, "horizontal_fov_deg", 1, label)
    width, height = _numbers(body, "size_px", 2, label)
    if not 0.0 < fov_deg < 180.0 or width < 1 or height < 1:  # noqa: PLR2004
        msg = f"{label}: a field of view of {fov_deg:g} degrees or {width:g}x{height:g} pixels is no pinhole camera."
        raise ParameterError(msg)
    return Camera(
        name=name,
        image_topic=str(body["image"]),
        info_topic=str(body.get("info") or ""),
        x_m=x_m,
        y_m=y_m,
        z_m=z_m,
        yaw_rad=math.radians(yaw_deg),
        horizontal_fov_rad=math.radians(fov_deg),
        width=int(width),
        height=int(height),
    )


def _numbers(body: dict[str, Any], key: str, count: int, label: str) -> list[float]:
    value = body.get(key)
    values = value if isinstance(value, list) else [value]
    numbers = [v for v in values if isinstance(v, (int, float)) and not isinstance(v, bool) and math.isfinite(v)]
    if len(values) != count or len(numbers) != count:
        msg = f"{label}: '{key}' is {value!r}, but {count} finite number(s) are needed."
        raise ParameterError(msg)
    return [float(number) for number in numbers]


def _check_keys(body: dict[str, Any], known: tuple[str, ...], label: str) -> None:
    for key in body:
        if key not in known:
            msg = f"{label}: '{key}' is unknown{nearest_hint(str(key), known)}; allowed are {', '.join(known)}."
            raise ParameterError(msg)


def _refuse_shared_topics(rig: Rig, path: pathlib.Path) -> None:
    seen: dict[str, str] = {}
    for camera in rig.cameras.values():
        if camera.image_topic in seen:
            other = seen[camera.image_topic]
            topic = camera.image_topic
            msg = f"{path}: cameras '{other}' and '{camera.name}' share the topic {topic}; give each its own."
            raise ParameterError(msg)
        seen[camera.image_topic] = camera.name
