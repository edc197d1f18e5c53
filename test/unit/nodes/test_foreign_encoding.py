"""Pictures that need cv_bridge: converted where it works, refused in one sentence where it does not."""

from __future__ import annotations

import contextlib
import pathlib
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drivemoe_ros.errors import ImageError
from drivemoe_ros.messages.decode import image_from_raw
from drivemoe_ros.nodes.foreign_encoding import BYTES_PER_PIXEL, convert_to_rgb8, load_bridge
from drivemoe_ros.nodes.raw_image import Header, RawImage, Stamp
from drivemoe_ros.sensors.decode import RGB_BYTES, decode_image

HEADER = Header(Stamp(7, 0), "camera")
# Stands for cv_bridge, which is no wheel: shows the high byte of the first two bytes of a pixel as grey.
WORKING = """
import numpy as np
class CvBridge:
    def imgmsg_to_cv2(self, picture, wanted):
        assert wanted == "rgb8" and picture.encoding not in ("uyvy", "yuyv")
        shape = (picture.height, picture.width)
        row = picture.step // picture.width
        if row == 1:
            grey = np.ndarray(shape, np.uint8, picture.data)
        else:
            grey = np.ndarray(shape, np.uint16, picture.data, strides=(picture.step, row)) >> 8
        return np.repeat(grey[:, :, None], 3, axis=2).astype(np.uint8)
"""


def picture(encoding: str = "bayer_rggb8", height: int = 2, width: int = 4, padding: int = 0) -> RawImage:
    """Return a picture with rising bytes, its padding 255."""
    row = width * BYTES_PER_PIXEL.get(encoding, 1)
    data_HB = np.full((height, row + padding), 255, dtype=np.uint8)
    data_HB[:, :row] = np.arange(height * row, dtype=np.uint8).reshape(height, row)
    return RawImage(HEADER, height, width, encoding, 0, row + padding, data_HB.reshape(-1))


@contextlib.contextmanager
def installed(folder: pathlib.Path, source: str) -> Iterator[None]:
    """Let ``import cv_bridge`` find this source."""
    (folder / "cv_bridge.py").write_text(source, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        patch.delitem(sys.modules, "cv_bridge", raising=False)
        load_bridge.cache_clear()
        yield
    sys.modules.pop("cv_bridge", None)
    load_bridge.cache_clear()


@pytest.fixture(scope="module")
def _working(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with installed(tmp_path_factory.mktemp("working"), WORKING):
        yield


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("raise ImportError('numpy.core.multiarray failed to import')", "multiarray failed to import"),
        ("raise AttributeError('_ARRAY_API not found')", "AttributeError: _ARRAY_API not found"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "a trial of it ended with SIGSEGV"),
        ("import os; os._exit(3)", "a trial of it ended with code 3"),
        ("class CvBridge:\n    def __init__(self): raise ModuleNotFoundError('no cv2')", "no cv2"),
    ],
)
def test_a_cv_bridge_that_does_not_work_counts_as_not_installed(
    tmp_path: pathlib.Path, source: str, reason: str
) -> None:
    with installed(tmp_path, source), pytest.raises(ImageError) as caught:
        convert_to_rgb8(picture(), "front")
    sentence = str(caught.value)
    assert reason in sentence
    assert "'bayer_rggb8' of front is unknown without cv_bridge" in sentence
    assert f"install cv_bridge for NumPy {np.__version__}" in sentence
    assert "\n" not in sentence


def test_it_is_looked_for_once(tmp_path: pathlib.Path) -> None:
    trace = tmp_path / "trace"
    with installed(tmp_path, f"open({str(trace)!r}, 'a').write('looked '); raise ImportError"):
        for _ in range(3):
            with pytest.raises(ImageError):
                convert_to_rgb8(picture(), "front")
    assert trace.read_text(encoding="utf-8") == "looked "


@pytest.mark.usefixtures("_working")
@pytest.mark.parametrize("padding", [0, 3])
def test_rows_come_without_their_padding(padding: int) -> None:
    converted = convert_to_rgb8(picture(padding=padding), "front")
    assert (converted.encoding, converted.step, converted.header) == ("rgb8", 12, HEADER)
    rgb_HW3 = decode_image(image_from_raw(converted, "front").image, max_pixels=8)
    np.testing.assert_array_equal(rgb_HW3[:, :, 0], np.arange(8).reshape(2, 4))


@pytest.mark.usefixtures("_working")
def test_both_byte_orders_give_the_same_picture() -> None:
    little = picture("mono16", padding=2)
    values_N = little.data.view("<u2")
    big = little._replace(is_bigendian=1, data=values_N.astype(">u2").view(np.uint8))
    np.testing.assert_array_equal(convert_to_rgb8(little, "front").data, convert_to_rgb8(big, "front").data)
    np.testing.assert_array_equal(convert_to_rgb8(little, "front").data[::3], np.arange(1, 17, 2))


@pytest.mark.usefixtures("_working")
@pytest.mark.parametrize("encoding", ["uyvy", "yuyv", "yuv422", "yuv422_yuy2"])
def test_new_names_of_yuv_go_by_their_old_ones(encoding: str) -> None:
    assert convert_to_rgb8(picture(encoding), "front").encoding == "rgb8"


@pytest.mark.usefixtures("_working")
@pytest.mark.parametrize(
    "change",
    [{"step": 3}, {"height": 3}, {"height": 0}, {"width": 0}, {"data": np.zeros(7, np.uint8)}, {"width": 2**32 - 1}],
)
def test_sizes_that_contradict_the_bytes_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ImageError, match="its sizes are wrong") as caught:
        convert_to_rgb8(picture()._replace(**change), "front")
    assert "\n" not in str(caught.value)


sizes = st.one_of(st.integers(0, 6), st.integers(0, 2**32 - 1))


@pytest.mark.usefixtures("_working")
@given(st.sampled_from(sorted(BYTES_PER_PIXEL)), sizes, sizes, sizes, st.binary(max_size=200), st.integers(0, 255))
@example("rgba16", 2**32 - 1, 2**32 - 1, 2**32 - 1, b"", 1)
def test_any_sizes_are_converted_or_refused(
    encoding: str, height: int, width: int, step: int, data: bytes, is_bigendian: int
) -> None:
    view = RawImage(HEADER, height, width, encoding, is_bigendian, step, np.frombuffer(data, np.uint8))
    converted = None
    with contextlib.suppress(ImageError):
        converted = convert_to_rgb8(view, "front")
    assert converted is None or converted.data.size == 3 * height * width <= 3 * len(data)


def test_no_encoding_has_two_readers() -> None:
    assert not set(BYTES_PER_PIXEL) & set(RGB_BYTES)
