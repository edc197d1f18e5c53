"""Pictures that show nothing are told from those of a dark or foggy street."""

import dataclasses

import numpy as np
import pytest
from numpy.typing import NDArray

from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.parameters.supervision_schema import SupervisionParameters
from drivemoe_ros.supervision.picture_check import check_picture
from drivemoe_ros.world.cameras.renderer import SceneRenderer
from drivemoe_ros.world.scenarios.catalogue import scenario
from drivemoe_ros.world.scene import Light
from drivemoe_ros.world.simulation import World

PARAMETERS = SupervisionParameters(black_level=10.0, black_spread=2.0, uniform_spread=1.0, saturated_share=0.7)
SIDE = 64
Picture = NDArray[np.uint8]


def street(light: Light) -> dict[str, Picture]:
    """Return what all cameras see at the start of a drive."""
    world = World(dataclasses.replace(scenario("normal/lane_follow", 5), light=light))
    return SceneRenderer(world.setting, load_rig("bench2drive").cameras, (SIDE, SIDE)).render_all(world.scene())


def full(red: int, green: int, blue: int) -> Picture:
    return np.full((SIDE, SIDE, 3), (red, green, blue), np.uint8)


@pytest.mark.parametrize("light", Light)
def test_a_street_passes_at_any_time_of_day_and_in_fog(light: Light) -> None:
    assert {name: check_picture(picture, PARAMETERS) for name, picture in street(light).items()} == dict.fromkeys(
        load_rig("bench2drive").cameras, ""
    )


def test_a_street_at_night_passes() -> None:
    for picture in street(Light.DUSK).values():
        night = (picture * 0.15).astype(np.uint8)
        night[30:34, 40:44] = 240  # a lamp
        assert night.mean() < 20.0
        assert check_picture(night, PARAMETERS) == ""


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (full(0, 0, 0), "the picture is black (mean brightness 0.0 of 255, spread 0.0)"),
        (full(255, 255, 255), "the picture is saturated (100% of its pixels"),
        (full(10, 120, 30), "one colour (red 10, green 120, blue 30)"),
        (np.zeros((0, 4, 3), np.uint8), "the picture has no pixels"),
    ],
)
def test_a_picture_that_shows_nothing_is_named(picture: Picture, words: str) -> None:
    assert words in check_picture(picture, PARAMETERS)


def test_a_covered_lens_with_the_noise_of_its_sensor_is_black() -> None:
    noise = np.random.default_rng(7).poisson(2.0, (SIDE, SIDE, 3)).astype(np.uint8)
    assert "black" in check_picture(noise, PARAMETERS)


def test_a_street_lit_far_too_brightly_is_saturated_but_not_one_with_a_bright_sky() -> None:
    picture = street(Light.DAY)["front"]
    assert "saturated" in check_picture(np.clip(picture * 6.0, 0, 255).astype(np.uint8), PARAMETERS)
    picture[: SIDE // 2] = 255
    assert check_picture(picture, PARAMETERS) == ""


def test_each_check_can_be_switched_off() -> None:
    off = SupervisionParameters(black_level=0.0, uniform_spread=0.0, saturated_share=1.0)
    assert [check_picture(full(value, value, value), off) for value in (0, 100, 255)] == ["", "", ""]
