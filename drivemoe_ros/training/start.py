"""The network that training starts from: random weights or a checkpoint, with the ranges of its inputs."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import torch

from drivemoe_ros.data.cameras import CANDIDATE_VIEWS
from drivemoe_ros.data.skills import SKILL_NAMES
from drivemoe_ros.errors import CheckpointError
from drivemoe_ros.parameters.schema import EgoParameters
from drivemoe_ros.policy.checkpoint import Checkpoint, load_checkpoint
from drivemoe_ros.policy.random_weights import untrained_checkpoint
from drivemoe_ros.policy.tying import tie_history_to_action
from drivemoe_ros.training.recipe import freeze
from drivemoe_ros.training.statistics import measure_ranges

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Sequence

    from drivemoe_ros.training.settings import DataSettings, NetworkSettings, TrainingSettings
    from drivemoe_ros.training.shards import ShardReader

# As when driving with default parameters.
WRAP_HEADING = EgoParameters().wrap_heading
# What a trained network is told and tells; another meaning would make nonsense of its weights.
KEPT = ("relative_to_speed", "past_motion", "slow_past_mps")


def make_start(
    settings: TrainingSettings,
    shards: Sequence[ShardReader],
    *,
    initial: pathlib.Path | None,
    eyes: pathlib.Path | None,
    seed: int,
) -> Checkpoint:
    """Make the network that training starts from, in float32 on the CPU.

    Args:
        settings: All settings.
        shards: The training set; weights that never drove are given its ranges, a trained checkpoint keeps its own.
        initial: Checkpoint folder to start from, trained or made from PaliGemma; None draws random weights.
        eyes: Checkpoint folder of any system whose picture encoder to take; None keeps the other's.
        seed: Seed of random weights.

    Returns:
        The network with its shared and frozen weights set, and its manifest.

    Raises:
        CheckpointError: If the checkpoint does not load or is of another system.
        InputError: If no sample can be read.
    """
    network = settings.network
    if initial is None:
        start = untrained_checkpoint(network.system, network.size, seed)
    else:
        start = load_checkpoint(initial, device="cpu", dtype=torch.float32)
        _check_initial(start, network, initial)
    if eyes is not None:
        _take_eyes(start, eyes)
    if not start.manifest.trained:
        ranges = measure_ranges(
            shards,
            input_tail=settings.data.input_tail,
            waypoint_tail=settings.data.waypoint_tail,
            relative_to_speed=settings.data.relative_to_speed,
            past_motion=settings.data.past_motion,
            slow_past_mps=settings.data.slow_past_mps,
            wrap_heading=WRAP_HEADING,
        )
        start = Checkpoint(start.model, dataclasses.replace(start.manifest, normalization=ranges))
    if network.tie_history:
        tie_history_to_action(start.model)
    freeze(start.model, network)
    return start


def told_otherwise(start: Checkpoint, data: DataSettings) -> str:
    """Say in which settings of inputs and plans a checkpoint goes on as it was, whatever was set.

    Args:
        start: What training starts from.
        data: What was set.

    Returns:
        A sentence; empty if it is as set.
    """
    normalization = start.manifest.normalization
    names = [name for name in KEPT if getattr(normalization, name) != getattr(data, name)]
    if not names:
        return ""
    kept = ", ".join(f"data.{name}={getattr(normalization, name)}" for name in names)
    return f"the weights that training starts from keep {kept}; start from random weights to set it otherwise"


def _take_eyes(start: Checkpoint, eyes: pathlib.Path) -> None:
    seeing = load_checkpoint(eyes, device="cpu", dtype=torch.float32)
    has, needs = seeing.manifest.sizes.vision, start.manifest.sizes.vision
    if has != needs:
        msg = f"The picture encoder of '{eyes}' has the sizes {has}, but {needs} are needed; choose another --eyes."
        raise CheckpointError(msg)
    start.model.vision_tower.load_state_dict(seeing.model.vision_tower.state_dict())


def _check_initial(start: Checkpoint, network: NetworkSettings, initial: pathlib.Path) -> None:
    manifest = start.manifest
    if manifest.architecture != network.system:
        msg = (
            f"'{initial}' holds '{manifest.architecture}', but the recipe trains '{network.system}'; "
            f"set network.system={manifest.architecture} or start from another checkpoint."
        )
        raise CheckpointError(msg)
    views = CANDIDATE_VIEWS if manifest.sizes.view_router else manifest.view_names
    skills = SKILL_NAMES if manifest.sizes.skills else ()
    if (manifest.view_names, manifest.skill_names) != (views, skills):
        msg = f"'{initial}' names other views or skills than the samples, so that their labels do not fit it."
        raise CheckpointError(msg)
