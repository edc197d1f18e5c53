"""Writes samples into a bag as the vehicle's messages, pictures as JPEG."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from drivemoe_ros.bags.factory import BagMessageFactory
from drivemoe_ros.data.samples import EncodedImage, ImageSample
from drivemoe_ros.messages.encode_sample import encode_sample

if TYPE_CHECKING:
    from drivemoe_ros.bags.writer import BagWriter
    from drivemoe_ros.data.cameras import Rig
    from drivemoe_ros.data.samples import Sample

JPEG_QUALITY = 85


class SampleWriter:
    """Writes into an opened bag."""

    def __init__(self, writer: BagWriter, rig: Rig) -> None:
        """Write under the topic names of ``rig``."""
        self._writer = writer
        self._rig = rig
        self._factory = BagMessageFactory()

    def write(self, sample: Sample, log_time_ns: int) -> None:
        """Write one sample.

        Args:
            sample: Any input; raw pictures are in ``rgb8``.
            log_time_ns: When it arrived [ns].

        Raises:
            OutputError: If the bag cannot be written.
        """
        if isinstance(sample, ImageSample) and sample.image.encoding == "rgb8":
            sample = ImageSample(sample.stamp_ns, sample.camera, _as_jpeg(sample.image))
        topic, type_name, message = encode_sample(sample, self._rig, self._factory)
        self._writer.write(topic, type_name, message, log_time_ns)


def _as_jpeg(image: EncodedImage) -> EncodedImage:
    rgb_HW3 = image.data_bytes.reshape(image.height, image.width, 3)
    encoded = io.BytesIO()
    Image.fromarray(rgb_HW3).save(encoded, "JPEG", quality=JPEG_QUALITY)
    return EncodedImage("jpeg", np.frombuffer(encoded.getvalue(), np.uint8))
