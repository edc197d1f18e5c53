"""What an infraction costs: the factors of the CARLA Leaderboard 2.

Source:
    carla-simulator/leaderboard, leaderboard/utils/statistics_manager.py at aec8131 (PENALTY_VALUE_DICT,
    PENALTY_PERC_DICT); Thinklab-SJTU/Bench2Drive at 7ec25d1 has the same, with the penalty for low speed switched off
    (README, 2024/08/19).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from drivemoe_ros.data.drive import InfractionKind

if TYPE_CHECKING:
    from drivemoe_ros.data.drive import DriveLog, Infraction

FACTORS = {
    InfractionKind.PEDESTRIAN: 0.5,
    InfractionKind.VEHICLE: 0.6,
    InfractionKind.STATIC: 0.65,
    InfractionKind.RED_LIGHT: 0.7,
    InfractionKind.STOP_SIGN: 0.8,
    InfractionKind.SCENARIO_TIMEOUT: 0.7,
    InfractionKind.EMERGENCY_VEHICLE: 0.7,
    # These end the drive, so that what is left of the route is the price.
    InfractionKind.ROUTE_DEVIATION: 1.0,
    InfractionKind.BLOCKED: 1.0,
    InfractionKind.ROUTE_TIMEOUT: 1.0,
}


def penalty_factor(infraction: Infraction) -> float:
    """Return what a score is multiplied by for one infraction, 0 to 1.

    Driving outside of the lanes costs the share of the way driven there; everything else costs the same each time.
    """
    if infraction.kind is InfractionKind.OUTSIDE_LANES:
        return 1.0 - infraction.share
    return FACTORS[infraction.kind]


def penalty(log: DriveLog) -> float:
    """Return the product of the factors of all infractions of a drive, 0 to 1."""
    return math.prod((penalty_factor(infraction) for infraction in log.infractions), start=1.0)
