"""From parameters to a policy on its device: a checkpoint, or random weights that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from drivemoe_ros.errors import CheckpointError, ParameterError
from drivemoe_ros.policy.checkpoint import load_checkpoint
from drivemoe_ros.policy.random_weights import untrained_checkpoint
from drivemoe_ros.policy.runtime import LearnedPolicy
from drivemoe_ros.policy.shipped import checkpoint_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivemoe_ros.parameters.schema import PolicyParameters

PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16}


def load_policy(
    parameters: PolicyParameters, *, wrap_heading: bool, clock: Callable[[], float] | None = None
) -> LearnedPolicy:
    """Load the checkpoint that the parameters name, or draw random weights.

    Args:
        parameters: Which policy plans, and how.
        wrap_heading: Wrap heading differences to plus or minus pi.
        clock: Tells the time [s], to measure how long a flow step takes; without it nobody does.

    Returns:
        The policy, on its device.

    Raises:
        CheckpointError: If the checkpoint does not load or is of another system.
        ParameterError: If the device is not there.
    """
    device = _device(parameters.device)
    dtype = PRECISIONS[parameters.precision]
    torch.set_num_threads(parameters.threads)
    if parameters.checkpoint:
        checkpoint = load_checkpoint(checkpoint_folder(parameters.checkpoint), device=device, dtype=dtype)
        held = checkpoint.manifest.architecture
        if held != parameters.system:
            msg = (
                f"{parameters.checkpoint} holds '{held}', but policy.system is '{parameters.system}'; "
                "set policy.system to what the checkpoint holds."
            )
            raise CheckpointError(msg)
    else:
        checkpoint = untrained_checkpoint(parameters.system, parameters.size, parameters.seed)
        checkpoint.model.to(device, dtype)
    return LearnedPolicy(
        checkpoint,
        seed=parameters.seed,
        zero_noise=parameters.zero_noise,
        wrap_heading=wrap_heading,
        flow_samples=parameters.flow_samples,
        clock=clock,
    )


def _device(name: str) -> torch.device:
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if name == "cuda" and not torch.cuda.is_available():
        msg = (
            "policy.device is 'cuda', but torch sees no GPU; set policy.device to cpu or install a CUDA build of torch."
        )
        raise ParameterError(msg)
    return torch.device(name)
