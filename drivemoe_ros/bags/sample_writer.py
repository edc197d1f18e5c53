"""Writes samples into a bag as the vehicle's messages, pictures as JPEG.

Shape legend: H rows, W columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.bags.factory import BagMessageFactory
from drivemoe_ros.data.samples import ImageSample
from drivemoe_ros.messages.encode_sample import encode_sample
from drivemoe_ros.sensors.encode import encode_jpeg

if TYPE_CHECKING:
    from drivemoe_ros.bags.writer import BagWriter
    from drivemoe_ros.data.cameras import Rig
    from drivemoe_ros.data.samples import Sample


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
            rgb_HW3 = sample.image.data_bytes.reshape(sample.image.height, sample.image.width, 3)
            sample = ImageSample(sample.stamp_ns, sample.camera, encode_jpeg(rgb_HW3))
        topic, type_name, message = encode_sample(sample, self._rig, self._factory)
        self._writer.write(topic, type_name, message, log_time_ns)
