"""Ranges and label counts of a training set, from its shards.

Shape legend: T history steps, P features of a history step, H waypoints.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.errors import InputError
from drivemoe_ros.policy.carla_frame import assemble_proprio, waypoints_to_network
from drivemoe_ros.policy.normalization import Normalization, Range

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from drivemoe_ros.training.shards import ShardReader

# Ranges that change nothing: what the policy's own functions return under them is in metres and seconds.
_UNIT = Range(-1.0, 1.0)
PLAIN = Normalization(_UNIT, _UNIT, _UNIT, _UNIT, _UNIT, _UNIT, _UNIT, _UNIT)
# A value that hardly changes in the data would otherwise be blown up to nothing but noise.
MIN_EXTENT = 0.02
MAX_LOOKED_AT = 20_000


def measure_ranges(
    shards: Sequence[ShardReader],
    *,
    input_tail: float,
    waypoint_tail: float,
    relative_to_speed: bool,
    past_motion: bool,
    slow_past_mps: float,
    wrap_heading: bool,
) -> Normalization:
    """Measure the ranges that weights trained on these shards normalise with.

    Args:
        shards: The training set; of large ones every n-th sample is looked at.
        input_tail: Share of input values that may lie below the range, and above it.
        waypoint_tail: The same for waypoints, whose range limits what can be planned.
        relative_to_speed: Tell waypoints by how much they differ from going on at the present speed.
        past_motion: Tell accelerations and earlier speeds.
        slow_past_mps: Tell earlier speeds below this one in any case [m/s].
        wrap_heading: As when driving.

    Returns:
        Ranges in the networks' frame, by the same functions that prepare the inputs when driving.

    Raises:
        InputError: If no sample can be read.

    Source:
        docs/model.md 4: 1st and 99th percentile, accelerations and angular velocities pooled over their axes.
    """
    stride = max(1, sum(map(len, shards)) // MAX_LOOKED_AT)
    plain = dataclasses.replace(
        PLAIN, relative_to_speed=relative_to_speed, past_motion=past_motion, slow_past_mps=slow_past_mps
    )
    proprio, waypoints = [], []
    for shard in shards:
        for index in range(0, len(shard), stride):
            try:
                sample = shard.sample(index)
            except InputError:
                continue  # the loader counts and names it
            proprio.append(assemble_proprio(sample.ego, sample.goals_T2, plain, wrap_heading=wrap_heading))
            waypoints.append(waypoints_to_network(sample.future_H2, plain, float(sample.ego.speed_T[-1])))
    if not proprio:
        msg = f"None of the samples in '{shards[0].folder}' and the other shards can be read; write them again."
        raise InputError(msg)
    rows = np.concatenate(proprio)
    path = np.concatenate(waypoints)
    return dataclasses.replace(
        plain,
        speed=_range(rows[:, 0], input_tail),
        acceleration=_range(rows[:, 1:4], input_tail),
        angular_velocity=_range(rows[:, 4:7], input_tail),
        theta=_range(rows[:, 7], input_tail),
        goal_x=_range(rows[:, 8], input_tail),
        goal_y=_range(rows[:, 9], input_tail),
        waypoint_x=_range(path[:, 0], waypoint_tail),
        waypoint_y=_range(path[:, 1], waypoint_tail),
    )


def count_labels(shards: Sequence[ShardReader]) -> tuple[Counter[str], Counter[str]]:
    """Count the labelled views and skills of a training set."""
    views: Counter[str] = Counter()
    skills: Counter[str] = Counter()
    for shard in shards:
        views.update(shard.manifest.view_counts)
        skills.update(shard.manifest.skill_counts)
    return views, skills


def _range(values: NDArray[np.float32], tail: float) -> Range:
    low, high = (float(bound) for bound in np.quantile(values.astype(np.float64), [tail, 1.0 - tail]))
    lack = max(0.0, MIN_EXTENT - (high - low)) / 2.0
    return Range(low - lack, high + lack)
