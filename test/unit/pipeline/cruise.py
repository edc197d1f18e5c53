"""A small policy with a will of its own: straight on at the vehicle's speed, or whatever a test makes it plan."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from drivemoe_ros.data.cameras import CAMERA_NAMES, FRONT
from drivemoe_ros.data.plan import Observation, PolicyOutput
from drivemoe_ros.errors import ImageError
from drivemoe_ros.parameters.load import build_parameters
from drivemoe_ros.pipeline.pipeline import DrivingPipeline
from drivemoe_ros.policy.interface import PolicySpec

from .drive import MS, START

VIEWS = tuple(name for name in CAMERA_NAMES if name != FRONT)
TIMES_S_H: NDArray[np.float64] = np.arange(10, dtype=np.float64) / 10.0


def steady(_: int, speed_mps: float) -> NDArray[np.float64]:
    """Return how far ahead each waypoint is [m]."""
    return speed_mps * TIMES_S_H


def between(since: int, until: int, far_H: NDArray[np.float64]) -> Callable[[int, float], NDArray[np.float64]]:
    """Plan something else for a while [ms]."""
    return lambda time, speed_mps: far_H if since <= time < until else steady(time, speed_mps)


class Cruise:
    """Goes straight on, and looks at the first view that can be read.

    Attributes:
        spec: What it is and needs.
        looked: View that was looked at, by time [ms].
    """

    def __init__(
        self, ahead: Callable[[int, float], NDArray[np.float64]] = steady, *, trained: bool = True, size: int = 32
    ) -> None:
        self._ahead = ahead
        self.spec = PolicySpec("cruise", "none", trained, size, VIEWS, 5, 100 * MS, 10, 100 * MS)
        self.looked: dict[int, str] = {}

    def plan(self, observation: Observation, flow_steps: int | None = None) -> PolicyOutput:  # noqa: ARG002
        time = (observation.stamp_ns - START) // MS
        for name in VIEWS:
            try:
                observation.views[name]()
            except (KeyError, ImageError):
                continue
            self.looked[time] = name
            break
        far_H = self._ahead(time, float(observation.ego.speed_T[-1]))
        return PolicyOutput(np.stack([far_H, np.zeros_like(far_H)], axis=1))

    def close(self) -> None:
        """Nothing to give back."""


def pipeline_of(policy: Cruise, **values: object) -> DrivingPipeline:
    """Return a fresh pipeline; parameters as ``**{"section.name": value}``."""
    return DrivingPipeline(policy, CAMERA_NAMES, build_parameters(values))
