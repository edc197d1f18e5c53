"""A thinned picture is a small picture of the same scene, and never one byte of another."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from drivemoe_ros.data.samples import EncodedImage
from drivemoe_ros.sensors.decode import decode_image
from drivemoe_ros.sensors.thin import thin_image

MAX_PIXELS = 1_000_000


def raw(height: int, width: int, padding: int) -> EncodedImage:
    """Return a bgr8 picture whose red is the row, green the column and blue 7; padding bytes are 255."""
    step = width * 3 + padding
    rows = np.full((height, step), 255, np.uint8)
    pixels = rows[:, : width * 3].reshape(height, width, 3)
    pixels[..., 0] = 7
    pixels[..., 1] = np.arange(width)[None, :] % 200
    pixels[..., 2] = np.arange(height)[:, None] % 200
    return EncodedImage("bgr8", rows.reshape(-1)[: rows.size - padding], height, width, step)


@given(height=st.integers(1, 90), width=st.integers(1, 160), padding=st.integers(0, 9), least_width=st.integers(1, 170))
def test_thinning_keeps_every_nth_pixel(height: int, width: int, padding: int, least_width: int) -> None:
    image = raw(height, width, padding)
    every = max(1, width // least_width)
    small = decode_image(thin_image(image, least_width), MAX_PIXELS)
    full = decode_image(image, MAX_PIXELS)
    assert np.array_equal(small, full[::every, ::every][:, : width // every])
    assert small.shape[1] >= min(least_width, width)


def test_a_thinned_picture_does_not_keep_the_message_alive() -> None:
    image = raw(80, 160, 0)
    assert not np.shares_memory(thin_image(image, 40).data_bytes, image.data_bytes)


@pytest.mark.parametrize(
    "image",
    [
        EncodedImage("jpeg", np.zeros(10, np.uint8)),
        EncodedImage("yuv422", np.zeros(100, np.uint8), 5, 10, 20),
        EncodedImage("rgb8", np.zeros(10, np.uint8), 100, 100, 300),
        EncodedImage("rgb8", np.zeros(300, np.uint8), 10, 100, 3),
        EncodedImage("rgb8", np.zeros(0, np.uint8), 0, 100, 300),
    ],
)
def test_what_cannot_be_thinned_is_left_to_the_decoder(image: EncodedImage) -> None:
    assert thin_image(image, 10) is image


def test_a_jpeg_is_decoded_small_but_never_smaller_than_asked_for() -> None:
    out = io.BytesIO()
    Image.fromarray(np.full((90, 160, 3), (200, 40, 40), np.uint8)).save(out, "JPEG", quality=95)
    image = EncodedImage("jpeg", np.frombuffer(out.getvalue(), np.uint8))
    assert decode_image(image, MAX_PIXELS).shape == (90, 160, 3)
    small = decode_image(image, MAX_PIXELS, least_width=40)
    assert small.shape == (23, 40, 3)
    assert np.abs(small.astype(int) - (200, 40, 40)).max() < 12
    assert decode_image(image, MAX_PIXELS, least_width=41).shape[1] >= 41
