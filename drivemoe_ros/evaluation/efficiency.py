"""How briskly was driven: the car's speed as a percentage of the traffic's, over the twentieths of the route.

Shape legend: N moments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from drivemoe_ros.data.drive import Track

NUM_STRETCHES = 20
# Where traffic stands, its speed says nothing.
MAX_PERCENT = 1000.0
# A route that is this far done counts its last stretch too.
NEARLY_DONE = 0.95


def efficiency(track: Track) -> float | None:
    """Return the mean over the route's stretches of the car's mean speed by the traffic's mean speed.

    Args:
        track: What was driven.

    Returns:
        Percent; a stretch without traffic counts as 100, one beyond 1000 not at all. None if no stretch was finished.

    Source:
        Bench2Drive at 7ec25d1, MinimumSpeedRouteTest of scenario_runner's atomic_criteria.py with 20 checkpoints,
        and tools/efficiency_smoothness_benchmark.py.
    """
    percentages = [value for value in _stretches(track) if value <= MAX_PERCENT]
    return sum(percentages) / len(percentages) if percentages else None


def _stretches(track: Track) -> list[float]:
    values = []
    start = 0
    done = 0.0
    for moment, completion in enumerate(track.completion_N.tolist()):
        if completion - done > 1.0 / NUM_STRETCHES:
            values.append(_percentage(track, start, moment))
            start, done = moment, completion
    if len(track.completion_N) and track.completion_N[-1] > NEARLY_DONE:
        values.append(_percentage(track, start, len(track.completion_N)))
    return values


def _percentage(track: Track, start: int, stop: int) -> float:
    traffic_N = track.traffic_speed_N[start:stop]
    has_traffic_N = np.isfinite(traffic_N)
    traffic_sum = float(traffic_N[has_traffic_N].sum())
    if traffic_sum <= 0.0:
        return 100.0
    return 100.0 * float(track.speed_N[start:stop][has_traffic_N].sum()) / traffic_sum
