"""What every family ends with: a drive along a route, in drawn surroundings and a drawn light."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drivemoe_ros.world.roadside import beside_the_road
from drivemoe_ros.world.scenario import Scenario
from drivemoe_ros.world.scenarios.draws import light

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.random import Generator

    from drivemoe_ros.world.path import Path
    from drivemoe_ros.world.roads import RoadMap
    from drivemoe_ros.world.scene import Body, Light

LIMIT_S = 60.0


def drive(
    rng: Generator,
    roads: RoadMap,
    route: Path,
    *,
    per_100_m: float = 6.0,
    clear_m: float = 4.0,
    signs: Iterable[Body] = (),
    draw_light: Callable[[Generator], Light] = light,
    limit_s: float = LIMIT_S,
    **fields: Any,  # noqa: ANN401
) -> Scenario:
    """Return a drive; surroundings and light are drawn after everything else.

    Args:
        rng: What is drawn from.
        roads: The roads.
        route: The route.
        per_100_m: About how many houses, trees and poles stand along 100 m.
        clear_m: Their least distance from a lane's edge [m].
        signs: What stands beside the road besides.
        draw_light: Draws time of day and weather.
        limit_s: Time for the drive [s].
        **fields: Further fields of ``Scenario``; lists become tuples.

    Returns:
        The scenario, without family, skill and seed, which the catalogue knows.
    """
    props = (*beside_the_road(roads, route, rng, per_100_m, clear_m), *signs)
    fields = {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
    return Scenario(roads, route, props=props, light=draw_light(rng), limit_s=limit_s, **fields)
