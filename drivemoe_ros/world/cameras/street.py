"""What stands along a street: signs, traffic lights, cones, barriers and poles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.world.cameras.faces import (
    Face,
    across,
    along,
    box,
    disc_across,
    scaled,
    shining,
    turned_over,
)
from drivemoe_ros.world.scene import Lamp

if TYPE_CHECKING:
    from drivemoe_ros.world.cameras.faces import Colour
    from drivemoe_ros.world.cameras.looks import Look

GREY: Colour = (132.0, 136.0, 140.0)
BACK: Colour = (150.0, 153.0, 156.0)
WHITE: Colour = (244.0, 244.0, 240.0)
RED: Colour = (214.0, 20.0, 28.0)
ORANGE: Colour = (255.0, 104.0, 10.0)
HOUSING: Colour = (30.0, 32.0, 34.0)
OFF: Colour = (52.0, 50.0, 48.0)
LIT: dict[Lamp, Colour] = {
    Lamp.RED: (255.0, 20.0, 20.0),
    Lamp.AMBER: (255.0, 178.0, 0.0),
    Lamp.GREEN: (20.0, 255.0, 96.0),
}
# Larger than on real streets, so that the networks' small pictures show them.
SIGN_RADIUS_M, LAMP_RADIUS_M, LAMP_STEP_M = 0.62, 0.28, 0.66
PANEL_M = 0.5


def stop_sign(look: Look) -> list[list[Face]]:
    """Return a red octagon with a white rim and a white bar for the word."""
    height = max(look.size_m[2], 2.0 * SIGN_RADIUS_M + 0.6)
    middle = height - SIGN_RADIUS_M
    plate = disc_across(0.06, 0.0, middle, SIGN_RADIUS_M, WHITE)
    plate += disc_across(0.065, 0.0, middle, 0.88 * SIGN_RADIUS_M, RED)
    plate.append(across(0.07, (-0.4, 0.4), (middle - 0.11, middle + 0.11), WHITE))
    back = disc_across(0.055, 0.0, middle, SIGN_RADIUS_M, BACK, ahead=False)
    return [[*back, *_post(0.05, height), *shining(plate, 0.25)]]


def yield_sign(look: Look) -> list[list[Face]]:
    """Return a white triangle on its tip with a broad red rim."""
    height = max(look.size_m[2], 1.2 + 0.6)
    plate = [_triangle(0.06, 0.7, height, RED), _triangle(0.07, 0.4, height - 0.18, WHITE)]
    back = turned_over(_triangle(0.055, 0.7, height, BACK))
    return [[back, *_post(0.05, height), *shining(plate, 0.25)]]


def traffic_light(look: Look) -> list[list[Face]]:
    """Return three large lamps over each other on a dark board with a pale rim."""
    height = max(look.size_m[2], 3.0 * LAMP_STEP_M + 0.5)
    low, half = height - 3.0 * LAMP_STEP_M, 0.42
    board = box((-0.12, -half, low), (0.12, half, height), HOUSING)
    rim = across(0.125, (-half - 0.07, half + 0.07), (low - 0.07, height + 0.07), WHITE)
    rim_back = across(-0.125, (-half - 0.07, half + 0.07), (low - 0.07, height + 0.07), BACK, ahead=False)
    faces = [*_post(0.08, low), rim_back, *board, rim, across(0.13, (-half, half), (low, height), HOUSING)]
    for place, lamp in enumerate((Lamp.GREEN, Lamp.AMBER, Lamp.RED)):
        lit = lamp in look.lamps
        disc = disc_across(0.14, 0.0, low + (place + 0.5) * LAMP_STEP_M, LAMP_RADIUS_M, LIT[lamp] if lit else OFF)
        faces += shining(disc, 1.0 if lit else 0.0)
    return [faces]


def cone(look: Look) -> list[list[Face]]:
    """Return an orange cone with white bands on a foot."""
    length, width, height = look.size_m
    half = 0.5 * max(length, width)
    faces = box((-half, -half, 0.0), (half, half, 0.05 * height), scaled(ORANGE, 0.75))
    edges = (0.05, 0.32, 0.52, 0.70, 0.84, 1.0)
    for index, colour in enumerate((ORANGE, WHITE, ORANGE, WHITE, ORANGE)):
        low, high = edges[index], edges[index + 1]
        wide, narrow = (0.8 * half * (1.08 - part) for part in (low, high))
        step = wide - narrow
        faces += box((-wide, -wide, low * height), (wide, wide, high * height), colour, (step, step, step, step))
    return [faces]


def barrier(look: Look) -> list[list[Face]]:
    """Return a wall with panels in its colour and in white on both long sides."""
    length, width, height = look.size_m
    half, side = 0.5 * length, 0.5 * width
    faces = box((-half, -side, 0.0), (half, side, height), scaled(look.colour, 0.9))
    if length >= width:
        edges = _panels(length)
        for turn in (1.0, -1.0):
            for x in edges:
                span = (x, min(x + PANEL_M, half))
                faces.append(along(turn * (side + 0.01), span, (0.3 * height, 0.85 * height), WHITE, left=turn > 0))
    else:
        for ahead in (True, False):
            for y in _panels(width):
                span = (y, min(y + PANEL_M, side))
                x = half + 0.01 if ahead else -half - 0.01
                faces.append(across(x, span, (0.3 * height, 0.85 * height), WHITE, ahead=ahead))
    return [faces]


def pole(look: Look) -> list[list[Face]]:
    """Return a lamp post or any other pole."""
    length, width, height = look.size_m
    half = 0.5 * min(max(length, width), 0.4)
    faces = box((-half, -half, 0.0), (half, half, height), look.colour, (0.3 * half,) * 4)
    head = box((-0.1, -0.16, height - 0.14), (0.9, 0.16, height), scaled(look.colour, 0.9))
    if height > 3.5 and look.lamps_on:  # noqa: PLR2004 - a street lamp, not a bollard
        head += shining([_below((0.0, 0.9), 0.14, height - 0.15)])
    return [[*faces, *head]] if height > 3.5 else [faces]  # noqa: PLR2004 - as above


def _below(x: tuple[float, float], half_m: float, z: float) -> Face:
    corners = ((x[0], -half_m, z), (x[0], half_m, z), (x[1], half_m, z), (x[1], -half_m, z))
    return Face(corners, (255.0, 226.0, 168.0))


def _panels(length_m: float) -> list[float]:
    """Return where white panels begin: every other half metre."""
    return [float(at) for at in np.arange(-0.5 * length_m, 0.5 * length_m - 0.1, 2.0 * PANEL_M)]


def _post(half_m: float, top_m: float) -> list[Face]:
    return box((-half_m, -half_m, 0.0), (half_m, half_m, top_m), GREY)[:4]


def _triangle(x: float, half_m: float, top_m: float, colour: Colour) -> Face:
    tip = (x, 0.0, top_m - 1.75 * half_m)
    return Face((tip, (x, half_m, top_m), (x, -half_m, top_m), (x, -half_m, top_m)), colour)
