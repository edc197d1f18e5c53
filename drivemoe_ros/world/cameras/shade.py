"""The shade that bodies throw: its outline on the ground, and how moving shade looks to a camera.

Shape legend: S bodies, V corners.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from drivemoe_ros.world.cameras.eye import NEAR_M, SHIFT, clip_near, fixed, project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from drivemoe_ros.world.cameras.eye import Eye
    from drivemoe_ros.world.cameras.light import Lighting
    from drivemoe_ros.world.cameras.pinhole import Pinhole
    from drivemoe_ros.world.scene import Body

# Shade farther away than this is lost in a small picture.
FARTHEST_M = 50.0
# A low sun throws shade farther than anyone wants to see; neither do towers.
LOWEST_SUN, TALLEST_M = 0.5, 12.0


def shade_outlines(bodies: Sequence[Body], lighting: Lighting) -> NDArray[np.float64]:
    """Return the corners of bodies on the ground, and of their tops where the sun throws them.

    Args:
        bodies: What stands in the sun.
        lighting: Where the sun is.

    Returns:
        x, y and 0 of eight points whose hull is the shade [m], shape (3, 8, S).
    """
    rows = [(b.x_m, b.y_m, b.yaw_rad, 0.5 * b.length_m, 0.5 * b.width_m, b.height_m) for b in bodies]
    x_S, y_S, yaw_S, half_S, side_S, height_S = np.array(rows).reshape(-1, 6).T
    cos_S, sin_S = np.cos(yaw_S), np.sin(yaw_S)
    ahead_4S = np.array([1.0, 1.0, -1.0, -1.0])[:, None] * half_S
    left_4S = np.array([1.0, -1.0, -1.0, 1.0])[:, None] * side_S
    throw_S = -np.minimum(height_S, TALLEST_M) / max(lighting.sun_3[2], LOWEST_SUN)
    outline_38S = np.zeros((3, 8, len(bodies)))
    outline_38S[0, :4] = x_S + cos_S * ahead_4S - sin_S * left_4S
    outline_38S[1, :4] = y_S + sin_S * ahead_4S + cos_S * left_4S
    outline_38S[0, 4:] = outline_38S[0, :4] + throw_S * lighting.sun_3[0]
    outline_38S[1, 4:] = outline_38S[1, :4] + throw_S * lighting.sun_3[1]
    return outline_38S


def shade_table(lighting: Lighting) -> NDArray[np.uint8]:
    """Return what each channel value becomes in the shade, shape (1, 256, 4)."""
    share_4 = np.array([*lighting.shadow, 1.0])
    table: NDArray[np.uint8] = np.rint(np.arange(256.0)[None, :, None] * share_4).astype(np.uint8)
    return table


def paint_shade(
    picture: NDArray[np.uint8], outline_38S: NDArray[np.float64], eye: Eye, pinhole: Pinhole, table: NDArray[np.uint8]
) -> None:
    """Darken the ground where moving bodies throw shade.

    Args:
        picture: Picture of the ground, shape (rows, columns, 4).
        outline_38S: From ``shade_outlines``.
        eye: Where the camera is.
        pinhole: What it sees.
        table: What each channel value becomes in the shade, shape (1, 256, 4).
    """
    view_38S = eye.view(outline_38S)
    forward_8S, left_8S = view_38S[:2]
    reach_8S = forward_8S * (pinhole.width / 2.0 / pinhole.fx)
    nearest_S = forward_8S.min(axis=0)
    seen_S = (forward_8S.max(axis=0) > NEAR_M) & (nearest_S < FARTHEST_M)
    seen_S &= ((left_8S - reach_8S).min(axis=0) < 0.0) & ((left_8S + reach_8S).max(axis=0) > 0.0)
    whole_S = nearest_S > NEAR_M
    points_S82 = fixed(project(np.where(whole_S, view_38S, 1.0), pinhole).transpose(2, 1, 0))
    top = math.floor(pinhole.cy + 0.5)
    mask = np.zeros(picture.shape[:2], np.uint8)
    for index in np.flatnonzero(seen_S).tolist():
        points_82 = points_S82[index]
        if not whole_S[index]:
            corners_83 = view_38S[:, :, index].T
            hull = cv2.convexHull(corners_83[:, :2].astype(np.float32), returnPoints=False)[:, 0]
            points_82 = fixed(project(clip_near(corners_83[hull]).T, pinhole).T)
        cv2.fillConvexPoly(mask, hull_of(points_82), (255,), cv2.LINE_8, SHIFT)
    if seen_S.any():
        cv2.copyTo(cv2.LUT(picture[top:], table), mask[top:], picture[top:])


def hull_of(points_V2: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the corners of a convex hull, in order."""
    return np.asarray(cv2.convexHull(points_V2)[:, 0], dtype=np.int32)
