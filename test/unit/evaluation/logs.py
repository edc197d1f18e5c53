"""Small drive logs for the scores."""

from __future__ import annotations

import numpy as np

from drivemoe_ros.data.drive import DriveLog, Ending, Infraction, InfractionKind, PlanNote, Track

STEP_NS = 50_000_000


def track(
    num: int = 201,
    *,
    speed: float = 5.0,
    forward: float = 0.0,
    left: float = 0.0,
    yaw_rate: float = 0.0,
    traffic: float = np.nan,
    done: float = 1.0,
) -> Track:
    """Return a drive at 20 Hz whose figures stay the same throughout."""
    times_s = np.arange(num) * 0.05
    return Track(
        times_ns_N=np.arange(num, dtype=np.int64) * STEP_NS,
        position_N2=np.stack([speed * times_s, np.zeros(num)], axis=1),
        yaw_N=np.zeros(num),
        speed_N=np.full(num, speed),
        acceleration_N2=np.tile([forward, left], (num, 1)),
        yaw_rate_N=np.full(num, yaw_rate),
        completion_N=np.linspace(0.0, done, num),
        traffic_speed_N=np.full(num, traffic),
    )


def log(
    *kinds: InfractionKind,
    skill: str = "normal",
    ending: Ending = Ending.ARRIVED,
    completion: float = 1.0,
    share: float = 0.0,
    driven: Track | None = None,
    plans: tuple[PlanNote, ...] = (),
) -> DriveLog:
    """Return a log with one infraction of each kind."""
    infractions = tuple(Infraction(kind, 0, "", share) for kind in kinds)
    driven = track() if driven is None else driven
    return DriveLog(f"{skill}/test", skill, 0, "nobody", ending, completion, infractions, driven, plans)
