"""Where everybody will be, as the expert takes it: along their own ways at the speed they have.

Shape legend: A agents, T times, N places, W steps of the way ahead.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.world.car import Car
from drivemoe_ros.world.ego_vehicle import LENGTH_M, WIDTH_M

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivemoe_ros.world.path import Path
    from drivemoe_ros.world.simulation import World
    from drivemoe_ros.world.walkers import Walker

STEP_S = 0.25
NEAR_M = 80.0
STANDING_MPS = 0.1
REAR_AXLE_M = 1.42
# Who is nearer than one likes is passed with this much room: one cannot drive away sideways.
BESIDE_MARGIN_M = 0.05


@dataclass(frozen=True, eq=False)
class Forecast:
    """Where agents are along and beside a path, now and later.

    Attributes:
        names: Names of the agents.
        times_s_T: Times from now [s].
        s_AT: How far along the path their middles are [m].
        left_AT: How far to its left [m].
        half_AT: Half their size along the path [m].
        aside_AT: Half their size across it [m].
        speed_A: Their speeds along the path now [m/s], negative towards one.
        path: The path.
        poses_AT3: Where they are on the map: x [m], y [m], heading [rad].
        sizes_A2: Half their length and half their width [m].
    """

    names: tuple[str, ...]
    times_s_T: NDArray[np.float64]
    s_AT: NDArray[np.float64]
    left_AT: NDArray[np.float64]
    half_AT: NDArray[np.float64]
    aside_AT: NDArray[np.float64]
    speed_A: NDArray[np.float64]
    path: Path
    poses_AT3: NDArray[np.float64]
    sizes_A2: NDArray[np.float64]

    def blocks(self, margin_m: float) -> NDArray[np.bool_]:
        """Tell when which agent is in the way of a car on the path.

        Args:
            margin_m: Room that the car wants at its sides [m].

        Returns:
            Shape (A, T).
        """
        return np.asarray(np.abs(self.left_AT) < self.aside_AT + 0.5 * WIDTH_M + margin_m)

    def conflicts(self, s_T: NDArray[np.float64], margin_m: float, gap_T: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell when which agent is too near to a car that drives along the path.

        Args:
            s_T: Where the car is at each time [m].
            margin_m: Room that it wants at its sides [m].
            gap_T: Room that it wants before and behind it [m].

        Returns:
            Shape (A, T).
        """
        ego_T3 = _poses_on(self.path, s_T)
        margin_A = self._margins(ego_T3[0], margin_m)
        # Behind the car room is kept only to those who move.
        stand_A1 = (np.abs(self.speed_A) < STANDING_MPS)[:, None]
        ahead_AT = 0.5 * gap_T * stand_A1
        heading_T = ego_T3[:, 2]
        shift_AT3 = np.stack([ahead_AT * np.cos(heading_T), ahead_AT * np.sin(heading_T), 0.0 * ahead_AT], axis=-1)
        room_AT2 = _room(gap_T - ahead_AT, margin_A[:, None])
        return _touch(ego_T3 + shift_AT3, room_AT2, self.poses_AT3, self.sizes_A2[:, None])

    def contacts(self, ego_s_m: float, margin_m: float, ahead_m: float = 60.0) -> NDArray[np.float64]:
        """Return how far a car can drive along the path before it touches who stands there now, shape (A,) [m].

        Args:
            ego_s_m: Where the car is along the path [m].
            margin_m: Room that it wants at its sides [m].
            ahead_m: How far to look [m].

        Returns:
            Distances; infinite for those it does not touch.
        """
        way_W = np.arange(0.0, ahead_m, 0.5)
        ego_W3 = _poses_on(self.path, ego_s_m + way_W)
        margin_A = self._margins(ego_W3[0], margin_m)
        room_A12 = _room(np.zeros(1), margin_A[:, None])
        hit_AW = _touch(ego_W3, room_A12, self.poses_AT3[:, :1], self.sizes_A2[:, None])
        return np.where(hit_AW.any(1), way_W[np.argmax(hit_AW, axis=1)], np.inf)

    def _margins(self, ego_3: NDArray[np.float64], margin_m: float) -> NDArray[np.float64]:
        """Return the room to keep to each agent [m]: hardly any to those that are nearer already, shape (A,)."""
        room_2 = _room(np.zeros(()), np.array(margin_m))
        near_A1 = _touch(ego_3[None], room_2, self.poses_AT3[:, :1], self.sizes_A2[:, None])
        return np.where(near_A1[:, 0], min(BESIDE_MARGIN_M, margin_m), margin_m)


def forecast(world: World, path: Path, horizon_s: float, near_m: float = NEAR_M) -> Forecast:
    """Return where everybody near is expected along a path.

    Args:
        world: The world.
        path: The path.
        horizon_s: How far to look ahead [s].
        near_m: Who is farther away than this is left out [m].

    Returns:
        The forecast; what stands on the road is part of it.
    """
    times_s_T = np.arange(0.0, horizon_s + 0.5 * STEP_S, STEP_S)
    names, poses, sizes, speeds = [], [], [], []
    for agent in world.agents:
        if math.hypot(float(agent.position[0]) - world.ego.x_m, float(agent.position[1]) - world.ego.y_m) > near_m:
            continue
        box = agent.footprint
        names.append(agent.name)
        poses.append(_car_ahead(world, agent, times_s_T) if isinstance(agent, Car) else _walk_ahead(agent, times_s_T))
        # An open door moves the middle; what is measured is the box about the agent's own middle.
        sizes.append((box.half_length_m, box.half_width_m))
        poses[-1][:, :2] += np.array([box.x_m, box.y_m]) - poses[-1][0, :2]
        speeds.append(float(agent.speed))
    for thing in world.scenario.things:
        names.append(thing.kind.value)
        poses.append(np.tile([thing.x_m, thing.y_m, thing.yaw_rad], (len(times_s_T), 1)))
        sizes.append((0.5 * thing.length_m, 0.5 * thing.width_m))
        speeds.append(0.0)
    return _beside(path, world.ego_s_m, tuple(names), times_s_T, (np.array(poses), np.array(sizes), np.array(speeds)))


def _car_ahead(world: World, car: Car, times_s_T: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a car's poses (x, y, heading) along its lanes, shape (T, 3)."""
    chain = world.road.chain(car.target_lane_index, car.turns)
    s_m, left_m = chain[0][0].local_coordinates(car.position)
    speed_mps = max(float(car.speed), 0.0)
    poses = np.empty((len(times_s_T), 3))
    poses[0] = *car.position, car.heading
    for step, time_s in enumerate(times_s_T[1:].tolist(), start=1):
        ahead_m = s_m + speed_mps * time_s
        lane, begin_m = next(((lane, b) for lane, b in chain if ahead_m <= b + lane.length), chain[-1])
        # It moves over to where it wants to drive in about two seconds.
        aside_m = car.wanted_left_m + (left_m - car.wanted_left_m) * max(1.0 - 0.5 * time_s, 0.0)
        poses[step] = lane.arc.pose(ahead_m - begin_m, aside_m if speed_mps else left_m)
        if not speed_mps:
            poses[step] = poses[0]
    return poses


def _walk_ahead(walker: Walker, times_s_T: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a walker's poses (x, y, heading) along its path, shape (T, 3)."""
    speed_mps = max(walker.speed, walker.target_speed) if walker.started else 0.0
    path = walker.plan.path
    return np.array([path.pose(min(walker.s_m + speed_mps * time_s, path.length_m)) for time_s in times_s_T.tolist()])


def _beside(
    path: Path,
    ego_s_m: float,
    names: tuple[str, ...],
    times_s_T: NDArray[np.float64],
    bodies: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
) -> Forecast:
    poses_AT3, sizes_A2, speed_A = bodies
    shape = (len(names), len(times_s_T))
    if not names:
        empty = np.zeros(shape)
        rest = (path, np.zeros((*shape, 3)), np.zeros((0, 2)))
        return Forecast(names, times_s_T, empty, empty, empty, empty, np.zeros(0), *rest)
    s, left = path.project_all(poses_AT3[..., :2].reshape(-1, 2), ego_s_m + 35.0, 75.0)
    along_AT = np.interp(s, path.s_N, path.heading_N).reshape(shape)
    turn_AT = poses_AT3[..., 2] - along_AT
    cos_AT, sin_AT = np.abs(np.cos(turn_AT)), np.abs(np.sin(turn_AT))
    half_AT = sizes_A2[:, :1] * cos_AT + sizes_A2[:, 1:] * sin_AT
    aside_AT = sizes_A2[:, :1] * sin_AT + sizes_A2[:, 1:] * cos_AT
    speed_A = speed_A * np.cos(turn_AT[:, 0])
    s_AT, left_AT = s.reshape(shape), left.reshape(shape)
    return Forecast(names, times_s_T, s_AT, left_AT, half_AT, aside_AT, speed_A, path, poses_AT3, sizes_A2)


def _poses_on(path: Path, s_N: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return poses (x, y, heading) at distances along a path, straight on beyond its end, shape (N, 3)."""
    # A car points to where its rear axle goes, and that is some way behind.
    heading_N = np.interp(s_N - REAR_AXLE_M, path.s_N, path.heading_N)
    beyond_N = np.maximum(s_N - path.s_N[-1], 0.0)
    x_N = np.interp(s_N, path.s_N, path.points_N2[:, 0]) + beyond_N * np.cos(heading_N)
    y_N = np.interp(s_N, path.s_N, path.points_N2[:, 1]) + beyond_N * np.sin(heading_N)
    return np.stack([x_N, y_N, heading_N], axis=1)


def _room(ahead_m: NDArray[np.float64], aside_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return half the length and half the width of the car with room about it [m], shape (..., 2)."""
    half = np.broadcast_arrays(0.5 * LENGTH_M + ahead_m, 0.5 * WIDTH_M + aside_m)
    return np.stack(half, axis=-1)


def _touch(
    one: NDArray[np.float64], one_half: NDArray[np.float64], other: NDArray[np.float64], other_half: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Tell whether rectangles overlap.

    Args:
        one: Poses (x, y, heading), shape (..., 3).
        one_half: Half lengths and half widths, shape (..., 2) [m].
        other: The same of the others; all four broadcast against each other.
        other_half: The same of the others.

    Returns:
        Where no axis of either separates them, shape (...).
    """
    east, north = other[..., 0] - one[..., 0], other[..., 1] - one[..., 1]
    turn = other[..., 2] - one[..., 2]
    cos, sin = np.abs(np.cos(turn)), np.abs(np.sin(turn))
    apart: NDArray[np.bool_] = np.zeros(np.broadcast_shapes(east.shape), dtype=np.bool_)
    for axis, mine, theirs in ((one, one_half, other_half), (other, other_half, one_half)):
        axis_cos, axis_sin = np.cos(axis[..., 2]), np.sin(axis[..., 2])
        along, across = east * axis_cos + north * axis_sin, north * axis_cos - east * axis_sin
        apart = apart | (np.abs(along) > mine[..., 0] + theirs[..., 0] * cos + theirs[..., 1] * sin)
        apart = apart | (np.abs(across) > mine[..., 1] + theirs[..., 0] * sin + theirs[..., 1] * cos)
    return ~apart
