"""Ways along the lanes of a map, as the paths that routes are made of."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.world.path import Path, resampled, smooth_link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from drivemoe_ros.world.roads import RoadMap


@dataclass(frozen=True)
class Leg:
    """A part of a way: along one lane, from one distance to another.

    Attributes:
        start: Node where the lane begins.
        end: Node where it ends.
        lane: Which lane, 0 next to the middle.
        from_m: Where the part begins, along the lane [m].
        to_m: Where it ends [m]; None for the lane's end.
    """

    start: str
    end: str
    lane: int = 0
    from_m: float = 0.0
    to_m: float | None = None


def way(roads: RoadMap, legs: Sequence[Leg], first: tuple[float, float, float] | None = None) -> Path:
    """Return the path along legs; where one does not begin where the last ended, a smooth curve joins them.

    Args:
        roads: The roads.
        legs: Parts of the way, in driving order; leave a gap of 20 m and more between legs for a change of lane.
        first: Pose to begin at, e.g. in a parking bay: x [m], y [m], heading [rad].

    Returns:
        The path, a point a metre.
    """
    points: list[NDArray[np.float64]] = []
    last = first
    if first is not None:
        points.append(np.array([first[:2]]))
    for leg in legs:
        arc = roads.lane((leg.start, leg.end, leg.lane)).arc
        to_m = arc.length_m if leg.to_m is None else leg.to_m
        s_N = np.linspace(leg.from_m, to_m, max(round(to_m - leg.from_m), 1) + 1)
        begin = arc.pose(leg.from_m)
        if last is not None:
            points.append(smooth_link(last, begin))
        points.append(np.array([arc.pose(float(s_m))[:2] for s_m in s_N]))
        last = arc.pose(to_m)
    return resampled(np.concatenate(points))


def way_through(roads: RoadMap, nodes: Sequence[str], lane: int = 0) -> Path:
    """Return the path from node to node, always in the same lane.

    Args:
        roads: The roads.
        nodes: Names of the nodes in driving order.
        lane: Which lane, 0 next to the middle.

    Returns:
        The path, a point a metre.
    """
    graph = roads.network.graph
    return way(roads, [Leg(start, end, min(lane, len(graph[start][end]) - 1)) for start, end in pairwise(nodes)])
