"""Which samples a step takes, and how they become a batch.

The order depends on the seed and the step alone, not on the number of processes or on where training was interrupted.

Shape legend: as in ``policy.batch``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Sampler

from drivemoe_ros.errors import InputError
from drivemoe_ros.policy.batch import ModelBatch, TrainingBatch
from drivemoe_ros.policy.prompt import Prompt
from drivemoe_ros.training.dataset import SampleKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from drivemoe_ros.policy.manifest import Manifest
    from drivemoe_ros.training.dataset import Item, ShardDataset

PREFETCHED_BATCHES = 4


class Loaded(NamedTuple):
    """A batch, and the samples that were left out for it.

    Attributes:
        batch: On the CPU.
        skipped: One sentence a damaged sample.
    """

    batch: TrainingBatch
    skipped: tuple[str, ...]


class SampleOrder:
    """The endless order of samples: each epoch is shuffled anew, or drawn by weight where weights differ."""

    def __init__(self, weights_N: NDArray[np.float64], seed: Sequence[int]) -> None:
        """Start an order.

        Args:
            weights_N: How often each sample is drawn against the others; 0 never.
            seed: What the order is drawn from.

        Raises:
            InputError: If every weight is zero.
        """
        self._candidates = np.flatnonzero(weights_N > 0.0)
        if not len(self._candidates):
            msg = "Every sample has the weight zero; give some a weight above it, or more data."
            raise InputError(msg)
        chosen = weights_N[self._candidates]
        self._shares = None if np.all(chosen == chosen[0]) else chosen / chosen.sum()
        self._seed = tuple(seed)
        self._epoch, self._order = -1, self._candidates

    def key(self, place: int) -> SampleKey:
        """Return what is taken at a place, counted from 0 since training began."""
        epoch, inside = divmod(place, len(self._candidates))
        if epoch != self._epoch:
            random = np.random.default_rng([*self._seed, epoch])
            count = len(self._candidates)
            self._order = random.choice(self._candidates, count, replace=self._shares is not None, p=self._shares)
            self._epoch = epoch
        return SampleKey(epoch, int(self._order[inside]))


class StepSampler(Sampler[list[SampleKey]]):
    """The keys of one process's part of every step, from any step on."""

    def __init__(self, order: SampleOrder, batch: int, steps: range, part: tuple[int, int] = (0, 1)) -> None:
        """Deal out an order.

        Args:
            order: The order.
            batch: Samples a step, over all processes.
            steps: Which steps, counted from 0.
            part: Which process this is, of how many; ``batch`` is a multiple of the latter.
        """
        self._order, self._batch, self._steps, self._part = order, batch, steps, part

    def __len__(self) -> int:
        """Return the number of steps."""
        return len(self._steps)

    def __iter__(self) -> Iterator[list[SampleKey]]:
        """Yield the keys of one step after the other."""
        rank, parts = self._part
        for step in self._steps:
            start = step * self._batch
            yield [self._order.key(place) for place in range(start + rank, start + self._batch, parts)]


class Collator:
    """Stacks items into a batch."""

    def __init__(self, manifest: Manifest) -> None:
        """Take the prompt from the network's manifest."""
        self._prompt = Prompt.from_text_ids(manifest.prompt_token_ids, manifest.sizes)

    def __call__(self, items: list[Item]) -> Loaded:
        """Stack the items of one step."""
        ids_BL, mask_BL = self._prompt.tensors(len(items), "cpu")
        inputs = ModelBatch(
            images_BN3HW=_stack([item.images_NSS3 for item in items]).permute(0, 1, 4, 2, 3),
            input_ids_BL=ids_BL,
            attention_mask_BL=mask_BL,
            proprio_BTP=_stack([item.proprio_TP for item in items]),
            goal_B2=_stack([item.goal_2 for item in items]),
            noise_BHA=_stack([item.noise_KHA[0] for item in items]),
        )
        batch = TrainingBatch(
            inputs=inputs,
            target_actions_BHA=_stack([item.target_HA for item in items]),
            noise_BKHA=_stack([item.noise_KHA for item in items]),
            flow_time_BK=_stack([item.time_K for item in items]),
            view_label_B=torch.tensor([item.view for item in items]),
            skill_label_B=torch.tensor([item.skill for item in items]),
        )
        return Loaded(batch, tuple(sentence for item in items for sentence in item.skipped))


def make_loader(dataset: ShardDataset, sampler: StepSampler, manifest: Manifest, workers: int) -> DataLoader[Item]:
    """Make the loader of a stage.

    Args:
        dataset: Where items come from.
        sampler: Which items.
        manifest: Of the network.
        workers: Processes that read ahead; 0 reads between the steps.

    Returns:
        A loader that yields ``Loaded``.
    """
    return DataLoader(
        dataset,
        batch_sampler=sampler,
        collate_fn=Collator(manifest),
        num_workers=workers,
        prefetch_factor=PREFETCHED_BATCHES if workers else None,
        worker_init_fn=_use_one_thread if workers else None,
    )


def to_device(batch: TrainingBatch, device: torch.device) -> TrainingBatch:
    """Copy a batch to a device."""
    inputs = ModelBatch(**{name: value.to(device, non_blocking=True) for name, value in vars(batch.inputs).items()})
    others = {name: value for name, value in vars(batch).items() if name != "inputs"}
    return TrainingBatch(inputs, **{name: value.to(device, non_blocking=True) for name, value in others.items()})


def _stack(arrays: Sequence[NDArray[np.generic]]) -> Tensor:
    return torch.from_numpy(np.stack(arrays))


def _use_one_thread(_worker: int) -> None:
    torch.set_num_threads(1)
