"""Normal driving."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.skills import NORMAL
from drivemoe_ros.world.roads import RoadMap, Section, way_through
from drivemoe_ros.world.roadside import beside_the_road
from drivemoe_ros.world.scenario import CarPlan, Scenario
from drivemoe_ros.world.scene import Light

if TYPE_CHECKING:
    from numpy.random import Generator

COLOURS = ((150, 40, 40), (40, 60, 120), (200, 200, 205), (40, 42, 46), (120, 130, 145), (190, 170, 60))


def lane_follow(rng: Generator, seed: int) -> Scenario:
    """Return a drive along a bending two-lane road, behind one car and with others coming the other way.

    Args:
        rng: What is drawn from.
        seed: Its seed.

    Returns:
        The scenario.
    """
    roads = RoadMap()
    pen = roads.pen("a", (0.0, 0.0, float(rng.uniform(-np.pi, np.pi))), Section(pavement_m=1.5))
    side = float(rng.choice((-1.0, 1.0)))
    pen.straight("b", float(rng.uniform(40.0, 70.0)))
    pen.bend("c", float(rng.uniform(30.0, 60.0)), side * float(rng.uniform(0.6, 1.4)))
    pen.straight("d", float(rng.uniform(20.0, 50.0)))
    pen.bend("e", float(rng.uniform(30.0, 60.0)), -side * float(rng.uniform(0.6, 1.4)))
    pen.straight("f", 120.0)
    whole = way_through(roads, ["a", "b", "c", "d", "e", "f"])
    route = type(whole)(whole.points_N2[20:-60])
    cruise_mps = float(rng.uniform(5.0, 7.5))
    cars = [CarPlan("lead", ("a", "b", 0), 36.0, cruise_mps, cruise_mps, colour=COLOURS[int(rng.integers(6))])]
    cars += [
        CarPlan(f"oncoming {number}", ("f-", "e-", 0), 10.0 + 30.0 * number, 7.0, 7.5, colour=COLOURS[number])
        for number in range(3)
    ]
    return Scenario(
        family="normal/lane_follow",
        skill=NORMAL,
        seed=seed,
        roads=roads,
        route=route,
        speed_mps=5.0,
        cars=tuple(cars),
        props=beside_the_road(roads, route, rng),
        light=(Light.DAY, Light.DUSK, Light.FOG)[int(rng.integers(3))],
        limit_s=80.0,
    )
