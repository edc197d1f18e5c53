"""Notes what is driven, moment by moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.drive import Track
from drivemoe_ros.world.scene import BodyKind

if TYPE_CHECKING:
    from drivemoe_ros.world.simulation import World

# Columns: x, y, yaw, speed, forward and left acceleration, yaw rate, completion, traffic's speed.
NUM_COLUMNS = 9


class TrackRecorder:
    """Collects one row a step."""

    def __init__(self) -> None:
        """Start with nothing noted."""
        self._times_ns: list[int] = []
        self._rows: list[tuple[float, ...]] = []

    def note(self, world: World) -> None:
        """Note this moment."""
        ego = world.ego
        left_mps2 = ego.speed_mps * ego.yaw_rate_radps
        pose = (ego.x_m, ego.y_m, ego.yaw_rad)
        motion = (ego.speed_mps, ego.acceleration_mps2, left_mps2, ego.yaw_rate_radps)
        self._times_ns.append(world.time_ns)
        self._rows.append((*pose, *motion, world.completion, _traffic_speed_mps(world)))

    def track(self) -> Track:
        """Return everything noted so far."""
        rows_NC = np.array(self._rows, np.float64).reshape(-1, NUM_COLUMNS)
        return Track(
            times_ns_N=np.array(self._times_ns, np.int64),
            position_N2=rows_NC[:, :2],
            yaw_N=rows_NC[:, 2],
            speed_N=rows_NC[:, 3],
            acceleration_N2=rows_NC[:, 4:6],
            yaw_rate_N=rows_NC[:, 6],
            completion_N=rows_NC[:, 7],
            traffic_speed_N=rows_NC[:, 8],
        )


def _traffic_speed_mps(world: World) -> float:
    """Return the mean speed of all vehicles that are on their way; NaN without any."""
    speeds = [car.speed for car in world.cars if car.plan.cruise_mps > 0.0 and car.plan.kind is not BodyKind.CYCLIST]
    return float(np.mean(speeds)) if speeds else float("nan")
