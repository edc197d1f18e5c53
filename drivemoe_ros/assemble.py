"""The one place that builds a pipeline from parameters, for nodes, bags and the simulator alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.pipeline.pipeline import DrivingPipeline
from drivemoe_ros.policy.load import load_policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivemoe_ros.data.cameras import Rig
    from drivemoe_ros.parameters.schema import Parameters


def build_pipeline(parameters: Parameters, rig: Rig, clock: Callable[[], float] | None = None) -> DrivingPipeline:
    """Build the whole pipeline.

    Args:
        parameters: All parameters.
        rig: The rig whose cameras are synchronised.
        clock: Tells the time [s]; only a live node has one, to keep ``supervision.plan_budget_s``.

    Returns:
        The pipeline, its policy loaded.

    Raises:
        CheckpointError: If the checkpoint does not load.
        ParameterError: If a parameter does not fit this machine or the checkpoint.
    """
    policy = load_policy(parameters.policy, wrap_heading=parameters.ego.wrap_heading, clock=clock)
    return DrivingPipeline(policy, rig.cameras, parameters, clock)
