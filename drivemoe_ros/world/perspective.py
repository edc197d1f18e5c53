"""Painting flat quads as a pinhole camera of the rig sees them: near clipping, back faces, haze, far before near.

Shape legend: Q quads, V vertices of a clipped polygon, W columns.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from drivemoe_ros.data.cameras import Camera

NEAR_M = 0.15
HAZE_M = 150.0
HAZE = np.array([206.0, 218.0, 228.0])
ZENITH = np.array([96.0, 150.0, 206.0])
GRASS = np.array([104.0, 132.0, 78.0])
# Quads are painted at twice the size and averaged, which smooths their edges.
OVERSAMPLING = 2
# Corners far outside the picture stay where whole numbers can hold them.
FAR_PX = 1e5


@dataclass(frozen=True, eq=False)
class Quads:
    """Flat, one-coloured quads in the map frame; triangles repeat their last corner.

    Attributes:
        corners_Q43: Corners (x, y, z) [m], counter-clockwise from the side that is seen.
        colours_Q3: RGB, 0 to 255, shading included.
        layer_Q: Painting order; lower layers lie flat on the ground and are painted first.
        anchor_Q2: Centre (x, y) of the object a quad belongs to [m]; far objects are painted first.
    """

    corners_Q43: NDArray[np.float64]
    colours_Q3: NDArray[np.float64]
    layer_Q: NDArray[np.int64]
    anchor_Q2: NDArray[np.float64]


def join(parts: Sequence[Quads]) -> Quads:
    """Return all parts as one, in their order."""
    return Quads(
        np.concatenate([part.corners_Q43 for part in parts]),
        np.concatenate([part.colours_Q3 for part in parts]),
        np.concatenate([part.layer_Q for part in parts]),
        np.concatenate([part.anchor_Q2 for part in parts]),
    )


def paint(
    quads: Quads, camera: Camera, pose: tuple[float, float, float], size_px: tuple[int, int]
) -> NDArray[np.uint8]:
    """Paint one camera's picture.

    Args:
        quads: Everything that can be seen, in the map frame.
        camera: Mounting and opening angle; its nominal size is not used.
        pose: The vehicle's (x [m], y [m], heading [rad]) in the map frame.
        size_px: Columns and rows of the picture.

    Returns:
        RGB picture, shape (rows, columns, 3).
    """
    width, height = size_px[0] * OVERSAMPLING, size_px[1] * OVERSAMPLING
    focal_px = width / 2.0 / math.tan(camera.horizontal_fov_rad / 2.0)
    cos, sin = math.cos(pose[2]), math.sin(pose[2])
    eye_3 = np.array(
        [
            pose[0] + cos * camera.x_m - sin * camera.y_m,
            pose[1] + sin * camera.x_m + cos * camera.y_m,
            camera.z_m,
        ]
    )
    yaw_rad = pose[2] + camera.yaw_rad
    picture = _backdrop(width, height, focal_px, yaw_rad, camera.z_m)
    draw = ImageDraw.Draw(picture)
    view_Q43, seen = _visible(quads, eye_3, yaw_rad, width / 2.0 / focal_px)
    distance_Q = np.hypot(*(quads.anchor_Q2[seen] - eye_3[:2]).T)
    clear_Q = np.exp(-np.hypot(view_Q43[..., 0].mean(axis=1), view_Q43[..., 1].mean(axis=1)) / HAZE_M)[:, None]
    fills = np.clip(quads.colours_Q3[seen] * clear_Q + HAZE * (1.0 - clear_Q), 0, 255).astype(int).tolist()
    whole_Q = view_Q43[..., 0].min(axis=1) > NEAR_M
    outlines = (
        _project(np.where(whole_Q[:, None, None], view_Q43, 1.0), width, height, focal_px).reshape(-1, 8).tolist()
    )
    for index in np.lexsort((np.arange(len(seen)), -distance_Q, quads.layer_Q[seen])):
        outline = outlines[index]
        if not whole_Q[index]:
            outline = _project(_clip_near(view_Q43[index]), width, height, focal_px).ravel().tolist()
        draw.polygon(outline, fill=tuple(fills[index]))
    return np.asarray(picture.reduce(OVERSAMPLING))


def _visible(
    quads: Quads, eye_3: NDArray[np.float64], yaw_rad: float, half_width: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return corners (forward, left, up) seen from the eye and the indices of the quads that may be in the picture."""
    cos, sin = math.cos(yaw_rad), math.sin(yaw_rad)
    offset_Q43 = quads.corners_Q43 - eye_3
    forward_Q4 = offset_Q43[..., 0] * cos + offset_Q43[..., 1] * sin
    left_Q4 = offset_Q43[..., 1] * cos - offset_Q43[..., 0] * sin
    reach_Q4 = forward_Q4 * half_width
    ahead_Q = forward_Q4.max(axis=1) > NEAR_M
    inside_Q = ((left_Q4 - reach_Q4).min(axis=1) < 0.0) & ((left_Q4 + reach_Q4).max(axis=1) > 0.0)
    seen = np.flatnonzero(ahead_Q & inside_Q)
    first_Q3 = offset_Q43[seen, 0]
    normal_Q3 = np.cross(offset_Q43[seen, 1] - first_Q3, offset_Q43[seen, 2] - first_Q3)
    seen = seen[(normal_Q3 * first_Q3).sum(axis=1) < 0.0]
    return np.stack((forward_Q4[seen], left_Q4[seen], offset_Q43[seen, :, 2]), axis=-1), seen


def _project(view_V3: NDArray[np.float64], width: int, height: int, focal_px: float) -> NDArray[np.float64]:
    """Return (column, row) [px] of points (forward, left, up) beyond the near plane, any leading shape."""
    columns = width / 2.0 - focal_px * view_V3[..., 1] / view_V3[..., 0]
    rows = height / 2.0 - focal_px * view_V3[..., 2] / view_V3[..., 0]
    return np.clip(np.stack((columns, rows), axis=-1), -FAR_PX, FAR_PX)


def _clip_near(corners_43: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the part of a polygon (forward, left, up) that lies beyond the near plane."""
    if corners_43[:, 0].min() > NEAR_M:
        return corners_43
    kept = []
    for here, after in zip(corners_43, np.roll(corners_43, -1, axis=0), strict=True):
        if here[0] > NEAR_M:
            kept.append(here)
        if (here[0] > NEAR_M) != (after[0] > NEAR_M):
            kept.append(here + (after - here) * (NEAR_M - here[0]) / (after[0] - here[0]))
    return np.array(kept)


def _backdrop(width: int, height: int, focal_px: float, yaw_rad: float, eye_m: float) -> Image.Image:
    """Return sky, two ranges of hills that depend on the compass direction only, and hazy grass."""
    rows_H = (np.arange(height) + 0.5 - height / 2.0) / focal_px
    sky_H1 = np.clip(-rows_H / 0.45, 0.0, 1.0)[:, None] ** 0.8
    clear_H1 = np.exp(-eye_m / np.maximum(rows_H, 1e-3) / HAZE_M)[:, None]
    above_H3 = HAZE + (ZENITH - HAZE) * sky_H1
    below_H3 = HAZE + (GRASS - HAZE) * clear_H1
    column_H3 = np.where(rows_H[:, None] < 0.0, above_H3, below_H3).astype(np.uint8)
    picture = Image.fromarray(np.ascontiguousarray(np.broadcast_to(column_H3[:, None], (height, width, 3))))
    draw = ImageDraw.Draw(picture)
    across_W = np.linspace(-width / 2.0, width / 2.0, 101)
    compass_W = yaw_rad - np.arctan2(across_W, focal_px)
    for tall, waves, colour in ((0.060, (3, 7, 16), (158, 180, 198)), (0.034, (5, 11, 23), (132, 158, 160))):
        swell_W = sum(np.sin(wave * compass_W + wave * wave) / (index + 1) for index, wave in enumerate(waves))
        slope_W = tall * (1.0 + 0.45 * np.asarray(swell_W))
        crest_W = height / 2.0 - slope_W * np.hypot(across_W, focal_px)
        outline = np.column_stack((across_W + width / 2.0, crest_W)).ravel().tolist()
        draw.polygon([*outline, width, height / 2.0, 0.0, height / 2.0], fill=colour)
    return picture
