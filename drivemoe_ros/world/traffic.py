"""All that moves on the roads, and who sees whom: highway-env's Road with a search along each vehicle's own way.

The library looks for neighbours lane by lane among everybody, knows only the next lane, and sees neither crossing
traffic nor pedestrians. Here everything is projected onto the lanes ahead, and what would be hit is what is ahead.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from highway_env.road.road import Road

from drivemoe_ros.world.car import Car
from drivemoe_ros.world.walkers import Walker

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from highway_env.vehicle.kinematics import Vehicle
    from numpy.typing import NDArray

    from drivemoe_ros.world.footprint import Footprint
    from drivemoe_ros.world.lanes import Lane
    from drivemoe_ros.world.lights import TrafficLight
    from drivemoe_ros.world.roads import LaneIndex, RoadMap

LOOK_AHEAD_M = 60.0
LOOK_BEHIND_M = 40.0
# Who is farther from the car that is driven than this goes on as it is: nobody sees it decide.
FAR_M = 120.0
SIDE_GAP_M = 0.3
# A light that turns is passed by whoever would have to brake harder than this for it.
LIGHT_BRAKING_MPS2 = 3.5
# Who has stopped with the nose over the line by no more than this still waits.
PAST_LINE_M = 0.5


class Visible(Protocol):
    """What highway-env's drivers must know of whatever they see."""

    position: NDArray[np.float64]
    velocity: NDArray[np.float64]
    speed: float
    LENGTH: float


class Occupant(NamedTuple):
    """Something on the road, as a driver sees it.

    Attributes:
        thing: What it is.
        kind: "ego", "cars", "walkers", "things" or "lights".
        footprint: The ground it covers.
    """

    thing: Visible
    kind: str
    footprint: Footprint


class Standing:
    """What stands on the road, e.g. a cone or a closed stop line, as highway-env's drivers want it."""

    def __init__(self, position: tuple[float, float], length_m: float) -> None:
        """Put it there [m]."""
        self.position = np.array(position)
        self.velocity = np.zeros(2)
        self.speed, self.LENGTH = 0.0, length_m


class TrafficRoad(Road):
    """The vehicles of one world, and what they see.

    Attributes:
        occupants: Everything that can be in somebody's way now.
        lights: Traffic lights.
    """

    def __init__(self, roads: RoadMap, lights: Sequence[TrafficLight], seed: int) -> None:
        """Begin without vehicles.

        Args:
            roads: The roads.
            lights: Traffic lights.
            seed: What the library's vehicles draw from.
        """
        super().__init__(roads.network, np_random=np.random.RandomState(seed))
        self.occupants: list[Occupant] = []
        self.lights = lights
        self._next: dict[tuple[LaneIndex, str], LaneIndex | None] = {}
        self._chains: dict[tuple[LaneIndex, tuple[str, ...]], list[tuple[Lane, float, LaneIndex]]] = {}

    def next_lane(self, index: LaneIndex, turns: Mapping[str, str]) -> LaneIndex | None:
        """Return the lane that follows a lane.

        Args:
            index: The lane.
            turns: At which node to go on to which; straight on where it is not said.

        Returns:
            The lane of that road that is nearest; None where the road ends.
        """
        key = (index, turns.get(index[1], ""))
        if key not in self._next:
            self._next[key] = self._find_next(*key)
        return self._next[key]

    def _find_next(self, index: LaneIndex, wanted: str) -> LaneIndex | None:
        exits = self.network.graph.get(index[1], {})
        arc = self.network.get_lane(index).arc
        x_m, y_m, heading_rad = arc.pose(arc.length_m)
        found, least = None, math.inf
        for node, lanes in exits.items():
            for lane_id, lane in enumerate(lanes):
                gap_m = math.hypot(lane.arc.x_m - x_m, lane.arc.y_m - y_m)
                turn_rad = lane.arc.curvature_radpm * lane.arc.length_m + lane.arc.heading_rad - heading_rad
                cost = gap_m + abs(math.remainder(turn_rad, math.tau)) + (0.0 if node == wanted else 1e3)
                if cost < least:
                    found, least = (index[1], node, lane_id), cost
        return found

    def chain(self, index: LaneIndex, turns: Mapping[str, str]) -> list[tuple[Lane, float]]:
        """Return a lane and those that follow it, each with where it begins.

        Args:
            index: The lane.
            turns: At which node to go on to which.

        Returns:
            Lanes, and the distance from the first lane's beginning to theirs [m].
        """
        return [(lane, begin_m) for lane, begin_m, _ in self._chain(index, turns)]

    def _chain(self, index: LaneIndex, turns: Mapping[str, str]) -> list[tuple[Lane, float, LaneIndex]]:
        key = (index, tuple(f"{node}>{to}" for node, to in turns.items()))
        if key not in self._chains:
            found, here, begin_m = [], index, 0.0
            while True:
                lane = self.network.get_lane(here)
                found.append((lane, begin_m, here))
                begin_m += lane.length
                after = self.next_lane(here, turns)
                if after is None or begin_m - found[0][0].length > LOOK_AHEAD_M:
                    break
                here = after
            self._chains[key] = found
        return self._chains[key]

    def distance_along(self, car: Car, other: Visible) -> float | None:
        """Return how far ahead something is along a car's way [m]; None if it is not on it."""
        chain = self.chain(car.lane_index, car.turns)
        own_m = chain[0][0].local_coordinates(car.position)[0]
        for lane, begin_m in chain:
            along_m, left_m = lane.local_coordinates(other.position)
            if (along_m >= 0.0 or begin_m == 0.0) and along_m <= lane.length and abs(left_m) < lane.width:
                return float(begin_m + along_m - own_m)
        return None

    def neighbour_vehicles(
        self, vehicle: Vehicle, lane_index: LaneIndex | None = None
    ) -> tuple[Visible | None, Visible | None]:
        """Return what is ahead of a vehicle on a lane and those that follow it, and what is behind.

        Args:
            vehicle: Who looks.
            lane_index: On which lane; None for its own.

        Returns:
            The nearest ahead and the nearest behind, or None.
        """
        index: LaneIndex = lane_index or vehicle.lane_index
        turns: Mapping[str, str] = getattr(vehicle, "turns", {})
        ignores: set[str] = getattr(vehicle, "ignores", set())
        aside_m: float = getattr(vehicle, "left_m", 0.0)
        chain = self._chain(index, turns)
        own_x_m, own_y_m = float(vehicle.position[0]), float(vehicle.position[1])
        own_m = chain[0][0].local_coordinates(vehicle.position)[0]
        front: Visible | None = None
        rear: Visible | None = None
        front_m, rear_m = LOOK_AHEAD_M, -LOOK_BEHIND_M
        for occupant in self.occupants:
            box = occupant.footprint
            far = abs(box.x_m - own_x_m) > LOOK_AHEAD_M or abs(box.y_m - own_y_m) > LOOK_AHEAD_M
            if far or occupant.thing is vehicle or occupant.kind in ignores:
                continue
            ahead_m = _ahead_on(chain, box, aside_m, 0.5 * vehicle.WIDTH + SIDE_GAP_M)
            if ahead_m is None:
                continue
            ahead_m -= own_m
            if 0.0 <= ahead_m < front_m:
                front, front_m = occupant.thing, ahead_m
            elif rear_m < ahead_m < 0.0:
                rear, rear_m = occupant.thing, ahead_m
        if "lights" not in ignores:
            line = self._closed_line(chain, own_m + 0.5 * vehicle.LENGTH, float(vehicle.speed))
            if line is not None and line[1] - own_m < front_m:
                front = line[0]
        return front, rear

    def _closed_line(
        self, chain: list[tuple[Lane, float, LaneIndex]], nose_m: float, speed_mps: float
    ) -> tuple[Standing, float] | None:
        """Return the nearest stop line before a nose that is closed and can be stopped at, and where it is [m]."""
        for lane, begin_m, index in chain:
            for light in self.lights:
                line_m = light.lines.get(index)
                if line_m is None or not light.closed:
                    continue
                left_m = begin_m + line_m - nose_m
                if left_m > -PAST_LINE_M and speed_mps**2 <= 2.0 * LIGHT_BRAKING_MPS2 * max(left_m, PAST_LINE_M):
                    return Standing(lane.arc.pose(line_m)[:2], 0.0), begin_m + line_m
        return None


def _ahead_on(
    chain: list[tuple[Lane, float, LaneIndex]], box: Footprint, aside_m: float, half_m: float
) -> float | None:
    """Return how far along a chain of lanes a box is in the way of something [m]; None if it is not.

    Args:
        chain: Lanes, each with where it begins.
        box: The box.
        aside_m: How far to the left of their middle one drives [m].
        half_m: Half the width one needs [m].

    Returns:
        Distance from the first lane's beginning [m].
    """
    for number, (lane, begin_m, _) in enumerate(chain):
        along_m, left_m = lane.local_coordinates((box.x_m, box.y_m))
        if along_m > lane.length or (number and along_m < 0.0):
            continue
        reach_m = box.extent(lane.arc.heading_rad + lane.arc.curvature_radpm * along_m)[1]
        if abs(left_m - aside_m) < reach_m + half_m:
            return float(begin_m + along_m)
    return None


def is_far(agent: Car | Walker, x_m: float, y_m: float) -> bool:
    """Return whether an agent is too far from a position for its decisions to matter."""
    return abs(float(agent.position[0]) - x_m) > FAR_M or abs(float(agent.position[1]) - y_m) > FAR_M
