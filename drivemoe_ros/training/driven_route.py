"""A route for a recorded drive that has none: where the vehicle went, as a navigator that knew would have sent it.

Shape legend: N points.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.samples import OdometrySample, RouteSample

if TYPE_CHECKING:
    from collections.abc import Iterable

    from drivemoe_ros.data.samples import Sample

STEP_M = 2.0
# Straight on from the end, so that the goal of the last pictures is as far away as that of the others.
BEYOND_M = 20.0


def driven_route(samples: Iterable[Sample]) -> RouteSample | None:
    """Return what was driven as a route.

    Args:
        samples: A drive's samples, of which odometry is looked at.

    Returns:
        Points in odometry's frame, ``STEP_M`` apart or somewhat more; None without odometry.
    """
    points: list[tuple[float, float]] = []
    last = None
    for sample in samples:
        if not isinstance(sample, OdometrySample):
            continue
        last = sample
        if not points or math.dist(points[-1], (sample.x_m, sample.y_m)) >= STEP_M:
            points.append((sample.x_m, sample.y_m))
    if last is None:
        return None
    ahead_N1 = np.arange(STEP_M, BEYOND_M + STEP_M, STEP_M)[:, None]
    heading_2 = np.array([math.cos(last.yaw_rad), math.sin(last.yaw_rad)])
    beyond_N2 = np.array([last.x_m, last.y_m]) + ahead_N1 * heading_2
    return RouteSample(None, last.frame_id, np.concatenate([np.array(points), beyond_N2]))
