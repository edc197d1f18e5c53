"""What agents do besides driving along: small functions of the world and one agent, for scenarios to choose.

A script is called every step before its agent moves; it sets the agent's handles and keeps its memory in
``agent.memory``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from drivemoe_ros.world.scene import Lamp
from drivemoe_ros.world.triggers import SLOWEST_MPS, since

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drivemoe_ros.world.car import Car
    from drivemoe_ros.world.roads import LaneIndex
    from drivemoe_ros.world.scenario import Script, Trigger
    from drivemoe_ros.world.simulation import World

SLOWING_MPS2 = 2.2


def brake_hard(when: Trigger, for_s: float = 3.0, deceleration_mps2: float = 6.0) -> Script:
    """Return the script of a car that brakes without a reason one could see, and later drives on.

    Args:
        when: When it begins.
        for_s: How long it brakes and stands [s].
        deceleration_mps2: How hard [m/s^2].

    Returns:
        The script.
    """

    def script(world: World, car: Car) -> None:
        since_s = since("brake", when, world, car)
        if since_s is not None and since_s < for_s:
            car.demand_mps2 = -deceleration_mps2

    return script


def change_lane(when: Trigger, lane: LaneIndex, cruise_mps: float | None = None) -> Script:
    """Return the script of a car that changes to a lane, whoever is there.

    Args:
        when: When it begins.
        lane: The lane, of the road it is on then.
        cruise_mps: The speed it wants from then on [m/s]; None for the one it has.

    Returns:
        The script.
    """

    def script(world: World, car: Car) -> None:
        if since("change", when, world, car) is not None and "changed" not in car.memory:
            car.memory["changed"] = True
            car.target_lane_index = lane
            if cruise_mps is not None:
                car.target_speed = cruise_mps

    return script


def drive_off(when: Trigger, cruise_mps: float, left_m: float = 0.0) -> Script:
    """Return the script of a car that stands and drives off, e.g. out of a bay beside its lane.

    Args:
        when: When it begins.
        cruise_mps: The speed it wants [m/s].
        left_m: Where in its lane it wants to drive, to the left of the middle [m].

    Returns:
        The script.
    """

    def script(world: World, car: Car) -> None:
        if since("drive off", when, world, car) is None:
            return
        car.target_speed, car.wanted_left_m = cruise_mps, left_m
        car.lamps.discard(Lamp.BRAKE)
        side = Lamp.LEFT if left_m > car.left_m else Lamp.RIGHT
        if abs(left_m - car.left_m) > 0.5:  # noqa: PLR2004
            car.lamps.add(side)
        else:
            car.lamps -= {Lamp.LEFT, Lamp.RIGHT}

    return script


def keep_aside(when: Trigger, left_m: float, for_s: float = math.inf) -> Script:
    """Return the script of a car that leaves the middle of its lane for a while, e.g. over the line.

    Args:
        when: When it begins.
        left_m: Where it drives then, to the left of its lane's middle [m].
        for_s: How long [s].

    Returns:
        The script.
    """

    def script(world: World, car: Car) -> None:
        since_s = since("aside", when, world, car)
        if since_s is not None:
            car.wanted_left_m = left_m if since_s < for_s else 0.0

    return script


def drive_in_turns(turns: Sequence[tuple[float, float]]) -> Script:
    """Return the script of a car that wants one speed after another.

    Args:
        turns: Speeds [m/s], and how long each is wanted [s]; the last one for good.

    Returns:
        The script.
    """

    def script(world: World, car: Car) -> None:
        left_s = world.time_s
        for speed_mps, seconds in turns:
            car.target_speed = speed_mps
            left_s -= seconds
            if left_s < 0.0:
                break
        if car.speed > car.target_speed + 0.3:
            # Evenly; left alone it would brake as hard as it can.
            car.demand_mps2 = -SLOWING_MPS2

    return script


def open_door(when: Trigger) -> Script:
    """Return the script of a standing car whose left door opens.

    Args:
        when: When it opens.

    Returns:
        The script.
    """

    def script(world: World, car: Car) -> None:
        if since("door", when, world, car) is not None:
            car.lamps.add(Lamp.OPEN_DOOR_LEFT)

    return script


def meet_ego(route_s_m: float, place: tuple[float, float], until_m: float = 12.0, most_mps: float = 12.0) -> Script:
    """Return the script of a car that comes to a place just when the driven car does.

    Args:
        route_s_m: The place along the driven car's route [m].
        place: The same place on the map [m].
        until_m: Nearer to it than this the car keeps its speed [m].
        most_mps: The most it drives for that [m/s].

    Returns:
        The script.
    """

    def script(world: World, car: Car) -> None:
        own_m = math.hypot(place[0] - float(car.position[0]), place[1] - float(car.position[1]))
        left_s = (route_s_m - world.ego_s_m) / max(world.ego.speed_mps, SLOWEST_MPS)
        if own_m > until_m and left_s > 0.0 and "met" not in car.memory:
            car.target_speed = min(max(own_m / left_s, 2.0), most_mps)
        else:
            car.memory["met"] = True

    return script


def signal(when: Trigger, lamp: Lamp = Lamp.LEFT, for_s: float = math.inf) -> Script:
    """Return the script of a car that shows beforehand what it is going to do.

    Args:
        when: When it begins to indicate.
        lamp: To which side.
        for_s: How long [s].

    Returns:
        The script; put it before those that do what it announces.
    """

    def script(world: World, car: Car) -> None:
        since_s = since("signal", when, world, car)
        if since_s is not None and since_s < for_s:
            car.lamps.add(lamp)
        elif since_s is not None:
            car.lamps.discard(lamp)

    return script
