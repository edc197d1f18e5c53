"""Where odometry's frame has gone: what the jumps of its pose add up to.

After a jump everything that was sent in its frame before, such as a route, lies elsewhere as seen from the vehicle. A
jump back puts it right again.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from drivemoe_ros.supervision.reexpress import Pose

# Odometry that jumps more often than this between two routes is beyond all reckoning; the oldest jumps are merged.
MOST_JUMPS = 500


class _Jump(NamedTuple):
    """A jump under a message's stamp, as the motion of the plane that takes old poses to new ones."""

    stamp_ns: int
    x_m: float
    y_m: float
    yaw_rad: float

    def moved(self, pose: Pose) -> Pose:
        """Return where a pose of before the jump is after it."""
        cos, sin = math.cos(self.yaw_rad), math.sin(self.yaw_rad)
        x_m, y_m, yaw_rad = pose
        return self.x_m + cos * x_m - sin * y_m, self.y_m + sin * x_m + cos * y_m, yaw_rad + self.yaw_rad


class Displacement:
    """Adds up the jumps of one vehicle's odometry."""

    def __init__(self) -> None:
        """Start without jumps."""
        self._jumps: list[_Jump] = []

    def reset(self) -> None:
        """Forget all jumps, e.g. after the clock jumped back."""
        self._jumps.clear()

    def jump(self, stamp_ns: int, expected: Pose, found: Pose) -> None:
        """Take note of a jump.

        Args:
            stamp_ns: Stamp of the first message after it [ns]; not older than that of the jump before.
            expected: The pose that the messages before lead to: x [m], y [m], yaw [rad].
            found: The pose that it says.
        """
        yaw_rad = found[2] - expected[2]
        turned_x_m, turned_y_m, _ = _Jump(0, 0.0, 0.0, yaw_rad).moved(expected)
        self._jumps.append(_Jump(stamp_ns, found[0] - turned_x_m, found[1] - turned_y_m, yaw_rad))
        if len(self._jumps) > MOST_JUMPS:
            first, second = self._jumps[:2]
            self._jumps[:2] = [_Jump(second.stamp_ns, *second.moved((first.x_m, first.y_m, first.yaw_rad)))]

    def between(self, since_ns: int, until_ns: int, here: Pose) -> tuple[float, float]:
        """Return how far the vehicle seems to have been moved by jumps alone.

        Args:
            since_ns: Jumps at or before this stamp do not count [ns].
            until_ns: Nor do those after this one [ns].
            here: The vehicle's pose at that stamp: x [m], y [m], yaw [rad].

        Returns:
            Distance [m] and turn [rad], neither negative.
        """
        total = _Jump(0, 0.0, 0.0, 0.0)
        for jump in self._jumps:
            if since_ns < jump.stamp_ns <= until_ns:
                total = _Jump(0, *jump.moved((total.x_m, total.y_m, total.yaw_rad)))
        # Where the vehicle would be without them: the inverse motion, at its own place.
        cos, sin = math.cos(total.yaw_rad), math.sin(total.yaw_rad)
        back_x_m, back_y_m = here[0] - total.x_m, here[1] - total.y_m
        without_m = (cos * back_x_m + sin * back_y_m, -sin * back_x_m + cos * back_y_m)
        return math.dist(without_m, here[:2]), abs(math.remainder(total.yaw_rad, math.tau))
