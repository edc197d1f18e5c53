"""Pedestrians, and cyclists who cross the road: they go along a path of their own once something starts them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from drivemoe_ros.world.footprint import Footprint
from drivemoe_ros.world.scene import Body, BodyKind

if TYPE_CHECKING:
    from drivemoe_ros.world.scenario import WalkerPlan
    from drivemoe_ros.world.simulation import World

SIZES_M = {BodyKind.PEDESTRIAN: (0.5, 0.6, 1.75), BodyKind.CYCLIST: (1.8, 0.6, 1.75)}
# From a stand to its speed within about a second.
ACCELERATION_MPS2 = 1.5


class Walker:
    """One who walks or rides along a path.

    Attributes:
        plan: How it was planned.
        s_m: How far along its path it is [m].
        speed: Its speed [m/s]; named as highway-env's vehicles have it.
        target_speed: The speed it wants; a script may change it [m/s].
        started: Whether it has begun to go.
        memory: What its scripts remember.
    """

    def __init__(self, plan: WalkerPlan) -> None:
        """Put it at the beginning of its path."""
        self.plan, self.name = plan, plan.name
        self.LENGTH, self.WIDTH, self.height_m = SIZES_M[plan.kind]
        self.s_m = self.speed = 0.0
        self.target_speed = plan.speed_mps
        self.started = plan.starts is None
        self.memory: dict[str, Any] = {}
        self._place()

    def act(self, world: World) -> None:
        """Notice what starts it, and run its scripts."""
        if not self.started and self.plan.starts is not None:
            self.started = self.plan.starts(world, self)
        for script in self.plan.scripts:
            script(world, self)

    def step(self, step_s: float) -> None:
        """Move on [s]."""
        wanted = self.target_speed if self.started and self.s_m < self.plan.path.length_m else 0.0
        most = ACCELERATION_MPS2 * step_s
        self.speed += min(max(wanted - self.speed, -2.0 * most), most)
        self.s_m = min(self.s_m + self.speed * step_s, self.plan.path.length_m)
        self._place()

    def _place(self) -> None:
        x_m, y_m, self.heading = self.plan.path.pose(self.s_m)
        self.position = np.array([x_m, y_m])
        self.direction = np.array([math.cos(self.heading), math.sin(self.heading)])
        self.velocity = self.speed * self.direction

    @property
    def footprint(self) -> Footprint:
        """The ground it covers."""
        x_m, y_m = float(self.position[0]), float(self.position[1])
        return Footprint(x_m, y_m, self.heading, 0.5 * self.LENGTH, 0.5 * self.WIDTH)

    def body(self) -> Body:
        """Return what there is to see of it."""
        return Body(
            self.plan.kind,
            float(self.position[0]),
            float(self.position[1]),
            self.heading,
            self.LENGTH,
            self.WIDTH,
            self.height_m,
            self.plan.colour,
            self.speed,
        )
