"""What hides what, what haze and shade do, and what lies on the ground."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivemoe_ros.world.scene import Body, BodyKind, GroundPatch, Lamp, Light, Surface
from test.unit.world.cameras.painted import (
    FRONT,
    RIG,
    ROAD,
    ahead_of,
    changed,
    magenta,
    patch,
    post,
    renderer,
    scene,
    van,
)

FIXED = settings(max_examples=40)
SIX = renderer()
GREEN = (0, 200, 40)
HOUSE = Body(BodyKind.BUILDING, 22.0, 10.0, 0.0, 36.0, 8.0, 6.0, (200, 190, 170))
HOUSED = renderer(props=(HOUSE,))


@FIXED
@given(away_m=st.floats(7.0, 30.0), behind_m=st.floats(5.5, 25.0), left_m=st.floats(-2.0, 2.0))
def test_a_near_van_hides_what_is_right_behind_it_in_any_order(away_m: float, behind_m: float, left_m: float) -> None:
    near = van(*ahead_of(FRONT, away_m, left_m), GREEN)
    part = (away_m + behind_m) / away_m
    far = post(*ahead_of(FRONT, away_m * part, left_m * part), height_m=1.2)
    first, second = SIX.render(scene(near, far), "front"), SIX.render(scene(far, near), "front")
    assert first.tobytes() == second.tobytes()
    assert not magenta(first).any()
    assert magenta(SIX.render(scene(far), "front")).any()


@FIXED
@given(along_m=st.floats(8.0, 36.0), gap_m=st.floats(0.3, 2.0))
def test_a_post_before_a_long_house_is_seen_though_the_houses_middle_may_be_nearer(
    along_m: float, gap_m: float
) -> None:
    before = post(*ahead_of(FRONT, along_m, 6.0 - gap_m))
    alone = magenta(SIX.render(scene(before), "front")).sum()
    for picture in (SIX.render(scene(HOUSE, before), "front"), HOUSED.render(scene(before), "front")):
        assert magenta(picture).sum() == pytest.approx(alone, rel=0.35)


def test_fog_hides_what_is_far_and_day_does_not() -> None:
    for light, hidden in ((Light.FOG, True), (Light.DAY, False)):
        painter = renderer(light)
        with_van, without = (
            painter.render(scene(*bodies), "front") for bodies in ((van(95.0, 0.0, (200, 20, 20)),), ())
        )
        assert bool(changed(with_van, without).max() < 12) is hidden
        near = painter.render(scene(van(12.0, 0.0, (200, 20, 20))), "front")
        assert changed(near, without).max() > 60


def test_dusk_is_darker_than_day_and_cars_have_their_lamps_on() -> None:
    oncoming = Body(BodyKind.CAR, 12.0, 2.0, math.pi, 4.5, 1.85, 1.5, (60, 60, 60))
    day, dusk = (renderer(light).render(scene(oncoming), "front") for light in (Light.DAY, Light.DUSK))
    assert dusk.mean() < 0.6 * day.mean()
    assert (dusk.min(axis=-1) > 200).sum() > 10
    assert dusk[:40, :, 0].mean() > dusk[:40, :, 1].mean()


@pytest.mark.parametrize("kind", list(BodyKind))
@pytest.mark.parametrize("light", list(Light))
def test_every_kind_of_body_is_seen(kind: BodyKind, light: Light) -> None:
    painter = renderer(light, (224, 224), cameras={"front": FRONT})
    body = Body(kind, 12.0, 0.0, 2.6, 1.6, 1.2, 2.0, (200, 60, 60), 1.0, frozenset(Lamp))
    assert (changed(painter.render(scene(body), "front"), painter.render(scene(), "front")) > 25).sum() > 40


def test_moving_and_standing_bodies_throw_the_same_shade() -> None:
    block = post(12.0, 3.0)
    still = renderer(props=(block,)).render(scene(), "front")
    moving = SIX.render(scene(block), "front")
    bare = SIX.render(scene(), "front")
    for picture in (still, moving):
        assert ((bare.astype(int) - picture).min(axis=-1) > 15).sum() > 50
    assert (changed(still, moving) > 30).mean() < 0.005


def test_ground_that_is_not_convex_keeps_its_hole() -> None:
    corners = np.array([(5, -6), (30, -6), (30, 6), (5, 6), (5, 2), (26, 2), (26, -2), (5, -2)], dtype=np.float64)
    ring = GroundPatch(Surface.WHITE, corners)
    picture = renderer(ground=(*ROAD, ring)).render(scene(), "front")
    hole = SIX.pinholes["front"]
    row = round(hole.cy + hole.fy * FRONT.z_m / 12.0)
    inside, outside = (round(hole.cx - hole.fx * left_m / 12.0) for left_m in (0.0, 4.0))
    assert picture[row, inside].max() < 140
    assert picture[row, outside].min() > 180


def test_a_world_of_kilometres_keeps_its_memory_bounded() -> None:
    wide = renderer(ground=(patch(Surface.ASPHALT, (0.0, 4000.0), (0.0, 2500.0)),), size_px=(40, 40))
    levels = wide.ground.levels
    assert sum(level.nbytes for level in levels) < 95_000_000
    grey = wide.render(scene(pose=(2000.0, 1200.0, 1.0)), "front")
    assert np.ptp(grey[35].astype(int)) < 12
    assert set(wide.pinholes) == set(RIG.cameras)


def test_a_setting_without_anything_is_grass_under_a_sky() -> None:
    picture = renderer(ground=()).render(scene(), "front")
    assert picture[200, :, 1].mean() > picture[200, :, 2].mean() + 20
    assert picture[10, :, 2].mean() > picture[10, :, 0].mean() + 20
    assert not magenta(picture).any()
