"""The vehicle's own calibration and tf against the rig file, on a live graph."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("rclpy")

from diagnostic_msgs.msg import DiagnosticStatus
from drivemoe_ros.msg import PolicyState
from rclpy.qos import QoSProfile, QoSReliabilityPolicy

from drivemoe_ros.data.samples import CameraInfoSample
from drivemoe_ros.messages.encode_sample import encode_sample
from drivemoe_ros.messages.parts import Parts
from drivemoe_ros.nodes.factory import NativeMessageFactory, is_installed, message_class
from drivemoe_ros.nodes.transforms import FIXED, TRANSFORMS
from drivemoe_ros.parameters.rig import load_rig

from ..bag.tiny_bags import START_NS  # noqa: TID252
from .graph import LATCHED, RELIABLE
from .live_graph import JPEG, Surroundings, in_order, live_node

if TYPE_CHECKING:
    from drivemoe_ros.data.cameras import Camera

# rclpy's own parser imports modules that Python has since deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")

RIG = load_rig("bench2drive")
INFO = "sensor_msgs/msg/CameraInfo"
REFUSE = {"supervision.rig_check": "refuse"}
BEST_EFFORT = QoSProfile(depth=1, reliability=QoSReliabilityPolicy.BEST_EFFORT)
needs_tf2_msgs = pytest.mark.skipif(not is_installed(TRANSFORMS), reason="tf2_msgs is not installed")


# As wide against their height as the rig's.
DRIVE = dataclasses.replace(JPEG, height=36)


def calibration(camera: Camera, fov_deg: float) -> Any:  # noqa: ANN401
    """Return a camera's calibration with a field of view."""
    focal_px = camera.width / 2.0 / math.tan(math.radians(fov_deg) / 2.0)
    middle = ((camera.width - 1) / 2.0, (camera.height - 1) / 2.0)
    sample = CameraInfoSample(START_NS, camera.name, camera.width, camera.height, focal_px, focal_px, *middle)
    return encode_sample(sample, RIG, NativeMessageFactory()).message


def calibrate(around: Surroundings, fov_deg: float, profile: QoSProfile = RELIABLE) -> None:
    """Publish the front camera's calibration again and again until it is heard."""
    camera = RIG.cameras["front"]
    publisher = around.publisher(camera.info_topic, INFO, profile)
    around.until(publisher.get_subscription_count, "subscription to the calibration")
    publisher.publish(calibration(camera, fov_deg))


def test_a_calibration_that_fits_is_said_to() -> None:
    with live_node(REFUSE) as (_, around):
        around.start()
        around.until(lambda: around.figures("rig").get("calibrations") == "0 of 6", "diagnostics")
        calibrate(around, 70.0, BEST_EFFORT)
        around.until(lambda: around.figures("rig").get("calibrations") == "1 of 6", "calibration")
        status = around.diagnostics["rig"]
    assert (status.level, status.message) == (DiagnosticStatus.OK, "nothing contradicts the rig file")


def test_a_latched_calibration_from_before_is_heard_and_a_wrong_one_told_without_stopping() -> None:
    drive = in_order(DRIVE)
    with live_node() as (_, around):
        camera = RIG.cameras["back"]
        around.publisher(camera.info_topic, INFO, LATCHED).publish(calibration(camera, 60.0))
        around.start()
        around.until(lambda: "field of view of 60 degrees" in around.diagnostics["rig"].message, "diagnostics")
        assert around.diagnostics["rig"].level == DiagnosticStatus.WARN
        around.connect(drive)
        around.drive(drive)
        around.until(lambda: around.received["trajectory"], "plan")


def test_a_rig_that_does_not_fit_is_refused_until_it_does() -> None:
    drive = in_order(DRIVE)
    with live_node(REFUSE) as (_, around):
        around.start()
        around.connect(drive)
        calibrate(around, 120.0)
        around.until(lambda: "does not fit this vehicle: 'front': its calibration" in around.reason(), "refusal")
        assert around.received["state"][-1].state == PolicyState.WAITING
        around.until(lambda: around.diagnostics["rig"].level == DiagnosticStatus.ERROR, "diagnostics")
        around.stream(drive)
        around.rest(0.5)
        assert not around.received["trajectory"]
        calibrate(around, 70.0)
        around.until(lambda: around.diagnostics["rig"].level == DiagnosticStatus.OK, "fitting rig")
        around.drive(drive)
        around.until(lambda: around.received["trajectory"], "plan")


def test_a_rig_found_wrong_under_way_is_a_fault() -> None:
    drive = in_order(DRIVE)
    with live_node(REFUSE) as (_, around):
        around.start()
        around.connect(drive)
        around.drive(drive)
        around.until(lambda: around.received["trajectory"], "plan")
        calibrate(around, 120.0)
        around.until(lambda: "does not fit this vehicle" in around.reason(), "refusal")
        assert around.received["state"][-1].state == PolicyState.FAULT


def test_cameras_without_the_promised_calibration_are_named() -> None:
    drive = in_order(DRIVE)
    with live_node() as (_, around):
        around.start()
        around.connect(drive)
        around.drive(drive)
        around.until(lambda: "no calibration came for front, " in around.diagnostics["rig"].message, "diagnostics")
        assert around.diagnostics["rig"].level == DiagnosticStatus.WARN
        assert around.received["state"]


def test_pictures_of_another_shape_are_named() -> None:
    drive = in_order(JPEG)
    with live_node() as (_, around):
        around.start()
        around.connect(drive)
        around.drive(drive)
        words = "'front': its pictures have 64x48 pixels, but the rig file says 1600x900"
        around.until(lambda: words in around.diagnostics["rig"].message, "diagnostics")
        assert around.diagnostics["rig"].message.endswith("and 3 more")


@needs_tf2_msgs
def test_cameras_that_look_to_the_other_side_in_tf_are_named() -> None:
    left, right = RIG.cameras["front_left"], RIG.cameras["front_right"]
    with live_node(REFUSE) as (_, around):
        parts = Parts(NativeMessageFactory(), START_NS, RIG.base_frame)
        transforms = [placed(parts, f"{RIG.base_frame}/{left.name}", right), placed(parts, "kit/CAM_2", left)]
        around.publisher(FIXED, TRANSFORMS, LATCHED).publish(message_class(TRANSFORMS)(transforms=transforms))
        around.start()
        for camera, frame in ((left, ""), (right, "kit/CAM_2")):
            message = calibration(camera, 70.0)
            message.header.frame_id = frame or message.header.frame_id
            around.publisher(camera.info_topic, INFO, LATCHED).publish(message)
        around.until(lambda: "'front_left' and 'front_right' are swapped" in around.reason(), "refusal")
        around.until(lambda: around.figures("rig").get("mountings by tf") == "2 of 6", "diagnostics")


def placed(parts: Parts, frame: str, camera: Camera) -> Any:  # noqa: ANN401
    """Return the transform of a frame that sits where a camera of the rig should, in the base frame."""
    turn = parts.pose(0.0, 0.0, camera.yaw_rad).orientation
    place = parts.make("geometry_msgs/msg/Vector3", x=camera.x_m, y=camera.y_m, z=camera.z_m)
    transform = parts.make("geometry_msgs/msg/Transform", translation=place, rotation=turn)
    name = "geometry_msgs/msg/TransformStamped"
    return parts.make(name, header=parts.header(), child_frame_id=frame, transform=transform)
