"""Odometry of a car that speeds up, brakes and turns, as exact or as noisy as a test wants."""

import dataclasses
import math
import random
from collections.abc import Iterable

from drivemoe_ros.data.samples import OdometrySample
from drivemoe_ros.supervision.odometry_check import OdometryCheck

MS = 1_000_000
S = 1_000_000_000
START_NS = 1_700_000_000 * S
SUBSTEPS = 20


def drive(
    seconds: float,
    speed_mps: float = 8.0,
    acceleration_mps2: float = 0.0,
    yaw_rate_radps: float = 0.0,
    period_ns: int = 50 * MS,
    start: OdometrySample | None = None,
) -> list[OdometrySample]:
    """Return the messages of a drive, in which the base frame also moves sideways, as one ahead of the axle does."""
    before = start or sample(START_NS, speed_mps=speed_mps)
    x_m, y_m, yaw_rad, forward_mps = before.x_m, before.y_m, before.yaw_rad, before.velocity_mps[0]
    left_mps = 1.4 * yaw_rate_radps
    messages = [] if start else [sample(START_NS, 0.0, 0.0, yaw_rad, forward_mps, left_mps, yaw_rate_radps)]
    for index in range(1, round(seconds * S / period_ns) + 1):
        step_s = period_ns * 1e-9 / SUBSTEPS
        for _ in range(SUBSTEPS):
            middle_rad = yaw_rad + 0.5 * yaw_rate_radps * step_s
            middle_mps = max(forward_mps + 0.5 * acceleration_mps2 * step_s, 0.0)
            x_m += (math.cos(middle_rad) * middle_mps - math.sin(middle_rad) * left_mps) * step_s
            y_m += (math.sin(middle_rad) * middle_mps + math.cos(middle_rad) * left_mps) * step_s
            yaw_rad += yaw_rate_radps * step_s
            forward_mps = max(forward_mps + acceleration_mps2 * step_s, 0.0)
        stamp_ns = before.stamp_ns + index * period_ns
        heading_rad = math.remainder(yaw_rad, math.tau)
        messages.append(sample(stamp_ns, x_m, y_m, heading_rad, forward_mps, left_mps, yaw_rate_radps))
    return messages


def sample(
    stamp_ns: int,
    x_m: float = 0.0,
    y_m: float = 0.0,
    yaw_rad: float = 0.0,
    speed_mps: float = 0.0,
    left_mps: float = 0.0,
    yaw_rate_radps: float = 0.0,
) -> OdometrySample:
    velocity, turning = (speed_mps, left_mps, 0.0), (0.0, 0.0, yaw_rate_radps)
    return OdometrySample(stamp_ns, "odom", x_m, y_m, yaw_rad, velocity, turning)


def noisy(messages: Iterable[OdometrySample], seed: int) -> list[OdometrySample]:
    """Return messages as a good receiver and wheel counters give them: 5 cm, 0.6 degrees, 0.1 m/s."""
    rng = random.Random(seed)
    return [
        dataclasses.replace(
            item,
            x_m=item.x_m + rng.gauss(0.0, 0.05),
            y_m=item.y_m + rng.gauss(0.0, 0.05),
            yaw_rad=math.remainder(item.yaw_rad + rng.gauss(0.0, 0.01), math.tau),
            velocity_mps=(item.velocity_mps[0] + rng.gauss(0.0, 0.1), item.velocity_mps[1], 0.0),
            angular_velocity_radps=(0.0, 0.0, item.angular_velocity_radps[2] + rng.gauss(0.0, 0.02)),
        )
        for item in messages
    ]


def scaled(item: OdometrySample, speed: float = 1.0, yaw_rate: float = 1.0) -> OdometrySample:
    """Return a message whose twist is so many times as large."""
    forward, left, _ = item.velocity_mps
    turning = (0.0, 0.0, yaw_rate * item.angular_velocity_radps[2])
    return dataclasses.replace(item, velocity_mps=(speed * forward, speed * left, 0.0), angular_velocity_radps=turning)


def problems(check: OdometryCheck, messages: Iterable[OdometrySample]) -> list[str]:
    """Push all messages and return everything that was wrong."""
    return [text for item in messages for text in check.push(item)]
