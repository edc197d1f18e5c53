"""What agents do besides driving along, and when: small functions of the world and one agent, for scenarios to choose.

A script is called every step before its agent moves; it sets the agent's handles and keeps its memory in
``agent.memory``. A trigger answers every step whether something happens now.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from drivemoe_ros.world.scene import Lamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drivemoe_ros.world.car import Car
    from drivemoe_ros.world.roads import LaneIndex
    from drivemoe_ros.world.scenario import Script, Trigger
    from drivemoe_ros.world.simulation import World
    from drivemoe_ros.world.walkers import Walker

# Below this speed a time to arrival says nothing, and this speed is taken.
SLOWEST_MPS = 1.0
STOOD_MPS = 0.3
SLOWING_MPS2 = 2.2


def after(seconds: float) -> Trigger:
    """Return the trigger that comes at a time of the drive [s]."""
    return lambda world, _: world.time_s >= seconds


def later(when: Trigger, seconds: float) -> Trigger:
    """Return the trigger that comes this long after another has come for the same agent [s]."""

    def trigger(world: World, agent: Car | Walker) -> bool:
        since_s = _since("later", when, world, agent)
        return since_s is not None and since_s >= seconds

    return trigger


def ego_within(distance_m: float) -> Trigger:
    """Return the trigger that comes once the driven car is this near to the agent [m]."""
    return lambda world, agent: distance_to_ego(world, agent) <= distance_m


def ego_past(s_m: float) -> Trigger:
    """Return the trigger that comes once the driven car is this far along its route [m]."""
    return lambda world, _: world.ego_s_m >= s_m


def ego_arrives(s_m: float, seconds: float) -> Trigger:
    """Return the trigger that comes once the driven car is this long before a place of its route.

    Args:
        s_m: The place, along the route [m].
        seconds: Time to arrival at its speed [s].

    Returns:
        The trigger.
    """
    return lambda world, _: s_m - world.ego_s_m <= seconds * max(world.ego.speed_mps, SLOWEST_MPS)


def reaches(place: tuple[float, float], distance_m: float) -> Trigger:
    """Return the trigger that comes once the agent is this near to a place on the map [m]."""
    return lambda _, agent: (
        math.hypot(place[0] - float(agent.position[0]), place[1] - float(agent.position[1])) <= distance_m
    )


def ego_stood(seconds: float, within_m: float) -> Trigger:
    """Return the trigger that comes once the driven car has stood near the agent for a while.

    Args:
        seconds: How long [s].
        within_m: How near [m].

    Returns:
        The trigger.
    """

    def trigger(world: World, agent: Car | Walker) -> bool:
        if world.ego.speed_mps > STOOD_MPS or distance_to_ego(world, agent) > within_m:
            agent.memory.pop("stood", None)
            return False
        since_s: float = agent.memory.setdefault("stood", world.time_s)
        return world.time_s - since_s >= seconds

    return trigger


def distance_to_ego(world: World, agent: Car | Walker) -> float:
    """Return the distance between the middles of an agent and the driven car [m]."""
    return math.hypot(float(agent.position[0]) - world.ego.x_m, float(agent.position[1]) - world.ego.y_m)


def _since(name: str, trigger: Trigger, world: World, agent: Car | Walker) -> float | None:
    """Return how long ago a trigger came for an agent [s]; None before it has come."""
    if name not in agent.memory and trigger(world, agent):
        agent.memory[name] = world.time_s
    begun_s: float | None = agent.memory.get(name)
    return None if begun_s is None else world.time_s - begun_s


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
        since_s = _since("brake", when, world, car)
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
        if _since("change", when, world, car) is not None and "changed" not in car.memory:
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
        if _since("drive off", when, world, car) is None:
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
        since_s = _since("aside", when, world, car)
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
        if _since("door", when, world, car) is not None:
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
        since_s = _since("signal", when, world, car)
        if since_s is not None and since_s < for_s:
            car.lamps.add(lamp)
        elif since_s is not None:
            car.lamps.discard(lamp)

    return script


def signalled(seconds: float) -> Trigger:
    """Return the trigger that comes once the agent has indicated for this long [s], by ``signal``."""
    return lambda world, agent: world.time_s - agent.memory.get("signal", math.inf) >= seconds
