"""A task that can be learnt in seconds: the colour of the front picture tells view, skill and where the road bends."""

from __future__ import annotations

import pathlib
from functools import partial

import numpy as np
from numpy.typing import NDArray

from drivemoe_ros.data.cameras import CANDIDATE_VIEWS
from drivemoe_ros.data.ego import EgoHistory, GoalPoints
from drivemoe_ros.data.plan import Observation
from drivemoe_ros.data.skills import SKILL_NAMES
from drivemoe_ros.training.sample import TrainingSample
from drivemoe_ros.training.shard_writer import ShardWriter

SIDE, STEPS, HORIZON = 84, 5, 10
COLOURS = ((230, 30, 30), (30, 230, 30), (30, 30, 230))
VIEWS, SKILLS, BENDS = ("front_left", "back", "back_right"), ("merging", "normal", "overtaking"), (-0.1, 0.0, 0.1)
MS = 1_000_000


def picture(colour: tuple[int, int, int], random: np.random.Generator) -> NDArray[np.uint8]:
    speckled = np.asarray(colour) + random.integers(-20, 21, (SIDE, SIDE, 1))
    return np.clip(speckled, 0, 255).astype(np.uint8)


def sample(seed: int, weight: float = 1.0) -> TrainingSample:
    random = np.random.default_rng(seed)
    kind, speed = seed % len(COLOURS), 4.0 + 2.0 * random.random()
    times_T = np.arange(-0.4, 0.05, 0.1)
    ego = EgoHistory(
        stamps_ns_T=(seed * 1000 * MS + times_T * 1e9).astype(np.int64),
        position_T2=np.stack([speed * times_T, np.zeros(STEPS)], axis=1),
        yaw_T=np.zeros(STEPS),
        speed_T=np.full(STEPS, speed),
        acceleration_T3=random.normal([0.0, 0.0, 9.81], 0.1, (STEPS, 3)),
        angular_velocity_T3=random.normal(0.0, 0.01, (STEPS, 3)),
    )
    ahead_H = speed * 0.1 * np.arange(HORIZON)
    return TrainingSample(
        front_now_SS3=picture(COLOURS[kind], random),
        front_before_SS3=picture(COLOURS[kind], random),
        views_VSS3=np.stack([picture((90, 90, 90), random) for _ in CANDIDATE_VIEWS]),
        ego=ego,
        goals_T2=np.tile([7.5, random.normal()], (STEPS, 1)),
        future_H2=np.stack([ahead_H, BENDS[kind] * ahead_H**2], axis=1),
        view=VIEWS[kind],
        skill=SKILLS[kind],
        family=f"synthetic/{SKILL_NAMES[kind]}",
        seed=seed,
        weight=weight,
    )


def observation(seed: int = 0) -> Observation:
    """What a policy is handed at the stamp of a sample."""
    given = sample(seed)
    views = {name: partial(_first, [picture]) for name, picture in zip(CANDIDATE_VIEWS, given.views_VSS3, strict=True)}
    goals = GoalPoints(given.goals_T2, "route")
    return Observation(seed * MS, given.front_now_SS3, given.front_before_SS3, views, given.ego, goals)


def _first(pictures: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    return pictures[0]


def write(folder: pathlib.Path, count: int, *, first: int = 0, samples_per_shard: int = 64) -> pathlib.Path:
    with ShardWriter(folder, {"world": "synthetic"}, samples_per_shard=samples_per_shard) as writer:
        for seed in range(first, first + count):
            writer.add(sample(seed))
    return folder
