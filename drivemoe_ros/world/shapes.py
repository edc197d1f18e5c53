"""Houses, trees, cars and ribbons of road, built from flat quads with the sun's shading baked in.

Shape legend: Q quads, N points along a line.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.world.perspective import Quads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Colour = tuple[float, float, float]
    Corner = tuple[float, float, float]
    Face = tuple[Sequence[Corner], Colour]

SUN_3 = np.array([0.45, 0.35, 0.82])
STANDING = 10  # Layer of everything that stands on the ground.
# Height of the lowest windows, their width, and how far from the middle they leave room for the door.
SILL_M, PANE_M, DOOR_ROOM_M = 1.0, 1.1, 1.3
GLASS = (58.0, 74.0, 92.0)
BOX_FACES = ((0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7), (4, 5, 6, 7))


def place(faces: Sequence[Face], x_m: float, y_m: float, yaw_rad: float) -> Quads:
    """Shade faces built around the origin and put them at a pose in the map frame.

    Args:
        faces: Corners [m] (counter-clockwise from outside) and colour of each face, in painting order.
        x_m: Position [m].
        y_m: Position [m].
        yaw_rad: Heading [rad].

    Returns:
        The object.
    """
    cos, sin = math.cos(yaw_rad), math.sin(yaw_rad)
    turn_33 = np.array([[cos, sin, 0.0], [-sin, cos, 0.0], [0.0, 0.0, 1.0]])
    corners_Q43 = np.array([corners for corners, _ in faces]) @ turn_33 + np.array([x_m, y_m, 0.0])
    normal_Q3 = np.cross(corners_Q43[:, 1] - corners_Q43[:, 0], corners_Q43[:, 2] - corners_Q43[:, 0])
    normal_Q3 = normal_Q3 / np.maximum(np.linalg.norm(normal_Q3, axis=1, keepdims=True), 1e-9)
    shade_Q1 = 0.72 + 0.36 * np.clip(normal_Q3 @ SUN_3, -0.5, 1.0)[:, None]
    colours_Q3 = np.array([colour for _, colour in faces]) * shade_Q1
    count = len(faces)
    return Quads(corners_Q43, colours_Q3, np.full(count, STANDING), np.tile([x_m, y_m], (count, 1)))


def ribbon(left_N3: NDArray[np.float64], right_N3: NDArray[np.float64], colour: Colour, layer: int) -> Quads:
    """Return a flat band between two lines on the ground, one quad a step, seen from above."""
    corners_Q43 = np.stack((right_N3[:-1], right_N3[1:], left_N3[1:], left_N3[:-1]), axis=1)
    count = len(corners_Q43)
    return Quads(corners_Q43, np.tile(colour, (count, 1)), np.full(count, layer), corners_Q43.mean(axis=1)[:, :2])


def box(low: Corner, high: Corner, colour: Colour, inset: tuple[float, float] = (0.0, 0.0)) -> list[Face]:
    """Return four walls and a top; ``inset`` draws the top in along x and y [m]."""
    (x0, y0, z0), (x1, y1, z1) = low, high
    ix, iy = inset
    corners = [(x0, y0, z0), (x1, y0, z0), (x1, y1, z0), (x0, y1, z0)]
    corners += [(x0 + ix, y0 + iy, z1), (x1 - ix, y0 + iy, z1), (x1 - ix, y1 - iy, z1), (x0 + ix, y1 - iy, z1)]
    return [([corners[index] for index in face], colour) for face in BOX_FACES]


def car(colour: Colour) -> list[Face]:
    """Return a car of 4.5 m by 1.8 m that looks along x: body, wheels, lights, cabin."""
    faces = box((-2.25, -0.9, 0.28), (2.25, 0.9, 0.86), colour)
    for x in (-1.4, 1.4):
        for y, turn in ((-0.92, 1.0), (0.92, -1.0)):
            wheel = [(x - 0.34 * turn, y, 0.0), (x + 0.34 * turn, y, 0.0)]
            faces.append(([*wheel, (x + 0.34 * turn, y, 0.64), (x - 0.34 * turn, y, 0.64)], (34.0, 36.0, 40.0)))
    for y in (-0.62, 0.62):
        front = [(2.27, y - 0.2, 0.58), (2.27, y + 0.2, 0.58), (2.27, y + 0.2, 0.76), (2.27, y - 0.2, 0.76)]
        back = [(-2.27, y + 0.2, 0.58), (-2.27, y - 0.2, 0.58), (-2.27, y - 0.2, 0.78), (-2.27, y + 0.2, 0.78)]
        faces += [(front, (255.0, 250.0, 220.0)), (back, (228.0, 40.0, 34.0))]
    cabin = box((-2.0, -0.84, 0.86), (1.2, 0.84, 1.44), GLASS, inset=(0.5, 0.14))
    return [*faces, *cabin[:4], (cabin[4][0], colour)]


def house(length_m: float, depth_m: float, wall_m: float, wall: Colour, roof: Colour) -> list[Face]:
    """Return a gabled house whose long front looks along -y: walls, windows, door, roof."""
    half, deep, ridge = length_m / 2.0, depth_m / 2.0, wall_m + 0.36 * depth_m
    faces = box((-half, -deep, 0.0), (half, deep, wall_m), wall)[:4]
    for turn in (-1.0, 1.0):
        gable = [(turn * half, turn * -deep, wall_m), (turn * half, turn * deep, wall_m), (turn * half, 0.0, ridge)]
        faces.append(([*gable, gable[-1]], wall))
    for floor in np.arange(SILL_M, wall_m - 1.2, 2.7):
        for x in np.arange(-half + 1.2, half - 1.6, 2.4):
            if floor == SILL_M and abs(x + PANE_M / 2.0) < DOOR_ROOM_M:
                continue
            for turn in (1.0, -1.0):
                faces.append((_pane(float(x), float(floor), deep, turn), GLASS))
    faces.append(
        (
            [(-0.6, -deep - 0.03, 0.0), (0.6, -deep - 0.03, 0.0), (0.6, -deep - 0.03, 2.1), (-0.6, -deep - 0.03, 2.1)],
            roof,
        )
    )
    over = 0.35
    for turn in (1.0, -1.0):
        eave = [
            (turn * -(half + over), turn * -(deep + over), wall_m - 0.2),
            (turn * (half + over), turn * -(deep + over), wall_m - 0.2),
        ]
        faces.append(([*eave, (turn * (half + over), 0.0, ridge), (turn * -(half + over), 0.0, ridge)], roof))
    return faces


def _pane(x: float, z: float, deep: float, turn: float) -> list[Corner]:
    y = -turn * (deep + 0.02)
    left, right = (x, x + PANE_M) if turn > 0 else (-x, -x - PANE_M)
    return [(left, y, z), (right, y, z), (right, y, z + 1.2), (left, y, z + 1.2)]


def tree(height_m: float, colour: Colour) -> list[Face]:
    """Return a trunk and a round crown."""
    faces = box((-0.14, -0.14, 0.0), (0.14, 0.14, 0.4 * height_m), (98.0, 78.0, 58.0))[:4]
    rings = ((0.28, 0.10), (0.45, 0.27), (0.70, 0.25), (0.90, 0.13), (1.0, 0.0))
    for (low, wide), (high, narrow) in pairwise(rings):
        for side in range(8):
            angles = (side * math.pi / 4.0, (side + 1) * math.pi / 4.0)
            lower = [(wide * height_m * math.cos(a), wide * height_m * math.sin(a), low * height_m) for a in angles]
            upper = [
                (narrow * height_m * math.cos(a), narrow * height_m * math.sin(a), high * height_m) for a in angles
            ]
            faces.append(([*lower, upper[1], upper[0]], colour))
    return faces
