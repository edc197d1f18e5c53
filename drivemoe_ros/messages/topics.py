"""Names and types of everything that is published, once for the node and the bags."""

from __future__ import annotations

from typing import NamedTuple

NODE_NAME = "drivemoe"
VISUALIZER_NAME = "drivemoe_visualizer"


class OutputTopic(NamedTuple):
    """A topic of the node.

    Attributes:
        name: Private name, e.g. ``~/output/trajectory``.
        type_name: Full type name.
    """

    name: str
    type_name: str

    @property
    def resolved(self) -> str:
        """Full name under the default node name, as bags hold it."""
        return self.name.replace("~", f"/{NODE_NAME}", 1)


STATE = OutputTopic("~/output/state", "drivemoe_ros/msg/PolicyState")
TRAJECTORY = OutputTopic("~/output/trajectory", "drivemoe_ros/msg/Trajectory")
REFUSED = OutputTopic("~/output/refused_trajectory", "drivemoe_ros/msg/RefusedTrajectory")
PATH = OutputTopic("~/output/path", "nav_msgs/msg/Path")
VIEW_SELECTION = OutputTopic("~/output/view_selection", "drivemoe_ros/msg/ViewSelection")
EXPERT_ACTIVATION = OutputTopic("~/output/expert_activation", "drivemoe_ros/msg/ExpertActivation")
# The rig file's text, latched: which topic feeds which camera, and where it sits.
RIG = OutputTopic("~/output/rig", "std_msgs/msg/String")
# True while the policy is warm and active, latched.
READY = OutputTopic("~/output/ready", "std_msgs/msg/Bool")
MARKERS = OutputTopic("~/output/markers", "visualization_msgs/msg/MarkerArray")
PLAN_TOPICS = (STATE, TRAJECTORY, REFUSED, PATH, VIEW_SELECTION, EXPERT_ACTIVATION)
# What a replay writes. On a live graph the visualizer draws, so that the policy never pays for it.
OUTPUT_TOPICS = (*PLAN_TOPICS, MARKERS)

# What the visualizer publishes beside markers, under its own name.
MOSAIC = OutputTopic("~/output/mosaic", "sensor_msgs/msg/Image")
DASHBOARD = OutputTopic("~/output/dashboard", "sensor_msgs/msg/Image")
TEXT = OutputTopic("~/output/text", "std_msgs/msg/String")
DRAWN_TOPICS = (MARKERS, MOSAIC, DASHBOARD, TEXT)
