"""Decodes and prepares only the pictures that are looked at, each once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from drivemoe_ros.errors import BlankPictureError
from drivemoe_ros.sensors.cache import PictureCache
from drivemoe_ros.sensors.decode import decode_image
from drivemoe_ros.sensors.prepare import SeedKey, prepare_image
from drivemoe_ros.supervision.picture_check import check_picture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from drivemoe_ros.data.samples import ImageSample
    from drivemoe_ros.parameters.schema import Parameters

# The front picture comes back one history interval later; a few more bridge cameras faster than the policy.
KEPT_PICTURES = 8


class PictureReader:
    """Reads pictures at the policy's size and keeps the last few, since the front one is asked for twice."""

    def __init__(self, parameters: Parameters, image_size: int) -> None:
        """Prepare pictures of ``image_size`` pixels a side; ``policy.seed`` drives the augmentation, if it is on."""
        self._parameters = parameters.image
        self._limits = parameters.supervision
        self._size = image_size
        self._seed = parameters.policy.seed
        self._cache = PictureCache(KEPT_PICTURES)

    def reset(self) -> None:
        """Forget all pictures."""
        self._cache.clear()

    def read(self, sample: ImageSample) -> NDArray[np.uint8]:
        """Decode and prepare a picture.

        Args:
            sample: The picture as it arrived.

        Returns:
            RGB uint8, shape (size, size, 3).

        Raises:
            ImageError: If the bytes cannot be decoded; ``BlankPictureError`` if what they show is nothing.
        """
        return self._cache.get(sample.camera, sample.stamp_ns, partial(self._prepare, sample))

    def _prepare(self, sample: ImageSample) -> NDArray[np.uint8]:
        rgb_HW3 = decode_image(sample.image, self._parameters.max_pixels)
        key = SeedKey(self._seed, sample.stamp_ns, sample.camera)
        rgb_SS3 = prepare_image(rgb_HW3, self._size, self._parameters, key)
        # After the resize, which keeps what is looked for and costs less to look at.
        problem = check_picture(rgb_SS3, self._limits)
        if problem:
            raise BlankPictureError(problem)
        return rgb_SS3
