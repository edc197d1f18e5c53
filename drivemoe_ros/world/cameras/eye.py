"""From the map to the picture: where a camera stands, what lies before it, and on which pixels that falls.

View frame: forward, left, up from the eye. Coordinates come first in all arrays, points last.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivemoe_ros.data.cameras import Camera
    from drivemoe_ros.world.cameras.pinhole import Pinhole
    from drivemoe_ros.world.scene import EgoState

NEAR_M = 0.15
# OpenCV takes corners in sixteenths of a pixel.
SHIFT = 4


@dataclass(frozen=True)
class Eye:
    """Where a camera is and looks, map frame.

    Attributes:
        x_m: Position [m].
        y_m: Position [m].
        z_m: Height above the ground [m].
        yaw_rad: Viewing direction [rad].
    """

    x_m: float
    y_m: float
    z_m: float
    yaw_rad: float

    def turned(self, directions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return directions (x, y) as forward and left, shape (2, ...)."""
        cos, sin = math.cos(self.yaw_rad), math.sin(self.yaw_rad)
        x, y = directions
        return np.stack((cos * x + sin * y, cos * y - sin * x))

    def view(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points (x, y, z) as forward, left and up [m], shape (3, ...)."""
        cos, sin = math.cos(self.yaw_rad), math.sin(self.yaw_rad)
        x, y = points[0] - self.x_m, points[1] - self.y_m
        return np.stack((cos * x + sin * y, cos * y - sin * x, points[2] - self.z_m))


def eye_of(camera: Camera, ego: EgoState) -> Eye:
    """Return where a camera of the car is."""
    cos, sin = math.cos(ego.yaw_rad), math.sin(ego.yaw_rad)
    return Eye(
        x_m=ego.x_m + cos * camera.x_m - sin * camera.y_m,
        y_m=ego.y_m + sin * camera.x_m + cos * camera.y_m,
        z_m=camera.z_m,
        yaw_rad=ego.yaw_rad + camera.yaw_rad,
    )


def project(view: NDArray[np.float64], pinhole: Pinhole, scale: int = 1) -> NDArray[np.float64]:
    """Return where points are in the picture.

    Args:
        view: Forward, left and up of points ahead of the near plane [m], shape (3, ...).
        pinhole: The pinhole.
        scale: Pixels of the canvas per pixel of the picture.

    Returns:
        Column and row [px], the first pixel's middle at 0, shape (2, ...).
    """
    column = scale * (pinhole.cx + 0.5) - 0.5 - scale * pinhole.fx * view[1] / view[0]
    row = scale * (pinhole.cy + 0.5) - 0.5 - scale * pinhole.fy * view[2] / view[0]
    return np.stack((column, row))


def fixed(points: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return pixels as the fixed-point numbers that OpenCV takes."""
    return np.ascontiguousarray(np.rint(points * float(1 << SHIFT)), dtype=np.int32)


def clip_near(corners_V3: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the part of a convex polygon (forward, left, up) that lies ahead of the near plane; it may be nothing."""
    corners = corners_V3.tolist()
    kept = []
    for here, after in zip(corners, [*corners[1:], corners[0]], strict=True):
        if here[0] > NEAR_M:
            kept.append(here)
        if (here[0] > NEAR_M) != (after[0] > NEAR_M):
            part = (NEAR_M - here[0]) / (after[0] - here[0])
            kept.append([a + (b - a) * part for a, b in zip(here, after, strict=True)])
    return np.array(kept).reshape(-1, 3)
