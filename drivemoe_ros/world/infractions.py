"""What can go wrong in a drive, named as CARLA's leaderboard names it; what it costs is the evaluation's business."""

from __future__ import annotations

from dataclasses import dataclass

PEDESTRIAN = "collisions_pedestrian"
VEHICLE = "collisions_vehicle"
LAYOUT = "collisions_layout"
RED_LIGHT = "red_light"
STOP_SIGN = "stop_infraction"
OUTSIDE_LANES = "outside_route_lanes"
SIREN = "yield_emergency_vehicle_infractions"
BLOCKED = "vehicle_blocked"
ROUTE_DEVIATION = "route_dev"
TIMEOUT = "route_timeout"
KINDS = (
    PEDESTRIAN,
    VEHICLE,
    LAYOUT,
    RED_LIGHT,
    STOP_SIGN,
    OUTSIDE_LANES,
    SIREN,
    BLOCKED,
    ROUTE_DEVIATION,
    TIMEOUT,
)


@dataclass(frozen=True)
class Infraction:
    """One thing that went wrong.

    Attributes:
        kind: Its name, one of ``KINDS``.
        time_ns: When it was noted, since the drive's beginning [ns].
        detail: What happened, in words.
        share: For ``OUTSIDE_LANES``: the share of the way that was driven outside, 0 to 1; else 1.

    Source:
        CARLA leaderboard, leaderboard/utils/statistics_manager.py, whose names for the record these are.
    """

    kind: str
    time_ns: int
    detail: str
    share: float = 1.0
