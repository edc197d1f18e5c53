"""Scenes of a body or two on a bare road, and where a colour is in a picture."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from drivemoe_ros.data.cameras import Camera
from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.world.cameras.renderer import SceneRenderer
from drivemoe_ros.world.scene import Body, BodyKind, EgoState, GroundPatch, Lamp, Light, Scene, Setting, Surface

RIG = load_rig("bench2drive")
FRONT = RIG.cameras["front"]
MAGENTA = (255, 0, 255)
SIZE_PX = (400, 225)


def patch(surface: Surface, x: tuple[float, float], y: tuple[float, float]) -> GroundPatch:
    """Return a rectangle on the ground."""
    return GroundPatch(surface, np.array([(x[0], y[0]), (x[1], y[0]), (x[1], y[1]), (x[0], y[1])]))


ROAD = (patch(Surface.ASPHALT, (-60.0, 120.0), (-8.0, 8.0)),)


def post(x_m: float, y_m: float, colour: tuple[int, int, int] = MAGENTA, height_m: float = 3.0) -> Body:
    """Return a post of 0.4 m that looks the same from everywhere."""
    return Body(BodyKind.POLE, x_m, y_m, 0.0, 0.4, 0.4, height_m, colour)


def van(x_m: float, y_m: float, colour: tuple[int, int, int], yaw_rad: float = 0.0) -> Body:
    """Return a van."""
    return Body(BodyKind.VAN, x_m, y_m, yaw_rad, 5.0, 2.0, 2.3, colour)


def car(x_m: float, y_m: float, *lamps: Lamp) -> Body:
    """Return a white car that drives ahead."""
    return Body(BodyKind.CAR, x_m, y_m, 0.0, 4.5, 1.85, 1.5, (230, 230, 230), 5.0, frozenset(lamps))


def renderer(
    light: Light = Light.DAY,
    size_px: tuple[int, int] = SIZE_PX,
    ground: tuple[GroundPatch, ...] = ROAD,
    cameras: dict[str, Camera] | None = None,
    props: tuple[Body, ...] = (),
) -> SceneRenderer:
    """Return a renderer of a bare road."""
    return SceneRenderer(Setting(ground, props, light), cameras or RIG.cameras, size_px)


def scene(*bodies: Body, time_ns: int = 0, pose: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> Scene:
    """Return a moment."""
    return Scene(time_ns, EgoState(*pose, 0.0), bodies)


def ahead_of(camera: Camera, away_m: float, left_m: float = 0.0) -> tuple[float, float]:
    """Return the point (x, y) of the map that a camera of a car at the origin sees so far ahead and to the left."""
    cos, sin = math.cos(camera.yaw_rad), math.sin(camera.yaw_rad)
    return camera.x_m + cos * away_m - sin * left_m, camera.y_m + sin * away_m + cos * left_m


def magenta(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return where red and blue are much stronger than green."""
    return np.asarray(picture[..., 1].astype(int) + 60 < np.minimum(picture[..., 0], picture[..., 2]))


def red(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return where red is far stronger than the others."""
    return np.asarray(redness(picture) > 110)


def redness(picture: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return by how much red exceeds the other colours."""
    apart: NDArray[np.int64] = picture[..., 0].astype(np.int64) - picture[..., 1:].max(axis=-1)
    return apart


def changed(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return by how much pixels differ, in the channel that differs most."""
    apart: NDArray[np.int64] = np.abs(one.astype(np.int64) - other).max(axis=-1)
    return apart
