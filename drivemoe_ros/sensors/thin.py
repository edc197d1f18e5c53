"""Raw pictures made small before they are kept, by leaving out rows and columns."""

from __future__ import annotations

import numpy as np

from drivemoe_ros.data.samples import EncodedImage
from drivemoe_ros.sensors.decode import BYTES_PER_PIXEL


def thin_image(image: EncodedImage, least_width: int) -> EncodedImage:
    """Keep every n-th pixel of every n-th row of a raw picture.

    Args:
        image: Any picture; compressed ones, and those whose sizes contradict their bytes, are returned as they are.
        least_width: The result has at least as many columns [px], unless the picture itself has fewer.

    Returns:
        A picture with bytes of its own where it was thinned.
    """
    every = image.width // max(least_width, 1)
    channels = BYTES_PER_PIXEL.get(image.encoding)
    if channels is None or every <= 1 or image.height < 1 or image.step < image.width * channels:
        return image
    if image.data_bytes.size < image.step * (image.height - 1) + image.width * channels:
        return image
    height, width = -(-image.height // every), image.width // every
    pixels_HWC = np.lib.stride_tricks.as_strided(
        np.ascontiguousarray(image.data_bytes),
        (height, width, channels),
        (image.step * every, channels * every, 1),
        writeable=False,
    )
    return EncodedImage(image.encoding, pixels_HWC.reshape(-1), height, width, width * channels)
