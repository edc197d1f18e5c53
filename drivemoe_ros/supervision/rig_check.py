"""Compares what cameras say of themselves, in CameraInfo and tf, with the rig file.

A picture of any size shows what the camera's nominal picture shows, if need be squashed; so focal lengths are compared
as shares of width and height.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from drivemoe_ros.supervision.rig_order import across_share, check_order, is_set, swapped_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drivemoe_ros.data.cameras import Camera, Rig
    from drivemoe_ros.data.samples import CameraInfoSample
    from drivemoe_ros.parameters.supervision_schema import SupervisionParameters
    from drivemoe_ros.supervision.mounting import Mounting


def check_rig(
    rig: Rig,
    infos: Mapping[str, CameraInfoSample],
    mounted: Mapping[str, Mounting],
    parameters: SupervisionParameters,
) -> list[str]:
    """Compare everything that is known of a rig's cameras with the rig file.

    Args:
        rig: The rig.
        infos: Calibrations that came, by camera name.
        mounted: Where cameras sit by tf, by camera name.
        parameters: Tolerances.

    Returns:
        One text a contradiction; what is swapped comes first.
    """
    pairs = swapped_fields(rig, infos, parameters)
    found = [check_order(rig, mounted)]
    found += [f"by their fields of view '{one}' and '{other}' are swapped" for one, other in pairs]
    for name, camera in rig.cameras.items():
        found.append(check_intrinsics(camera, infos[name], parameters) if name in infos else "")
        found.append(check_extrinsics(camera, mounted[name], parameters) if name in mounted else "")
    return [text for text in found if text]


def uncalibrated(rig: Rig, infos: Mapping[str, CameraInfoSample]) -> tuple[str, ...]:
    """Return the cameras whose calibration the rig file promises a topic for, but which none came for."""
    return tuple(name for name, camera in rig.cameras.items() if camera.info_topic and name not in infos)


def check_intrinsics(camera: Camera, info: CameraInfoSample, parameters: SupervisionParameters) -> str:
    """Compare a camera's calibration with its field of view and size in the rig file.

    Args:
        camera: The camera in the rig file.
        info: Its calibration.
        parameters: Tolerances.

    Returns:
        Every contradiction in words; empty if there is none.
    """
    if not is_set(info):
        size, focal = f"{info.width}x{info.height} pixels", f"focal lengths {info.fx:g} and {info.fy:g}"
        return f"'{camera.name}': its calibration is empty ({size}, {focal})"
    problems = []
    field = f"{math.degrees(camera.horizontal_fov_rad):.3g} degrees"
    across = across_share(info, camera)
    if abs(across) > parameters.rig_focal_tolerance:
        measured = math.degrees(2.0 * math.atan(0.5 * info.width / info.fx))
        problems.append(f"its calibration says a field of view of {measured:.3g} degrees, but the rig file {field}")
    # The nominal picture's pixels are as high as they are wide.
    nominal_px = 0.5 * camera.width / math.tan(0.5 * camera.horizontal_fov_rad)
    expected_px = nominal_px * info.height / camera.height
    if abs(info.fy / expected_px - 1.0) > parameters.rig_focal_tolerance >= abs(across):
        shape = f"{field} across {camera.width}x{camera.height} pixels"
        problems.append(f"its focal length down is {info.fy:.4g} pixels, but {shape} give {expected_px:.4g}")
    for axis, centre_px, size_px in (("column", info.cx, info.width), ("row", info.cy, info.height)):
        if abs(centre_px - 0.5 * (size_px - 1)) > parameters.rig_centre_tolerance * size_px:
            problems.append(f"its principal point is {axis} {centre_px:.4g} of {size_px}, far from the middle")
    return _words(camera, problems)


def check_size(
    camera: Camera, info: CameraInfoSample | None, size_px: tuple[int, int], parameters: SupervisionParameters
) -> str:
    """Compare the shape of a picture with that of its calibration, or of the rig file where there is none.

    Args:
        camera: The camera in the rig file.
        info: Its calibration, if one came.
        size_px: Columns and rows of a picture of it, positive [px].
        parameters: Tolerances.

    Returns:
        The contradiction in words; empty if there is none.
    """
    whose, width, height = "the rig file", camera.width, camera.height
    if info is not None and is_set(info):
        whose, width, height = "its calibration", info.width, info.height
    if abs(size_px[0] * height / (size_px[1] * width) - 1.0) <= parameters.rig_shape_tolerance:
        return ""
    return _words(camera, [f"its pictures have {size_px[0]}x{size_px[1]} pixels, but {whose} says {width}x{height}"])


def check_extrinsics(camera: Camera, mounted: Mounting, parameters: SupervisionParameters) -> str:
    """Compare where a camera sits and looks by tf with the rig file.

    Args:
        camera: The camera in the rig file.
        mounted: Where it sits by tf.
        parameters: Tolerances.

    Returns:
        Every contradiction in words; empty if there is none.
    """
    problems, most_rad = [], parameters.rig_angle_tolerance_rad
    if _apart(mounted.yaw_rad, camera.yaw_rad) > most_rad:
        sign = "; is its sign wrong (yaw is counter-clockwise)?"
        hint = sign if _apart(mounted.yaw_rad, -camera.yaw_rad) <= most_rad else ""
        yaw, said = math.degrees(mounted.yaw_rad), math.degrees(camera.yaw_rad)
        problems.append(f"by tf it looks to {yaw:+.0f} degrees, but the rig file says {said:+.0f}{hint}")
    if abs(mounted.pitch_rad) > most_rad:
        side = "up" if mounted.pitch_rad > 0.0 else "down"
        pitch = math.degrees(abs(mounted.pitch_rad))
        problems.append(f"by tf it looks {pitch:.0f} degrees {side}, but it should be level")
    if abs(mounted.roll_rad) > most_rad:
        problems.append(f"by tf it is rolled by {math.degrees(mounted.roll_rad):+.0f} degrees, but it should be level")
    most_m = parameters.rig_position_tolerance_m
    off_m = math.dist(mounted.position_m, (camera.x_m, camera.y_m, camera.z_m))
    if off_m > most_m:
        mirrored_m = math.dist(mounted.position_m, (camera.x_m, -camera.y_m, camera.z_m))
        hint = "; is the sign of y wrong (y is left)?" if mirrored_m <= most_m else ""
        place = ", ".join(f"{value:.2f}" for value in mounted.position_m)
        problems.append(f"by tf it sits at ({place}) m, {off_m:.2g} m from where the rig file says{hint}")
    return _words(camera, problems)


def _apart(one_rad: float, other_rad: float) -> float:
    return abs(math.remainder(one_rad - other_rad, math.tau))


def _words(camera: Camera, problems: list[str]) -> str:
    return f"'{camera.name}': {', and '.join(problems)}" if problems else ""
