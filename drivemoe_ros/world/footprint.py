"""Upright boxes seen from above, and whether two of them touch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivemoe_ros.world.scene import Body


@dataclass(frozen=True)
class Footprint:
    """A rectangle on the ground.

    Attributes:
        x_m: Its centre [m].
        y_m: Its centre [m].
        yaw_rad: Where its front points [rad].
        half_length_m: Half its size along its heading [m].
        half_width_m: Half its size across [m].
    """

    x_m: float
    y_m: float
    yaw_rad: float
    half_length_m: float
    half_width_m: float

    @staticmethod
    def of(body: Body) -> Footprint:
        """Return the footprint of a body."""
        return Footprint(body.x_m, body.y_m, body.yaw_rad, 0.5 * body.length_m, 0.5 * body.width_m)

    @property
    def reach_m(self) -> float:
        """Radius of the circle about it [m]."""
        return math.hypot(self.half_length_m, self.half_width_m)

    def extent(self, heading_rad: float) -> tuple[float, float]:
        """Return half its size along and across another heading [m]."""
        cos, sin = abs(math.cos(self.yaw_rad - heading_rad)), abs(math.sin(self.yaw_rad - heading_rad))
        return (
            self.half_length_m * cos + self.half_width_m * sin,
            self.half_length_m * sin + self.half_width_m * cos,
        )

    def touches(self, other: Footprint) -> bool:
        """Return whether two rectangles overlap: no axis of either separates them."""
        east_m, north_m = other.x_m - self.x_m, other.y_m - self.y_m
        if math.hypot(east_m, north_m) > self.reach_m + other.reach_m:
            return False
        for yaw_rad in (self.yaw_rad, other.yaw_rad):
            along_m = abs(east_m * math.cos(yaw_rad) + north_m * math.sin(yaw_rad))
            across_m = abs(north_m * math.cos(yaw_rad) - east_m * math.sin(yaw_rad))
            mine, theirs = self.extent(yaw_rad), other.extent(yaw_rad)
            if along_m > mine[0] + theirs[0] or across_m > mine[1] + theirs[1]:
                return False
        return True
