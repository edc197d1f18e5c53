"""What pedestrians and cyclists look like: head, body and legs in colours that stand apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.world.cameras.faces import Face, along, box, disc_along, scaled

if TYPE_CHECKING:
    from drivemoe_ros.world.cameras.faces import Colour
    from drivemoe_ros.world.cameras.looks import Look

SKIN: Colour = (226.0, 178.0, 146.0)
HAIR: Colour = (64.0, 44.0, 32.0)
TROUSERS: Colour = (44.0, 50.0, 72.0)
HELMET: Colour = (240.0, 238.0, 232.0)
RUBBER: Colour = (34.0, 35.0, 38.0)
SPOKES: Colour = (122.0, 126.0, 132.0)
# How far the left foot is ahead of the middle in each pose, as a part of the height; standing comes first.
_SWING = (0.0, 0.13, 0.0, -0.13, 0.0)


def pedestrian(look: Look) -> list[list[Face]]:
    """Return legs that walk, a body with arms, and a head."""
    length, width, height = look.size_m
    half = 0.5 * width
    deep = max(0.32, 0.5 * length) / 2.0
    swing = _SWING[look.pose] * height
    legs = [
        *_limb(swing, (0.06 * half, 0.62 * half), (0.0, 0.48 * height), TROUSERS),
        *_limb(-swing, (-0.62 * half, -0.06 * half), (0.0, 0.48 * height), TROUSERS),
    ]
    arms = [
        *_limb(-0.7 * swing, (0.72 * half, half), (0.5 * height, 0.81 * height), scaled(look.colour, 0.8)),
        *_limb(0.7 * swing, (-half, -0.72 * half), (0.5 * height, 0.81 * height), scaled(look.colour, 0.8)),
    ]
    body = box((-0.7 * deep, -0.72 * half, 0.46 * height), (0.7 * deep, 0.72 * half, 0.83 * height), look.colour)
    return [[*legs, *arms, *body, *_head(0.0, height, SKIN, HAIR)]]


def cyclist(look: Look) -> list[list[Face]]:
    """Return a bicycle and its rider."""
    length, width, height = look.size_m
    wheel = 0.19 * length
    frame = 0.5 * length - wheel
    faces: list[Face] = []
    for turn in (1.0, -1.0):
        left = turn > 0
        for x in (-frame, frame):
            faces += disc_along(x, turn * 0.03, wheel, wheel, RUBBER, left=left)
            faces += disc_along(x, turn * 0.035, wheel, 0.72 * wheel, SPOKES, left=left)
        faces.append(along(turn * 0.05, (-frame, frame), (1.35 * wheel, 1.7 * wheel), look.colour, left=left))
    for x in (-0.5 * length, 0.5 * length):
        low, high = (x - 0.01, -0.05, 0.04), (x + 0.01, 0.05, 2.0 * wheel)
        faces += box(low, high, RUBBER)
    faces += box((0.24 * length, -0.5 * width, 0.56 * height), (0.28 * length, 0.5 * width, 0.6 * height), RUBBER)
    half = 0.42 * width
    for turn in (1.0, -1.0):
        swing = (0.06 if look.pose % 2 else -0.06) * turn * height
        y = (0.15 * half, 0.6 * half) if turn > 0 else (-0.6 * half, -0.15 * half)
        faces += _limb(swing, y, (0.1 * height, 0.52 * height), TROUSERS)
    body = box((-0.18, -half, 0.48 * height), (0.2, half, 0.86 * height), look.colour, (-0.14, 0.2, 0.05, 0.05))
    return [[*faces, *body, *_head(0.16, height, SKIN, HELMET)]]


def _limb(ahead_m: float, y: tuple[float, float], z: tuple[float, float], colour: Colour) -> list[Face]:
    """Return an arm or leg that hangs from the middle and reaches ahead or back at its lower end."""
    thick = 0.08
    limb = box((ahead_m - thick, y[0], z[0]), (ahead_m + thick, y[1], z[1]), colour, (ahead_m, -ahead_m, 0.0, 0.0))
    return limb[:4]


def _head(x: float, height: float, skin: Colour, top: Colour) -> list[Face]:
    half = 0.072 * height
    face = box((x - half, -half, 0.83 * height), (x + half, half, 0.94 * height), skin)
    hair = box(
        (x - half - 0.02, -half - 0.01, 0.93 * height), (x + half, half + 0.01, height), top, (0.03, 0.03, 0.03, 0.03)
    )
    behind = box((x - half - 0.02, -half, 0.86 * height), (x - half, half, 0.94 * height), top)
    return [*face, *behind, *hair]
