"""What blocks a lane: road works with cones and a barrier, a car that broke down, cars that ran into each other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from drivemoe_ros.world.car import SIZES_M
from drivemoe_ros.world.scenarios.draws import between, chance, colour, vehicle
from drivemoe_ros.world.scene import Body, BodyKind, Lamp

if TYPE_CHECKING:
    from numpy.random import Generator

    from drivemoe_ros.world.scenarios.street import Street

CONE_M = (0.4, 0.4, 0.75)
BARRIER_M = (0.5, 2.2, 1.1)
CONE_ORANGE = (225, 100, 30)
BARRIER_RED = (200, 60, 50)
HAZARD = frozenset({Lamp.LEFT, Lamp.RIGHT})


def road_works(street: Street, from_m: float, left_m: float, rng: Generator) -> tuple[list[Body], float]:
    """Return road works in a lane.

    Args:
        street: The street.
        from_m: Where they begin along it [m].
        left_m: Where the middle of the lane is, to the left of the street's middle [m].
        rng: What is drawn from.

    Returns:
        Cones and barriers, and how far they reach along the street [m].
    """
    half_m = 0.5 * street.section.lane_m
    taper_m, length_m = between(rng, 3.0, 6.0), between(rng, 9.0, 18.0)
    things = []
    # From the lane's right edge over to the line, then along it.
    for step in range(4):
        share = step / 3.0
        pose = street.pose(from_m + share * taper_m, left_m - half_m + 0.3 + share * (2.0 * half_m - 0.9))
        things.append(Body(BodyKind.CONE, *pose, *CONE_M, CONE_ORANGE))
    along_m = from_m + taper_m
    while along_m + 3.0 < from_m + length_m:
        along_m += between(rng, 2.2, 3.2)
        things.append(Body(BodyKind.CONE, *street.pose(along_m, left_m + half_m - 0.6), *CONE_M, CONE_ORANGE))
    things += [
        Body(BodyKind.BARRIER, *street.pose(s_m, left_m - 0.3), *BARRIER_M, BARRIER_RED)
        for s_m in (from_m + taper_m + 0.6, from_m + length_m)
    ]
    if chance(rng, 0.5):
        kind = BodyKind.TRUCK if length_m > taper_m + 11.0 else BodyKind.VAN
        middle_m = from_m + 0.5 * (taper_m + length_m)
        if length_m - taper_m > SIZES_M[kind][0] + 3.0:
            things.append(_standing(kind, street.pose(middle_m, left_m - 0.3), rng))
    return things, length_m


def breakdown(street: Street, from_m: float, left_m: float, rng: Generator) -> tuple[list[Body], float]:
    """Return a vehicle that stands in a lane with its hazard lights on; arguments and result as of ``road_works``."""
    kind = vehicle(rng)
    length_m = SIZES_M[kind][0]
    pose = street.pose(from_m + 0.5 * length_m, left_m - between(rng, -0.1, 0.5))
    return [_standing(kind, pose, rng)], length_m


def accident(street: Street, from_m: float, left_m: float, rng: Generator) -> tuple[list[Body], float]:
    """Return two cars that ran into each other in a lane; arguments and result as of ``road_works``."""
    long_m = SIZES_M[BodyKind.CAR][0]
    things, s_m = [], from_m + 0.5 * long_m
    for _ in range(2):
        x_m, y_m, heading_rad = street.pose(s_m, left_m + between(rng, -0.25, 0.1))
        pose = (x_m, y_m, heading_rad + between(rng, -0.2, 0.2))
        things.append(_standing(BodyKind.CAR, pose, rng))
        s_m += long_m + between(rng, 0.1, 0.8)
    return things, s_m - 0.5 * long_m - from_m


def _standing(kind: BodyKind, pose: tuple[float, float, float], rng: Generator) -> Body:
    x_m, y_m, heading_rad = pose
    heading_rad = math.remainder(heading_rad, math.tau)
    return Body(kind, x_m, y_m, heading_rad, *SIZES_M[kind], colour(rng), lamps=HAZARD)
