"""Flat faces that bodies are built from, in the body's frame: x to its front, y to its left, z up from the ground."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

Colour = tuple[float, float, float]
Corner = tuple[float, float, float]
_BOX = ((0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7), (4, 5, 6, 7))
# Where the walls of a box stand in what ``box`` returns.
RIGHT_WALL, FRONT_WALL, LEFT_WALL, BACK_WALL, TOP = range(5)


class Face(NamedTuple):
    """A quad of one colour.

    Attributes:
        corners: Four corners [m], counter-clockwise for those who see it; a triangle repeats its last one.
        colour: RGB, 0 to 255, before light falls on it.
        glow: Part of it that shines by itself, 0 to 1.
    """

    corners: tuple[Corner, Corner, Corner, Corner]
    colour: Colour
    glow: float = 0.0


def scaled(colour: Colour, factor: float) -> Colour:
    """Return a lighter or darker colour."""
    red, green, blue = (min(255.0, channel * factor) for channel in colour)
    return red, green, blue


def box(
    low: Corner, high: Corner, colour: Colour, inset: tuple[float, float, float, float] = (0, 0, 0, 0)
) -> list[Face]:
    """Return four walls and a top.

    Args:
        low: Its corner with the smallest coordinates [m].
        high: Its corner with the largest coordinates [m].
        colour: RGB of all faces.
        inset: How far the top is drawn in from the front, back, left and right [m].

    Returns:
        Right wall, front, left wall, back, top.
    """
    (x0, y0, z0), (x1, y1, z1) = low, high
    front, back, left, right = inset
    corners = [(x0, y0, z0), (x1, y0, z0), (x1, y1, z0), (x0, y1, z0)]
    corners += [(x0 + back, y0 + right, z1), (x1 - front, y0 + right, z1)]
    corners += [(x1 - front, y1 - left, z1), (x0 + back, y1 - left, z1)]
    return [Face((corners[a], corners[b], corners[c], corners[d]), colour) for a, b, c, d in _BOX]


def across(x: float, y: tuple[float, float], z: tuple[float, float], colour: Colour, *, ahead: bool = True) -> Face:
    """Return an upright rectangle across the body, seen from ahead of it or from behind.

    Args:
        x: Where it stands [m].
        y: From and to, across [m].
        z: From and to, upwards [m].
        colour: RGB.
        ahead: Whether it is seen from ahead.

    Returns:
        The face.
    """
    (y0, y1), (z0, z1) = sorted(y), sorted(z)
    first, second = (y0, y1) if ahead else (y1, y0)
    return Face(((x, first, z0), (x, second, z0), (x, second, z1), (x, first, z1)), colour)


def along(y: float, x: tuple[float, float], z: tuple[float, float], colour: Colour, *, left: bool = True) -> Face:
    """Return an upright rectangle along the body, seen from its left or from its right.

    Args:
        y: Where it stands [m].
        x: From and to, along [m].
        z: From and to, upwards [m].
        colour: RGB.
        left: Whether it is seen from the left.

    Returns:
        The face.
    """
    (x0, x1), (z0, z1) = sorted(x), sorted(z)
    first, second = (x1, x0) if left else (x0, x1)
    return Face(((first, y, z0), (second, y, z0), (second, y, z1), (first, y, z1)), colour)


def disc_across(x: float, y: float, z: float, radius_m: float, colour: Colour, *, ahead: bool = True) -> list[Face]:
    """Return an upright octagon across the body, as three quads; see ``across``."""
    ring = [
        (x, y + radius_m * math.cos(angle), z + radius_m * math.sin(angle))
        for angle in ((index + 0.5) * math.pi / 4.0 for index in range(8))
    ]
    return _three_quads(ring if ahead else ring[::-1], colour)


def disc_along(x: float, y: float, z: float, radius_m: float, colour: Colour, *, left: bool = True) -> list[Face]:
    """Return an upright octagon along the body, as three quads; see ``along``."""
    ring = [
        (x - radius_m * math.cos(angle), y, z + radius_m * math.sin(angle))
        for angle in ((index + 0.5) * math.pi / 4.0 for index in range(8))
    ]
    return _three_quads(ring if left else ring[::-1], colour)


def _three_quads(ring: list[Corner], colour: Colour) -> list[Face]:
    first = Face((ring[0], ring[1], ring[2], ring[3]), colour)
    second = Face((ring[0], ring[3], ring[4], ring[7]), colour)
    third = Face((ring[4], ring[5], ring[6], ring[7]), colour)
    return [first, second, third]


def shining(faces: Iterable[Face], glow: float = 1.0) -> list[Face]:
    """Return faces that shine by themselves."""
    return [face._replace(glow=glow) for face in faces]


def turned_over(face: Face) -> Face:
    """Return the other side of a face."""
    a, b, c, d = face.corners
    return face._replace(corners=(a, d, c, b))
