"""Pictures reach the policy at its size; the released agent's extras are off unless asked for, and repeatable."""

from __future__ import annotations

import colorsys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from drivemoe_ros.parameters.schema import ImageParameters
from drivemoe_ros.sensors.augment import SeedKey, _turn_colour, augment_image
from drivemoe_ros.sensors.cache import PictureCache
from drivemoe_ros.sensors.prepare import prepare_image

KEY = SeedKey(0, 1_700_000_000_000_000_000, "front")


def colourful(height: int = 90, width: int = 160) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return a smooth picture of many colours."""
    y, x = np.mgrid[0:height, 0:width]
    rgb_HW3 = np.stack([x * 255 / width, y * 255 / height, 255 - x * 128 / width], axis=2)
    return rgb_HW3.astype(np.uint8)


@pytest.mark.parametrize("size", [84, 224])
def test_a_picture_is_squashed_to_the_square(size: int) -> None:
    rgb_SS3 = prepare_image(colourful(), size, ImageParameters(), KEY)
    expected = Image.fromarray(colourful()).resize((size, size), Image.Resampling.BILINEAR)
    assert np.array_equal(rgb_SS3, np.asarray(expected))


def test_shrinking_averages_where_it_would_flicker() -> None:
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::2] = 255
    rgb_SS3 = prepare_image(stripes, 8, ImageParameters(), KEY)
    assert np.all(np.abs(rgb_SS3.astype(int) - 127) < 20)


def test_the_jpeg_round_trip_is_a_switch() -> None:
    plain = prepare_image(colourful(), 84, ImageParameters(), KEY)
    coarse = prepare_image(colourful(), 84, ImageParameters(jpeg_quality=20), KEY)
    fine = prepare_image(colourful(), 84, ImageParameters(jpeg_quality=100), KEY)
    assert 0 < np.abs(plain.astype(int) - fine).mean() < np.abs(plain.astype(int) - coarse).mean() < 10


def test_the_augmentation_is_a_switch_and_repeats_by_stamp() -> None:
    on = ImageParameters(augment=True)
    first = prepare_image(colourful(), 84, on, KEY)
    assert not np.array_equal(first, prepare_image(colourful(), 84, ImageParameters(), KEY))
    assert np.array_equal(first, prepare_image(colourful(), 84, on, KEY))
    others = [KEY._replace(seed=1), KEY._replace(stamp_ns=KEY.stamp_ns + 1), KEY._replace(camera="back")]
    for other in others:
        assert not np.array_equal(first, prepare_image(colourful(), 84, on, other))


@settings(max_examples=50)
@given(stamp_ns=st.integers(0, 2**63 - 1))
def test_the_augmentation_stays_close_to_the_picture(stamp_ns: int) -> None:
    picture = prepare_image(colourful(), 84, ImageParameters(), KEY)
    changed = augment_image(picture, SeedKey(0, stamp_ns, "front"))
    assert changed.shape == picture.shape
    # Brightness 0.1, contrast 0.1 and a crop of at most a fifth cannot move the mean further.
    assert abs(float(changed.mean()) - float(picture.mean())) < 0.25 * 255


@settings(max_examples=200)
@given(colour=st.tuples(*[st.floats(0.0, 1.0)] * 3), saturation=st.floats(0.9, 1.1), hue_turn=st.floats(-0.05, 0.05))
def test_colours_turn_as_hue_saturation_and_value_say(
    colour: tuple[float, float, float], saturation: float, hue_turn: float
) -> None:
    hue, chroma, value = colorsys.rgb_to_hsv(*colour)
    expected = colorsys.hsv_to_rgb((hue + hue_turn) % 1.0, min(1.0, chroma * saturation), value)
    turned = _turn_colour(np.array(colour).reshape(1, 1, 3), saturation, hue_turn)
    assert np.allclose(turned.reshape(3), expected, atol=1e-6)


def test_the_cache_makes_a_picture_once_and_stays_small() -> None:
    made: list[int] = []
    cache = PictureCache(depth=2)

    def make(number: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        made.append(number)
        return np.full((2, 2, 3), number, np.uint8)

    for number in (1, 2, 1, 3, 1, 2):
        assert np.all(cache.get("front", number, lambda number=number: make(number)) == number)  # type: ignore[misc]
    assert made == [1, 2, 3, 2]
    cache.get("back", 1, lambda: make(9))
    cache.clear()
    cache.get("front", 2, lambda: make(2))
    assert made == [1, 2, 3, 2, 9, 2]


def test_a_cached_picture_cannot_be_changed() -> None:
    picture = PictureCache(1).get("front", 1, lambda: np.zeros((1, 1, 3), np.uint8))
    with pytest.raises(ValueError, match="read-only"):
        picture[0, 0, 0] = 1
