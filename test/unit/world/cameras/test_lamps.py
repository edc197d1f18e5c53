"""That lamps, lights, signs and doors can be told apart in a picture as small as the mini policy sees it."""

import math

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from drivemoe_ros.world.cameras.looks import BLINK_NS
from drivemoe_ros.world.scene import Body, BodyKind, Lamp, Light
from test.unit.world.cameras.painted import (
    FRONT,
    car,
    changed,
    red,
    redness,
    renderer,
    scene,
)

SIX = renderer()
SMALL = renderer(size_px=(224, 224))


def small(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture as small as the mini policy sees it."""
    return np.asarray(cv2.resize(picture, (84, 84), interpolation=cv2.INTER_AREA), np.uint8)


@pytest.mark.parametrize("light", list(Light))
@pytest.mark.parametrize("away_m", [8.0, 20.0])
def test_brake_lamps_are_red_in_a_small_picture(light: Light, away_m: float) -> None:
    painter = renderer(light, (224, 224))
    braking, rolling = (
        small(painter.render(scene(car(away_m, 0.0, *lamps)), "front")) for lamps in ((Lamp.BRAKE,), ())
    )
    assert redness(braking).max() > 100
    assert (redness(braking) - redness(rolling)).max() > 50
    assert red(renderer(light).render(scene(car(8.0, 0.0, Lamp.BRAKE)), "front")).sum() > 60


@pytest.mark.parametrize("side", [Lamp.LEFT, Lamp.RIGHT])
def test_indicators_blink_at_one_and_a_half_hertz_on_their_side(side: Lamp) -> None:
    dark = SMALL.render(scene(car(9.0, 0.0)), "front")
    lit = []
    for time_ns in range(0, 2_000_000_000, 50_000_000):
        apart = changed(SMALL.render(scene(car(9.0, 0.0, side), time_ns=time_ns), "front"), dark) > 60
        lit.append(bool(apart.any()))
        if apart.any():
            columns = np.nonzero(apart)[1]
            assert (columns.max() < 112) if side is Lamp.LEFT else (columns.min() > 111)
    assert sum(now and not before for before, now in zip([False, *lit], lit, strict=False)) == 3
    assert pytest.approx(1e9 / 1.5, rel=1e-6) == BLINK_NS
    # Of two pictures a tenth of a second apart one shows them.
    assert all(now or before for before, now in zip(lit[:-2], lit[2:], strict=True))
    assert 0.7 < np.mean(lit) < 0.95


def test_a_siren_flashes_red_and_blue_in_turns() -> None:
    car_of_police = Body(BodyKind.EMERGENCY, 12.0, 0.0, 0.0, 4.7, 1.9, 1.5, (20, 60, 220), 9.0, frozenset({Lamp.SIREN}))
    first, second, third = (
        SMALL.render(scene(car_of_police, time_ns=time_ns), "front") for time_ns in (0, 200_000_000, 400_000_000)
    )
    assert (first == third).all()
    assert changed(small(first), small(second)).max() > 60
    assert (second[..., 0].astype(int) - second[..., 2] > 150).sum() > (
        first[..., 0].astype(int) - first[..., 2] > 150
    ).sum()


@pytest.mark.parametrize("light", list(Light))
def test_a_traffic_light_can_be_read_in_a_small_picture(light: Light) -> None:
    painter = renderer(light, (224, 224))
    shown = {}
    for lamp in (Lamp.RED, Lamp.AMBER, Lamp.GREEN):
        signal = Body(BodyKind.TRAFFIC_LIGHT, 20.0, -3.0, math.pi, 0.4, 0.4, 4.2, (90, 90, 90), 0.0, frozenset({lamp}))
        shown[lamp] = small(painter.render(scene(signal), "front")).astype(int)
    apart = shown[Lamp.RED] - shown[Lamp.GREEN]
    assert apart[..., 0].max() > 35
    assert apart[..., 1].min() < -35
    assert (shown[Lamp.AMBER] - shown[Lamp.GREEN])[..., 0].max() > 30


def test_a_signal_is_read_from_its_front_only() -> None:
    away, towards = (
        Body(BodyKind.TRAFFIC_LIGHT, 14.0, 0.0, yaw_rad, 0.4, 0.4, 4.2, (90, 90, 90), 0.0, frozenset({Lamp.RED}))
        for yaw_rad in (0.0, math.pi)
    )
    assert red(SIX.render(scene(towards), "front")).sum() > 10
    assert not red(SIX.render(scene(away), "front")).any()


def test_a_stop_sign_is_red_in_a_small_picture() -> None:
    sign = Body(BodyKind.STOP_SIGN, 16.0, -3.0, math.pi, 0.2, 0.75, 2.4, (200, 0, 0))
    picture = small(SMALL.render(scene(sign), "front")).astype(int)
    assert (picture[..., 0] - picture[..., 1:].max(axis=-1)).max() > 50


def test_an_open_door_stands_out_to_the_left() -> None:
    parked = car(10.0, -2.0)
    shut, opened = (
        small(SMALL.render(scene(body), "front")) for body in (parked, car(10.0, -2.0, Lamp.OPEN_DOOR_LEFT))
    )
    rows, columns = np.nonzero(changed(shut, opened) > 40)
    hole = SMALL.pinholes["front"]
    side = (hole.cx - hole.fx * (-2.0 + 0.92) / (10.0 - FRONT.x_m)) * 84 / 224
    assert len(rows) > 3
    assert columns.mean() < side
