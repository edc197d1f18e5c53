"""One stamped input as it arrived from one topic; pictures are still encoded.

Shape legend: N points of a route.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.checks import require_finite, require_shape

if TYPE_CHECKING:
    from numpy.typing import NDArray

Vector3 = tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class EncodedImage:
    """A picture as its sender encoded it.

    Attributes:
        encoding: ``bgra8``, ``bgr8``, ``rgb8``, ``rgba8``, ``mono8`` for raw pictures; ``jpeg`` or ``png``.
        data_bytes: The bytes, 1-D uint8, a view into the message where possible.
        height: Rows [px]; 0 for compressed pictures.
        width: Columns [px]; 0 for compressed pictures.
        step: Bytes in a row, padding included; 0 for compressed pictures.
    """

    encoding: str
    data_bytes: NDArray[np.uint8]
    height: int = 0
    width: int = 0
    step: int = 0

    def same_picture(self, other: EncodedImage) -> bool:
        """Tell whether both hold the same bytes in the same encoding."""
        return self.encoding == other.encoding and np.array_equal(self.data_bytes, other.data_bytes)


@dataclass(frozen=True, eq=False)
class ImageSample:
    """A picture of one camera of the rig."""

    stamp_ns: int
    camera: str
    image: EncodedImage


@dataclass(frozen=True)
class OdometrySample:
    """Pose in ``frame_id`` and twist in the vehicle's own frame.

    Attributes:
        stamp_ns: Header stamp [ns].
        frame_id: Frame of the pose, e.g. ``odom`` or ``map``.
        x_m: Position [m].
        y_m: Position [m].
        yaw_rad: Heading [rad], counter-clockwise.
        velocity_mps: Linear velocity (x, y, z) [m/s], body frame.
        angular_velocity_radps: Angular velocity (x, y, z) [rad/s], body frame.
    """

    stamp_ns: int
    frame_id: str
    x_m: float
    y_m: float
    yaw_rad: float
    velocity_mps: Vector3
    angular_velocity_radps: Vector3

    @property
    def pose(self) -> tuple[float, float, float]:
        """The pose in ``frame_id``: x [m], y [m], yaw [rad]."""
        return self.x_m, self.y_m, self.yaw_rad

    def __post_init__(self) -> None:
        """Refuse NaN and infinity."""
        values = (self.x_m, self.y_m, self.yaw_rad, *self.velocity_mps, *self.angular_velocity_radps)
        require_finite("odometry", np.array(values))


@dataclass(frozen=True)
class ImuSample:
    """Linear acceleration [m/s^2], gravity included, and angular velocity [rad/s], both (x, y, z) in the body frame."""

    stamp_ns: int
    acceleration_mps2: Vector3
    angular_velocity_radps: Vector3

    def __post_init__(self) -> None:
        """Refuse NaN and infinity."""
        require_finite("IMU", np.array((*self.acceleration_mps2, *self.angular_velocity_radps)))


@dataclass(frozen=True, eq=False)
class RouteSample:
    """Route to follow, or a single goal where ``points_N2`` has one row.

    Attributes:
        stamp_ns: Header stamp [ns]; None where its sender stamps none.
        frame_id: Frame of the points.
        points_N2: Positions (x, y) in driving order [m].
        is_goal: True if it came as a single goal pose.
    """

    stamp_ns: int | None
    frame_id: str
    points_N2: NDArray[np.float64]
    is_goal: bool = False

    def __post_init__(self) -> None:
        """Refuse other shapes, NaN and infinity."""
        require_shape("route", self.points_N2, (-1, 2))
        require_finite("route", self.points_N2)


@dataclass(frozen=True)
class CameraInfoSample:
    """Pinhole intrinsics of one camera [px]."""

    stamp_ns: int
    camera: str
    width: int
    height: int
    fx: float
    fy: float
    cx: float
    cy: float


Sample = ImageSample | OdometrySample | ImuSample | RouteSample | CameraInfoSample
