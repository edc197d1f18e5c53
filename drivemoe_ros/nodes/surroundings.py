"""What lies around a plan: where the vehicle came from, its route, and what the cameras saw.

Shape legend: N points, H rows, W columns.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.ego import EgoHistory, NoHistory
from drivemoe_ros.data.samples import ImageSample, ImuSample, OdometrySample, RouteSample
from drivemoe_ros.errors import ImageError
from drivemoe_ros.geometry.se2 import points_in_pose
from drivemoe_ros.parameters.schema import to_ns
from drivemoe_ros.pipeline.navigation import Navigator
from drivemoe_ros.sensors.cache import PictureCache
from drivemoe_ros.sensors.decode import decode_image
from drivemoe_ros.sensors.thin import thin_image
from drivemoe_ros.supervision.reexpress import seen_from
from drivemoe_ros.sync.ego_motion import EgoMotion

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivemoe_ros.data.plan import Trajectory
    from drivemoe_ros.data.samples import Sample
    from drivemoe_ros.parameters.schema import Parameters

# A plan is younger than this many pictures of a camera.
KEPT_PICTURES = 8
PAST_STEP_NS = 100_000_000
MAX_ROUTE_POINTS = 150


class Surroundings:
    """Remembers the last moments of every input but the plans themselves."""

    def __init__(self, parameters: Parameters, least_width: int) -> None:
        """Start without any.

        Args:
            parameters: How inputs are taken, and how much is drawn.
            least_width: Pictures need no more columns than this [px].
        """
        self._parameters = parameters
        self._least_width = least_width
        # The base frame holds at the picture's stamp, whatever lag the policy was trained with.
        self._ego = EgoMotion(dataclasses.replace(parameters.ego, lag_s=0.0), to_ns(parameters.sync.jump_back_s))
        self._odometry_frame = ""
        self._navigator = Navigator(parameters.route)
        self._shelves: dict[str, deque[ImageSample]] = {}
        self._decoded = PictureCache(2 * KEPT_PICTURES)

    def push(self, sample: Sample) -> None:
        """Take one sample of any kind."""
        if isinstance(sample, ImageSample):
            small = dataclasses.replace(sample, image=thin_image(sample.image, self._least_width))
            self._shelves.setdefault(sample.camera, deque(maxlen=KEPT_PICTURES)).append(small)
        elif isinstance(sample, OdometrySample):
            self._odometry_frame = sample.frame_id
            self._ego.push(sample)
        elif isinstance(sample, ImuSample):
            self._ego.push(sample)
        elif isinstance(sample, RouteSample):
            self._navigator.set_route(sample)

    def forget_pictures(self) -> None:
        """Drop all pictures, as when nobody looks at them any more."""
        self._shelves.clear()
        self._decoded.clear()

    def covers(self, stamp_ns: int) -> bool:
        """Tell whether the vehicle's motion is known up to a stamp [ns]."""
        return self._ego.covers(stamp_ns)

    def ego(self, stamp_ns: int) -> EgoHistory | None:
        """Return the vehicle's motion up to a stamp [ns], as far back as it is known; None if it is not."""
        num_steps = 1 + to_ns(self._parameters.visualizer.past_s) // PAST_STEP_NS
        while num_steps >= 1:
            history = self._ego.history(stamp_ns, num_steps, PAST_STEP_NS)
            if isinstance(history, EgoHistory):
                return history
            num_steps //= 2
        return None

    def as_pictured(self, plan: Trajectory, stamp_ns: int) -> Trajectory:
        """Return a plan as seen from where the vehicle was at its picture's stamp [ns]; as it is where that is lost."""
        if plan.stamp_ns == stamp_ns:
            return plan
        begun, pictured = self._ego.history(plan.stamp_ns, 1, 1), self._ego.history(stamp_ns, 1, 1)
        if isinstance(begun, NoHistory) or isinstance(pictured, NoHistory):
            return plan
        ((x_m, y_m),) = _from_here(pictured.position_T2, begun)
        return seen_from(plan, (float(x_m), float(y_m), float(pictured.yaw_T[0] - begun.yaw_T[0])))

    def past(self, ego: EgoHistory | None) -> NDArray[np.float64] | None:
        """Return the past positions in the present base frame [m], shape (N, 2)."""
        return None if ego is None else _from_here(ego.position_T2, ego)

    def route(self, ego: EgoHistory | None) -> NDArray[np.float64] | None:
        """Return the part of the route around the vehicle in the present base frame [m], shape (N, 2)."""
        sample = self._navigator.sample
        if ego is None or sample is None or len(sample.points_N2) == 0 or sample.is_goal:
            return None
        if not self._navigator.status(int(ego.stamps_ns_T[-1]), self._odometry_frame).usable:
            return None
        route_N2 = _from_here(sample.points_N2, ego)
        near = np.flatnonzero(np.hypot(route_N2[:, 0], route_N2[:, 1]) <= self._parameters.visualizer.route_m)
        if len(near) == 0:
            return None
        # From the first near point to the last: a route that leaves and comes back stays one line.
        around_N2 = route_N2[near[0] : near[-1] + 1]
        return around_N2[:: 1 + len(around_N2) // MAX_ROUTE_POINTS]

    def pictures(self, stamp_ns: int) -> dict[str, NDArray[np.uint8]]:
        """Return the picture of each camera nearest to a stamp.

        Args:
            stamp_ns: Stamp of the plan [ns].

        Returns:
            RGB pictures (H, W, 3) by camera name, without those that cannot be decoded; the plan's state names them.
        """
        found = {}
        for camera, shelf in self._shelves.items():
            nearest = min(shelf, key=lambda sample: abs(sample.stamp_ns - stamp_ns))
            try:
                found[camera] = self._decode(nearest)
            except ImageError:
                continue
        return found

    def _decode(self, sample: ImageSample) -> NDArray[np.uint8]:
        limit = self._parameters.image.max_pixels
        return self._decoded.get(
            sample.camera, sample.stamp_ns, lambda: decode_image(sample.image, limit, self._least_width)
        )


def _from_here(points_N2: NDArray[np.float64], ego: EgoHistory) -> NDArray[np.float64]:
    x_m, y_m = ego.position_T2[-1]
    return points_in_pose(points_N2, float(x_m), float(y_m), float(ego.yaw_T[-1]))
