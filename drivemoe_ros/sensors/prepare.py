"""A decoded picture made ready for the policy: JPEG round trip, resize, augmentation.

Shape legend: H rows, W columns, S side of the square picture.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from drivemoe_ros.sensors.augment import SeedKey, augment_image

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivemoe_ros.parameters.schema import ImageParameters

__all__ = ["SeedKey", "prepare_image"]


def prepare_image(
    rgb_HW3: NDArray[np.uint8], size: int, parameters: ImageParameters, seed_key: SeedKey
) -> NDArray[np.uint8]:
    """Squash a picture to the policy's square; the aspect is not kept.

    Args:
        rgb_HW3: Decoded picture, RGB.
        size: Side of the square [px].
        parameters: JPEG round trip and augmentation.
        seed_key: What the augmentation's random numbers are drawn from.

    Returns:
        RGB, shape (S, S, 3).

    Source:
        DriveMoE as released: JPEG quality 20 at every tick, then a bilinear, antialiased resize, then the training's
        augmentation. Differs: the round trip and the augmentation are switches, off by default.
    """
    picture = Image.fromarray(rgb_HW3)
    if parameters.jpeg_quality:
        encoded = io.BytesIO()
        picture.save(encoded, format="JPEG", quality=parameters.jpeg_quality, subsampling="4:2:0")
        picture = Image.open(encoded).convert("RGB")
    rgb_SS3 = np.array(picture.resize((size, size), Image.Resampling.BILINEAR))
    return augment_image(rgb_SS3, seed_key) if parameters.augment else rgb_SS3
