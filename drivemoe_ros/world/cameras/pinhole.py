"""The pinhole that belongs to a camera of the rig and a size of picture.

A picture of any size shows what the camera's nominal picture shows, squashed: 224x224 of a nominal 1600x900 has
another focal length down than across.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivemoe_ros.errors import ParameterError

if TYPE_CHECKING:
    from drivemoe_ros.data.cameras import Camera


@dataclass(frozen=True)
class Pinhole:
    """Numbers of ``sensor_msgs/CameraInfo``; the middle of the first pixel is at (0, 0), as OpenCV counts.

    Attributes:
        width: Columns [px].
        height: Rows [px].
        fx: Focal length across [px].
        fy: Focal length down [px].
        cx: Column of the viewing direction [px].
        cy: Row of the viewing direction, which is the horizon's [px].
    """

    width: int
    height: int
    fx: float
    fy: float
    cx: float
    cy: float


def pinhole(camera: Camera, size_px: tuple[int, int]) -> Pinhole:
    """Return the pinhole of a camera's picture.

    Args:
        camera: Its opening angle holds across, and that of its nominal size down.
        size_px: Columns and rows of the picture.

    Returns:
        The pinhole.

    Raises:
        ParameterError: If the picture has no rows or columns, or the opening angle is not one of a pinhole.
    """
    width, height = size_px
    if width < 1 or height < 1:
        msg = f"A picture of {width}x{height} px cannot be painted; choose at least 1x1."
        raise ParameterError(msg)
    if not 0.0 < camera.horizontal_fov_rad < math.pi:
        opens = f"Camera '{camera.name}' opens {camera.horizontal_fov_rad:.3f} rad"
        msg = f"{opens}; a pinhole needs more than 0 and less than pi, so correct the rig."
        raise ParameterError(msg)
    nominal_px = camera.width / 2.0 / math.tan(camera.horizontal_fov_rad / 2.0)
    return Pinhole(
        width=width,
        height=height,
        fx=nominal_px * width / camera.width,
        fy=nominal_px * height / camera.height,
        cx=(width - 1) / 2.0,
        cy=(height - 1) / 2.0,
    )
