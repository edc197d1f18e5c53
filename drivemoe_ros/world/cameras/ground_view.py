"""The ground as one camera sees it: bands of rows, each taken from the copy of the ground that is as fine as it needs.

Far rows look at the ground at a grazing angle: one pixel covers metres of road but only centimetres across. So a band
takes its copy of the ground by the width of a pixel, and several samples down a pixel that are averaged.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from drivemoe_ros.world.cameras.eye import Eye
    from drivemoe_ros.world.cameras.ground import Ground
    from drivemoe_ros.world.cameras.light import Lighting
    from drivemoe_ros.world.cameras.pinhole import Pinhole

# Distances at which one band ends and the next begins [m].
BAND_ENDS_M = (math.inf, 60.0, 30.0, 16.0, 9.0, 5.0, 0.0)
MAX_SAMPLES = 8
# One sample may cover this many pixels of its copy, because it is interpolated.
COVER = 2.0
# A horizon through the middle of a row of samples must not be divided by.
HIGHEST_ROW_PX = 0.02


@dataclass(frozen=True, eq=False)
class Band:
    """Rows of the picture that are painted together.

    Attributes:
        first: First row.
        last: Row after the last one.
        level: Which copy of the ground.
        samples: Samples down a pixel.
        forward_R: How far ahead each row of samples is [m].
    """

    first: int
    last: int
    level: int
    samples: int
    forward_R: NDArray[np.float32]


class GroundView:
    """One camera's picture of a ground."""

    def __init__(self, ground: Ground, pinhole: Pinhole, height_m: float, lighting: Lighting) -> None:
        """Plan the bands.

        Args:
            ground: Pictures of the ground from above.
            pinhole: What the camera sees.
            height_m: Its height above the ground [m].
            lighting: Haze.
        """
        self._ground = ground
        self._left_W = (pinhole.cx - np.arange(pinhole.width)) / pinhole.fx
        self.first_row = math.floor(pinhole.cy + 0.5)
        self._bands = list(_bands(ground, pinhole, height_m))
        clear = _clearness(pinhole, height_m, lighting.clear_m, self.first_row)
        rows = int((clear.min(axis=1) < 0.99).sum())  # noqa: PLR2004 - haze that cannot be seen
        self._weight = np.repeat(np.rint(clear[:rows, :, None] * 255.0), 4, axis=2).astype(np.uint8)
        self._haze = np.rint((1.0 - clear[:rows, :, None]) * (*lighting.haze, 255.0)).astype(np.uint8)

    def paint(self, picture: NDArray[np.uint8], eye: Eye) -> None:
        """Paint everything below the horizon, without haze.

        Args:
            picture: Picture to paint on, shape (rows, columns, 4).
            eye: Where the camera is.
        """
        cos, sin = math.cos(eye.yaw_rad), math.sin(eye.yaw_rad)
        east_W, north_W = cos - sin * self._left_W, sin + cos * self._left_W
        low_x, low_y = self._ground.origin_m
        for band in self._bands:
            pixel_m = self._ground.metres[band.level]
            rows = band.last - band.first
            # Every sample of a row lies equally far ahead, so that one product says where all of them are on the map.
            column = np.multiply.outer(band.forward_R, (east_W / pixel_m).astype(np.float32))
            column += np.float32((eye.x_m - low_x) / pixel_m - 0.5)
            row = np.multiply.outer(band.forward_R, (north_W / pixel_m).astype(np.float32))
            row += np.float32((eye.y_m - low_y) / pixel_m - 0.5)
            seen = cv2.remap(
                self._ground.levels[band.level],
                column,
                row,
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_CONSTANT,
                borderValue=self._ground.grass,
            )
            target = picture[band.first : band.last]
            if band.samples > 1:
                sums = seen.reshape(rows, band.samples, -1).sum(axis=1, dtype=np.uint16)
                target[:] = (sums // band.samples).reshape(target.shape)
            else:
                target[:] = seen

    def veil(self, picture: NDArray[np.uint8]) -> None:
        """Let haze lie over what was painted below the horizon."""
        far = picture[self.first_row : self.first_row + len(self._weight)]
        if far.size:
            cv2.multiply(far, self._weight, dst=far, scale=1.0 / 255.0)
            cv2.add(far, self._haze, dst=far)


def _bands(ground: Ground, pinhole: Pinhole, height_m: float) -> Iterator[Band]:
    """Yield bands from the horizon down."""
    drop_px = height_m * pinhole.fy
    first = math.floor(pinhole.cy + 0.5)
    for far_m, near_m in pairwise(BAND_ENDS_M):
        last = pinhole.height if near_m == 0.0 else min(math.floor(pinhole.cy + drop_px / near_m + 0.5), pinhole.height)
        if last <= first:
            continue
        row = max((first + last - 1) / 2.0, first) - pinhole.cy
        away_m = drop_px / max(row, 0.5)
        away_m = min(away_m, 2.0 * near_m) if math.isinf(far_m) else away_m
        wide_m, deep_m = away_m / pinhole.fx, away_m * away_m / drop_px
        level = min(max(round(math.log2(wide_m / ground.metres[0])), 0), len(ground.levels) - 1)
        samples = min(max(math.ceil(deep_m / (COVER * ground.metres[level])), 1), MAX_SAMPLES)
        step = (np.arange((last - first) * samples) + 0.5) / samples - 0.5
        forward_R = (drop_px / np.maximum(first + step - pinhole.cy, HIGHEST_ROW_PX)).astype(np.float32)
        yield Band(first, last, level, samples, forward_R)
        first = last


def _clearness(pinhole: Pinhole, height_m: float, clear_m: float, first: int) -> NDArray[np.float64]:
    """Return how much of the ground's colour is left after haze, by pixel below the horizon."""
    rows_H1 = np.maximum(np.arange(first, pinhole.height) - pinhole.cy, 0.25)[:, None]
    slope_1W = (np.arange(pinhole.width) - pinhole.cx)[None] / pinhole.fx
    away_HW = height_m * pinhole.fy / rows_H1 * np.hypot(1.0, slope_1W)
    clear: NDArray[np.float64] = np.exp(-away_HW / clear_m)
    return clear
