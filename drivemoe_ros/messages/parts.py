"""The nested messages that every output is built from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivemoe_ros.messages.factory import Message, MessageFactory

NANOSECONDS_PER_SECOND = 1_000_000_000


class Parts:
    """Builds headers, poses and the like for one stamp and one frame."""

    def __init__(self, factory: MessageFactory, stamp_ns: int, frame_id: str) -> None:
        """Bind the builder to a plan.

        Args:
            factory: Makes the messages.
            stamp_ns: Stamp of every header [ns].
            frame_id: Frame of every header.
        """
        self._factory = factory
        self._stamp_ns = stamp_ns
        self._frame_id = frame_id

    def make(self, type_name: str, **fields: object) -> Message:
        """Make any message; see ``MessageFactory.make``."""
        return self._factory.make(type_name, **fields)

    def at(self, stamp_ns: int) -> Parts:
        """Return the builder of another stamp [ns], in the same frame."""
        return Parts(self._factory, stamp_ns, self._frame_id)

    def stamp(self) -> Message:
        """Return the plan's stamp."""
        sec, nanosec = divmod(self._stamp_ns, NANOSECONDS_PER_SECOND)
        return self.make("builtin_interfaces/msg/Time", sec=sec, nanosec=nanosec)

    def header(self) -> Message:
        """Return a header with the plan's stamp and frame."""
        return self.make("std_msgs/msg/Header", stamp=self.stamp(), frame_id=self._frame_id)

    def duration(self, time_ns: int) -> Message:
        """Return a duration of that many nanoseconds."""
        sec, nanosec = divmod(time_ns, NANOSECONDS_PER_SECOND)
        return self.make("builtin_interfaces/msg/Duration", sec=sec, nanosec=nanosec)

    def point(self, x_m: float, y_m: float, z_m: float = 0.0) -> Message:
        """Return a point [m]."""
        return self.make("geometry_msgs/msg/Point", x=x_m, y=y_m, z=z_m)

    def pose(self, x_m: float, y_m: float, yaw_rad: float = 0.0, z_m: float = 0.0) -> Message:
        """Return a pose [m] turned about z [rad]."""
        turn = self.make(
            "geometry_msgs/msg/Quaternion", x=0.0, y=0.0, z=math.sin(yaw_rad / 2.0), w=math.cos(yaw_rad / 2.0)
        )
        return self.make("geometry_msgs/msg/Pose", position=self.point(x_m, y_m, z_m), orientation=turn)

    def scale(self, x_m: float, y_m: float = 0.0, z_m: float = 0.0) -> Message:
        """Return a marker's extent [m]."""
        return self.make("geometry_msgs/msg/Vector3", x=x_m, y=y_m, z=z_m)

    def colour(self, red: float, green: float, blue: float, alpha: float = 1.0) -> Message:
        """Return a colour, each part in 0..1."""
        return self.make("std_msgs/msg/ColorRGBA", r=red, g=green, b=blue, a=alpha)
