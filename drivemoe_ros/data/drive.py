"""The log of one closed-loop drive: what was driven, what went wrong, and what the routers chose; scores come of it.

Shape legend: N moments, P plans.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from drivemoe_ros.data.checks import require_finite, require_shape

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class InfractionKind(str, Enum):
    """What a driver can do wrong; the names are those of the CARLA Leaderboard's records."""

    PEDESTRIAN = "collisions_pedestrian"
    VEHICLE = "collisions_vehicle"
    STATIC = "collisions_layout"
    RED_LIGHT = "red_light"
    STOP_SIGN = "stop_infraction"
    OUTSIDE_LANES = "outside_route_lanes"
    EMERGENCY_VEHICLE = "yield_emergency_vehicle_infractions"
    SCENARIO_TIMEOUT = "scenario_timeouts"
    ROUTE_DEVIATION = "route_dev"
    BLOCKED = "vehicle_blocked"
    ROUTE_TIMEOUT = "route_timeout"


class Ending(str, Enum):
    """How a drive ended."""

    ARRIVED = "arrived"
    CRASHED = "crashed"
    BLOCKED = "blocked"
    TIMED_OUT = "timed out"
    OFF_ROUTE = "off route"
    FAULT = "fault"


@dataclass(frozen=True)
class Infraction:
    """One thing done wrong.

    Attributes:
        kind: What.
        time_ns: When, after the drive's beginning [ns].
        detail: In words.
        share: For ``OUTSIDE_LANES`` the share of the driven way outside of the lanes, 0 to 1.
    """

    kind: InfractionKind
    time_ns: int
    detail: str = ""
    share: float = 0.0


@dataclass(frozen=True, eq=False)
class Track:
    """The ego car and the traffic around it, moment by moment.

    Attributes:
        times_ns_N: After the drive's beginning [ns], int64, equally spaced.
        position_N2: (x, y) in the map frame [m].
        yaw_N: Heading [rad].
        speed_N: Speed along the heading [m/s].
        acceleration_N2: (forward, left) in the body frame, without gravity [m/s^2].
        yaw_rate_N: Turning rate [rad/s].
        completion_N: Share of the route that is done, 0 to 1.
        traffic_speed_N: Mean speed of the other vehicles [m/s]; NaN where there are none.
    """

    times_ns_N: NDArray[np.int64]
    position_N2: NDArray[np.float64]
    yaw_N: NDArray[np.float64]
    speed_N: NDArray[np.float64]
    acceleration_N2: NDArray[np.float64]
    yaw_rate_N: NDArray[np.float64]
    completion_N: NDArray[np.float64]
    traffic_speed_N: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Refuse unequal lengths, NaN and infinity."""
        num = len(self.times_ns_N)
        require_shape("track positions", self.position_N2, (num, 2))
        require_shape("track accelerations", self.acceleration_N2, (num, 2))
        for name in ("yaw_N", "speed_N", "yaw_rate_N", "completion_N", "traffic_speed_N"):
            require_shape(f"track ({name})", getattr(self, name), (num,))
        for name in ("position_N2", "yaw_N", "speed_N", "acceleration_N2", "yaw_rate_N", "completion_N"):
            require_finite(f"track ({name})", getattr(self, name))


@dataclass(frozen=True)
class PlanNote:
    """What was labelled and what was chosen at one plan.

    Attributes:
        time_ns: Anchor stamp after the drive's beginning [ns].
        skill_label: The skill that the moment asks for.
        view_label: The view that the moment asks to be looked at.
        skill: Skill that the router scored highest; empty without a plan or without such a router.
        view: View that the router scored highest; empty without a plan or without such a router.
        state: Name of the ``DrivingState``.
    """

    time_ns: int
    skill_label: str
    view_label: str
    skill: str = ""
    view: str = ""
    state: str = ""


@dataclass(frozen=True, eq=False)
class DriveLog:
    """One drive from start to end.

    Attributes:
        family: Scenario family, e.g. ``merging/ramp``.
        skill: Skill that the family asks for.
        seed: Seed of the scenario.
        driver: Who drove, e.g. ``expert`` or a checkpoint's name.
        ending: How it ended.
        completion: Share of the route that was driven, 0 to 1.
        infractions: What went wrong, in order of time.
        track: What was driven.
        plans: One note a plan, P of them.
        reason: Why it ended so, in words; empty where the ending says all.
    """

    family: str
    skill: str
    seed: int
    driver: str
    ending: Ending
    completion: float
    infractions: tuple[Infraction, ...]
    track: Track
    plans: tuple[PlanNote, ...] = field(default=())
    reason: str = ""
