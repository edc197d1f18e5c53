"""Parking bays along the right edge of a street: their ground, and the vehicles that stand in them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from drivemoe_ros.world.car import SIZES_M
from drivemoe_ros.world.scenarios.draws import between, chance, colour
from drivemoe_ros.world.scene import Body, BodyKind, Surface

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.random import Generator

    from drivemoe_ros.world.scenarios.street import Street

LINE_M = 0.12


def parallel_bays(street: Street, from_m: float, to_m: float, width_m: float, bay_m: float = 6.5) -> None:
    """Lay a row of bays in which cars stand along the street.

    Args:
        street: The street.
        from_m: Where the row begins [m].
        to_m: Where it ends [m].
        width_m: How wide the bays are [m].
        bay_m: How long each is [m].
    """
    _ground(street, (from_m, to_m), width_m)
    for number in range(int((to_m - from_m) / bay_m) + 1):
        line_m = from_m + number * bay_m
        street.paint(Surface.WHITE, (line_m, line_m + LINE_M), street.right_m - width_m, street.right_m)


def _ground(street: Street, span: tuple[float, float], depth_m: float) -> None:
    street.paint(Surface.PARKING, span, street.right_m - depth_m, street.right_m)
    street.open_up(span, street.right_m - depth_m, street.right_m + 0.5)


def slanted_bays(street: Street, middles_m: Iterable[float], depth_m: float, bay_m: float, turn_rad: float) -> None:
    """Lay a row of bays in which cars stand at an angle to the street.

    Args:
        street: The street.
        middles_m: Where the middles of the bays meet the edge of the lane [m].
        depth_m: How far the row reaches from the lane [m].
        bay_m: Width of a bay along the street [m].
        turn_rad: Angle between street and bay, towards the lane [rad].
    """
    slant_m = depth_m / math.tan(turn_rad)
    middles = list(middles_m)
    _ground(street, (middles[0] - 0.5 * bay_m - max(slant_m, 0.0), middles[-1] + 0.5 * bay_m), depth_m)
    for line_m in [middles[0] - 0.5 * bay_m, *(middle + 0.5 * bay_m for middle in middles)]:
        street.paint_across(line_m, street.right_m, line_m - slant_m, street.right_m - depth_m, LINE_M)


def parked(
    street: Street, s_m: float, left_m: float, rng: Generator, *, turn_rad: float = 0.0, kind: BodyKind | None = None
) -> Body:
    """Return a vehicle that stands beside the lane.

    Args:
        street: The street.
        s_m: Where its middle is [m].
        left_m: How far to the left of the street's middle [m].
        rng: What is drawn from.
        turn_rad: Angle to the street [rad].
        kind: What it is; a car, or now and then a van, if None.

    Returns:
        The body, to be among a scenario's things.
    """
    kind = kind or (BodyKind.VAN if chance(rng, 0.2) else BodyKind.CAR)
    x_m, y_m, heading_rad = street.pose(s_m, left_m + between(rng, -0.1, 0.1))
    heading_rad += turn_rad + between(rng, -0.03, 0.03)
    if chance(rng, 0.15) and not turn_rad:
        heading_rad += math.pi
    return Body(kind, x_m, y_m, heading_rad, *SIZES_M[kind], colour(rng))
