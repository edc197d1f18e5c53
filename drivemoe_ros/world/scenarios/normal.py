"""Normal driving."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.skills import NORMAL
from drivemoe_ros.world.roads import RoadMap, Section, way_through
from drivemoe_ros.world.roadside import beside_the_road
from drivemoe_ros.world.scenario import CarPlan, Scenario
from drivemoe_ros.world.scenarios.crossroads import gaps
from drivemoe_ros.world.scenarios.draws import between, chance, colour, light, vehicle
from drivemoe_ros.world.scenarios.street import draw_street
from drivemoe_ros.world.scripts import drive_in_turns

if TYPE_CHECKING:
    from numpy.random import Generator

COLOURS = ((150, 40, 40), (40, 60, 120), (200, 200, 205), (40, 42, 46), (120, 130, 145), (190, 170, 60))


def stop_and_go(rng: Generator, seed: int) -> Scenario:
    """Return a drive behind a car that slows down, stops and drives on, again and again.

    Args:
        rng: What is drawn from.
        seed: Its seed.

    Returns:
        The scenario.
    """
    section = town_road(rng)
    street = draw_street(rng, section, 290.0)
    route = street.route([(30.0, 30.0 + between(rng, 75.0, 110.0), 0)])
    speed_mps = between(rng, 3.5, 7.0)
    lead = street.car(
        "lead", 30.0 + between(rng, 13.0, 20.0), 0, speed_mps, kind=vehicle(rng), colour=colour(rng),
        scripts=(drive_in_turns(_turns(rng)),),
    )  # fmt: skip
    oncoming = [
        street.oncoming_car(f"oncoming {number}", s_m, 0, 6.5, kind=vehicle(rng), colour=colour(rng))
        for number, s_m in enumerate(gaps(rng, between(rng, 80.0, 120.0), int(rng.integers(0, 4)), 20.0, 50.0))
    ]
    return Scenario(
        family="normal/stop_and_go",
        skill=NORMAL,
        seed=seed,
        roads=street.roads,
        route=route,
        speed_mps=speed_mps,
        cars=(lead, *oncoming),
        props=beside_the_road(street.roads, route, rng),
        light=light(rng),
        limit_s=80.0,
    )


def _turns(rng: Generator) -> list[tuple[float, float]]:
    """Return speeds [m/s] and how long each is wanted [s]."""
    turns = []
    for _ in range(12):
        turns.append((between(rng, 4.0, 8.0), between(rng, 3.0, 6.0)))
        turns.append((0.0 if chance(rng, 0.6) else between(rng, 1.5, 3.0), between(rng, 2.0, 4.0)))
    return turns


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
