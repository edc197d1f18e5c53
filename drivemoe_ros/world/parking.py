"""Parking bays along the right edge of a lane, one behind the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.world.paint import LINE_M, strip
from drivemoe_ros.world.scene import Surface

if TYPE_CHECKING:
    from drivemoe_ros.world.roads import LaneIndex, RoadMap

BAY_LENGTH_M = 7.0
BAY_WIDTH_M = 2.3


def lay_bays(roads: RoadMap, lane: LaneIndex, from_m: float, count: int) -> list[tuple[float, float]]:
    """Lay bays beside a lane; inside them no lane is prescribed.

    Args:
        roads: The map.
        lane: The lane whose right edge they touch.
        from_m: Where the first begins, along the lane [m].
        count: How many.

    Returns:
        For each bay its middle: distance along the lane [m], and to the left (so negative) of its middle [m]. Both fit
        ``CarPlan`` and ``Arc.pose``.
    """
    arc = roads.lane(lane).arc
    edge_m = -0.5 * float(roads.lane(lane).width)
    outer_m, to_m = edge_m - BAY_WIDTH_M, from_m + count * BAY_LENGTH_M
    area = strip(Surface.PARKING, arc, outer_m, edge_m, (from_m, to_m))
    roads.patches.append(area)
    # Who leaves a bay is in no lane until the middle of the car has crossed its edge.
    roads.open_areas.append(strip(Surface.PARKING, arc, outer_m, edge_m + 0.5, (from_m, to_m)).corners_N2)
    for number in range(count + 1):
        line_m = from_m + number * BAY_LENGTH_M
        span = (line_m - 0.5 * LINE_M, line_m + 0.5 * LINE_M)
        roads.patches.append(strip(Surface.WHITE, arc, outer_m, edge_m, span))
    return [(from_m + (number + 0.5) * BAY_LENGTH_M, 0.5 * (edge_m + outer_m)) for number in range(count)]
