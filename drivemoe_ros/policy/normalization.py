"""How physical values are told to a network, and the ranges that bring them to about -1..1; they travel with weights.

Values are in the network's own frame (CARLA: x forward, y right, yaw clockwise) and SI units.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from drivemoe_ros.errors import CheckpointError
from drivemoe_ros.policy.configuration import read_node

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Range:
    """The 1st and 99th percentile of a value in the training data, in the value's unit."""

    q01: float
    q99: float

    def __post_init__(self) -> None:
        """Refuse a range without extent.

        Raises:
            CheckpointError: If ``q99`` is not above ``q01`` or one is not finite.
        """
        if not (np.isfinite([self.q01, self.q99]).all() and self.q99 > self.q01):
            msg = f"A normalisation range must ascend, but goes from {self.q01} to {self.q99}."
            raise CheckpointError(msg)

    def normalise(self, value: ArrayLike) -> NDArray[np.float64]:
        """Map q01 to -1 and q99 to 1, without clipping; any shape."""
        return np.asarray(2.0 * (np.asarray(value, np.float64) - self.q01) / (self.q99 - self.q01) - 1.0)

    def denormalise(self, value: ArrayLike) -> NDArray[np.float64]:
        """Undo :meth:`normalise`; any shape."""
        return np.asarray((np.asarray(value, np.float64) + 1.0) / 2.0 * (self.q99 - self.q01) + self.q01)


@dataclass(frozen=True)
class Normalization:
    """One range for each kind of value, and what is told.

    Attributes:
        speed: Speed [m/s].
        acceleration: Acceleration, one range for the three axes [m/s^2].
        angular_velocity: Angular velocity, one range for the three axes [rad/s].
        theta: Heading of a history step less the present heading [rad].
        waypoint_x: Waypoints, forward [m].
        waypoint_y: Waypoints, to the right [m].
        goal_x: Goal points, forward [m].
        goal_y: Goal points, to the right [m].
        relative_to_speed: Whether the network tells by how much waypoints differ from going straight on at the present
            speed, instead of where they are.
        past_motion: Whether the network is told accelerations and earlier speeds, or the present speed alone.
        slow_past_mps: Below this speed the network is told earlier speeds in any case: else it cannot know whether the
            vehicle is about to stop or to start [m/s].
    """

    speed: Range
    acceleration: Range
    angular_velocity: Range
    theta: Range
    waypoint_x: Range
    waypoint_y: Range
    goal_x: Range
    goal_y: Range
    relative_to_speed: bool = False
    past_motion: bool = True
    slow_past_mps: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return the ranges as plain nested dictionaries."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Normalization:
        """Read the ranges back.

        Args:
            values: What ``to_dict`` returned.

        Returns:
            The ranges.

        Raises:
            CheckpointError: If a key is unknown or missing, or a range does not ascend.
        """
        return read_node(cls, values, "normalization")


# Source: docs/model.md 4 (b2d_statistics.json of the release, horizon of ten waypoints).
BENCH2DRIVE = Normalization(
    speed=Range(-0.02153, 11.07881),
    acceleration=Range(-7.85233, 10.29146),
    angular_velocity=Range(-0.50257, 0.42078),
    theta=Range(-0.18639, 0.22671),
    waypoint_x=Range(-0.00906, 8.09448),
    waypoint_y=Range(-1.13314, 0.96889),
    goal_x=Range(3.67737, 57.07126),
    goal_y=Range(-16.13709, 22.37385),
)
