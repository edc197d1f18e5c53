"""The ground from above: painted once, kept in ever coarser copies, so that far paint fades instead of flickering.

Shape legend: N corners of a patch.
"""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING

import cv2
import numpy as np

from drivemoe_ros.world.cameras.eye import SHIFT
from drivemoe_ros.world.cameras.shade import hull_of, shade_outlines, shade_table
from drivemoe_ros.world.scene import Surface

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivemoe_ros.world.cameras.light import Lighting
    from drivemoe_ros.world.scene import Body, Setting

# The finest copy takes 4 bytes a pixel, all copies together a third more: about 90 MB at most, whatever the map's size.
MAX_PIXELS = 16_000_000
MAX_SIDE_PX = 32_000
FINEST_M = 0.05
# Coarser copies, and what every side is a multiple of, so that each copy is exactly half of the one before.
COPIES, WHOLE_PX = 6, 64
COARSE_PX = 8
MARGIN_M = 40.0
GRASS = (104.0, 134.0, 74.0)
PATCH_M = 6.0
# OpenCV paints polygons larger than they are, on every side by so much.
GROWTH_PX = 0.7
COLOURS = MappingProxyType(
    {
        Surface.ASPHALT: (88.0, 90.0, 94.0),
        Surface.SHOULDER: (122.0, 118.0, 110.0),
        Surface.PAVEMENT: (176.0, 172.0, 164.0),
        Surface.PARKING: (104.0, 102.0, 108.0),
        Surface.WHITE: (240.0, 240.0, 236.0),
        Surface.YELLOW: (246.0, 190.0, 30.0),
    }
)
# How much the colour of a surface varies from place to place.
SWARD = 11.0


class Ground:
    """Pictures of the ground from above, each half as fine as the one before.

    Attributes:
        levels: Pictures, shape (rows, columns, 4): rows run north, columns east.
        metres: Size of a pixel of each level [m].
        origin_m: Map position of the first pixel's outer corner.
        grass: Colour of everything outside, RGB and 255.
    """

    def __init__(self, setting: Setting, lighting: Lighting) -> None:
        """Paint a setting's ground.

        Args:
            setting: What lies on the grass, and what throws shade on it for good.
            lighting: How light falls.
        """
        corners_N2 = np.concatenate([patch.corners_N2 for patch in setting.ground] or [np.zeros((1, 2))])
        low_2, high_2 = corners_N2.min(axis=0) - MARGIN_M, corners_N2.max(axis=0) + MARGIN_M
        size_2 = high_2 - low_2
        finest_m = max(FINEST_M, math.sqrt(float(size_2.prod()) / MAX_PIXELS), float(size_2.max()) / MAX_SIDE_PX)
        light_3 = np.array(lighting.ambient) + np.array(lighting.sun) * lighting.sun_3[2]
        self.origin_m = (float(low_2[0]), float(low_2[1]))
        self.grass = _colour(np.array(GRASS) * light_3)
        columns, rows = (math.ceil(side_m / finest_m / WHOLE_PX) * WHOLE_PX for side_m in size_2)
        image = _sward(rows, columns, finest_m, light_3)
        for patch in setting.ground:
            outline_N2 = _pixels(_drawn_in(patch.corners_N2, GROWTH_PX * finest_m), low_2, finest_m)
            cv2.fillPoly(image, [outline_N2], _colour(np.array(COLOURS[patch.surface]) * light_3), cv2.LINE_AA, SHIFT)
        _shade(image, setting.props, lighting, low_2, finest_m)
        self.levels = [image]
        self.metres = [finest_m]
        for _ in range(COPIES):
            rows, columns = image.shape[:2]
            image = np.asarray(cv2.resize(image, (columns // 2, rows // 2), interpolation=cv2.INTER_AREA), np.uint8)
            self.levels.append(image)
            self.metres.append(2.0 * self.metres[-1])


def _sward(rows: int, columns: int, pixel_m: float, light_3: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return grass that is a little lighter here and darker there, and even along the outer edge."""
    rng = np.random.default_rng(1)
    shape = (max(round(rows * pixel_m / PATCH_M), 3), max(round(columns * pixel_m / PATCH_M), 3))
    change = rng.normal(0.0, SWARD, shape)
    change[[0, -1], :] = 0.0
    change[:, [0, -1]] = 0.0
    tint_3 = np.array([0.8, 1.0, 0.5])
    small = np.clip((np.array(GRASS) + change[..., None] * tint_3) * light_3, 0.0, 255.0).astype(np.uint8)
    alpha = np.full((*shape, 1), 255, np.uint8)
    # Most of the way in coarse pixels: nobody sees them in so slow a change, and it takes a tenth of the time.
    coarse = (columns // COARSE_PX, rows // COARSE_PX)
    grown = cv2.resize(np.concatenate((small, alpha), axis=-1), coarse, interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.resize(grown, (columns, rows), interpolation=cv2.INTER_NEAREST), np.uint8)


def _shade(
    image: NDArray[np.uint8],
    props: tuple[Body, ...],
    lighting: Lighting,
    low_2: NDArray[np.float64],
    pixel_m: float,
) -> None:
    """Darken the ground where what stands there for good throws shade."""
    table = shade_table(lighting)
    mask = np.zeros(image.shape[:2], np.uint8)
    areas = []
    for outline_82 in shade_outlines(props, lighting)[:2].transpose(2, 1, 0):
        hull = hull_of(_pixels(outline_82, low_2, pixel_m))
        cv2.fillConvexPoly(mask, hull, (255,), cv2.LINE_8, SHIFT)
        areas.append(hull >> SHIFT)
    for hull_N2 in areas:
        (left, low), (right, high) = np.maximum(hull_N2.min(axis=0), 0), np.maximum(hull_N2.max(axis=0) + 2, 0)
        area, part = image[low:high, left:right], mask[low:high, left:right]
        if area.size:
            cv2.copyTo(cv2.LUT(area, table), part, area)
            # What is dark already is not darkened again.
            part[:] = 0


def _drawn_in(corners_N2: NDArray[np.float64], by_m: float) -> NDArray[np.float64]:
    """Return a polygon, convex or not, whose edges lie so much farther in."""
    after_N2 = np.roll(corners_N2, -1, axis=0) - corners_N2
    after_N2 = after_N2 / np.maximum(np.hypot(after_N2[:, 0], after_N2[:, 1]), 1e-9)[:, None]
    before_N2 = np.roll(after_N2, 1, axis=0)
    turns = np.roll(corners_N2[:, 0], 1) * corners_N2[:, 1] - corners_N2[:, 0] * np.roll(corners_N2[:, 1], 1)
    side = 1.0 if turns.sum() > 0.0 else -1.0
    inwards_N2 = np.column_stack((-(before_N2 + after_N2)[:, 1], (before_N2 + after_N2)[:, 0])) * side
    # Sharp corners must not shoot across the polygon.
    stretch_N = np.maximum(1.0 + (before_N2 * after_N2).sum(axis=1), 0.5)
    inner_N2: NDArray[np.float64] = corners_N2 + by_m * inwards_N2 / stretch_N[:, None]
    return inner_N2


def _pixels(points_N2: NDArray[np.float64], low_2: NDArray[np.float64], pixel_m: float) -> NDArray[np.int32]:
    """Return map points in sixteenths of the finest pixels, as OpenCV counts them."""
    return np.rint(((points_N2 - low_2) / pixel_m - 0.5) * (1 << SHIFT)).astype(np.int32)


def _colour(colour_3: NDArray[np.float64]) -> tuple[int, int, int, int]:
    red, green, blue = np.clip(np.rint(colour_3), 0, 255).astype(int).tolist()
    return red, green, blue, 255
