"""Painting quads as a pinhole camera sees them: far parts first, cut at the near plane, fading into haze.

View frame: forward, left, up from the eye. Shape legend: P parts, Q quads; coordinates and corners come first.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from drivemoe_ros.world.cameras.eye import NEAR_M, SHIFT, clip_near, fixed, project
from drivemoe_ros.world.cameras.order import painting_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivemoe_ros.world.cameras.eye import Eye
    from drivemoe_ros.world.cameras.light import Lighting
    from drivemoe_ros.world.cameras.pinhole import Pinhole
    from drivemoe_ros.world.cameras.solids import Solids

# Contrast of which less is left than this cannot be seen.
FADED = 0.012
# Lamps pierce haze better than paint does: haze counts this much for them.
LAMP_HAZE = 0.55
# Quads whose bounding box is smaller than this part of the picture's pixel are left out, unless they shine.
TINY_PX2 = 0.8


def paint_solids(
    canvas: NDArray[np.uint8], solids: Solids, eye: Eye, pinhole: Pinhole, lighting: Lighting, scale: int
) -> None:
    """Paint everything that stands on the ground.

    Args:
        canvas: Picture to paint on, ``scale`` times as large as the pinhole's, shape (rows, columns, 4).
        solids: What stands there.
        eye: Where the camera is.
        pinhole: What it sees.
        lighting: Haze.
        scale: Pixels of the canvas per pixel of the picture.
    """
    parts_P, view_2P = _parts_in_sight(solids, eye, pinhole, lighting)
    if not len(parts_P):
        return
    order_P = painting_order(view_2P, eye.turned(solids.axis_2P[:, parts_P]), solids.half_2P[:, parts_P])
    quads_Q, rank_Q = _quads_facing(solids, parts_P[order_P], eye)
    view_34Q = eye.view(solids.corners_34Q[:, :, quads_Q])
    whole_4Q = view_34Q[0] > NEAR_M
    points_24Q = project(np.where(whole_4Q, view_34Q, 1.0), pinhole, scale)
    low_2Q, high_2Q = _extremes(points_24Q)
    inside_Q = (high_2Q[0] > 0.0) & (high_2Q[1] > 0.0)
    inside_Q &= (low_2Q[0] < canvas.shape[1]) & (low_2Q[1] < canvas.shape[0])
    size_2Q = high_2Q - low_2Q
    inside_Q &= size_2Q[0] * size_2Q[1] > TINY_PX2 * scale * scale * (1.0 - 0.9 * solids.glow_Q[quads_Q])
    count_Q = whole_4Q.sum(axis=0)
    cut_Q = (count_Q > 0) & (count_Q < 4)  # noqa: PLR2004 - corners of a quad
    kept_Q = np.flatnonzero(cut_Q | (inside_Q & (count_Q == 4)))  # noqa: PLR2004 - the same
    away_P = np.hypot(view_2P[0], view_2P[1])[order_P]
    fills = _fills(solids, quads_Q[kept_Q], away_P[rank_Q[kept_Q]], lighting)
    outlines = list(fixed(points_24Q[:, :, kept_Q].transpose(2, 1, 0)))
    for index in np.flatnonzero(cut_Q[kept_Q]).tolist():
        corners_43 = view_34Q[:, :, kept_Q[index]].T
        outlines[index] = fixed(project(clip_near(corners_43).T, pinhole, scale).T)
    line = cv2.LINE_8 if scale > 1 else cv2.LINE_AA
    for outline, fill in zip(outlines, fills, strict=True):
        cv2.fillConvexPoly(canvas, outline, fill, line, SHIFT)


def _parts_in_sight(
    solids: Solids, eye: Eye, pinhole: Pinhole, lighting: Lighting
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the parts that may be in the picture and their middles (forward, left)."""
    view_2P = eye.turned(solids.centre_2P - np.array([[eye.x_m], [eye.y_m]]))
    radius_P = np.hypot(solids.half_2P[0], solids.half_2P[1])
    slope = pinhole.width / 2.0 / pinhole.fx
    reach_m = -math.log(FADED) * lighting.clear_m / LAMP_HAZE
    seen_P = view_2P[0] + radius_P > NEAR_M
    seen_P &= np.abs(view_2P[1]) - radius_P * math.hypot(1.0, slope) < view_2P[0] * slope
    seen_P &= np.hypot(view_2P[0], view_2P[1]) - radius_P < reach_m
    parts_P = np.flatnonzero(seen_P)
    return parts_P, view_2P[:, parts_P]


def _quads_facing(solids: Solids, parts_P: NDArray[np.int64], eye: Eye) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the quads of parts that show the eye their outside, in the parts' order, and whose each is."""
    count_P = solids.count_P[parts_P]
    skipped_P = solids.first_P[parts_P] - (np.cumsum(count_P) - count_P)
    rank_Q = np.repeat(np.arange(len(parts_P)), count_P)
    quads_Q = skipped_P[rank_Q] + np.arange(len(rank_Q))
    facing_Q = np.array([eye.x_m, eye.y_m, eye.z_m]) @ solids.normal_3Q[:, quads_Q] > solids.plane_Q[quads_Q]
    return quads_Q[facing_Q], rank_Q[facing_Q]


def _extremes(points_24Q: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the smallest and largest coordinates of each quad; NumPy's own reductions are slow on four corners."""
    a, b, c, d = (points_24Q[:, corner] for corner in range(4))
    low_2Q = np.minimum(np.minimum(a, b), np.minimum(c, d))
    return low_2Q, np.maximum(np.maximum(a, b), np.maximum(c, d))


def _fills(
    solids: Solids, quads_Q: NDArray[np.int64], away_Q: NDArray[np.float64], lighting: Lighting
) -> list[list[float]]:
    """Return colours after haze, as OpenCV wants them.

    Haze goes by the distance of the whole part: a wall and the windows in it must not differ.
    """
    clear_Q = np.exp(away_Q * ((1.0 - LAMP_HAZE) * solids.glow_Q[quads_Q] - 1.0) / lighting.clear_m)
    colour_4Q = np.full((4, len(quads_Q)), 255.0)
    haze_31 = np.array(lighting.haze)[:, None]
    colour_4Q[:3] = np.rint(haze_31 + (solids.colour_3Q[:, quads_Q] - haze_31) * clear_Q)
    fills: list[list[float]] = colour_4Q.T.tolist()
    return fills
