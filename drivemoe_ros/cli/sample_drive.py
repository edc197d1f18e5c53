"""Records the drawn drive as a bag: six JPEG cameras at 10 Hz, odometry and IMU at 50 Hz, a route.

One camera falls silent for a while, so that the replay shows what the pipeline makes of it.
"""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from drivemoe_ros.bags.factory import BagMessageFactory
from drivemoe_ros.parameters.schema import NANOSECONDS_PER_SECOND

if TYPE_CHECKING:
    from drivemoe_ros.bags.writer import BagWriter
    from drivemoe_ros.data.cameras import Camera, Rig
    from drivemoe_ros.world.drive import DriveState
    from drivemoe_ros.world.scenery import DemoDrive

ODOMETRY_HZ = 50
CAMERA_EVERY = 5  # ticks of odometry
FIRST_STAMP_NS = 1_700_000_000 * NANOSECONDS_PER_SECOND
SIZE_PX = (400, 225)
JPEG_QUALITY = 85
GRAVITY_MPS2 = 9.80665
# The view that the untrained mini policy (seed 0) likes best, so that it has to fall back.
SILENT_CAMERA, SILENT_FROM_S, SILENT_TO_S = "back_left", 6.0, 8.0
MAP_FRAME = "map"


class SampleDriveRecorder:
    """Writes a drawn drive tick by tick."""

    def __init__(self, drive: DemoDrive, rig: Rig, writer: BagWriter) -> None:
        """Record ``drive`` with the cameras of ``rig`` into ``writer``."""
        self._drive = drive
        self._rig = rig
        self._writer = writer
        self._factory = BagMessageFactory()

    @property
    def num_ticks(self) -> int:
        """Ticks of the whole drive, first and last included."""
        return round(self._drive.duration_s * ODOMETRY_HZ) + 1

    def write_tick(self, tick: int) -> None:
        """Write everything that a tick brings.

        Args:
            tick: Number of the tick, ``1 / ODOMETRY_HZ`` seconds apart.

        Raises:
            OutputError: If the bag cannot be written.
        """
        t_s = tick / ODOMETRY_HZ
        stamp_ns = FIRST_STAMP_NS + tick * NANOSECONDS_PER_SECOND // ODOMETRY_HZ
        state = self._drive.state(t_s)
        if tick == 0:
            self._write_route(stamp_ns)
        self._write_motion(state, stamp_ns)
        if tick % CAMERA_EVERY:
            return
        for camera in self._rig.cameras.values():
            if camera.name != SILENT_CAMERA or not SILENT_FROM_S <= t_s < SILENT_TO_S:
                self._write_picture(camera, t_s, stamp_ns)

    def _write_picture(self, camera: Camera, t_s: float, stamp_ns: int) -> None:
        encoded = io.BytesIO()
        Image.fromarray(self._drive.render(camera, t_s, SIZE_PX)).save(encoded, "JPEG", quality=JPEG_QUALITY)
        self._write(
            f"{camera.image_topic}/compressed",
            "sensor_msgs/msg/CompressedImage",
            stamp_ns,
            frame_id=camera.name,
            format="jpeg",
            data=np.frombuffer(encoded.getvalue(), np.uint8),
        )

    def _write_motion(self, state: DriveState, stamp_ns: int) -> None:
        make = self._factory.make
        turning = make("geometry_msgs/msg/Vector3", z=state.yaw_rate_radps)
        half_rad = state.yaw_rad / 2.0
        pose = make(
            "geometry_msgs/msg/Pose",
            position=make("geometry_msgs/msg/Point", x=state.x_m, y=state.y_m),
            orientation=make("geometry_msgs/msg/Quaternion", z=math.sin(half_rad), w=math.cos(half_rad)),
        )
        forward = make("geometry_msgs/msg/Vector3", x=state.speed_mps)
        twist = make("geometry_msgs/msg/Twist", linear=forward, angular=turning)
        self._write(
            self._rig.odometry_topic,
            "nav_msgs/msg/Odometry",
            stamp_ns,
            frame_id=MAP_FRAME,
            child_frame_id=self._rig.base_frame,
            pose=make("geometry_msgs/msg/PoseWithCovariance", pose=pose),
            twist=make("geometry_msgs/msg/TwistWithCovariance", twist=twist),
        )
        sideways = state.speed_mps * state.yaw_rate_radps
        felt = make("geometry_msgs/msg/Vector3", x=state.acceleration_mps2, y=sideways, z=GRAVITY_MPS2)
        self._write(
            self._rig.imu_topic,
            "sensor_msgs/msg/Imu",
            stamp_ns,
            frame_id=self._rig.base_frame,
            angular_velocity=turning,
            linear_acceleration=felt,
        )

    def _write_route(self, stamp_ns: int) -> None:
        make = self._factory.make
        poses = []
        for x_m, y_m in self._drive.route_N2.tolist():
            position = make("geometry_msgs/msg/Point", x=x_m, y=y_m)
            pose = make("geometry_msgs/msg/Pose", position=position)
            poses.append(make("geometry_msgs/msg/PoseStamped", header=self._header(stamp_ns, MAP_FRAME), pose=pose))
        self._write(self._rig.route_topic, "nav_msgs/msg/Path", stamp_ns, frame_id=MAP_FRAME, poses=poses)

    def _write(self, topic: str, type_name: str, stamp_ns: int, *, frame_id: str, **fields: object) -> None:
        message = self._factory.make(type_name, header=self._header(stamp_ns, frame_id), **fields)
        self._writer.write(topic, type_name, message, stamp_ns)

    def _header(self, stamp_ns: int, frame_id: str) -> object:
        seconds, rest_ns = divmod(stamp_ns, NANOSECONDS_PER_SECOND)
        stamp = self._factory.make("builtin_interfaces/msg/Time", sec=seconds, nanosec=rest_ns)
        return self._factory.make("std_msgs/msg/Header", stamp=stamp, frame_id=frame_id)
