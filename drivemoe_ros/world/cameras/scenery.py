"""What stands beside the road: buildings with windows, and trees."""

from __future__ import annotations

import math
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.world.cameras.faces import Face, across, along, box, scaled

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivemoe_ros.world.cameras.faces import Colour
    from drivemoe_ros.world.cameras.looks import Look

GLASS: Colour = (66.0, 80.0, 96.0)
LIT_GLASS: Colour = (255.0, 214.0, 140.0)
DOOR: Colour = (88.0, 62.0, 48.0)
ROOF: Colour = (142.0, 78.0, 62.0)
FLAT_ROOF: Colour = (120.0, 120.0, 122.0)
BARK: Colour = (94.0, 74.0, 56.0)
GABLED_UP_TO_M = 9.0
FLOOR_M, SILL_M, PANE_M, PERIOD_M = 3.0, 1.0, 1.35, 2.8
SIDES = 7
# Radius of a crown at parts of its height, from below.
CROWN = ((0.0, 0.12), (0.16, 0.82), (0.5, 1.0), (0.84, 0.58), (1.0, 0.08))


def building(look: Look) -> list[list[Face]]:
    """Return walls with rows of windows, under a gabled roof if low and a flat one if high."""
    length, width, height = look.size_m
    gabled = height <= GABLED_UP_TO_M and min(length, width) > 3.0  # noqa: PLR2004 - a shed has a flat roof
    wall_m = 0.66 * height if gabled else height
    half, side = 0.5 * length, 0.5 * width
    faces = box((-half, -side, 0.0), (half, side, wall_m), look.colour)
    if not gabled:
        faces[4] = faces[4]._replace(colour=FLAT_ROOF)
    for turn in (1.0, -1.0):
        faces += _windows(length, wall_m, look, partial(along, turn * (side + 0.02), left=turn > 0))
        faces += _windows(width, wall_m, look, partial(across, turn * (half + 0.02), ahead=turn > 0))
        faces.append(along(turn * (side + 0.04), (-0.6, 0.6), (0.0, 2.2), DOOR, left=turn > 0))
    return [[*faces, *(_roof(half, side, wall_m, height, look.colour) if gabled else [])]]


def tree(look: Look) -> list[list[Face]]:
    """Return a trunk and a round crown."""
    length, width, height = look.size_m
    radius = 0.5 * max(length, width) if max(length, width) > 0.25 * height else 0.28 * height
    foot = max(0.32 * height, min(1.7, 0.45 * height))
    thick = 0.035 * height
    faces = box((-thick, -thick, 0.0), (thick, thick, foot + 0.1 * height), BARK)[:4]
    for (low, wide), (high, narrow) in pairwise(CROWN):
        for index in range(SIDES):
            angles = (index * math.tau / SIDES, (index + 1) * math.tau / SIDES)
            lower, upper = (
                [
                    (part * radius * math.cos(a), part * radius * math.sin(a), foot + at * (height - foot))
                    for a in angles
                ]
                for at, part in ((low, wide), (high, narrow))
            )
            # Leaves let some light through: neighbouring faces differ a little, and the lower ones lie in shade.
            tone = 0.74 + 0.26 * high + 0.06 * ((index * 5 + int(10 * low)) % 3 - 1)
            faces.append(Face((lower[0], lower[1], upper[1], upper[0]), scaled(look.colour, tone)))
    return [faces]


def _windows(length_m: float, wall_m: float, look: Look, place: Callable[..., Face]) -> list[Face]:
    """Return strips of glass along each floor, and strips of wall over them that leave windows."""
    count = int((length_m - 1.0) / PERIOD_M)
    floors = np.arange(SILL_M, wall_m - PANE_M - 0.2, FLOOR_M)
    if count < 1 or not len(floors):
        return []
    begin = -0.5 * count * PERIOD_M
    faces = []
    for index, floor in enumerate(floors):
        lit = look.lamps_on and (index + count) % 2 == 0
        glass = place((begin, -begin), (float(floor), float(floor) + PANE_M), LIT_GLASS if lit else GLASS)
        faces.append(glass._replace(glow=0.8 if lit else 0.0))
    gap = PERIOD_M - PANE_M
    top = float(floors[-1]) + PANE_M + 0.02
    for index in range(count + 1):
        middle = begin + index * PERIOD_M
        faces.append(place((middle - 0.5 * gap, middle + 0.5 * gap), (SILL_M - 0.02, top), look.colour))
    return faces


def _roof(half: float, side: float, wall_m: float, height: float, wall: Colour) -> list[Face]:
    """Return gables and the two slopes of a roof whose ridge runs along the building."""
    over = 0.4
    faces = []
    for turn in (1.0, -1.0):
        x, y = turn * half, turn * side
        faces.append(Face(((x, -y, wall_m), (x, y, wall_m), (x, 0.0, height), (x, 0.0, height)), wall))
    for turn in (1.0, -1.0):
        x, y = turn * (half + over), turn * (side + over)
        low = wall_m - 0.15
        faces.append(Face(((x, y, low), (-x, y, low), (-x, 0.0, height), (x, 0.0, height)), ROOF))
    return faces
