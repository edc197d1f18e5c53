"""Several publishers where only one can be right are told, in diagnostics and state; what they send is still taken."""

from __future__ import annotations

import pytest

pytest.importorskip("rclpy")

from diagnostic_msgs.msg import DiagnosticStatus
from drivemoe_ros.msg import InputStatus, Trajectory
from geometry_msgs.msg import PoseStamped
from nav_msgs.msg import Odometry
from sensor_msgs.msg import CompressedImage

from .control_graph import ODOMETRY, at, live_controller
from .graph import RELIABLE
from .live_graph import JPEG, in_order, live_node

# rclpy's own parser imports modules that Python has since deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")

BACK = "/sensing/camera/CAM_BACK/image_raw"


def test_a_camera_with_two_senders_is_named_in_diagnostics_and_state() -> None:
    drive = in_order(JPEG)
    with live_node() as (_, around):
        around.start()
        around.connect(drive)
        second = around.node.create_publisher(CompressedImage, BACK, RELIABLE)
        words = f"2 publishers on {BACK}, but only one of them can be right"
        around.until(lambda: words in around.diagnostics["back"].message, "diagnostics")
        assert around.diagnostics["back"].level == DiagnosticStatus.WARN
        around.drive(drive)
        around.until(lambda: around.received["trajectory"], "plan")
        inputs = {one.name: one for one in around.received["state"][-1].inputs}
        assert (inputs["back"].status, inputs["back"].detail) == (InputStatus.OK, words)
        around.node.destroy_publisher(second)
        around.until(lambda: words not in around.diagnostics["back"].message, "diagnostics again")


def test_two_senders_of_goals_are_nothing_to_tell() -> None:
    with live_node() as (_, around):
        around.start()
        for _ in range(2):
            around.node.create_publisher(PoseStamped, "/planning/goal", RELIABLE)
        around.until(lambda: around.figures("goal").get("publishers") == "2", "publishers")
        assert "publishers on" not in around.diagnostics["goal"].message


def test_a_controller_with_two_policies_or_two_localisations_says_so() -> None:
    with live_controller() as (_, vehicle):
        vehicle.set_off()
        vehicle.node.create_publisher(Trajectory, vehicle.plan_topic, RELIABLE)
        vehicle.node.create_publisher(Odometry, ODOMETRY, RELIABLE)
        for name, topic in (("trajectory", vehicle.plan_topic), ("odometry", ODOMETRY)):
            words = f"2 publishers on {topic}"
            vehicle.until(lambda n=name, w=words: w in vehicle.diagnostics[n].message, "diagnostics")  # type: ignore[misc]
        vehicle.until(lambda: any("only one of them can be right; see" in line for line in vehicle.log), "line of log")
        assert vehicle.tick(at(350)).twist.linear.x > 0.0
