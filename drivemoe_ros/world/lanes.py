"""Lanes of highway-env with projections in plain floats; its own take five times as long on single points.

Its lateral axis points to the left in a map whose y axis points north.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from highway_env.road.lane import CircularLane, StraightLane

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Place = Sequence[float] | NDArray[np.float64]


@dataclass(frozen=True)
class Arc:
    """A piece of a line on the ground: straight, or part of a circle.

    Attributes:
        x_m: Where it begins [m].
        y_m: Where it begins [m].
        heading_rad: Where it points at its beginning [rad].
        length_m: Its length [m].
        curvature_radpm: Change of heading a metre [rad/m], positive to the left, 0 for a straight line.
    """

    x_m: float
    y_m: float
    heading_rad: float
    length_m: float
    curvature_radpm: float = 0.0

    def pose(self, s_m: float, left_m: float = 0.0) -> tuple[float, float, float]:
        """Return position and heading at a distance along it, and beside it.

        Args:
            s_m: Distance along it [m].
            left_m: Distance to its left [m].

        Returns:
            x [m], y [m], heading [rad].
        """
        bend = self.curvature_radpm
        heading_rad = self.heading_rad + bend * s_m
        if bend:
            x_m = self.x_m + (math.sin(heading_rad) - math.sin(self.heading_rad)) / bend
            y_m = self.y_m - (math.cos(heading_rad) - math.cos(self.heading_rad)) / bend
        else:
            x_m, y_m = self.x_m + s_m * math.cos(heading_rad), self.y_m + s_m * math.sin(heading_rad)
        return x_m - left_m * math.sin(heading_rad), y_m + left_m * math.cos(heading_rad), heading_rad

    def beside(self, left_m: float) -> Arc:
        """Return the arc that runs beside this one, a distance to its left [m]."""
        x_m, y_m, _ = self.pose(0.0, left_m)
        inner = 1.0 - self.curvature_radpm * left_m
        return Arc(x_m, y_m, self.heading_rad, self.length_m * inner, self.curvature_radpm / inner)

    def reversed(self) -> Arc:
        """Return the same arc run through from its end to its beginning."""
        x_m, y_m, heading_rad = self.pose(self.length_m)
        return Arc(x_m, y_m, heading_rad + math.pi, self.length_m, -self.curvature_radpm)


class Straight(StraightLane):
    """A straight lane."""

    def __init__(self, arc: Arc, width_m: float, limit_mps: float) -> None:
        """Lay the lane along a straight arc.

        Args:
            arc: Its middle.
            width_m: Its width [m].
            limit_mps: Its speed limit [m/s].
        """
        x_m, y_m, _ = arc.pose(arc.length_m)
        super().__init__((arc.x_m, arc.y_m), (x_m, y_m), width=width_m, speed_limit=limit_mps)
        self.arc = arc
        self._x_m, self._y_m = arc.x_m, arc.y_m
        self._cos, self._sin = math.cos(arc.heading_rad), math.sin(arc.heading_rad)
        self.length = arc.length_m

    def local_coordinates(self, position: Place) -> tuple[float, float]:
        """Return how far along the lane a position is, and how far to its left [m]."""
        east_m, north_m = float(position[0]) - self._x_m, float(position[1]) - self._y_m
        return east_m * self._cos + north_m * self._sin, north_m * self._cos - east_m * self._sin


class Bend(CircularLane):
    """A lane along a part of a circle."""

    def __init__(self, arc: Arc, width_m: float, limit_mps: float) -> None:
        """Lay the lane along a bent arc.

        Args:
            arc: Its middle.
            width_m: Its width [m].
            limit_mps: Its speed limit [m/s].
        """
        radius_m = 1.0 / arc.curvature_radpm
        centre = (
            arc.x_m - radius_m * math.sin(arc.heading_rad),
            arc.y_m + radius_m * math.cos(arc.heading_rad),
        )
        left = arc.curvature_radpm > 0.0
        phase_rad = arc.heading_rad - math.copysign(math.pi / 2.0, arc.curvature_radpm)
        super().__init__(
            centre,
            abs(radius_m),
            phase_rad,
            phase_rad + arc.curvature_radpm * arc.length_m,
            clockwise=left,  # the library's y axis points down
            width=width_m,
            speed_limit=limit_mps,
        )
        self.arc = arc
        self._centre = centre
        # Angles are measured from the middle of the lane, so that both ends can be overrun.
        self._middle_rad = phase_rad + 0.5 * arc.curvature_radpm * arc.length_m

    def local_coordinates(self, position: Place) -> tuple[float, float]:
        """Return how far along the lane a position is, and how far to its left [m]."""
        east_m, north_m = float(position[0]) - self._centre[0], float(position[1]) - self._centre[1]
        turned_rad = math.remainder(math.atan2(north_m, east_m) - self._middle_rad, math.tau)
        along_m = self.direction * turned_rad * self.radius + 0.5 * self.length
        return along_m, self.direction * (self.radius - math.hypot(east_m, north_m))


Lane = Straight | Bend


def lane_along(arc: Arc, width_m: float, limit_mps: float) -> Lane:
    """Return the lane whose middle is an arc.

    Args:
        arc: The lane's middle.
        width_m: The lane's width [m].
        limit_mps: Its speed limit [m/s].

    Returns:
        A lane that highway-env's vehicles can drive on.
    """
    return Bend(arc, width_m, limit_mps) if arc.curvature_radpm else Straight(arc, width_m, limit_mps)
