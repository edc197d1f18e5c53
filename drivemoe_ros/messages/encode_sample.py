"""Samples as the messages that a vehicle sends them in: the way back of ``decode``, for the built-in world."""

from __future__ import annotations

import array
from typing import TYPE_CHECKING, NamedTuple

from drivemoe_ros.data.samples import CameraInfoSample, ImageSample, ImuSample, OdometrySample, RouteSample
from drivemoe_ros.messages.parts import Parts

if TYPE_CHECKING:
    from drivemoe_ros.data.cameras import Rig
    from drivemoe_ros.data.samples import Sample, Vector3
    from drivemoe_ros.messages.factory import Message, MessageFactory

COMPRESSED = ("jpeg", "png")
# As image_transport names the topic of compressed pictures.
COMPRESSED_SUFFIX = "/compressed"


class Encoded(NamedTuple):
    """A message and where it goes."""

    topic: str
    type_name: str
    message: Message


def encode_sample(sample: Sample, rig: Rig, factory: MessageFactory) -> Encoded:
    """Turn a sample into its message.

    Args:
        sample: Any input; a route must have a stamp.
        rig: Names its topic, and the base frame.
        factory: Makes the message.

    Returns:
        The message with topic and type; compressed pictures on image_transport's topic.
    """
    stamp_ns = sample.stamp_ns or 0
    if isinstance(sample, ImageSample):
        return _image(sample, rig, Parts(factory, stamp_ns, _optical_frame(rig, sample.camera)))
    if isinstance(sample, OdometrySample):
        return Encoded(rig.odometry_topic, "nav_msgs/msg/Odometry", _odometry(sample, rig, factory))
    if isinstance(sample, ImuSample):
        return Encoded(rig.imu_topic, "sensor_msgs/msg/Imu", _imu(sample, Parts(factory, stamp_ns, rig.base_frame)))
    if isinstance(sample, CameraInfoSample):
        parts = Parts(factory, stamp_ns, _optical_frame(rig, sample.camera))
        return Encoded(rig.cameras[sample.camera].info_topic, "sensor_msgs/msg/CameraInfo", _info(sample, parts))
    return _route(sample, rig, Parts(factory, stamp_ns, sample.frame_id))


def _optical_frame(rig: Rig, camera: str) -> str:
    return f"{rig.base_frame}/{camera}"


def _image(sample: ImageSample, rig: Rig, parts: Parts) -> Encoded:
    image, topic = sample.image, rig.cameras[sample.camera].image_topic
    # The one container that native messages take without looking at every byte.
    data = array.array("B", image.data_bytes.tobytes())
    if image.encoding in COMPRESSED:
        name = "sensor_msgs/msg/CompressedImage"
        message = parts.make(name, header=parts.header(), format=image.encoding, data=data)
        return Encoded(topic + COMPRESSED_SUFFIX, name, message)
    name = "sensor_msgs/msg/Image"
    sizes = {"height": image.height, "width": image.width, "step": image.step}
    message = parts.make(name, header=parts.header(), encoding=image.encoding, is_bigendian=0, data=data, **sizes)
    return Encoded(topic, name, message)


def _odometry(sample: OdometrySample, rig: Rig, factory: MessageFactory) -> Message:
    parts = Parts(factory, sample.stamp_ns, sample.frame_id)
    pose = parts.pose(sample.x_m, sample.y_m, sample.yaw_rad)
    linear, angular = _vector(parts, sample.velocity_mps), _vector(parts, sample.angular_velocity_radps)
    return parts.make(
        "nav_msgs/msg/Odometry",
        header=parts.header(),
        child_frame_id=rig.base_frame,
        pose=parts.make("geometry_msgs/msg/PoseWithCovariance", pose=pose),
        twist=parts.make(
            "geometry_msgs/msg/TwistWithCovariance",
            twist=parts.make("geometry_msgs/msg/Twist", linear=linear, angular=angular),
        ),
    )


def _imu(sample: ImuSample, parts: Parts) -> Message:
    return parts.make(
        "sensor_msgs/msg/Imu",
        header=parts.header(),
        angular_velocity=_vector(parts, sample.angular_velocity_radps),
        linear_acceleration=_vector(parts, sample.acceleration_mps2),
    )


def _info(sample: CameraInfoSample, parts: Parts) -> Message:
    focal, centre = (sample.fx, sample.fy), (sample.cx, sample.cy)
    return parts.make(
        "sensor_msgs/msg/CameraInfo",
        header=parts.header(),
        height=sample.height,
        width=sample.width,
        distortion_model="plumb_bob",
        d=[0.0] * 5,
        k=[focal[0], 0.0, centre[0], 0.0, focal[1], centre[1], 0.0, 0.0, 1.0],
        r=[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0],
        p=[focal[0], 0.0, centre[0], 0.0, 0.0, focal[1], centre[1], 0.0, 0.0, 0.0, 1.0, 0.0],
    )


def _route(sample: RouteSample, rig: Rig, parts: Parts) -> Encoded:
    header = parts.header()
    poses = [
        parts.make("geometry_msgs/msg/PoseStamped", header=header, pose=parts.pose(x_m, y_m))
        for x_m, y_m in sample.points_N2.tolist()
    ]
    if sample.is_goal:
        return Encoded(rig.goal_topic, "geometry_msgs/msg/PoseStamped", poses[0])
    name = "nav_msgs/msg/Path"
    return Encoded(rig.route_topic, name, parts.make(name, header=header, poses=poses))


def _vector(parts: Parts, vector: Vector3) -> Message:
    x, y, z = vector
    return parts.make("geometry_msgs/msg/Vector3", x=x, y=y, z=z)
