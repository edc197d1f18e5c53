"""The training's random crop and colour changes, repeatable: drawn from the seed, the stamp and the camera.

Shape legend: S side of the square picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

CROP_SCALE = (0.8, 1.0)
CROP_RATIO = (0.9, 1.1)
MAX_BRIGHTNESS = 0.1
CONTRAST = (0.9, 1.1)
SATURATION = (0.9, 1.1)
MAX_HUE_TURN = 0.05
HUE_SECTORS = 6.0


class SeedKey(NamedTuple):
    """What the random numbers of one picture are drawn from.

    Attributes:
        seed: The user's seed, not negative.
        stamp_ns: Stamp of the picture [ns], not negative.
        camera: Name of the camera.
    """

    seed: int
    stamp_ns: int
    camera: str


def augment_image(rgb_SS3: NDArray[np.uint8], seed_key: SeedKey) -> NDArray[np.uint8]:
    """Crop and recolour a picture as the training did.

    Args:
        rgb_SS3: Picture at the policy's size, RGB.
        seed_key: Equal keys give equal changes.

    Returns:
        RGB of the same shape.

    Source:
        DriveMoE as released: random resized crop of 0.8 to 1 of the area at a ratio of 0.9 to 1.1, brightness 0.1,
        contrast and saturation 0.9 to 1.1, hue 0.05 of a turn. Differs: seeded, where the release drew anew each call.
    """
    random = _random(seed_key)
    return _recolour(_crop(rgb_SS3, random), random)


def recolour_image(rgb_SS3: NDArray[np.uint8], seed_key: SeedKey) -> NDArray[np.uint8]:
    """Change the colours as the training did, but keep what is seen where it is.

    Args:
        rgb_SS3: Picture of any size, RGB.
        seed_key: Equal keys give equal changes.

    Returns:
        RGB of the same shape.
    """
    return _recolour(rgb_SS3, _random(seed_key))


def _random(seed_key: SeedKey) -> np.random.Generator:
    return np.random.default_rng([seed_key.seed, seed_key.stamp_ns, *seed_key.camera.encode()])


def _recolour(rgb_SS3: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    colour_SS3 = rgb_SS3.astype(np.float64) / 255.0
    colour_SS3 = colour_SS3 + random.uniform(-MAX_BRIGHTNESS, MAX_BRIGHTNESS)
    mean_3 = colour_SS3.mean(axis=(0, 1))
    colour_SS3 = (colour_SS3 - mean_3) * random.uniform(*CONTRAST) + mean_3
    saturation, hue_turn = random.uniform(*SATURATION), random.uniform(-MAX_HUE_TURN, MAX_HUE_TURN)
    colour_SS3 = _turn_colour(np.clip(colour_SS3, 0.0, 1.0), saturation, hue_turn)
    return np.round(colour_SS3 * 255.0).astype(np.uint8)


def _crop(rgb_SS3: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    size = rgb_SS3.shape[0]
    area, ratio = random.uniform(*CROP_SCALE), random.uniform(*CROP_RATIO)
    width = min(1.0, np.sqrt(area * ratio)) * size
    height = min(1.0, np.sqrt(area / ratio)) * size
    left = random.uniform(0.0, 1.0) * (size - width)
    top = random.uniform(0.0, 1.0) * (size - height)
    box = (left, top, left + width, top + height)
    return np.array(Image.fromarray(rgb_SS3).resize((size, size), Image.Resampling.BILINEAR, box=box))


def _turn_colour(colour_SS3: NDArray[np.float64], saturation: float, hue_turn: float) -> NDArray[np.float64]:
    """Scale the saturation and turn the hue of colours in 0..1, through hue, saturation and value."""
    value_SS = colour_SS3.max(axis=2)
    spread_SS = value_SS - colour_SS3.min(axis=2)
    safe_SS = np.where(spread_SS > 0.0, spread_SS, 1.0)
    red_SS, green_SS, blue_SS = np.moveaxis(colour_SS3, 2, 0)
    sector_SS = np.select(
        [value_SS == red_SS, value_SS == green_SS],
        [(green_SS - blue_SS) / safe_SS, 2.0 + (blue_SS - red_SS) / safe_SS],
        4.0 + (red_SS - green_SS) / safe_SS,
    )
    sector_SS = sector_SS + hue_turn * HUE_SECTORS
    spread_SS = np.minimum(spread_SS * saturation, value_SS)
    # Each channel falls from the value by the spread, over a trapezoid that is shifted for red, green and blue.
    channels = []
    for shift in (5.0, 3.0, 1.0):
        phase_SS = (shift + sector_SS) % HUE_SECTORS
        channels.append(value_SS - spread_SS * np.clip(np.minimum(phase_SS, 4.0 - phase_SS), 0.0, 1.0))
    return np.stack(channels, axis=2)
