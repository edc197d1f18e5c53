"""Encoded pictures to RGB arrays, with every size checked before memory is taken for it.

Shape legend: H rows, W columns.
"""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from drivemoe_ros.errors import ImageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivemoe_ros.data.samples import EncodedImage

# Which byte of a pixel is red, green and blue. The 8UCn names say nothing about colour;
# OpenCV's order is what cv_bridge gives them.
RGB_BYTES: dict[str, tuple[int, int, int]] = {
    "rgb8": (0, 1, 2),
    "bgr8": (2, 1, 0),
    "rgba8": (0, 1, 2),
    "bgra8": (2, 1, 0),
    "mono8": (0, 0, 0),
    "8UC1": (0, 0, 0),
    "8UC3": (2, 1, 0),
    "8UC4": (2, 1, 0),
}
BYTES_PER_PIXEL = {"rgb8": 3, "bgr8": 3, "rgba8": 4, "bgra8": 4, "mono8": 1, "8UC1": 1, "8UC3": 3, "8UC4": 4}
COMPRESSED = ("jpeg", "png")
# A progressive JPEG has about ten. Each costs a pass over the whole picture, though a few bytes are enough for one.
MAX_SCANS = 100
SCAN, JPEG = b"\xff\xda", b"\xff\xd8"


def decode_image(image: EncodedImage, max_pixels: int, least_width: int = 0) -> NDArray[np.uint8]:
    """Decode a picture.

    An orientation written into a JPEG's EXIF data is ignored: cameras on a vehicle do not turn.

    Args:
        image: The picture as it arrived.
        max_pixels: Pictures with more pixels are refused before memory is taken for them.
        least_width: Whoever needs no more columns [px] lets a JPEG be decoded at a half, a quarter or an eighth of its
            size, which is several times as fast; 0 for full size. Other pictures always come in full size.

    Returns:
        RGB, shape (H, W, 3).

    Raises:
        ImageError: If the encoding is unknown, the sizes contradict the bytes, or the bytes are damaged.
    """
    if image.encoding in RGB_BYTES:
        return _decode_raw(image, max_pixels)
    if image.encoding in COMPRESSED:
        return _decode_compressed(image, max_pixels, least_width)
    known = ", ".join((*RGB_BYTES, *COMPRESSED))
    msg = f"The picture encoding '{image.encoding}' is unknown; known are {known}, so let the camera send one of them."
    raise ImageError(msg)


def promised_size(image: EncodedImage) -> tuple[int, int] | None:
    """Read how large a picture says it is, without decoding it.

    Args:
        image: The picture as it arrived.

    Returns:
        Columns and rows [px]; None if it does not say, or not in a way that is known.
    """
    size_px = (image.width, image.height)
    if image.encoding in COMPRESSED:
        try:
            size_px = _open(image.data_bytes.tobytes()).size
        except Exception:  # noqa: BLE001 - Pillow lets many kinds through; decoding says what is wrong
            return None
    return size_px if min(size_px) > 0 else None


def _decode_raw(image: EncodedImage, max_pixels: int) -> NDArray[np.uint8]:
    width, height = image.width, image.height
    _check_size(width, height, max_pixels)
    channels = BYTES_PER_PIXEL[image.encoding]
    if image.step < width * channels:
        msg = (
            f"A row of the {image.encoding} picture has {image.step} bytes (step), but {width} columns need "
            f"{width * channels}; check the sender's step."
        )
        raise ImageError(msg)
    # The last row may come without its padding.
    needed = image.step * (height - 1) + width * channels
    if image.data_bytes.size < needed:
        msg = (
            f"The {width}x{height} {image.encoding} picture holds {image.data_bytes.size} bytes, but {needed} are "
            f"needed; the message was cut off or its sizes are wrong."
        )
        raise ImageError(msg)
    data_bytes = np.ascontiguousarray(image.data_bytes)
    pixels_HWC = np.lib.stride_tricks.as_strided(
        data_bytes, (height, width, channels), (image.step, channels, 1), writeable=False
    )
    rgb_HW3 = np.empty((height, width, 3), dtype=np.uint8)
    # One channel at a time is four times as fast as reversing the last axis.
    for target, source in enumerate(RGB_BYTES[image.encoding]):
        rgb_HW3[:, :, target] = pixels_HWC[:, :, source]
    return rgb_HW3


def _decode_compressed(image: EncodedImage, max_pixels: int, least_width: int) -> NDArray[np.uint8]:
    if image.data_bytes.size == 0:
        msg = f"The {image.encoding} picture holds no bytes; check the camera's driver."
        raise ImageError(msg)
    encoded = image.data_bytes.tobytes()
    if encoded.startswith(JPEG) and encoded.count(SCAN) > MAX_SCANS:
        msg = f"The {image.encoding} picture has more than {MAX_SCANS} scans instead of ten; check the camera's driver."
        raise ImageError(msg)
    try:
        picture = _open(encoded)
        _check_size(picture.width, picture.height, max_pixels)
        if least_width:
            picture.draft(None, (least_width, least_width * picture.height // picture.width))
        return _to_rgb(picture)
    except ImageError:
        raise
    except Exception as error:
        # Pillow lets OSError, SyntaxError, ValueError, struct.error and more through for damaged pictures.
        reason = str(error).split("<")[0].strip().rstrip(".") or type(error).__name__
        num = image.data_bytes.size
        msg = f"The {image.encoding} picture of {num} bytes cannot be decoded ({reason}); check the camera's driver."
        raise ImageError(msg) from error


def _open(encoded: bytes) -> Image.Image:
    with warnings.catch_warnings():
        # Pillow warns of large pictures; max_pixels is the limit here.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        return Image.open(io.BytesIO(encoded), formats=("JPEG", "PNG"))


def _to_rgb(picture: Image.Image) -> NDArray[np.uint8]:
    if picture.mode.startswith("I"):
        # 16-bit grey: the high byte, where Pillow's own conversion would clip.
        grey_HW = (np.asarray(picture).astype(np.uint32) >> 8).astype(np.uint8)
        return np.repeat(grey_HW[:, :, None], 3, axis=2)
    if picture.mode == "P" and "transparency" in picture.info:
        picture = picture.convert("RGBA")
    return np.array(picture.convert("RGB"))


def _check_size(width: int, height: int, max_pixels: int) -> None:
    if width < 1 or height < 1:
        msg = f"The picture is {width}x{height} pixels, but at least 1x1 is needed; check the camera's driver."
        raise ImageError(msg)
    if width * height > max_pixels:
        msg = (
            f"The picture promises {width}x{height} pixels, but at most {max_pixels} are accepted; "
            f"raise image.max_pixels if it is meant."
        )
        raise ImageError(msg)
