"""What stands still: fields, pavements, the two lanes, houses, trees and lamp posts.

Shape legend: N points along the lane.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.world.perspective import Quads, join
from drivemoe_ros.world.shapes import box, house, place, ribbon, tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from drivemoe_ros.world.drive import Lane
    from drivemoe_ros.world.shapes import Colour, Face

LANE_M = 3.5
# Edges of the two lanes, left of the middle of the right one.
RIGHT_M, LEFT_M = -0.5 * LANE_M, 1.5 * LANE_M
BEFORE_M, BEYOND_M = 130.0, 230.0
HOUSE_SHARE = 0.72
WALLS = (
    (226.0, 214.0, 190.0),
    (206.0, 168.0, 138.0),
    (190.0, 198.0, 204.0),
    (232.0, 226.0, 214.0),
    (188.0, 128.0, 104.0),
)
ROOFS = ((150.0, 76.0, 58.0), (92.0, 88.0, 92.0), (126.0, 84.0, 66.0))
LEAVES = ((86.0, 124.0, 62.0), (104.0, 140.0, 66.0), (72.0, 110.0, 70.0), (138.0, 146.0, 70.0))
FIELDS = ((120.0, 146.0, 84.0), (150.0, 156.0, 92.0), (96.0, 126.0, 74.0), (176.0, 166.0, 104.0))
POST: Colour = (120.0, 124.0, 128.0)


def lay_surroundings(lane: Lane, length_m: float, seed: int) -> Quads:
    """Build everything that stands still along a drive.

    Args:
        lane: The lane the car drives in; the opposite lane lies to its left.
        length_m: Length of the drive [m].
        seed: Chooses fields, houses and trees.

    Returns:
        All quads in the map frame.
    """
    rng = np.random.default_rng((seed, 1))
    parts = [*_lay_fields(lane, length_m, rng), *_lay_road(lane, length_m)]
    for along_m in np.arange(-BEFORE_M, length_m + BEYOND_M, 20.0):
        parts += _build_plot(lane, float(along_m), -1.0, rng) + _build_plot(lane, float(along_m), 1.0, rng)
    return join(parts)


def _lay_fields(lane: Lane, length_m: float, rng: np.random.Generator) -> list[Quads]:
    parts = []
    for start in np.arange(-BEFORE_M, length_m + BEYOND_M, 20.0):
        along_N = start + np.arange(0.0, 21.0, 5.0)
        for left_m, right_m in ((RIGHT_M - 3.0, RIGHT_M - 34.0), (LEFT_M + 34.0, LEFT_M + 3.0)):
            parts.append(_band(lane, along_N, (left_m, right_m), FIELDS[rng.integers(len(FIELDS))], 0))
    return parts


def _lay_road(lane: Lane, length_m: float) -> list[Quads]:
    """Return pavements, kerbs, asphalt and its lines, each a layer above the one before."""
    along_N = np.arange(-BEFORE_M, length_m + BEYOND_M, 4.0)
    bands: list[tuple[float, float, Colour, int]] = [
        (LEFT_M + 2.2, RIGHT_M - 2.2, (178.0, 176.0, 170.0), 1),
        (LEFT_M + 0.25, RIGHT_M - 0.25, (208.0, 206.0, 200.0), 2),
        (LEFT_M, RIGHT_M, (92.0, 95.0, 100.0), 3),
        (RIGHT_M + 0.22, RIGHT_M + 0.10, (226.0, 226.0, 222.0), 4),
        (LEFT_M - 0.10, LEFT_M - 0.22, (226.0, 226.0, 222.0), 4),
    ]
    parts = [_band(lane, along_N, (left_m, right_m), colour, layer) for left_m, right_m, colour, layer in bands]
    middle = (0.5 * LANE_M + 0.08, 0.5 * LANE_M - 0.08)
    dashes = np.arange(-BEFORE_M, length_m + BEYOND_M, 6.0)
    parts += [_band(lane, start + np.array([0.0, 1.5, 3.0]), middle, (240.0, 240.0, 236.0), 4) for start in dashes]
    return parts


def _build_plot(lane: Lane, along_m: float, side: float, rng: np.random.Generator) -> list[Quads]:
    """Return 20 m of one roadside (1 is left): a lamp post, a house or a large tree behind, a small tree in front."""
    edge_m = LEFT_M if side > 0.0 else RIGHT_M
    post = box((-0.07, -0.07, 0.0), (0.07, 0.07, 5.2), POST)
    parts = [_stand(lane, along_m + 4.0, edge_m + side * 1.9, post)]
    if rng.random() < HOUSE_SHARE:
        long_m, deep_m, wall_m = rng.uniform(8.0, 13.0), rng.uniform(7.0, 9.0), float(rng.choice([3.1, 5.8]))
        faces = house(long_m, deep_m, wall_m, WALLS[rng.integers(len(WALLS))], ROOFS[rng.integers(len(ROOFS))])
        away_m = 9.5 + deep_m / 2.0 + rng.uniform(0.0, 4.0)
        turn_rad = 0.0 if side > 0.0 else np.pi
        parts.append(_stand(lane, along_m + rng.uniform(-2.0, 2.0), edge_m + side * away_m, faces, turn_rad))
    else:
        faces = tree(rng.uniform(6.0, 9.0), LEAVES[rng.integers(len(LEAVES))])
        parts.append(_stand(lane, along_m, edge_m + side * rng.uniform(12.0, 18.0), faces))
    faces = tree(rng.uniform(3.6, 6.0), LEAVES[rng.integers(len(LEAVES))])
    beside_m = along_m + 10.0 + rng.uniform(-1.5, 1.5)
    return [*parts, _stand(lane, beside_m, edge_m + side * rng.uniform(4.0, 7.0), faces)]


def _band(lane: Lane, along_N: NDArray[np.float64], edges_m: tuple[float, float], colour: Colour, layer: int) -> Quads:
    """Return a flat band between two distances to the left of the lane's middle, the left edge first."""
    left_N3, right_N3 = (np.column_stack((lane.points(along_N, at), np.zeros(len(along_N)))) for at in edges_m)
    return ribbon(left_N3, right_N3, colour, layer)


def _stand(lane: Lane, along_m: float, left_m: float, faces: Sequence[Face], turn_rad: float = 0.0) -> Quads:
    x_m, y_m = lane.points(along_m, left_m)[0]
    return place(faces, float(x_m), float(y_m), float(lane.heading(along_m)) + turn_rad)
