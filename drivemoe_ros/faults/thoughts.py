"""What happens to plans: none at all, or one that must not drive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.plan import PolicyOutput

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from drivemoe_ros.data.plan import Observation
    from drivemoe_ros.faults.fault import Think
    from drivemoe_ros.policy.interface import Policy, PolicySpec


class FaultyPolicy:
    """A policy to which a fault can happen.

    Attributes:
        think: What happens to plans now; None while nothing does.
    """

    def __init__(self, policy: Policy) -> None:
        """Plan as ``policy`` does."""
        self._policy = policy
        self.think: Think | None = None

    @property
    def spec(self) -> PolicySpec:
        """What the policy is and needs."""
        return self._policy.spec

    def plan(self, observation: Observation, flow_steps: int | None = None) -> PolicyOutput:
        """Plan once; see ``Policy``."""

        def planned() -> PolicyOutput:
            return self._policy.plan(observation, flow_steps)

        return self.think(observation, planned) if self.think else planned()

    def close(self) -> None:
        """Leave the policy to whoever made it."""


def raising(error: Exception) -> Callable[[], Think]:
    """Raise an error in place of planning."""

    def think(_: Observation, __: Callable[[], PolicyOutput]) -> PolicyOutput:
        # One error raised again and again would keep what every plan saw, frame by frame.
        raise error.with_traceback(None)

    return lambda: think


def bent(change: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Callable[[], Think]:
    """Change the waypoints, shape (H, 2)."""

    def think(_: Observation, planned: Callable[[], PolicyOutput]) -> PolicyOutput:
        return PolicyOutput(change(planned().waypoints_H2.copy()))

    return lambda: think


def flickering() -> Think:
    """Turn every other plan to the other side."""
    count = [0]

    def think(_: Observation, planned: Callable[[], PolicyOutput]) -> PolicyOutput:
        count[0] += 1
        points_H2 = planned().waypoints_H2.copy()
        points_H2[:, 1] += (-1) ** count[0] * np.linspace(0.0, 3.0, len(points_H2))
        return PolicyOutput(points_H2)

    return think


def circle(points_H2: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a turn of 2 m radius."""
    angle_H = np.linspace(0.0, 3.0, len(points_H2))
    return np.stack([2.0 * np.sin(angle_H), 2.0 * (1.0 - np.cos(angle_H))], axis=1)


def zigzag(points_H2: NDArray[np.float64]) -> NDArray[np.float64]:
    """Put every other waypoint 2 m aside."""
    points_H2[1::2, 1] += 2.0
    return points_H2
