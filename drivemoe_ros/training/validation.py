"""Validation: plans and routing decisions on held-out samples, from a flow that starts at zero, as it drives.

Shape legend: B batch, N samples, H waypoints.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from accelerate.utils import gather_object

from drivemoe_ros.data.cameras import CANDIDATE_VIEWS
from drivemoe_ros.data.skills import SKILL_NAMES
from drivemoe_ros.evaluation.displacement import average_displacement, final_displacement
from drivemoe_ros.evaluation.routers import score_router
from drivemoe_ros.policy.carla_frame import waypoints_from_network
from drivemoe_ros.training.dataset import Preparation, SampleKey, ShardDataset
from drivemoe_ros.training.loader import Collator, to_device

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accelerate import Accelerator
    from numpy.typing import NDArray

    from drivemoe_ros.policy.batch import InferenceResult, TrainingBatch
    from drivemoe_ros.policy.manifest import Manifest
    from drivemoe_ros.policy.normalization import Normalization
    from drivemoe_ros.training.learner import Learner
    from drivemoe_ros.training.shards import ShardReader


class Validator:
    """Scores a network on evenly spaced samples of the held-out shards."""

    def __init__(self, shards: Sequence[ShardReader], manifest: Manifest, *, samples: int, batch: int) -> None:
        """Choose the samples.

        Args:
            shards: Held-out shards.
            manifest: Of the network.
            samples: How many to take at most.
            batch: How many are worked on at once.
        """
        how = Preparation(manifest, (), all_views=True, augment="off", flow_draws=1, wrap_heading=True)
        self._dataset = ShardDataset(shards, how)
        self._normalization = manifest.normalization
        self._indices = np.unique(np.linspace(0, len(self._dataset) - 1, min(samples, len(self._dataset)), dtype=int))
        self._collate, self._batch = Collator(manifest), batch

    def score(self, learner: Learner, accelerator: Accelerator) -> dict[str, float]:
        """Plan for every chosen sample and score the plans.

        Args:
            learner: The network, as distributed training wraps it.
            accelerator: Deals the samples out to the processes.

        Returns:
            Scores by name.
        """
        learner.eval()
        # Every process takes as many batches as the others: a sharded network computes together or not at all.
        share = max(1, len(self._indices) // accelerator.num_processes)
        own = np.resize(self._indices[accelerator.process_index :: accelerator.num_processes], share)
        found = [
            self._plan(learner, accelerator, own[start : start + self._batch]) for start in range(0, share, self._batch)
        ]
        learner.train()
        parts: list[dict[str, NDArray[Any]]] = gather_object(found)
        joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        scores = {
            "ADE (m)": average_displacement(joined["planned"], joined["driven"]),
            "FDE (m)": final_displacement(joined["planned"], joined["driven"]),
        }
        for name, classes in (("view", CANDIDATE_VIEWS), ("skill", SKILL_NAMES)):
            if f"chosen {name}" in joined:
                scores.update(_score_choices(name, classes, joined[name], joined[f"chosen {name}"]))
        return scores

    @torch.no_grad()
    def _plan(self, learner: Learner, accelerator: Accelerator, indices: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
        loaded = self._collate([self._dataset[SampleKey(0, int(index))] for index in indices])
        batch = to_device(loaded.batch, accelerator.device)
        start = dataclasses.replace(batch.inputs, noise_BHA=torch.zeros_like(batch.inputs.noise_BHA))
        batch = dataclasses.replace(batch, inputs=start)
        with accelerator.autocast():
            result: InferenceResult = learner(batch, None)
        return _outcome(result, batch, self._normalization)


def _outcome(result: InferenceResult, batch: TrainingBatch, normalization: Normalization) -> dict[str, NDArray[Any]]:
    planned = result.flow.trajectory_BHA.float().cpu().numpy()
    driven = batch.target_actions_BHA.cpu().numpy()
    # Whatever the speed was, it shifts both alike.
    outcome: dict[str, NDArray[Any]] = {
        "planned": np.stack([waypoints_from_network(each, normalization, 0.0) for each in planned]),
        "driven": np.stack([waypoints_from_network(each, normalization, 0.0) for each in driven]),
        "view": batch.view_label_B.cpu().numpy(),
        "skill": batch.skill_label_B.cpu().numpy(),
    }
    if result.view_index_B is not None:
        outcome["chosen view"] = result.view_index_B.cpu().numpy()
    if result.flow.routing:
        outcome["chosen skill"] = result.flow.routing[-1].logits_BE.argmax(-1).cpu().numpy()
    return outcome


def _score_choices(
    name: str, classes: Sequence[str], label_N: NDArray[np.int64], chosen_N: NDArray[np.int64]
) -> dict[str, float]:
    score = score_router(
        [(classes[label], classes[chosen]) for label, chosen in zip(label_N, chosen_N, strict=True)], classes
    )
    return {
        f"{name} accuracy": score.accuracy,
        f"{name} macro F1": score.macro_f1,
        f"{name} accuracy of the commonest": score.always_commonest().accuracy,
    }


def describe_scores(scores: dict[str, float]) -> dict[str, str]:
    """Return scores as text, for a manifest."""
    return {name: f"{value:.4g}" for name, value in scores.items()}
