"""Messages to samples, by attribute name only: native messages, those of the bag library and ROS 1's serve alike.

Pixels are not copied and not decoded here.
"""

from __future__ import annotations

import functools
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.samples import (
    CameraInfoSample,
    EncodedImage,
    ImageSample,
    ImuSample,
    OdometrySample,
    RouteSample,
    Sample,
)
from drivemoe_ros.errors import InputError
from drivemoe_ros.geometry.se2 import yaw_from_quaternion
from drivemoe_ros.messages.picture_format import picture_format

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from drivemoe_ros.data.samples import Vector3
    from drivemoe_ros.messages.factory import Message

NANOSECONDS_PER_SECOND = 1_000_000_000
PATH, CARLA_ROUTE = ROUTE_TYPES = ("nav_msgs/msg/Path", "carla_msgs/msg/CarlaRoute")
# CARLA's world, as its ros-bridge names it.
CARLA_WORLD = "map"


def nanoseconds(time: Message) -> int:
    """Return a stamp or a duration as it is, sensible or not [ns]."""
    return int(time.sec) * NANOSECONDS_PER_SECOND + int(time.nanosec)


def stamp_of(message: Message, name: str) -> int:
    """Return a message's header stamp.

    Args:
        message: Any message with a header.
        name: Input it belongs to, for the sentence.

    Returns:
        Stamp [ns], positive.

    Raises:
        InputError: If the stamp is zero, negative or no time.
    """
    stamp = message.header.stamp
    stamp_ns = nanoseconds(stamp)
    if stamp_ns <= 0 or not 0 <= int(stamp.nanosec) < NANOSECONDS_PER_SECOND:
        what = "zero" if stamp_ns == 0 else f"{stamp.sec} s {stamp.nanosec} ns"
        msg = f"The header stamp of {name} is {what}, but inputs are matched by stamp; let its sender stamp messages."
        raise InputError(msg)
    return stamp_ns


def image_from_raw(message: Message, camera: str) -> ImageSample:
    """Read a ``sensor_msgs/Image``; ``is_bigendian`` has no meaning for 8-bit pictures.

    Args:
        message: The message.
        camera: Name of the camera.

    Returns:
        The picture, still encoded, its bytes shared with the message.

    Raises:
        InputError: If the stamp or the sizes make no sense.
    """
    height, width, step = int(message.height), int(message.width), int(message.step)
    if min(height, width, step) < 0:
        msg = f"The picture of {camera} is {width}x{height} pixels with {step} bytes a row; check the camera's driver."
        raise InputError(msg)
    image = EncodedImage(str(message.encoding), _bytes_view(message.data), height, width, step)
    return ImageSample(stamp_of(message, camera), camera, image)


def image_from_compressed(message: Message, camera: str) -> ImageSample:
    """Read a ``sensor_msgs/CompressedImage``.

    Args:
        message: The message.
        camera: Name of the camera.

    Returns:
        The picture, still encoded, its bytes shared with the message.

    Raises:
        InputError: If the stamp makes no sense.
    """
    data_bytes = _bytes_view(message.data)
    image = EncodedImage(picture_format(str(message.format), data_bytes), data_bytes)
    return ImageSample(stamp_of(message, camera), camera, image)


def odometry(message: Message, name: str) -> OdometrySample:
    """Read a ``nav_msgs/Odometry``, whose twist is in the vehicle's own frame.

    Args:
        message: The message.
        name: Input name, for the sentence.

    Returns:
        Pose and twist.

    Raises:
        InputError: If the stamp makes no sense or a value is not finite.
    """
    position, turn = message.pose.pose.position, message.pose.pose.orientation
    return OdometrySample(
        stamp_ns=stamp_of(message, name),
        frame_id=str(message.header.frame_id),
        x_m=float(position.x),
        y_m=float(position.y),
        yaw_rad=yaw_from_quaternion(turn.x, turn.y, turn.z, turn.w),
        velocity_mps=_vector(message.twist.twist.linear),
        angular_velocity_radps=_vector(message.twist.twist.angular),
    )


def imu(message: Message, name: str) -> ImuSample:
    """Read a ``sensor_msgs/Imu``; its orientation is not used.

    Args:
        message: The message.
        name: Input name, for the sentence.

    Returns:
        Acceleration and angular velocity.

    Raises:
        InputError: If the stamp makes no sense or a value is not finite.
    """
    return ImuSample(
        stamp_ns=stamp_of(message, name),
        acceleration_mps2=_vector(message.linear_acceleration),
        angular_velocity_radps=_vector(message.angular_velocity),
    )


def route(message: Message, name: str) -> RouteSample:
    """Read a ``nav_msgs/Path``; the stamps of its single poses are not used.

    Args:
        message: The message.
        name: Input name, for the sentence.

    Returns:
        The route, empty if the path is.

    Raises:
        InputError: If the stamp makes no sense or a value is not finite.
    """
    points = [(pose.pose.position.x, pose.pose.position.y) for pose in message.poses]
    points_N2 = np.array(points, dtype=np.float64).reshape(-1, 2)
    return RouteSample(stamp_of(message, name), str(message.header.frame_id), points_N2)


def carla_route(message: Message, name: str) -> RouteSample:
    """Read a ``carla_msgs/CarlaRoute``, whose header the CARLA Leaderboard leaves empty.

    Its road options are not used: goal points come from the shape of the route.

    Args:
        message: The message.
        name: Input name, for the sentence.

    Returns:
        The route; without a stamp, and in CARLA's world, where the header does not say otherwise.

    Raises:
        InputError: If the stamp makes no sense or a value is not finite.

    Source:
        carla-simulator/ros-carla-msgs, branch leaderboard-2.0, msg/CarlaRoute.msg; Thinklab-SJTU/Bench2Drive,
        leaderboard/leaderboard/autoagents/ros2_agent.py.
    """
    header = message.header
    stamp_ns = stamp_of(message, name) if header.stamp.sec or header.stamp.nanosec else None
    points = [(pose.position.x, pose.position.y) for pose in message.poses]
    points_N2 = np.array(points, dtype=np.float64).reshape(-1, 2)
    return RouteSample(stamp_ns, str(header.frame_id) or CARLA_WORLD, points_N2)


def goal(message: Message, name: str) -> RouteSample:
    """Read a ``geometry_msgs/PoseStamped`` as a route of one point.

    Args:
        message: The message.
        name: Input name, for the sentence.

    Returns:
        The goal.

    Raises:
        InputError: If the stamp makes no sense or a value is not finite.
    """
    position = message.pose.position
    points_N2 = np.array([[position.x, position.y]], dtype=np.float64)
    return RouteSample(stamp_of(message, name), str(message.header.frame_id), points_N2, is_goal=True)


def camera_info(message: Message, name: str) -> CameraInfoSample:
    """Read a ``sensor_msgs/CameraInfo``.

    Args:
        message: The message; ROS 1 names the matrix ``K``, ROS 2 ``k``.
        name: Input name, the camera's name followed by ``calibration``.

    Returns:
        The intrinsics; zero where the camera is not calibrated.

    Raises:
        InputError: If the stamp makes no sense or the matrix is not finite.
    """
    matrix_9 = np.asarray(message.k if hasattr(message, "k") else message.K, dtype=np.float64).reshape(-1)
    if matrix_9.size != 9 or not np.all(np.isfinite(matrix_9)):  # noqa: PLR2004
        msg = f"The camera matrix of {name} is not made of nine finite numbers; check the sender of this input."
        raise InputError(msg)
    return CameraInfoSample(
        stamp_ns=stamp_of(message, name),
        camera=name.removesuffix(" calibration"),
        width=int(message.width),
        height=int(message.height),
        fx=float(matrix_9[0]),
        fy=float(matrix_9[4]),
        cx=float(matrix_9[2]),
        cy=float(matrix_9[5]),
    )


def guarded(decode: Callable[[Message, str], Sample]) -> Callable[[Message, str], Sample]:
    """Turn what a message of another form leads to into an error in one sentence; a bag brings its own definitions.

    Args:
        decode: A decoder of this file.

    Returns:
        The same decoder, which raises nothing but ``InputError``.
    """

    @functools.wraps(decode)
    def checked(message: Message, name: str) -> Sample:
        try:
            return decode(message, name)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            msg = f"A message of {name} lacks a field or holds one of another kind ({error}); check its sender."
            raise InputError(msg) from error

    return checked


_PLAIN: dict[str, Callable[[Message, str], Sample]] = {
    "sensor_msgs/msg/Image": image_from_raw,
    "sensor_msgs/msg/CompressedImage": image_from_compressed,
    "sensor_msgs/msg/CameraInfo": camera_info,
    "sensor_msgs/msg/Imu": imu,
    "nav_msgs/msg/Odometry": odometry,
    PATH: route,
    CARLA_ROUTE: carla_route,
    "geometry_msgs/msg/PoseStamped": goal,
}
DECODERS: Mapping[str, Callable[[Message, str], Sample]] = MappingProxyType(
    {name: guarded(decode) for name, decode in _PLAIN.items()}
)


def _vector(vector: Message) -> Vector3:
    return (float(vector.x), float(vector.y), float(vector.z))


def _bytes_view(data: object) -> NDArray[np.uint8]:
    """Return the bytes of an array, ``array.array``, ``bytes`` or ``memoryview`` without copying them."""
    if isinstance(data, np.ndarray):
        return data.view(np.uint8).reshape(-1)
    if isinstance(data, list):
        return np.array(data, dtype=np.uint8)
    view = memoryview(data)  # type: ignore[arg-type]
    return np.frombuffer(view, dtype=np.uint8) if view.nbytes else np.empty(0, dtype=np.uint8)
