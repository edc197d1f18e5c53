"""Plain parts for closed-loop drives: an expert that follows the route, a policy that heads for its goal point."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
from numpy.typing import NDArray

from drivemoe_ros.data.control import ControlCommand
from drivemoe_ros.data.labels import Label
from drivemoe_ros.data.plan import Observation, PolicyOutput
from drivemoe_ros.policy.interface import PolicySpec
from drivemoe_ros.world.path import Path
from drivemoe_ros.world.scenarios.catalogue import scenario
from drivemoe_ros.world.scene import Scene
from drivemoe_ros.world.simulation import World

SPEED_MPS = 4.0


def lane_follow(seed: int = 3, length_m: int = 60) -> World:
    """Return a drive along a bending road that is over soon."""
    whole = scenario("normal/lane_follow", seed)
    return World(dataclasses.replace(whole, route=Path(whole.route_N2[: length_m + 1]), limit_s=25.0))


def label_of(world: World) -> Label:
    return Label(world.scenario.skill, "back")


class RouteFollower:
    """Steers towards the route ahead and keeps a low speed."""

    def __init__(self, world: World) -> None:
        self._world = world

    def command(self) -> ControlCommand:
        world = self._world
        ego = world.ego
        x_m, y_m, _ = world.scenario.route.pose(world.ego_s_m + 4.0 + 0.6 * ego.speed_mps)
        east_m, north_m = x_m - ego.x_m, y_m - ego.y_m
        angle_rad = math.remainder(math.atan2(north_m, east_m) - ego.yaw_rad, math.tau)
        wheel_rad = math.atan(2.0 * 2.85 * math.sin(angle_rad) / math.hypot(east_m, north_m))
        wanted = SPEED_MPS - ego.speed_mps
        return ControlCommand(max(wanted / 3.0, 0.0), max(-wanted / 8.0, 0.0), 0.0, wheel_rad, SPEED_MPS, 0.0, wanted)


class GoalSeeker:
    """Plans a circle through the goal point, at a steady speed."""

    def __init__(self, *, trained: bool = True) -> None:
        self._trained = trained
        self.stamps_ns: list[int] = []

    @property
    def spec(self) -> PolicySpec:
        return PolicySpec("seeker", "goal seeker", self._trained, 16, (), 5, 100_000_000, 10, 100_000_000)

    def plan(self, observation: Observation, flow_steps: int | None = None) -> PolicyOutput:  # noqa: ARG002
        self.stamps_ns.append(observation.stamp_ns)
        x_m, y_m = observation.goals.points_T2[-1]
        curvature = 2.0 * y_m / (x_m**2 + y_m**2)
        way_H = 0.1 * SPEED_MPS * np.arange(10)
        angle_H = curvature * way_H
        # sin(a)/a and (1 - cos(a))/a, also for a = 0
        forward_H = way_H * np.sinc(angle_H / np.pi)
        left_H = way_H * np.sin(angle_H / 2.0) * np.sinc(angle_H / (2.0 * np.pi))
        return PolicyOutput(np.stack([forward_H, left_H], axis=1))

    def close(self) -> None:
        pass


class Painter:
    """Paints every picture otherwise, so that no camera counts as frozen, and never in one colour."""

    def __init__(self) -> None:
        self.num = 0

    def render(self, scene: Scene, camera_name: str) -> NDArray[np.uint8]:
        self.num += 1
        assert scene.ego is not None
        assert camera_name
        shades = (np.arange(12 * 16 * 3) + self.num) % 251
        return shades.reshape(12, 16, 3).astype(np.uint8)
