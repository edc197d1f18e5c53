"""Encodes pictures as vehicles send and bags keep them.

Shape legend: H rows, W columns.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from drivemoe_ros.data.samples import EncodedImage

if TYPE_CHECKING:
    from numpy.typing import NDArray

JPEG_QUALITY = 85


def encode_jpeg(rgb_HW3: NDArray[np.uint8]) -> EncodedImage:
    """Compress a picture.

    Args:
        rgb_HW3: RGB, shape (rows, columns, 3).

    Returns:
        The picture as JPEG.
    """
    encoded = io.BytesIO()
    Image.fromarray(rgb_HW3).save(encoded, "JPEG", quality=JPEG_QUALITY)
    return EncodedImage("jpeg", np.frombuffer(encoded.getvalue(), np.uint8))


def encode_raw(rgb_HW3: NDArray[np.uint8]) -> EncodedImage:
    """Leave a picture as it is.

    Args:
        rgb_HW3: RGB, shape (rows, columns, 3).

    Returns:
        The picture's own bytes.
    """
    height, width = rgb_HW3.shape[:2]
    return EncodedImage("rgb8", rgb_HW3.reshape(-1), height, width, 3 * width)
