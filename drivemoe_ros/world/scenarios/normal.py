"""Normal driving along a road: alone, and behind others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.world.scenario import CarPlan, Scenario
from drivemoe_ros.world.scenarios.crossroads import gaps
from drivemoe_ros.world.scenarios.draws import between, chance, colour, town_road, vehicle
from drivemoe_ros.world.scenarios.drive import drive
from drivemoe_ros.world.scenarios.street import draw_street
from drivemoe_ros.world.scripts import drive_in_turns

if TYPE_CHECKING:
    from numpy.random import Generator

    from drivemoe_ros.world.scenarios.street import Street

START_M = 30.0


def lane_follow(rng: Generator) -> Scenario:
    """Return a drive along a bending road, most often behind a car, with others coming the other way.

    Args:
        rng: What is drawn from.

    Returns:
        The scenario.
    """
    street = draw_street(rng, town_road(rng), 290.0, sharpest=1.0 / 45.0)
    cruise_mps = between(rng, 4.5, 7.8)
    lead = street.car("lead", START_M + between(rng, 14.0, 24.0), 0, cruise_mps, kind=vehicle(rng), colour=colour(rng))
    return _along(rng, street, (lead,) if chance(rng, 0.7) else (), cruise_mps)


def stop_and_go(rng: Generator) -> Scenario:
    """Return a drive behind a car that slows down, stops and drives on, again and again.

    Args:
        rng: What is drawn from.

    Returns:
        The scenario.
    """
    street = draw_street(rng, town_road(rng), 290.0)
    speed_mps = between(rng, 3.5, 7.0)
    lead = street.car(
        "lead", START_M + between(rng, 13.0, 20.0), 0, speed_mps, kind=vehicle(rng), colour=colour(rng),
        scripts=(drive_in_turns(_turns(rng)),),
    )  # fmt: skip
    return _along(rng, street, (lead,), speed_mps)


def _along(rng: Generator, street: Street, cars: tuple[CarPlan, ...], speed_mps: float) -> Scenario:
    route = street.route([(START_M, START_M + between(rng, 80.0, 125.0), 0)])
    oncoming = [
        street.oncoming_car(f"oncoming {number}", s_m, 0, 6.5, kind=vehicle(rng), colour=colour(rng))
        for number, s_m in enumerate(gaps(rng, between(rng, 70.0, 120.0), int(rng.integers(0, 4)), 20.0, 50.0))
    ]
    return drive(rng, street.roads, route, speed_mps=speed_mps, cars=(*cars, *oncoming), limit_s=80.0)


def _turns(rng: Generator) -> list[tuple[float, float]]:
    """Return speeds [m/s] and how long each is wanted [s]."""
    turns = []
    for _ in range(12):
        turns.append((between(rng, 4.5, 8.0), between(rng, 3.5, 7.0)))
        # Time to brake included.
        turns.append((0.0 if chance(rng, 0.7) else between(rng, 1.5, 3.0), between(rng, 3.5, 6.5)))
    return turns
