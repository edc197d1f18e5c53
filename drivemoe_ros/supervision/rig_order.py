"""Finds cameras that the rig file confuses: front and back swapped, left and right swapped."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drivemoe_ros.data.cameras import Camera, Rig
    from drivemoe_ros.data.samples import CameraInfoSample
    from drivemoe_ros.parameters.supervision_schema import SupervisionParameters
    from drivemoe_ros.supervision.mounting import Mounting


def check_order(rig: Rig, measured: Mapping[str, Mounting]) -> str:
    """Name the cameras that sit and look, by tf, as the rig file says of another one.

    Args:
        rig: The rig.
        measured: Where cameras sit by tf, by the name that the rig file gives them; others of the rig may lack.

    Returns:
        Which are swapped or stand for another, in words; empty if none is.
    """
    stands_for = {name: _nearest(rig, name, mounting) for name, mounting in measured.items() if name in rig.cameras}
    moved = {name: other for name, other in stands_for.items() if name != other}
    swapped = [f"'{name}' and '{other}' are swapped" for name, other in moved.items() if _first_of_pair(moved, name)]
    alone = [
        f"'{name}' sits and looks as '{other}' should" for name, other in moved.items() if moved.get(other) != name
    ]
    return "by tf " + ", ".join([*swapped, *alone]) if moved else ""


def swapped_fields(
    rig: Rig, infos: Mapping[str, CameraInfoSample], parameters: SupervisionParameters
) -> list[tuple[str, str]]:
    """Name pairs of cameras whose fields of view fit the rig file only if they are swapped.

    That needs no tf, but tells only cameras of different fields of view apart.

    Args:
        rig: The rig.
        infos: Calibrations by camera name.
        parameters: Tolerances.

    Returns:
        Pairs of camera names.
    """

    def fits(name: str, as_camera: str) -> bool:
        return abs(across_share(infos[name], rig.cameras[as_camera])) <= parameters.rig_focal_tolerance

    wrong = [name for name, info in infos.items() if name in rig.cameras and is_set(info) and not fits(name, name)]
    return [(one, other) for one, other in combinations(wrong, 2) if fits(one, other) and fits(other, one)]


def is_set(info: CameraInfoSample) -> bool:
    """Tell whether a calibration holds a picture's size and focal lengths."""
    return min(info.width, info.height) > 0 and min(info.fx, info.fy) > 0.0


def across_share(info: CameraInfoSample, camera: Camera) -> float:
    """Return by which share a focal length across differs from what a camera's field of view gives.

    Args:
        info: A calibration that is set.
        camera: A camera of the rig file.

    Returns:
        0 if equal, 0.1 if it is a tenth longer.
    """
    return info.fx / info.width * 2.0 * math.tan(0.5 * camera.horizontal_fov_rad) - 1.0


def _nearest(rig: Rig, name: str, mounting: Mounting) -> str:
    """Return the camera of the rig file that a mounting is nearest to; its own where others are as near."""

    def apart(other: str) -> tuple[float, bool]:
        camera = rig.cameras[other]
        turn_rad = math.remainder(mounting.yaw_rad - camera.yaw_rad, math.tau)
        # One radian counts as much as one metre: cameras of a car that look apart also sit apart.
        off = abs(turn_rad) + math.dist(mounting.position_m, (camera.x_m, camera.y_m, camera.z_m))
        return off, other != name

    return min(rig.cameras, key=apart)


def _first_of_pair(moved: Mapping[str, str], name: str) -> bool:
    other = moved[name]
    names = list(moved)
    return moved.get(other) == name and names.index(name) < names.index(other)
