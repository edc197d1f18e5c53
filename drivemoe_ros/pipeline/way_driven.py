"""How far the vehicle has come since a stamp, from odometry: interpolated, never extrapolated."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.ego import NoHistory
from drivemoe_ros.geometry.se2 import points_in_pose, wrap_angle
from drivemoe_ros.parameters.schema import to_ns
from drivemoe_ros.sync.ego_motion import EgoMotion

if TYPE_CHECKING:
    from drivemoe_ros.data.samples import OdometrySample
    from drivemoe_ros.parameters.schema import Parameters
    from drivemoe_ros.supervision.reexpress import Pose


class WayDriven:
    """The last seconds of one vehicle's odometry.

    Attributes:
        newest: The message that came last.
    """

    def __init__(self, parameters: Parameters) -> None:
        """Start without messages.

        Args:
            parameters: Sections ``ego`` and ``sync`` are used.
        """
        # A history's lag belongs to the network's input; a plan itself starts at its stamp.
        ego = dataclasses.replace(parameters.ego, lag_s=0.0, use_imu=False)
        self._motion = EgoMotion(ego, to_ns(parameters.sync.jump_back_s))
        self.newest: OdometrySample | None = None

    def push(self, odometry: OdometrySample) -> None:
        """Take one message; in another frame than those before, it makes them worthless."""
        if self.newest is not None and self.newest.frame_id != odometry.frame_id:
            self._motion.reset()
        self._motion.push(odometry)
        self.newest = odometry

    def since(self, stamp_ns: int) -> Pose | NoHistory:
        """Return the pose of the newest message, seen from where the vehicle was at a stamp.

        Args:
            stamp_ns: An earlier stamp [ns].

        Returns:
            The pose, or why it is not known.
        """
        then, now = self._motion.history(stamp_ns, 1, 1), self.newest
        if isinstance(then, NoHistory) or now is None:
            return then if isinstance(then, NoHistory) else NoHistory("no odometry yet")
        begun = (float(then.position_T2[0, 0]), float(then.position_T2[0, 1]), float(then.yaw_T[0]))
        ((x_m, y_m),) = points_in_pose(np.array([[now.x_m, now.y_m]]), *begun)
        return float(x_m), float(y_m), float(wrap_angle(now.yaw_rad - begun[2]))
