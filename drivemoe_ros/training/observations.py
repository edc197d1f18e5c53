"""Samples of shards as the observations that a policy in service gets."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.cameras import CANDIDATE_VIEWS
from drivemoe_ros.data.ego import GoalPoints
from drivemoe_ros.data.plan import Observation
from drivemoe_ros.training.shards import FIRST_VIEW, FRONT_BEFORE, FRONT_NOW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from drivemoe_ros.training.shards import ShardReader, StoredSample


def observation_of(shard: ShardReader, index: int, sample: StoredSample) -> Observation:
    """Return what a policy would have been handed.

    Args:
        shard: Where the sample is.
        index: Which one.
        sample: The sample without its pictures.

    Returns:
        The observation; its views are read when they are looked at.

    Raises:
        InputError: If a front picture is damaged.
    """
    views = {name: partial(shard.picture, index, FIRST_VIEW + place) for place, name in enumerate(CANDIDATE_VIEWS)}
    return Observation(
        stamp_ns=int(sample.ego.stamps_ns_T[-1]),
        front_now_SS3=shard.picture(index, FRONT_NOW),
        front_before_SS3=shard.picture(index, FRONT_BEFORE),
        views=views,
        ego=sample.ego,
        goals=GoalPoints(sample.goals_T2, "route"),
    )


def evenly_spaced(shards: Sequence[ShardReader], num: int) -> Iterator[tuple[ShardReader, int]]:
    """Choose samples from all over some shards, the same ones every time.

    Args:
        shards: Where to choose from.
        num: How many at most.

    Yields:
        Shard and index of each.
    """
    ends = np.cumsum([len(shard) for shard in shards])
    total = int(ends[-1]) if len(ends) else 0
    for place in np.unique(np.linspace(0, total - 1, min(num, total), dtype=np.int64)):
        which = int(np.searchsorted(ends, place, side="right"))
        yield shards[which], int(place - (ends[which] - len(shards[which])))
