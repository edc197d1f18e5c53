"""What the world's node sends, as CARLA's bridge does: time, status, sensors, and where the car is.

``/carla/status`` and ``/tf`` need carla_msgs and tf2_msgs, and are left out where those are not installed.

Source:
    carla-simulator/ros-bridge, carla_ros_bridge: carla_status_publisher.py, tf_sensor.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from drivemoe_ros.data.samples import CameraInfoSample, EncodedImage, ImageSample, OdometrySample, RouteSample
from drivemoe_ros.messages.encode_sample import encode_sample
from drivemoe_ros.messages.parts import Parts
from drivemoe_ros.nodes import qos
from drivemoe_ros.nodes.factory import NativeMessageFactory, is_installed, message_class
from drivemoe_ros.nodes.transforms import MOVING, TRANSFORMS
from drivemoe_ros.world.simulation import STEP_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rclpy.node import Node
    from rclpy.publisher import Publisher
    from rclpy.qos import QoSProfile

    from drivemoe_ros.data.cameras import Rig
    from drivemoe_ros.data.samples import Sample

CLOCK, SPEED, STATUS = "rosgraph_msgs/msg/Clock", "std_msgs/msg/Float32", "carla_msgs/msg/CarlaStatus"


class WorldOutputs:
    """Publishers of one world, each made when it is first needed."""

    def __init__(self, node: Node, rig: Rig) -> None:
        """Start without publishers.

        Args:
            node: The node.
            rig: Names the topics, and the base frame.
        """
        self._node, self._rig = node, rig
        self._factory = NativeMessageFactory()
        self._publishers: dict[str, Publisher] = {}
        self._has_status, self._has_transforms = is_installed(STATUS), is_installed(TRANSFORMS)
        self._frame = 0

    def send(self, samples: Sequence[Sample]) -> None:
        """Send what belongs to one moment, the time first.

        Args:
            samples: What the car sends; at least one.
        """
        self._frame += 1
        stamp_ns = max(sample.stamp_ns or 0 for sample in samples)
        self._publish("/clock", CLOCK, self._make(CLOCK, clock=Parts(self._factory, stamp_ns, "").header().stamp))
        if self._has_status:
            running = {"synchronous_mode": True, "synchronous_mode_running": True}
            status = self._make(STATUS, frame=self._frame, fixed_delta_seconds=STEP_S, **running)
            self._publish("/carla/status", STATUS, status)
        for sample in samples:
            self._send(sample)

    def close(self) -> None:
        """Destroy the publishers."""
        for publisher in self._publishers.values():
            self._node.destroy_publisher(publisher)
        self._publishers.clear()

    def _send(self, sample: Sample) -> None:
        if isinstance(sample, ImageSample):
            sample = ImageSample(sample.stamp_ns, sample.camera, _as_bgra(sample.image))
        topic, type_name, message = encode_sample(sample, self._rig, self._factory)
        if topic:
            # Route and calibration are sent once.
            latched = isinstance(sample, (RouteSample, CameraInfoSample))
            self._publish(topic, type_name, message, qos.LATCHED_OUT if latched else qos.SENSORS_OUT)
        if isinstance(sample, OdometrySample):
            # Beside odometry, as CARLA's bridge has it.
            speed = self._make(SPEED, data=sample.velocity_mps[0])
            self._publish(f"{topic.rpartition('/')[0]}/speedometer", SPEED, speed)
            if self._has_transforms:
                self._publish(MOVING, TRANSFORMS, self._make(TRANSFORMS, transforms=[self._transform(message)]))

    def _transform(self, odometry: Any) -> Any:  # noqa: ANN401
        """Return the transform that places the base frame where odometry says the car is."""
        place, turn = odometry.pose.pose.position, odometry.pose.pose.orientation
        shift = self._make("geometry_msgs/msg/Vector3", x=place.x, y=place.y, z=place.z)
        transform = self._make("geometry_msgs/msg/Transform", translation=shift, rotation=turn)
        name, child = "geometry_msgs/msg/TransformStamped", odometry.child_frame_id
        return self._make(name, header=odometry.header, child_frame_id=child, transform=transform)

    def _make(self, type_name: str, **fields: object) -> Any:  # noqa: ANN401
        return self._factory.make(type_name, **fields)

    def _publish(
        self,
        topic: str,
        type_name: str,
        message: Any,  # noqa: ANN401
        profile: QoSProfile = qos.SENSORS_OUT,
    ) -> None:
        if topic not in self._publishers:
            self._publishers[topic] = self._node.create_publisher(message_class(type_name), topic, profile)
        self._publishers[topic].publish(message)


def _as_bgra(image: EncodedImage) -> EncodedImage:
    """Return a picture as CARLA's bridge sends it."""
    rgb_HW3 = image.data_bytes.reshape(image.height, image.width, 3)
    bgra_HW4 = np.full((image.height, image.width, 4), 255, np.uint8)
    bgra_HW4[..., :3] = rgb_HW3[..., ::-1]
    return EncodedImage("bgra8", bgra_HW4.reshape(-1), image.height, image.width, 4 * image.width)
