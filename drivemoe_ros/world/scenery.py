"""A little seeded drive through a village: where the car is, its route, and what each camera of a rig sees.

It feeds the demonstration bag. Same seed and time, same pictures.
Shape legend: N route points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.world.drive import DriveState, Lane, check_duration, travel
from drivemoe_ros.world.perspective import Quads, join, paint
from drivemoe_ros.world.shapes import box, car, place
from drivemoe_ros.world.surroundings import LANE_M, lay_surroundings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivemoe_ros.data.cameras import Camera
    from drivemoe_ros.world.shapes import Colour

SEEN_M = 130.0
ROUTE_STEP_M, ROUTE_BEYOND_M = 1.0, 60.0
# The car ahead does everything this much earlier, so that it never comes closer than its head start.
LEAD_S, LEAD_M = 1.2, 11.0
ONCOMING = ((62.0, 6.5, (196.0, 58.0, 48.0)), (150.0, 7.5, (222.0, 222.0, 226.0)), (260.0, 7.0, (52.0, 92.0, 160.0)))


class DemoDrive:
    """A drive of about twenty seconds (longer ones repeat the speed profile on new road).

    Attributes:
        duration_s: Length of the drive [s].
        route_N2: Middle of the lane from the start to 60 m behind the end, in the map frame [m], a point a metre.
    """

    def __init__(self, seed: int, duration_s: float = 20.0) -> None:
        """Lay the road and build what stands beside it.

        Args:
            seed: Chooses bends, houses and trees.
            duration_s: Length of the drive [s].

        Raises:
            ParameterError: If the duration is not above 0 and at most 600 s.
        """
        check_duration(duration_s)
        self.duration_s = duration_s
        self._length_m = travel(duration_s)[0]
        self._lane = Lane(seed, self._length_m)
        self._still = lay_surroundings(self._lane, self._length_m, seed)
        self.route_N2 = self._lane.points(np.arange(0.0, self._length_m + ROUTE_BEYOND_M, ROUTE_STEP_M))

    def state(self, t_s: float) -> DriveState:
        """Return pose and motion at a time [s]; times outside the drive are those of its nearer end."""
        along_m, speed, acceleration = travel(min(max(t_s, 0.0), self.duration_s))
        (x_m, y_m), yaw_rad = self._lane.points(along_m)[0], float(self._lane.heading(along_m))
        yaw_rate = self._lane.curvature(along_m) * speed
        return DriveState(float(x_m), float(y_m), yaw_rad, speed, acceleration, yaw_rate)

    def render(self, camera: Camera, t_s: float, size_px: tuple[int, int]) -> NDArray[np.uint8]:
        """Paint what one camera sees.

        Args:
            camera: A camera of a rig.
            t_s: Time since the start [s].
            size_px: Columns and rows.

        Returns:
            RGB picture, shape (rows, columns, 3).
        """
        state = self.state(t_s)
        still = self._still
        near = np.hypot(still.anchor_Q2[:, 0] - state.x_m, still.anchor_Q2[:, 1] - state.y_m) < SEEN_M
        around = Quads(still.corners_Q43[near], still.colours_Q3[near], still.layer_Q[near], still.anchor_Q2[near])
        return paint(join([around, *self._traffic(t_s)]), camera, (state.x_m, state.y_m, state.yaw_rad), size_px)

    def _traffic(self, t_s: float) -> list[Quads]:
        """Return the car ahead and those that come towards it."""
        time_s = min(max(t_s, 0.0), self.duration_s)
        lead_m = LEAD_M + travel(time_s + LEAD_S)[0]
        cars = [self._car(lead_m, 0.0, 0.0, (64.0, 104.0, 168.0))]
        for start_m, speed_mps, colour in ONCOMING:
            along_m = start_m - speed_mps * time_s
            if along_m > -SEEN_M:
                cars.append(self._car(along_m, LANE_M, np.pi, colour))
        return cars

    def _car(self, along_m: float, left_m: float, turn_rad: float, colour: Colour) -> Quads:
        (x_m, y_m), yaw_rad = self._lane.points(along_m, left_m)[0], float(self._lane.heading(along_m)) + turn_rad
        shadow = place(box((-2.4, -1.15, 0.0), (2.4, 1.15, 0.01), (58.0, 60.0, 62.0))[4:], x_m, y_m, yaw_rad)
        flat = Quads(shadow.corners_Q43, shadow.colours_Q3 * 0.9, shadow.layer_Q * 0 + 5, shadow.anchor_Q2)
        return join([flat, place(car(colour), x_m, y_m, yaw_rad)])
