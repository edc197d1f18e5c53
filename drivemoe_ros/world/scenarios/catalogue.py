"""All scenario families by name, and which seeds are for training, validation and test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.skills import (
    EMERGENCY_BRAKE,
    GIVE_WAY,
    MERGING,
    NORMAL,
    OVERTAKING,
    PARKING_EXIT,
    TRAFFIC_SIGN,
)
from drivemoe_ros.errors import ParameterError
from drivemoe_ros.world.scenarios import (
    emergency_brake,
    emergency_brake_junction,
    give_way_road,
    give_way_siren,
    junctions,
    merging,
    normal,
    overtaking,
    parking_exit,
    traffic_lights,
    traffic_sign,
)

if TYPE_CHECKING:
    from drivemoe_ros.world.scenario import Scenario

SEEDS = {"train": range(100_000), "validation": range(100_000, 110_000), "test": range(200_000, 210_000)}
# The traffic's generator takes 32 bits.
MAX_SEED = 2**32 - 1


@dataclass(frozen=True)
class Family:
    """One kind of drive.

    Attributes:
        skill: The skill it asks for, by its name in ``data.skills``.
        build: Draws one from a generator.
    """

    skill: str
    build: Callable[[np.random.Generator], Scenario]


FAMILIES: Mapping[str, Family] = {
    "normal/lane_follow": Family(NORMAL, normal.lane_follow),
    "parking_exit/parallel_free": Family(PARKING_EXIT, parking_exit.parallel_free),
    "parking_exit/parallel_wait": Family(PARKING_EXIT, parking_exit.parallel_wait),
    "parking_exit/slanted_bay": Family(PARKING_EXIT, parking_exit.slanted_bay),
    "normal/stop_and_go": Family(NORMAL, normal.stop_and_go),
    "normal/traffic_light": Family(NORMAL, traffic_lights.traffic_light),
    "normal/light_turn": Family(NORMAL, traffic_lights.light_turn),
    "normal/free_turn": Family(NORMAL, traffic_lights.free_turn),
    "emergency_brake/red_light_runner": Family(EMERGENCY_BRAKE, emergency_brake_junction.red_light_runner),
    "emergency_brake/priority_taken": Family(EMERGENCY_BRAKE, emergency_brake_junction.priority_taken),
    "emergency_brake/blocked_junction": Family(EMERGENCY_BRAKE, emergency_brake_junction.blocked_junction),
    "emergency_brake/pedestrian_after_turn": Family(EMERGENCY_BRAKE, emergency_brake_junction.pedestrian_after_turn),
    "give_way/siren_behind": Family(GIVE_WAY, give_way_siren.siren_behind),
    "give_way/siren_crossing": Family(GIVE_WAY, give_way_siren.siren_crossing),
    "merging/left_across": Family(MERGING, junctions.left_across),
    "merging/right_turn": Family(MERGING, junctions.right_turn),
    "merging/left_into_flow": Family(MERGING, junctions.left_into_flow),
    "overtaking/parked_obstacle": Family(OVERTAKING, overtaking.parked_obstacle),
    "overtaking/construction": Family(OVERTAKING, overtaking.construction),
    "overtaking/open_door": Family(OVERTAKING, overtaking.open_door_ahead),
    "overtaking/slow_cyclist": Family(OVERTAKING, overtaking.slow_cyclist),
    "emergency_brake/lead_brakes": Family(EMERGENCY_BRAKE, emergency_brake.lead_brakes),
    "emergency_brake/pedestrian_steps_out": Family(EMERGENCY_BRAKE, emergency_brake.pedestrian_steps_out),
    "emergency_brake/pedestrian_crossing": Family(EMERGENCY_BRAKE, emergency_brake.pedestrian_crossing),
    "emergency_brake/parking_cut_in": Family(EMERGENCY_BRAKE, emergency_brake.parking_cut_in),
    "emergency_brake/queue_cut_in": Family(EMERGENCY_BRAKE, emergency_brake.queue_cut_in),
    "merging/entry_ramp": Family(MERGING, merging.entry_ramp),
    "merging/exit_ramp": Family(MERGING, merging.exit_ramp),
    "merging/lane_change": Family(MERGING, merging.lane_change),
    "give_way/entry_cut_in": Family(GIVE_WAY, give_way_road.entry_cut_in),
    "give_way/invading_turn": Family(GIVE_WAY, give_way_road.invading_turn),
    "traffic_sign/straight": Family(TRAFFIC_SIGN, traffic_sign.straight),
    "traffic_sign/t_junction": Family(TRAFFIC_SIGN, traffic_sign.t_junction),
    "traffic_sign/turn": Family(TRAFFIC_SIGN, traffic_sign.turn),
}


def file_stem(family: str, seed: int) -> str:
    """Return what files of one drive are called, without their ending."""
    return f"{family.replace('/', '_')}_{seed}"


def scenario(family: str, seed: int) -> Scenario:
    """Return one drive of a family; the same name and seed give the same.

    Args:
        family: Its name.
        seed: What it is drawn from, of 32 bits.

    Returns:
        The scenario.

    Raises:
        ParameterError: If there is no such family or seed.
    """
    if family not in FAMILIES:
        msg = f"There is no scenario family '{family}'; choose one of {', '.join(sorted(FAMILIES))}."
        raise ParameterError(msg)
    if not 0 <= seed <= MAX_SEED:
        msg = (
            f"The seed of the road is {seed}, but it must be 0 to {MAX_SEED}; test drives begin at {SEEDS['test'][0]}."
        )
        raise ParameterError(msg)
    known = FAMILIES[family]
    return replace(known.build(np.random.default_rng(seed)), family=family, skill=known.skill, seed=seed)
