"""One plan from made-up input: memory is taken and kernels are compiled before the first real picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.ego import EgoHistory, GoalPoints
from drivemoe_ros.data.plan import Observation

if TYPE_CHECKING:
    from drivemoe_ros.data.plan import PolicyOutput
    from drivemoe_ros.policy.interface import Policy, PolicySpec

SPEED_MPS = 5.0
GOAL_M = 7.5
GREY = 128


def warm_up(policy: Policy) -> PolicyOutput:
    """Plan once from grey pictures of a straight drive.

    Args:
        policy: The policy.

    Returns:
        The plan, which means nothing.

    Raises:
        PolicyError: If the policy cannot plan.
    """
    return policy.plan(made_up_observation(policy.spec))


def made_up_observation(spec: PolicySpec) -> Observation:
    """Return an observation of the sizes that a policy takes.

    Args:
        spec: What the policy needs.

    Returns:
        Grey pictures from every view, a straight drive at constant speed and a goal ahead.
    """
    grey_SS3 = np.full((spec.image_size, spec.image_size, 3), GREY, np.uint8)
    stamps_ns_T = np.arange(1 - spec.num_history, 1, dtype=np.int64) * spec.history_interval_ns
    along_T = stamps_ns_T * 1e-9 * SPEED_MPS
    zeros_T3 = np.zeros((spec.num_history, 3))
    ego = EgoHistory(
        stamps_ns_T=stamps_ns_T,
        position_T2=np.stack([along_T, np.zeros_like(along_T)], axis=1),
        yaw_T=np.zeros(spec.num_history),
        speed_T=np.full(spec.num_history, SPEED_MPS),
        acceleration_T3=zeros_T3,
        angular_velocity_T3=zeros_T3,
    )
    goals = GoalPoints(np.stack([along_T + GOAL_M, np.zeros_like(along_T)], axis=1), "straight ahead")
    return Observation(
        stamp_ns=0,
        front_now_SS3=grey_SS3,
        front_before_SS3=grey_SS3,
        views={name: lambda: grey_SS3 for name in spec.view_names},
        ego=ego,
        goals=goals,
    )
