"""The processes of a training run, and what they must agree on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from accelerate import Accelerator
from accelerate.utils import DistributedDataParallelKwargs, broadcast_object_list

from drivemoe_ros.errors import ParameterError

if TYPE_CHECKING:
    from drivemoe_ros.training.settings import TrainingSettings


def make_accelerator(settings: TrainingSettings) -> Accelerator:
    """Join the processes of this run.

    Args:
        settings: Where it computes, in which numbers, and how large its batches are.

    Returns:
        What deals out work to them and brings their answers together.

    Raises:
        ParameterError: If the batch cannot be shared out evenly.
    """
    wanted = settings.optimizer.precision
    # Said outright, since accelerate does not join the processes of a machine without a GPU by itself.
    on_cpu = settings.run.device == "cpu" or not torch.cuda.is_available()
    # Skill experts that nobody chose have no gradient in a step.
    unused = DistributedDataParallelKwargs(find_unused_parameters=True)
    is_half = wanted == "bfloat16" or (wanted == "auto" and not on_cpu)
    accelerator = Accelerator(mixed_precision="bf16" if is_half else "no", cpu=on_cpu, kwargs_handlers=[unused])
    parts = accelerator.num_processes * settings.optimizer.accumulate
    if settings.optimizer.batch_size % parts:
        msg = (
            f"optimizer.batch_size is {settings.optimizer.batch_size}, but {accelerator.num_processes} processes times "
            f"{settings.optimizer.accumulate} parts do not divide it; set it to a multiple of {parts}."
        )
        raise ParameterError(msg)
    return accelerator


def agreed(value: bool) -> bool:  # noqa: FBT001  (the only thing asked)
    """Return what the first process thinks."""
    told = [value]
    broadcast_object_list(told)
    return told[0]


def raise_in_all(problem: Exception | None) -> None:
    """Raise the first process's error in every process.

    Args:
        problem: The error; None for none.

    Raises:
        Exception: That error.
    """
    told = [problem]
    broadcast_object_list(told)
    if told[0] is not None:
        raise told[0]
