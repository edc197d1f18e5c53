"""All inputs of a rig, subscribed to under the rig's topic names.

The names go through ROS's own rules: relative and private names (``~/input/front/image``) and remappings work. A rig
file is the one place that binds topics to cameras, for bags and for the live node alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.data.cameras import FRONT
from drivemoe_ros.nodes.sources import Source, camera_sources, route_sources
from drivemoe_ros.nodes.topic_input import TopicInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rclpy.node import Node

    from drivemoe_ros.data.cameras import Rig
    from drivemoe_ros.data.samples import Sample

REQUIRED = (FRONT, "odometry")
# One of them is enough, and without either the goal is straight ahead, which the state says.
OPTIONAL = ("imu", "route", "goal")


class Inputs:
    """Every input of the rig, by name."""

    def __init__(
        self,
        node: Node,
        rig: Rig,
        transports: Mapping[str, str],
        take: Callable[[Sample], None],
        refuse: Callable[[str, str], None] | None = None,
    ) -> None:
        """Prepare the inputs without subscribing.

        Args:
            node: The node.
            rig: Which topic feeds which input.
            transports: ``raw``, ``compressed`` or ``auto``, by camera.
            take: Takes each sample, on the executor's thread.
            refuse: Takes input name and reason of each message that cannot be used, on the same thread.

        Raises:
            InputError: If a topic of the rig is no valid name.
        """
        sources = {name: camera_sources(one.image_topic, transports[name]) for name, one in rig.cameras.items()}
        sources["odometry"] = (Source(rig.odometry_topic, "nav_msgs/msg/Odometry"),)
        optional = {
            "imu": (Source(rig.imu_topic, "sensor_msgs/msg/Imu"),),
            "route": route_sources(rig),
            "goal": (Source(rig.goal_topic, "geometry_msgs/msg/PoseStamped"),),
        }
        sources |= {name: some for name, some in optional.items() if some and some[0].topic}
        self._inputs = {name: TopicInput(node, name, some, take, refuse=refuse) for name, some in sources.items()}

    def __iter__(self) -> Iterator[TopicInput]:
        """Return the inputs, cameras first."""
        return iter(self._inputs.values())

    @property
    def front(self) -> TopicInput:
        """The camera that every plan is built around."""
        return self._inputs[FRONT]

    def open(self) -> None:
        """Subscribe to all."""
        for one in self:
            one.open()

    def close(self) -> None:
        """Unsubscribe from all."""
        for one in self:
            one.close()

    def follow_publishers(self) -> None:
        """Let every camera and the route change to a source that has a publisher."""
        for one in self:
            one.follow_publishers()
