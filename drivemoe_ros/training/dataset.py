"""Samples as the network takes them, drawn from shards; the same key always gives the same item.

Shape legend: N pictures or samples, S picture side, T history steps, P features of a history step, K draws of the flow,
H horizon, A action dimension.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from torch.utils.data import Dataset

from drivemoe_ros.data.cameras import CANDIDATE_VIEWS
from drivemoe_ros.errors import InputError
from drivemoe_ros.policy.carla_frame import assemble_goal, assemble_proprio, waypoints_to_network
from drivemoe_ros.sensors.augment import SeedKey, augment_image, recolour_image
from drivemoe_ros.training.looker import STEP_NS
from drivemoe_ros.training.shards import FIRST_VIEW, FRONT_BEFORE, FRONT_NOW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from drivemoe_ros.policy.manifest import Manifest
    from drivemoe_ros.training.shards import ShardReader, StoredSample

# The law of the flow's time: docs/model.md 9.
TIME_ALPHA, TIME_BETA = 1.5, 1.0
AUGMENTATIONS = {"colour": recolour_image, "full": augment_image}


class SampleKey(NamedTuple):
    """Which sample, and what its random numbers are drawn from.

    Attributes:
        epoch: How often the whole set was gone through before.
        number: Which sample of the set.
    """

    epoch: int
    number: int


class Item(NamedTuple):
    """One sample, ready to be stacked; as ``policy.batch`` describes.

    Attributes:
        images_NSS3: Pictures that may be looked at; the others are black.
        proprio_TP: Normalised ego history.
        goal_2: Normalised goal.
        noise_KHA: Starts of the flow.
        target_HA: Normalised waypoints.
        time_K: Flow times.
        view: Index of the view to look at, among the network's.
        skill: Index of the skill.
        skipped: Why samples before this one could not be used, one sentence each.
    """

    images_NSS3: NDArray[np.uint8]
    proprio_TP: NDArray[np.float32]
    goal_2: NDArray[np.float32]
    noise_KHA: NDArray[np.float32]
    target_HA: NDArray[np.float32]
    time_K: NDArray[np.float32]
    view: int
    skill: int
    skipped: tuple[str, ...]


@dataclass(frozen=True)
class Preparation:
    """How samples are made ready.

    Attributes:
        manifest: Normalisation, sizes and views of the network.
        seed: What noise, flow times and augmentation are drawn from, with the key.
        all_views: Read every view; else only the labelled one, which is all that stage 1 looks at.
        augment: Key of ``AUGMENTATIONS``, or "off".
        flow_draws: How many starts and times of the flow a sample is given.
        wrap_heading: As when driving.
    """

    manifest: Manifest
    seed: tuple[int, ...]
    all_views: bool
    augment: str
    flow_draws: int
    wrap_heading: bool


class ShardDataset(Dataset[Item]):
    """All samples of some shards by key; a damaged sample is replaced by the next one and named."""

    def __init__(self, shards: Sequence[ShardReader], preparation: Preparation) -> None:
        """Prepare to read.

        Args:
            shards: The shards, all of the same sizes.
            preparation: How samples are made ready.

        Raises:
            InputError: If the network takes pictures, histories or waypoints of another size.
        """
        self._shards, self._how = shards, preparation
        self._ends = np.cumsum([len(shard) for shard in shards])
        held, sizes = shards[0].manifest, preparation.manifest.sizes
        has = held.image_size, held.num_history, held.horizon
        takes = sizes.vision.image_size, sizes.history_steps, sizes.horizon_steps
        if has != takes:
            msg = f"The samples have picture side, history and horizon {has}, but the network takes {takes}; fit one."
            raise InputError(msg)

    def __len__(self) -> int:
        """Return the number of samples."""
        return int(self._ends[-1])

    def __getitem__(self, key: SampleKey) -> Item:
        """Return the sample of a key.

        Args:
            key: Which sample.

        Returns:
            The sample, or the next one that is whole.

        Raises:
            InputError: If no sample at all can be read.
        """
        skipped: list[str] = []
        for index in range(key.number, key.number + len(self)):
            try:
                return self._item(SampleKey(key.epoch, index % len(self)), tuple(skipped))
            except InputError as error:  # noqa: PERF203  (that is what may happen)
                skipped.append(str(error))
        msg = f"None of the {len(self)} samples can be read ({skipped[0]})."
        raise InputError(msg)

    def weights(self, change_weight: float = 0.0) -> NDArray[np.float64]:
        """Return how often each sample is to be drawn against the others.

        Args:
            change_weight: How much more often for each m/s by which the driven speed differs from the present one.

        Returns:
            Each sample's own weight, times one plus ``change_weight`` times that change of speed.

        Source:
            Keyframe-focused imitation learning (arXiv 2106.06452): who learns from all moments alike learns to go on as
            before, since that is nearly always right; to start from a standstill is not.
        """
        return np.concatenate([_drawn(shard.rows_N, change_weight) for shard in self._shards])

    def labels(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the index of every sample's view and skill."""
        rows = [shard.rows_N for shard in self._shards]
        views = np.concatenate([each["view"] for each in rows]).astype(np.int64)
        return views, np.concatenate([each["skill"] for each in rows]).astype(np.int64)

    def _item(self, key: SampleKey, skipped: tuple[str, ...]) -> Item:
        place = int(np.searchsorted(self._ends, key.number, side="right"))
        shard = self._shards[place]
        inside = key.number - (int(self._ends[place - 1]) if place else 0)
        sample = shard.sample(inside)
        manifest, sizes = self._how.manifest, self._how.manifest.sizes
        random = np.random.default_rng([*self._how.seed, key.epoch, key.number])
        draws = self._how.flow_draws
        noise_KHA = random.standard_normal((draws, sizes.horizon_steps, sizes.action_dim), np.float32)
        time_K = (1.0 - sizes.flow.sigma_min) * (1.0 - random.beta(TIME_ALPHA, TIME_BETA, draws))
        return Item(
            images_NSS3=self._pictures(shard, inside, sample, int(random.integers(1 << 31))),
            proprio_TP=assemble_proprio(
                sample.ego, sample.goals_T2, manifest.normalization, wrap_heading=self._how.wrap_heading
            ),
            goal_2=assemble_goal(sample.goals_T2[-1], manifest.normalization),
            noise_KHA=noise_KHA,
            target_HA=waypoints_to_network(sample.future_H2, manifest.normalization, float(sample.ego.speed_T[-1])),
            time_K=time_K.astype(np.float32),
            view=sample.view,
            skill=sample.skill,
            skipped=skipped,
        )

    def _pictures(self, shard: ShardReader, inside: int, sample: StoredSample, seed: int) -> NDArray[np.uint8]:
        names = self._how.manifest.view_names
        side = shard.manifest.image_size
        images_NSS3 = np.zeros((FIRST_VIEW + len(names), side, side, 3), np.uint8)
        labelled = CANDIDATE_VIEWS[sample.view]
        # A fixed view is the only name there is, and is looked at whatever the label says.
        read = [name for name in names if self._how.all_views or len(names) == 1 or name == labelled]
        wanted = {"front": FRONT_NOW, "front before": FRONT_BEFORE}
        wanted.update({name: FIRST_VIEW + CANDIDATE_VIEWS.index(name) for name in read})
        augment = AUGMENTATIONS.get(self._how.augment)
        for name, which in wanted.items():
            picture_SS3 = shard.picture(inside, which)
            if augment is not None:
                picture_SS3 = augment(picture_SS3, SeedKey(seed, 0, name))
            images_NSS3[which if which < FIRST_VIEW else FIRST_VIEW + names.index(name)] = picture_SS3
        return images_NSS3


def _drawn(rows_N: NDArray[np.void], change_weight: float) -> NDArray[np.float64]:
    future_NH2 = rows_N["future"]
    horizon_s = (future_NH2.shape[1] - 1) * STEP_NS * 1e-9
    driven_mps_N = np.linalg.norm(future_NH2[:, -1] - future_NH2[:, 0], axis=1) / horizon_s
    change_mps_N = np.abs(driven_mps_N - rows_N["speed"][:, -1])
    weights_N: NDArray[np.float64] = rows_N["weight"].astype(np.float64) * (1.0 + change_weight * change_mps_N)
    return weights_N
