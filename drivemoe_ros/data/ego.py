"""The vehicle's own motion over the last moments, and where it is to go.

Shape legend: T history steps, oldest first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivemoe_ros.data.checks import require_finite, require_shape

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class EgoHistory:
    """Equally spaced ego states; the last row is the present.

    Attributes:
        stamps_ns_T: Stamps [ns], int64, ascending.
        position_T2: Position (x, y) in the odometry frame [m].
        yaw_T: Heading in the odometry frame [rad], unwrapped over the history.
        speed_T: Forward speed [m/s].
        acceleration_T3: Linear acceleration (x, y, z) in the body frame, gravity included [m/s^2].
        angular_velocity_T3: Angular velocity (x, y, z) in the body frame [rad/s].
        source: ``odometry`` if acceleration and angular velocity were derived from it, else ``odometry and IMU``.
    """

    stamps_ns_T: NDArray[np.int64]
    position_T2: NDArray[np.float64]
    yaw_T: NDArray[np.float64]
    speed_T: NDArray[np.float64]
    acceleration_T3: NDArray[np.float64]
    angular_velocity_T3: NDArray[np.float64]
    source: str = "odometry"

    @property
    def pose(self) -> tuple[float, float, float]:
        """The present pose in the odometry frame: x [m], y [m], yaw [rad]."""
        return float(self.position_T2[-1, 0]), float(self.position_T2[-1, 1]), float(self.yaw_T[-1])

    def __post_init__(self) -> None:
        """Refuse unequal lengths, NaN and infinity."""
        num_steps = len(self.stamps_ns_T)
        require_shape("ego positions", self.position_T2, (num_steps, 2))
        require_shape("ego headings", self.yaw_T, (num_steps,))
        require_shape("ego speeds", self.speed_T, (num_steps,))
        require_shape("ego accelerations", self.acceleration_T3, (num_steps, 3))
        require_shape("ego angular velocities", self.angular_velocity_T3, (num_steps, 3))
        for name in ("position_T2", "yaw_T", "speed_T", "acceleration_T3", "angular_velocity_T3"):
            require_finite(f"ego history ({name})", getattr(self, name))


@dataclass(frozen=True, eq=False)
class GoalPoints:
    """The goal point that was ahead at each history step, seen from the present pose.

    Attributes:
        points_T2: (x forward, y left) in the present base frame [m]; the last row is the present goal.
        source: ``route``, ``goal`` or ``straight ahead``.
        detail: Why there is no route, in words; empty when there is one.
    """

    points_T2: NDArray[np.float64]
    source: str
    detail: str = ""


@dataclass(frozen=True)
class NoHistory:
    """Why there is no ego history at a stamp, in words."""

    reason: str
