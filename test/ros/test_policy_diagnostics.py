"""/diagnostics names what is missing, mismatched or of the wrong type, by topic."""

from __future__ import annotations

import pytest

pytest.importorskip("rclpy")

from diagnostic_msgs.msg import DiagnosticStatus
from rclpy.qos import QoSDurabilityPolicy, QoSProfile, QoSReliabilityPolicy

from .live_graph import JPEG, in_order, live_node

# rclpy's own parser imports modules that Python has since deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")

FRONT = "/sensing/camera/CAM_FRONT/image_raw"
LATCHED = QoSDurabilityPolicy.TRANSIENT_LOCAL
ROUTE = "/planning/route"
PATH = "nav_msgs/msg/Path"


def test_topics_without_a_publisher_are_named_and_the_state_says_so_too() -> None:
    with live_node() as (_, around):
        around.start()
        around.until(lambda: around.diagnostics["front"].message, "diagnostics")
        found = {name: (status.level, status.message) for name, status in around.diagnostics.items()}
        around.until(lambda: f"no picture from {FRONT} yet: 0 publishers" in around.reasons(), "state")
    assert found["front"] == (DiagnosticStatus.ERROR, f"no publisher of sensor_msgs/msg/Image on {FRONT}")
    assert found["odometry"][0] == DiagnosticStatus.ERROR
    assert "/localization/kinematic_state" in found["odometry"][1]
    assert found["back"][0] == DiagnosticStatus.WARN
    assert found["imu"][0] == DiagnosticStatus.OK
    assert found["state"][1].startswith("WAITING: ")


def test_rates_ages_and_latencies_are_told_while_it_runs() -> None:
    drive = in_order(JPEG)
    with live_node() as (_, around):
        around.start()
        around.connect(drive)
        around.drive(drive)
        # The last plan is counted after its pictures, so a report may come in between.
        around.until(lambda: around.figures("planning").get("plans") == "6", "figures")
        front, planning = around.figures("front"), around.figures("planning")
        message = around.diagnostics["state"].message
    assert (front["publishers"], front["received"], front["matched"], front["rejected"]) == ("1", "10", "10", "0")
    assert float(front["age [ms]"]) > 0.0
    assert len(planning["plan p50 / p95 / p99 [ms]"].split(" / ")) == 3
    assert planning["requests replaced by a newer one"] == "0"
    assert message in {"RUNNING", "FAULT"} or message.startswith("FAULT: no picture")


def test_a_route_offered_with_best_effort_is_named() -> None:
    with live_node() as (_, around):
        around.start()
        around.publisher(ROUTE, PATH, QoSProfile(depth=1, reliability=QoSReliabilityPolicy.BEST_EFFORT))
        around.until(lambda: "incompatible RELIABILITY" in around.diagnostics["route"].message, "diagnostics")
        status = around.diagnostics["route"]
    assert ROUTE in status.message
    assert status.level == DiagnosticStatus.WARN


@pytest.mark.parametrize("durability", [QoSDurabilityPolicy.VOLATILE, LATCHED])
def test_a_route_is_taken_once_from_volatile_and_from_latched_publishers(durability: QoSDurabilityPolicy) -> None:
    drive = in_order(JPEG)
    route = next(record for record in drive if record.type_name == PATH)
    with live_node() as (_, around):
        around.start()
        around.publisher(ROUTE, PATH, QoSProfile(depth=1, durability=durability))
        around.connect(drive)
        around.send(route)
        around.until(lambda: around.figures("route").get("received") == "1", "route")
        around.drive(record for record in drive if record is not route)
        around.until(lambda: around.diagnostics["planning"].message == "6 plans", "diagnostics")
        status, count = around.diagnostics["route"], around.figures("route")["received"]
    assert (status.level, count) == (DiagnosticStatus.OK, "1")


@pytest.mark.parametrize("durability", [QoSDurabilityPolicy.VOLATILE, LATCHED])
def test_the_same_route_sent_again_is_a_new_one(durability: QoSDurabilityPolicy) -> None:
    # As is asked for after odometry jumped; CARLA's routes have no stamps to differ by.
    route = next(record for record in in_order(JPEG) if record.type_name == PATH)
    with live_node() as (_, around):
        around.start()
        publisher = around.publisher(ROUTE, PATH, QoSProfile(depth=1, durability=durability))
        around.until(lambda: publisher.get_subscription_count() == 1 + (durability == LATCHED), "both subscriptions")
        for count in ("1", "2"):
            around.send(route)
            around.until(lambda: around.figures("route").get("received") == count, "route")  # noqa: B023 - used at once
        around.rest(1.5)
        assert around.figures("route")["received"] == "2"


def test_a_topic_of_another_type_is_named() -> None:
    with live_node({"transport.front": "raw"}) as (_, around):
        around.start()
        around.publisher(FRONT, "sensor_msgs/msg/Imu")
        around.until(lambda: "carries sensor_msgs/msg/Imu" in around.diagnostics["front"].message, "diagnostics")
        assert around.diagnostics["front"].level == DiagnosticStatus.ERROR


def test_compressed_pictures_beside_the_raw_topic_are_found() -> None:
    drive = in_order(JPEG)
    with live_node({"transport.front": "compressed"}) as (_, around):
        around.start()
        around.until(lambda: around.diagnostics["front"].message, "diagnostics")
        assert around.figures("front")["topic"] == f"{FRONT}/compressed"
        around.connect(drive)
        around.until(lambda: around.figures("front")["topic"] == FRONT, "the topic that has a publisher")
        assert around.figures("front")["type"] == "sensor_msgs/msg/CompressedImage"
