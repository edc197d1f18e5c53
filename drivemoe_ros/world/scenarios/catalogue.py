"""All scenario families by name, and which seeds are for training, validation and test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.skills import MERGING, NORMAL, PARKING_EXIT, TRAFFIC_SIGN
from drivemoe_ros.errors import ParameterError
from drivemoe_ros.world.scenarios import junctions, normal, parking_exit, traffic_lights, traffic_sign

if TYPE_CHECKING:
    from drivemoe_ros.world.scenario import Scenario

SEEDS = {"train": range(100_000), "validation": range(100_000, 110_000), "test": range(200_000, 210_000)}


@dataclass(frozen=True)
class Family:
    """One kind of drive.

    Attributes:
        skill: The skill it asks for, by its name in ``policy.drivemoe.SKILL_NAMES``.
        build: Draws one from a generator; the seed is for the record.
    """

    skill: str
    build: Callable[[np.random.Generator, int], Scenario]


FAMILIES: Mapping[str, Family] = {
    "normal/lane_follow": Family(NORMAL, normal.lane_follow),
    "parking_exit/parallel_free": Family(PARKING_EXIT, parking_exit.parallel_free),
    "parking_exit/parallel_wait": Family(PARKING_EXIT, parking_exit.parallel_wait),
    "parking_exit/slanted_bay": Family(PARKING_EXIT, parking_exit.slanted_bay),
    "normal/traffic_light": Family(NORMAL, traffic_lights.traffic_light),
    "normal/light_turn": Family(NORMAL, traffic_lights.light_turn),
    "normal/free_turn": Family(NORMAL, traffic_lights.free_turn),
    "merging/left_across": Family(MERGING, junctions.left_across),
    "merging/right_turn": Family(MERGING, junctions.right_turn),
    "merging/left_into_flow": Family(MERGING, junctions.left_into_flow),
    "traffic_sign/straight": Family(TRAFFIC_SIGN, traffic_sign.straight),
    "traffic_sign/t_junction": Family(TRAFFIC_SIGN, traffic_sign.t_junction),
    "traffic_sign/turn": Family(TRAFFIC_SIGN, traffic_sign.turn),
}


def scenario(family: str, seed: int) -> Scenario:
    """Return one drive of a family; the same name and seed give the same.

    Args:
        family: Its name.
        seed: What it is drawn from, 0 or more.

    Returns:
        The scenario.

    Raises:
        ParameterError: If there is no such family.
    """
    if family not in FAMILIES:
        msg = f"There is no scenario family '{family}'; choose one of {', '.join(sorted(FAMILIES))}."
        raise ParameterError(msg)
    return FAMILIES[family].build(np.random.default_rng(seed), seed)
