"""Houses, trees and poles beside the road, drawn from the seed and never on the road.

Shape legend: N points of lanes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.world.scene import Body, BodyKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivemoe_ros.world.path import Path
    from drivemoe_ros.world.roads import RoadMap

HOUSE_COLOURS = ((178, 148, 120), (196, 186, 168), (150, 110, 96), (168, 172, 176), (206, 196, 150))
# Shares of houses and trees; the rest are poles.
HOUSES, TREES = 0.4, 0.45
TREE_COLOURS = ((52, 96, 44), (66, 110, 52), (84, 112, 58))


def beside_the_road(
    roads: RoadMap, route: Path, rng: np.random.Generator, per_100_m: float = 6.0, clear_m: float = 4.0
) -> tuple[Body, ...]:
    """Return what stands along a route.

    Args:
        roads: The roads, of which everything keeps clear.
        route: The route.
        rng: What is drawn from.
        per_100_m: About how many things stand along 100 m.
        clear_m: Least distance from a lane's edge [m].

    Returns:
        Houses, trees and poles.
    """
    lane_N2, half_m = _points_of(roads)
    props: list[Body] = []
    count = round(per_100_m * (route.length_m + 40.0) / 100.0)
    for _ in range(count):
        s_m = float(rng.uniform(-20.0, route.length_m + 60.0))
        side = float(rng.choice((-1.0, 1.0)))
        aside_m = side * float(rng.uniform(7.0, 26.0))
        body = _drawn(route.pose(s_m, aside_m), rng)
        reach_m = 0.5 * math.hypot(body.length_m, body.width_m)
        gap_m = np.hypot(lane_N2[:, 0] - body.x_m, lane_N2[:, 1] - body.y_m).min()
        apart = all(
            math.hypot(other.x_m - body.x_m, other.y_m - body.y_m)
            > reach_m + 0.5 * math.hypot(other.length_m, other.width_m)
            for other in props
        )
        if gap_m > reach_m + half_m + clear_m and apart:
            props.append(body)
    return tuple(props)


def _points_of(roads: RoadMap) -> tuple[NDArray[np.float64], float]:
    """Return the middles of all lanes in steps of 3 m, and half the widest lane [m]."""
    points, half_m = [], 0.0
    for lane in roads.lanes().values():
        points += [lane.arc.pose(float(s_m))[:2] for s_m in np.arange(0.0, lane.length + 3.0, 3.0)]
        half_m = max(half_m, 0.5 * float(lane.width))
    return np.array(points), half_m


def _drawn(pose: tuple[float, float, float], rng: np.random.Generator) -> Body:
    """Return a house, tree or pole at a pose."""
    x_m, y_m, heading_rad = pose
    kind = rng.random()
    if kind < HOUSES:
        size = (float(rng.uniform(8.0, 16.0)), float(rng.uniform(7.0, 11.0)), float(rng.uniform(4.0, 11.0)))
        colour = HOUSE_COLOURS[int(rng.integers(len(HOUSE_COLOURS)))]
        return Body(BodyKind.BUILDING, x_m, y_m, heading_rad, *size, colour)
    if kind < HOUSES + TREES:
        width_m = float(rng.uniform(2.0, 4.0))
        colour = TREE_COLOURS[int(rng.integers(len(TREE_COLOURS)))]
        return Body(BodyKind.TREE, x_m, y_m, heading_rad, width_m, width_m, float(rng.uniform(4.0, 8.0)), colour)
    return Body(BodyKind.POLE, x_m, y_m, heading_rad, 0.2, 0.2, 6.0, (90, 90, 92))
