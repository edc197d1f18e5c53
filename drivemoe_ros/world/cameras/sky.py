"""The sky all around: painted once as a panorama by compass direction, then looked up by each camera.

Columns of the panorama run clockwise from east; rows run down from a slope of 1 to the horizon at 0.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from drivemoe_ros.world.cameras.light import LIGHTINGS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivemoe_ros.world.cameras.light import Lighting
    from drivemoe_ros.world.cameras.pinhole import Pinhole
    from drivemoe_ros.world.scene import Light

SIZES_PX = (1024, 2048, 4096)
# Height of the highest slope and of the crests of two ranges of hills, with the waves they are made of.
HIGHEST = 1.0
HILLS = ((0.055, (3, 7, 16), 0.62), (0.030, (5, 11, 23, 41), 0.34))
HILLS_UP_TO = 0.125
CLOUD_CELLS = ((24, 10), (48, 24), (96, 48), (192, 96))


class SkyView:
    """One camera's picture of the sky."""

    def __init__(self, light: Light, pinhole: Pinhole) -> None:
        """Look up which part of the panorama each pixel shows.

        Args:
            light: Time of day and weather.
            pinhole: What the camera sees.
        """
        turn_px = math.tau * pinhole.fx
        self._size_px = min(SIZES_PX, key=lambda size: abs(math.log(size / turn_px)))
        self._panorama = panorama(light, self._size_px)
        self._rows = math.floor(pinhole.cy + 0.5)
        slope_W = (np.arange(pinhole.width) - pinhole.cx) / pinhole.fx
        up_H1 = (pinhole.cy - np.arange(self._rows)[:, None]) / pinhole.fy
        height = self._panorama.shape[0]
        row_HW = (1.0 - up_H1 / np.hypot(1.0, slope_W) / HIGHEST) * height - 0.5
        # Not even interpolation may ask for a pixel outside: OpenCV takes several times as long there.
        self._row_HW = np.clip(row_HW, 0.0, height - 1.01).astype(np.float32)
        column_W = np.arctan(slope_W) / math.tau * self._size_px
        self._column_HW = np.repeat(column_W[None], self._rows, axis=0).astype(np.float32)

    def paint(self, picture: NDArray[np.uint8], yaw_rad: float) -> None:
        """Paint everything above the horizon.

        Args:
            picture: Picture to paint on, shape (rows, columns, 4).
            yaw_rad: Where the camera looks, map frame [rad].
        """
        if not self._rows:
            return
        left = float(self._column_HW[0, 0])
        shift = (-yaw_rad / math.tau * self._size_px - 0.5 + left) % self._size_px - left
        column_HW = self._column_HW + np.float32(shift)
        target = picture[: self._rows]
        cv2.remap(self._panorama, column_HW, self._row_HW, cv2.INTER_LINEAR, dst=target)


@lru_cache(maxsize=6)
def panorama(light: Light, width: int) -> NDArray[np.uint8]:
    """Return the sky all around.

    Args:
        light: Time of day and weather.
        width: Columns for a whole turn.

    Returns:
        RGB and 255, shape (width / 4, 1.5 width + 2, 4), the first half a turn once more at the end, so that every
        camera finds its view in one piece; do not write to it.
    """
    lighting = LIGHTINGS[light]
    height = width // 4
    # Air and clouds have no edges, so that they can be painted small.
    soft = _air_and_clouds(SIZES_PX[0] // 4, SIZES_PX[0], lighting)
    colour_HW3 = np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    if lighting.hills:
        _raise_hills(colour_HW3, lighting)
    opaque = np.full((height, width, 1), 255, np.uint8)
    once = np.concatenate((np.rint(np.clip(colour_HW3, 0.0, 255.0)).astype(np.uint8), opaque), axis=-1)
    return np.concatenate((once, once[:, : width // 2 + 2]), axis=1)


def _slopes(height: int) -> NDArray[np.float64]:
    """Return the slopes that the panorama's rows show, shape (height, 1)."""
    slope_H1: NDArray[np.float64] = (HIGHEST * (1.0 - (np.arange(height) + 0.5) / height))[:, None]
    return slope_H1


def _compass(width: int) -> NDArray[np.float64]:
    """Return the directions that the panorama's columns show, map frame [rad]."""
    compass_W: NDArray[np.float64] = -(np.arange(width) + 0.5) / width * math.tau
    return compass_W


def _air_and_clouds(height: int, width: int, lighting: Lighting) -> NDArray[np.float32]:
    slope_H1 = _slopes(height)
    colour_HW3 = _air(slope_H1, _compass(width), lighting)
    if lighting.clouds:
        share_HW1 = lighting.clouds * _clouds(height, width)[..., None] * np.clip(slope_H1 / 0.12, 0.0, 1.0)[..., None]
        colour_HW3 += (0.5 * np.array(lighting.glow) + 0.5 * np.array(lighting.haze) - colour_HW3) * share_HW1
    return colour_HW3.astype(np.float32)


def _raise_hills(colour_HW3: NDArray[np.float32], lighting: Lighting) -> None:
    """Paint ranges of hills along the horizon, the far one first."""
    height, width = colour_HW3.shape[:2]
    compass_W = _compass(width)
    first = int(height * (1.0 - HILLS_UP_TO / HIGHEST))
    low_HW3, slope_H1 = colour_HW3[first:], _slopes(height)[first:]
    haze_3, green_3 = np.array(lighting.haze), np.array((115.0, 149.0, 110.0)) * lighting.ambient
    for tall, waves, dark in HILLS:
        swell_W = sum(np.sin(wave * compass_W + wave * wave) / (1.0 + index) for index, wave in enumerate(waves))
        crest_W = tall * (1.0 + 0.45 * np.asarray(swell_W))
        inside_HW1 = np.clip((crest_W - slope_H1) / HIGHEST * height + 0.5, 0.0, 1.0)[..., None]
        # Mist at the hills' feet joins them to the haze over the plain.
        dark_H11 = dark * np.clip(slope_H1 / (0.6 * tall), 0.12, 1.0)[..., None]
        low_HW3 += (haze_3 + (green_3 - haze_3) * dark_H11 - low_HW3) * inside_HW1


def _air(slope_H1: NDArray[np.float64], compass_W: NDArray[np.float64], lighting: Lighting) -> NDArray[np.float64]:
    """Return clear sky: haze at the horizon, the zenith's colour far up, a glow around a low sun."""
    up_H11 = (np.clip(slope_H1 / 0.7, 0.0, 1.0) ** 0.7)[..., None]
    colour_HW3 = np.array(lighting.haze) * (1.0 - up_H11) + np.array(lighting.zenith) * up_H11
    sun_rad = math.atan2(lighting.sun_3[1], lighting.sun_3[0])
    sun_slope = lighting.sun_3[2] / max(math.hypot(*lighting.sun_3[:2]), 1e-6)
    away_W = np.abs(np.angle(np.exp(1j * (compass_W - sun_rad))))
    around_HW = np.exp(-((away_W / 0.9) ** 2) - ((slope_H1 - min(sun_slope, 0.3) * 0.4) / 0.28) ** 2)
    lower_HW1 = (around_HW * min(max(0.6 - sun_slope, 0.0) * 2.4, 0.95))[..., None]
    lit_HW3: NDArray[np.float64] = colour_HW3 + (np.array(lighting.glow) - colour_HW3) * lower_HW1
    return lit_HW3


def _clouds(height: int, width: int) -> NDArray[np.float64]:
    """Return how thick the clouds are, 0 to 1, without a seam."""
    rng = np.random.default_rng(2)
    total = np.zeros((height, width))
    for index, (across, down) in enumerate(CLOUD_CELLS):
        cells = rng.normal(0.0, 0.6**index, (down, across)).astype(np.float32)
        ring = np.concatenate((cells[:, -2:], cells, cells[:, :2]), axis=1)
        grown = cv2.resize(ring, (round(width * (across + 4) / across), height), interpolation=cv2.INTER_CUBIC)
        start = round(2.0 * width / across)
        total += grown[:, start : start + width]
    thick: NDArray[np.float64] = np.clip((total - 0.25) / 1.5, 0.0, 1.0)
    return thick
