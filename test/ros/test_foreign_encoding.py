"""Bayer, YUV and 16-bit pictures on a live graph: OpenCV's own colours where cv_bridge works, else one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

pytest.importorskip("rclpy")

from drivemoe_ros.msg import PolicyState
from rclpy.serialization import serialize_message
from sensor_msgs.msg import Image

from drivemoe_ros.errors import ImageError
from drivemoe_ros.messages.decode import image_from_raw
from drivemoe_ros.nodes.foreign_encoding import BYTES_PER_PIXEL, load_bridge, view_any_image
from drivemoe_ros.sensors.decode import decode_image

from ..bag.tiny_bags import TinyBag  # noqa: TID252
from .live_graph import in_order, live_node

if TYPE_CHECKING:
    from numpy.typing import NDArray

# rclpy's own parser imports modules that Python has since deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")

HEIGHT, WIDTH, PADDING = 24, 32, 4
NOISE = np.random.default_rng(20)
# How OpenCV names what ROS calls them; it names a Bayer pattern by its second row's second and third column.
OPENCV_CODES = {
    "bayer_rggb": "COLOR_BayerBG2RGB",
    "bayer_bggr": "COLOR_BayerRG2RGB",
    "bayer_gbrg": "COLOR_BayerGR2RGB",
    "bayer_grbg": "COLOR_BayerGB2RGB",
    "yuv422": "COLOR_YUV2RGB_UYVY",
    "uyvy": "COLOR_YUV2RGB_UYVY",
    "yuv422_yuy2": "COLOR_YUV2RGB_YUY2",
    "yuyv": "COLOR_YUV2RGB_YUY2",
    "mono": "COLOR_GRAY2RGB",
    "rgb": "COLOR_RGBA2RGB",
    "bgr": "COLOR_BGR2RGB",
    "rgba": "COLOR_RGBA2RGB",
    "bgra": "COLOR_BGRA2RGB",
}


def require_bridge() -> None:
    bridge, reason = load_bridge()
    if bridge is None:
        pytest.skip(f"cv_bridge does not work here: {reason}")


def image(encoding: str, *, big_endian: bool = False) -> tuple[Image, NDArray[Any]]:
    """Return a message of noise with padded rows, and its pixels, shape (H, W, C)."""
    kind = np.dtype("uint16" if encoding.endswith("16") else "uint8")
    shape = (HEIGHT, WIDTH, BYTES_PER_PIXEL[encoding] // kind.itemsize)
    pixels_HWC = NOISE.integers(0, 256**kind.itemsize, shape).astype(kind)
    sent = pixels_HWC.astype(kind.newbyteorder(">" if big_endian else "<")).reshape(HEIGHT, -1).view(np.uint8)
    padded = np.pad(sent, ((0, 0), (0, PADDING)))
    message = Image(height=HEIGHT, width=WIDTH, encoding=encoding, is_bigendian=big_endian, step=padded.shape[1])
    message.header.stamp.sec, message.data = 7, padded.tobytes()
    return message, pixels_HWC


@pytest.mark.parametrize("big_endian", [False, True])
@pytest.mark.parametrize("encoding", sorted(BYTES_PER_PIXEL))
def test_a_picture_has_the_colours_that_opencv_gives_it(encoding: str, big_endian: bool) -> None:  # noqa: FBT001
    require_bridge()
    cv2 = pytest.importorskip("cv2")
    message, pixels_HWC = image(encoding, big_endian=big_endian)
    viewed = view_any_image(serialize_message(message), "front")
    rgb_HW3 = decode_image(image_from_raw(viewed, "front").image, max_pixels=HEIGHT * WIDTH)
    code = OPENCV_CODES.get(encoding) or OPENCV_CODES[encoding.removesuffix("16").removesuffix("8")]
    expected_HW3 = pixels_HWC if encoding == "rgb16" else cv2.cvtColor(pixels_HWC, getattr(cv2, code))
    if encoding.endswith("16"):
        expected_HW3 = np.rint(expected_HW3 * (255 / 65535)).astype(np.uint8)
    np.testing.assert_array_equal(rgb_HW3, expected_HW3)


@pytest.mark.parametrize("encoding", sorted(BYTES_PER_PIXEL))
@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 3), (2, 2), (3, 3), (5, 1)])
def test_the_smallest_pictures_are_converted_or_refused(encoding: str, height: int, width: int) -> None:
    require_bridge()
    step = width * BYTES_PER_PIXEL[encoding]
    message = Image(height=height, width=width, encoding=encoding, step=step, data=bytes(height * step))
    try:
        viewed = view_any_image(serialize_message(message), "front")
    except ImageError as error:
        assert "cv_bridge cannot convert" in str(error)  # noqa: PT017
        assert "\n" not in str(error)  # noqa: PT017
    else:
        assert (viewed.encoding, viewed.data.size) == ("rgb8", 3 * height * width)


@pytest.mark.parametrize("encoding", ["bgr8", "16UC1", "nv12"])
def test_what_cv_bridge_has_no_colours_for_is_left_to_the_decoder(encoding: str) -> None:
    message = Image(height=1, width=1, encoding=encoding, step=3, data=b"abc")
    viewed = view_any_image(serialize_message(message), "front")
    assert (viewed.encoding, viewed.data.tobytes()) == (encoding, b"abc")


def test_six_cameras_without_a_known_encoding_are_planned_from_or_named() -> None:
    drive = in_order(TinyBag(encoding="rgb8", width=WIDTH, height=HEIGHT, duration_s=1.0))
    for record in drive:
        if record.type_name == "sensor_msgs/msg/Image":
            encoding = "bayer_grbg8" if "FRONT" in record.topic else "yuv422"
            row = WIDTH * BYTES_PER_PIXEL[encoding]
            record.message.encoding, record.message.step = encoding, row
            record.message.data = record.message.data[: HEIGHT * row]
    bridge, _ = load_bridge()
    with live_node() as (_, around):
        around.start()
        around.connect(drive)
        if bridge is None:
            around.stream(drive)
            around.until(lambda: "unknown without cv_bridge" in around.diagnostics["front"].message, "diagnostics")
            assert not around.received["trajectory"]
            return
        around.drive(drive)
        around.until(lambda: len(around.received["expert_activation"]) >= 6, "last plan")
        assert around.received["state"][-1].state == PolicyState.RUNNING
        assert around.figures("back").get("rejected", "0") == "0"
