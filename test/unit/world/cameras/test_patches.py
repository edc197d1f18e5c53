"""What each patch of a picture is said to show is what its pixels show."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from drivemoe_ros.world.cameras.patches import CHANNELS
from drivemoe_ros.world.cameras.renderer import SceneRenderer
from drivemoe_ros.world.scene import Body, BodyKind, Lamp, Light, Scene
from test.unit.world.cameras.painted import FRONT, ahead_of, car, changed, renderer, scene, van

GRID = 16
SIZE_PX = (224, 224)
PATCH_PX = SIZE_PX[0] // GRID
SIX = renderer(size_px=SIZE_PX)
VEHICLE, BRAKING, PERSON, OBSTACLE, SIGN, STOP, GO, NEAR = range(len(CHANNELS))


def pedestrian(x_m: float, y_m: float) -> Body:
    return Body(BodyKind.PEDESTRIAN, x_m, y_m, 0.0, 0.5, 0.6, 1.75, (40, 60, 120))


def labels(of: Scene, painter: SceneRenderer = SIX) -> NDArray[np.uint8]:
    return painter.label_patches(of, "front", GRID)


@settings(max_examples=30)
@given(away_m=st.floats(5.0, 50.0), left_m=st.floats(-6.0, 6.0))
def test_a_vehicle_is_in_the_patches_whose_pixels_it_changes(away_m: float, left_m: float) -> None:
    there = scene(van(*ahead_of(FRONT, away_m, left_m), (250, 20, 20)))
    differs = changed(SIX.render(there, "front"), SIX.render(scene(), "front")) > 60
    share = differs.reshape(GRID, PATCH_PX, GRID, PATCH_PX).mean(axis=(1, 3))
    found = (labels(there)[..., VEHICLE] / 255.0) ** 2
    # A dark window may look like what is behind it, and a shadow is no vehicle.
    np.testing.assert_allclose(found[share > 0.9], 1.0, atol=0.15)
    assert not found[changed_nowhere(there)].any()


def changed_nowhere(there: Scene) -> NDArray[np.bool_]:
    differs = changed(SIX.render(there, "front"), SIX.render(scene(), "front")) > 0
    share = differs.reshape(GRID, PATCH_PX, GRID, PATCH_PX).mean(axis=(1, 3))
    return np.asarray(share == 0.0)


def test_near_is_near() -> None:
    values = [int(labels(scene(car(*ahead_of(FRONT, away_m))))[..., NEAR].max()) for away_m in (8.0, 12.0, 20.0, 40.0)]
    assert values == sorted(values, reverse=True)
    assert values[2] == pytest.approx(255.0 / 3.0, abs=3)
    assert labels(scene())[..., NEAR].max() == 0


def test_a_person_behind_a_van_is_not_seen() -> None:
    person = pedestrian(*ahead_of(FRONT, 20.0))
    assert labels(scene(person))[..., PERSON].any()
    assert not labels(scene(person, van(*ahead_of(FRONT, 10.0), (200, 200, 200))))[..., PERSON].any()


@pytest.mark.parametrize(
    ("kind", "lamp", "channel"),
    [
        (BodyKind.TRAFFIC_LIGHT, Lamp.RED, STOP),
        (BodyKind.TRAFFIC_LIGHT, Lamp.AMBER, STOP),
        (BodyKind.TRAFFIC_LIGHT, Lamp.GREEN, GO),
        (BodyKind.CAR, Lamp.BRAKE, BRAKING),
        (BodyKind.CAR, Lamp.LEFT, VEHICLE),
        (BodyKind.STOP_SIGN, None, SIGN),
        (BodyKind.BARRIER, None, OBSTACLE),
    ],
)
def test_everything_has_its_channel(kind: BodyKind, lamp: Lamp | None, channel: int) -> None:
    lamps = frozenset() if lamp is None else frozenset({lamp})
    towards_rad = math.pi if kind is BodyKind.TRAFFIC_LIGHT else 0.0
    body = Body(kind, *ahead_of(FRONT, 10.0), towards_rad, 1.0, 1.0, 3.0, (200, 200, 200), lamps=lamps)
    assert set(np.flatnonzero(labels(scene(body)).any(axis=(0, 1)))) == {channel, NEAR}


@pytest.mark.parametrize("yaw_rad", [0.0, 0.5 * math.pi])
def test_a_light_that_shines_elsewhere_is_none(yaw_rad: float) -> None:
    lamps = frozenset({Lamp.RED})
    body = Body(BodyKind.TRAFFIC_LIGHT, *ahead_of(FRONT, 10.0), yaw_rad, 1.0, 1.0, 3.0, (200, 200, 200), lamps=lamps)
    assert not labels(scene(body)).any()


def test_brake_lamps_are_not_seen_from_ahead() -> None:
    x_m, y_m = ahead_of(FRONT, 10.0)
    oncoming = Body(BodyKind.CAR, x_m, y_m, math.pi, 4.5, 1.85, 1.5, (230, 230, 230), lamps=frozenset({Lamp.BRAKE}))
    assert set(np.flatnonzero(labels(scene(oncoming)).any(axis=(0, 1)))) == {VEHICLE, NEAR}


def test_what_fog_hides_is_not_there() -> None:
    there = scene(car(*ahead_of(FRONT, 200.0)))
    assert labels(there).any()
    assert not labels(there, renderer(Light.FOG, SIZE_PX)).any()


def test_props_count_too() -> None:
    with_prop = renderer(size_px=SIZE_PX, props=(car(*ahead_of(FRONT, 15.0)),))
    there = scene(pedestrian(*ahead_of(FRONT, 10.0, 3.0)))
    assert set(np.flatnonzero(labels(there, with_prop).any(axis=(0, 1)))) == {VEHICLE, PERSON, NEAR}
