"""Camera names, the rig that binds them to topics, and the set of pictures that belong together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drivemoe_ros.data.samples import ImageSample
    from drivemoe_ros.data.state import InputStatus

FRONT = "front"
CANDIDATE_VIEWS = ("front_left", "front_right", "back", "back_left", "back_right")
CAMERA_NAMES = (FRONT, *CANDIDATE_VIEWS)


@dataclass(frozen=True)
class Camera:
    """One camera of the rig: topics and mounting.

    Attributes:
        name: One of ``CAMERA_NAMES``.
        image_topic: ``sensor_msgs/Image`` or ``sensor_msgs/CompressedImage`` topic.
        info_topic: ``sensor_msgs/CameraInfo`` topic, empty if there is none.
        x_m: Position in the base frame [m], forward.
        y_m: Position [m], left.
        z_m: Position [m], up.
        yaw_rad: Viewing direction [rad], counter-clockwise from forward.
        horizontal_fov_rad: Opening angle [rad].
        width: Nominal columns [px].
        height: Nominal rows [px].
    """

    name: str
    image_topic: str
    info_topic: str
    x_m: float
    y_m: float
    z_m: float
    yaw_rad: float
    horizontal_fov_rad: float
    width: int
    height: int


@dataclass(frozen=True)
class Rig:
    """Which topics feed which input, bound by name.

    Attributes:
        name: Name of the rig file without its ending.
        cameras: Cameras by name; ``front`` is always there.
        odometry_topic: ``nav_msgs/Odometry``.
        imu_topic: ``sensor_msgs/Imu``, empty if there is none.
        route_topic: ``nav_msgs/Path`` or ``carla_msgs/CarlaRoute``, empty if there is none.
        global_plan_topic: Another topic that the route may come on, empty if there is none.
        goal_topic: ``geometry_msgs/PoseStamped``, empty if there is none.
        base_frame: Frame of the published trajectory.
    """

    name: str
    cameras: Mapping[str, Camera]
    odometry_topic: str
    imu_topic: str = ""
    route_topic: str = ""
    global_plan_topic: str = ""
    goal_topic: str = ""
    base_frame: str = "base_link"

    def topics(self) -> dict[str, str]:
        """Return every non-empty topic and the input it feeds, e.g. ``{"/imu": "imu"}``."""
        bound = {camera.image_topic: camera.name for camera in self.cameras.values()}
        bound.update({c.info_topic: f"{c.name} calibration" for c in self.cameras.values() if c.info_topic})
        other = {
            self.odometry_topic: "odometry",
            self.imu_topic: "imu",
            self.route_topic: "route",
            self.global_plan_topic: "route",
            self.goal_topic: "goal",
        }
        bound.update({topic: name for topic, name in other.items() if topic})
        return bound


@dataclass(frozen=True, eq=False)
class CameraSet:
    """The pictures that belong to one anchor stamp.

    Attributes:
        stamp_ns: Stamp of the anchor camera's picture [ns].
        images: Nearest picture within tolerance, by camera name; the anchor is always there.
        missing: Status of every camera of the rig that has none, by name.
    """

    stamp_ns: int
    images: Mapping[str, ImageSample]
    missing: Mapping[str, InputStatus]
