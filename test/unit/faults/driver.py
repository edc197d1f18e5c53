"""A cheap driver for faults: a policy that follows the goal point as smoothly as a car can, and pictures of stripes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from drivemoe_ros.data.cameras import CAMERA_NAMES, FRONT
from drivemoe_ros.data.plan import Observation, PolicyOutput
from drivemoe_ros.errors import ImageError
from drivemoe_ros.faults.catalogue import FAULTS
from drivemoe_ros.faults.drive import Equipment
from drivemoe_ros.faults.finding import Finding
from drivemoe_ros.faults.inject import inject
from drivemoe_ros.parameters.load import build_parameters
from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.policy.interface import PolicySpec
from drivemoe_ros.world.scene import Scene, Setting

CRUISE_MPS, PUSH_MPS2 = 5.0, 1.5
TIMES_S_H: NDArray[np.float64] = np.arange(10, dtype=np.float64) / 10.0
VIEWS = tuple(name for name in CAMERA_NAMES if name != FRONT)
PARAMETERS = build_parameters({"control.mode": "pure_pursuit"})
RIG = load_rig("bench2drive")


class SmoothSeeker:
    """Plans a circle through the goal point, at a speed that rises and falls gently; looks at the first usable view."""

    spec = PolicySpec(
        "seeker", "smooth seeker", trained=True, image_size=16, view_names=VIEWS, num_history=5,
        history_interval_ns=100_000_000, horizon=10, waypoint_interval_ns=100_000_000,
    )  # fmt: skip

    def plan(self, observation: Observation, flow_steps: int | None = None) -> PolicyOutput:  # noqa: ARG002
        for read in observation.views.values():
            try:
                read()
            except ImageError:
                continue
            break
        x_m, y_m = observation.goals.points_T2[-1]
        now_mps = float(observation.ego.speed_T[-1])
        change = np.clip(CRUISE_MPS - now_mps, -PUSH_MPS2 * TIMES_S_H, PUSH_MPS2 * TIMES_S_H)
        way_H = (now_mps + 0.5 * change) * TIMES_S_H
        angle_H = 2.0 * y_m / (x_m**2 + y_m**2) * way_H
        # sin(a)/a and (1 - cos(a))/a, also for a = 0
        forward_H = way_H * np.sinc(angle_H / np.pi)
        left_H = way_H * np.sin(angle_H / 2.0) * np.sinc(angle_H / (2.0 * np.pi))
        return PolicyOutput(np.stack([forward_H, left_H], axis=1))

    def close(self) -> None:
        pass


class Stripes:
    """Paints every picture otherwise, so that no camera counts as frozen, and never in one colour."""

    def __init__(self, _: Setting) -> None:
        self.num = 0

    def render(self, scene: Scene, camera_name: str) -> NDArray[np.uint8]:  # noqa: ARG002
        self.num += 1
        return ((np.arange(12 * 16 * 3) + self.num) % 251).reshape(12, 16, 3).astype(np.uint8)


EQUIPMENT = Equipment(SmoothSeeker(), RIG, PARAMETERS, Stripes)


def found(name: str) -> Finding:
    """Let a fault of the catalogue happen."""
    return inject(FAULTS[name], EQUIPMENT, 200_000)
