"""Every encoding gives the same pixels; whatever contradicts itself is refused before memory is taken."""

from __future__ import annotations

import io
import warnings
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from drivemoe_ros.data.samples import EncodedImage
from drivemoe_ros.errors import ImageError
from drivemoe_ros.sensors.decode import BYTES_PER_PIXEL, RGB_BYTES, decode_image, promised_size

MAX_PIXELS = 1_000_000
MAKERS = {"rgb8": "RGB", "bgr8": "BGR", "rgba8": "RGBA", "bgra8": "BGRA", "8UC3": "BGR", "8UC4": "BGRA"}


def colourful(height: int = 5, width: int = 7) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def encoded(picture: Image.Image, kind: str, **options: object) -> EncodedImage:
    out = io.BytesIO()
    picture.save(out, format=kind, **options)
    return EncodedImage(kind, np.frombuffer(out.getvalue(), np.uint8))


def raw(order: str, encoding: str, padding: int, *, keep_last_padding: bool = True) -> EncodedImage:
    rgb_HW3 = colourful()
    height, width, _ = rgb_HW3.shape
    planes = {"R": rgb_HW3[..., 0], "G": rgb_HW3[..., 1], "B": rgb_HW3[..., 2], "A": np.full((height, width), 9)}
    pixels = np.stack([planes[name] for name in order], axis=2).astype(np.uint8)
    step = width * len(order) + padding
    rows = np.full((height, step), 200, np.uint8)
    rows[:, : width * len(order)] = pixels.reshape(height, -1)
    data = rows.reshape(-1)
    return EncodedImage(encoding, data if keep_last_padding else data[: data.size - padding], height, width, step)


@pytest.mark.parametrize("padding", [0, 1, 13])
@pytest.mark.parametrize("encoding", MAKERS)
def test_raw_colour_pictures_keep_their_colours(encoding: str, padding: int) -> None:
    assert np.array_equal(decode_image(raw(MAKERS[encoding], encoding, padding), MAX_PIXELS), colourful())


@pytest.mark.parametrize("encoding", ["mono8", "8UC1"])
def test_raw_grey_pictures_become_grey_colours(encoding: str) -> None:
    rgb_HW3 = decode_image(raw("G", encoding, 3), MAX_PIXELS)
    assert np.array_equal(rgb_HW3, np.repeat(colourful()[:, :, 1:2], 3, axis=2))


def test_the_last_row_may_lack_its_padding() -> None:
    image = raw("BGRA", "bgra8", 6, keep_last_padding=False)
    assert np.array_equal(decode_image(image, MAX_PIXELS), colourful())


def test_the_result_does_not_share_the_message() -> None:
    image = raw("RGB", "rgb8", 0)
    rgb_HW3 = decode_image(image, MAX_PIXELS)
    image.data_bytes[:] = 0
    assert np.array_equal(rgb_HW3, colourful())


@pytest.mark.parametrize("encoding", RGB_BYTES)
@settings(max_examples=60)
@given(
    height=st.integers(0, 2**32 - 1),
    width=st.integers(0, 2**32 - 1),
    step=st.integers(0, 2**32 - 1),
    size=st.integers(0, 99),
)
def test_sizes_that_do_not_fit_the_bytes_are_refused(
    encoding: str, height: int, width: int, step: int, size: int
) -> None:
    image = EncodedImage(encoding, np.zeros(size, np.uint8), height, width, step)
    row = width * BYTES_PER_PIXEL[encoding]
    fits = height > 0 and width > 0 and step >= row and step * (height - 1) + row <= size
    if fits:
        assert decode_image(image, MAX_PIXELS).shape == (height, width, 3)
    else:
        with pytest.raises(ImageError):
            decode_image(image, MAX_PIXELS)


def test_more_pixels_than_allowed_are_refused() -> None:
    image = raw("RGB", "rgb8", 0)
    with pytest.raises(ImageError, match=r"7x5 pixels, but at most 34 .*image\.max_pixels"):
        decode_image(image, 34)
    assert decode_image(image, 35).shape == (5, 7, 3)


@pytest.mark.parametrize("encoding", ["mono16", "32FC1", "yuv422", "bayer_rggb8", "h264", "", "RGB8"])
def test_unknown_encodings_are_named_with_the_known_ones(encoding: str) -> None:
    with pytest.raises(ImageError, match=rf"'{encoding}' is unknown; known are .*bgra8.*jpeg"):
        decode_image(EncodedImage(encoding, np.zeros(8, np.uint8), 1, 1, 8), MAX_PIXELS)


def test_a_jpeg_gives_what_its_library_gives() -> None:
    image = encoded(Image.fromarray(colourful(40, 50)), "jpeg", quality=90)
    expected = np.asarray(Image.open(io.BytesIO(image.data_bytes.tobytes())))
    assert np.array_equal(decode_image(image, MAX_PIXELS), expected)


def test_a_grey_jpeg_becomes_grey_colours() -> None:
    rgb_HW3 = decode_image(encoded(Image.new("L", (8, 6), 77), "jpeg"), MAX_PIXELS)
    assert rgb_HW3.shape == (6, 8, 3)
    assert np.all(rgb_HW3 == 77)


def test_a_jpeg_is_not_turned_by_its_exif_orientation() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert decode_image(encoded(Image.new("RGB", (8, 6)), "jpeg", exif=exif), MAX_PIXELS).shape == (6, 8, 3)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_every_kind_of_png_is_read(mode: str) -> None:
    grey = np.arange(0, 250, 5, dtype=np.uint8).reshape(5, 10)
    if mode == "I;16":
        picture = Image.fromarray(grey.astype(np.uint16) * 256 + 200)
    elif mode == "P":
        picture = Image.fromarray(grey, "L").convert("P")
    else:
        picture = Image.fromarray(grey, "L").convert(mode, dither=Image.Dither.NONE)
    rgb_HW3 = decode_image(encoded(picture, "png"), MAX_PIXELS)
    expected = np.where(grey > 127, 255, 0) if mode == "1" else grey
    assert np.array_equal(rgb_HW3, np.repeat(expected[:, :, None], 3, axis=2))


def test_a_palette_with_transparency_gives_its_colours_without_a_warning() -> None:
    picture = Image.new("P", (2, 1))
    picture.putpalette([255, 0, 0, 0, 0, 255])
    picture.putpixel((1, 0), 1)
    image = encoded(picture, "png", transparency=b"\x00\x80")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert decode_image(image, MAX_PIXELS).tolist() == [[[255, 0, 0], [0, 0, 255]]]


def png_that_promises(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(2000, 2000), (10_000, 10_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_compressed_picture_that_promises_too_much_is_refused_without_a_warning(size: tuple[int, int]) -> None:
    data_bytes = np.frombuffer(png_that_promises(*size), np.uint8)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ImageError, match="pixels"):
            decode_image(EncodedImage("png", data_bytes), MAX_PIXELS)


@pytest.mark.parametrize("kind", ["jpeg", "png"])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.9])
def test_a_truncated_picture_is_refused(kind: str, share: float) -> None:
    whole = encoded(Image.fromarray(colourful(64, 64)), kind)
    data_bytes = whole.data_bytes[: int(whole.data_bytes.size * share)]
    with pytest.raises(ImageError, match=f"The {kind} picture"):
        decode_image(EncodedImage(kind, data_bytes), MAX_PIXELS)


@settings(max_examples=200)
@given(place=st.integers(0, 3000), value=st.binary(min_size=1, max_size=40), kind=st.sampled_from(["jpeg", "png"]))
def test_damaged_bytes_give_a_picture_or_one_sentence(place: int, value: bytes, kind: str) -> None:
    data = bytearray(encoded(Image.fromarray(colourful(32, 32)), kind).data_bytes.tobytes())
    place %= len(data)
    data[place : place + len(value)] = value
    sentence, shape = "", (0, 0, 3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            shape = decode_image(EncodedImage(kind, np.frombuffer(bytes(data), np.uint8)), MAX_PIXELS).shape
        except ImageError as error:
            sentence = str(error)
    assert "\n" not in sentence
    assert shape[2] == 3


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_a_pictures_size_is_read_without_decoding_it(kind: str) -> None:
    whole = encoded(Image.fromarray(colourful(50, 70)), kind)
    cut = EncodedImage(kind, whole.data_bytes[:-20])
    assert promised_size(whole) == promised_size(cut) == (70, 50)
    assert promised_size(raw("RGB", "rgb8", 3)) == (7, 5)
    assert promised_size(EncodedImage(kind, whole.data_bytes[10:])) is None
    assert promised_size(EncodedImage("rgb8", whole.data_bytes)) is None
