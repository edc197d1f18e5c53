"""The one place that builds a policy and a pipeline from parameters, for nodes, bags and the simulator alike."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING

import torch

from drivemoe_ros.errors import ParameterError
from drivemoe_ros.pipeline.pipeline import DrivingPipeline
from drivemoe_ros.policy.checkpoint import load_checkpoint
from drivemoe_ros.policy.random_weights import untrained_checkpoint
from drivemoe_ros.policy.runtime import LearnedPolicy

if TYPE_CHECKING:
    from drivemoe_ros.data.cameras import Rig
    from drivemoe_ros.parameters.schema import Parameters


def build_policy(parameters: Parameters) -> LearnedPolicy:
    """Load the checkpoint that the parameters name, or draw random weights.

    Args:
        parameters: All parameters; sections ``policy`` and ``ego`` are read.

    Returns:
        The policy, on its device.

    Raises:
        CheckpointError: If the checkpoint does not load or is of another system.
        ParameterError: If the device is not there.
    """
    chosen = parameters.policy
    device = _device(chosen.device)
    dtype = {"float32": torch.float32, "bfloat16": torch.bfloat16}[chosen.precision]
    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    if chosen.checkpoint:
        checkpoint = load_checkpoint(pathlib.Path(chosen.checkpoint), device=device, dtype=dtype)
        if checkpoint.manifest.architecture != chosen.system:
            msg = (
                f"{chosen.checkpoint} holds '{checkpoint.manifest.architecture}', but policy.system is "
                f"'{chosen.system}'; set policy.system to what the checkpoint holds."
            )
            raise ParameterError(msg)
    else:
        checkpoint = untrained_checkpoint(chosen.system, chosen.size, chosen.seed)
        checkpoint.model.to(device, dtype)
    return LearnedPolicy(
        checkpoint, seed=chosen.seed, zero_noise=chosen.zero_noise, wrap_heading=parameters.ego.wrap_heading
    )


def build_pipeline(parameters: Parameters, rig: Rig) -> DrivingPipeline:
    """Build the whole pipeline.

    Args:
        parameters: All parameters.
        rig: The rig whose cameras are synchronised.

    Returns:
        The pipeline.

    Raises:
        CheckpointError: As ``build_policy``.
        ParameterError: As ``build_policy``.
    """
    return DrivingPipeline(build_policy(parameters), rig.cameras, parameters)


def _device(name: str) -> torch.device:
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if name == "cuda" and not torch.cuda.is_available():
        msg = "policy.device is 'cuda', but torch sees no GPU; set policy.device to cpu or install a CUDA build of torch."
        raise ParameterError(msg)
    return torch.device(name)
