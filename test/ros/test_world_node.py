"""The built-in world on a live graph: waits for the policy, sends what CARLA's bridge sends, obeys commands."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("rclpy")
pytest.importorskip("highway_env")
pytest.importorskip("cv2")

from geometry_msgs.msg import TwistStamped
from nav_msgs.msg import Odometry, Path
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import CameraInfo, Image, Imu
from std_msgs.msg import Bool, Float32

from drivemoe_ros.data.cameras import CAMERA_NAMES
from drivemoe_ros.nodes.factory import is_installed, message_class
from drivemoe_ros.nodes.transforms import TRANSFORMS
from drivemoe_ros.nodes.world_node import NODE_NAME, WorldNode
from drivemoe_ros.nodes.world_outputs import STATUS
from drivemoe_ros.parameters.rig import load_rig

from .graph import LATCHED, RELIABLE, Neighbour, running, stamp_ns
from .live_graph import live_node

if TYPE_CHECKING:
    import contextlib
    from collections.abc import Mapping

    import rclpy

# rclpy's own parser imports modules that Python has since deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")

RIG = load_rig("carla")
COMMAND_TYPES = {"carla_msgs/msg/CarlaEgoVehicleControl", "ackermann_msgs/msg/AckermannDriveStamped"}
only_twist = pytest.mark.skipif(
    any(is_installed(name) for name in COMMAND_TYPES), reason="a more exact command is listened to"
)
needs_carla_msgs = pytest.mark.skipif(not is_installed(STATUS), reason="carla_msgs is not installed")
needs_tf2_msgs = pytest.mark.skipif(not is_installed(TRANSFORMS), reason="tf2_msgs is not installed")


class Crew(Neighbour):
    """Policy and controller in one: says ready, hears everything, and commands."""

    STATUS = "world"

    def __init__(self, context: rclpy.Context, name: str) -> None:
        super().__init__(context, name)
        self.heard: dict[str, list[Any]] = {}
        self._listen("/clock", Clock)
        self._listen(RIG.odometry_topic, Odometry)
        self._listen(RIG.imu_topic, Imu)
        self._listen("/carla/hero/speedometer", Float32)
        self._listen(RIG.route_topic, Path, LATCHED)
        for topic, kind in (("/carla/status", STATUS), ("/tf", TRANSFORMS)):
            if is_installed(kind):
                self._listen(topic, message_class(kind))
        for camera in RIG.cameras.values():
            self._listen(camera.image_topic, Image)
            self._listen(camera.info_topic, CameraInfo, LATCHED)
        self._ready = self.node.create_publisher(Bool, f"{name}/input/ready", LATCHED)
        self._commands = self.node.create_publisher(TwistStamped, f"{name}/input/twist", RELIABLE)

    def _listen(self, topic: str, kind: Any, profile: Any = RELIABLE) -> None:  # noqa: ANN401
        self.node.create_subscription(kind, topic, self.heard.setdefault(topic, []).append, profile)

    def say_ready(self) -> None:
        self._ready.publish(Bool(data=True))

    def odometry(self) -> list[Any]:
        """Return all odometry so far."""
        return self.heard[RIG.odometry_topic]

    def command(self, speed_mps: float) -> None:
        """Answer the last odometry with a wanted speed."""
        message = TwistStamped()
        message.header.stamp = self.odometry()[-1].header.stamp
        message.twist.linear.x = speed_mps
        self._commands.publish(message)


def live_world(
    parameters: Mapping[str, object] | None = None,
) -> contextlib.AbstractContextManager[tuple[WorldNode, Crew]]:
    """Run a world on a thread of this process, with those around it."""
    chosen = {"rig": "carla", "world.width": 32, "world.height": 18, "world.pace": 0.0, **(parameters or {})}
    return running(WorldNode, lambda context, space: Crew(context, f"{space}/{NODE_NAME}"), chosen)


def test_time_stands_still_until_the_policy_is_ready() -> None:
    with live_world() as (_, crew):
        crew.start()
        crew.until(lambda: "waiting for" in crew.said(), "a report that it waits")
        assert not crew.heard["/clock"]
        crew.say_ready()
        crew.until(lambda: crew.heard["/clock"], "time")


def test_it_sends_what_the_bridge_sends() -> None:
    with live_world({"world.wait_s": 60.0}) as (_, crew):
        crew.start()
        crew.say_ready()
        crew.until(lambda: len(crew.odometry()) > 20, "a second of odometry")
        every = [*(RIG.cameras[name].image_topic for name in CAMERA_NAMES), RIG.imu_topic, RIG.route_topic]
        crew.until(lambda: all(crew.heard[topic] for topic in every), "every topic")
        (picture, *_) = crew.heard[RIG.cameras["front"].image_topic]
        assert (picture.encoding, picture.width, picture.height) == ("bgra8", 32, 18)
        stamps = [stamp_ns(message) for message in crew.odometry()]
        assert {after - before for before, after in itertools.pairwise(stamps)} == {50_000_000}
        assert crew.odometry()[0].header.frame_id == crew.heard[RIG.route_topic][0].header.frame_id == "map"
        assert len(crew.heard[RIG.route_topic][0].poses) > 50
        assert crew.heard[RIG.cameras["back"].info_topic][0].k[0] > 0.0


@needs_carla_msgs
def test_it_says_how_carla_stands_in_synchronous_mode() -> None:
    with live_world({"world.wait_s": 60.0}) as (_, crew):
        crew.start()
        crew.say_ready()
        statuses = crew.heard["/carla/status"]
        crew.until(lambda: len(statuses) > 5, "a status a step")
        assert [status.frame for status in statuses[:5]] == [1, 2, 3, 4, 5]
        assert all(status.synchronous_mode and status.synchronous_mode_running for status in statuses)
        assert statuses[0].fixed_delta_seconds == pytest.approx(0.05)


@needs_tf2_msgs
def test_the_base_frame_is_where_odometry_says() -> None:
    with live_world({"world.wait_s": 60.0}) as (_, crew):
        crew.start()
        crew.say_ready()
        transforms = crew.heard["/tf"]
        crew.until(lambda: min(len(transforms), len(crew.odometry())) > 5, "transforms")
        for message, odometry in zip(transforms, crew.odometry(), strict=False):
            (transform,) = message.transforms
            assert (transform.header, transform.child_frame_id) == (odometry.header, RIG.base_frame)
            shift, place = transform.transform.translation, odometry.pose.pose.position
            assert (shift.x, shift.y, shift.z) == (place.x, place.y, place.z)
            assert transform.transform.rotation == odometry.pose.pose.orientation


@only_twist
def test_it_obeys_commands_of_the_present_moment() -> None:
    with live_world({"world.wait_s": 60.0}) as (_, crew):
        crew.start()
        crew.say_ready()
        # The run-in is over; from here on every step waits for its command.
        crew.until(lambda: len(crew.odometry()) == 21, "the end of the run-in")
        before_mps = crew.odometry()[-1].twist.twist.linear.x
        for number in range(22, 42):
            crew.command(0.0)
            crew.until(lambda wanted=number: len(crew.odometry()) == wanted, f"odometry {number}")  # type: ignore[misc]
        assert crew.odometry()[-1].twist.twist.linear.x < before_mps - 2.0


def test_a_family_that_is_none_refuses_configure() -> None:
    with live_world({"world.family": "flying/low"}) as (_, crew):
        assert not crew.change("configure")
        crew.until(lambda: "no scenario family 'flying/low'" in crew.said(), "the reason")


def test_a_policy_finds_nothing_in_the_world_that_contradicts_its_rig() -> None:
    refusing = {"rig": "carla", "supervision.rig_check": "refuse"}
    with live_world({"world.wait_s": 60.0}) as (_, crew), live_node(refusing) as (_, around):
        crew.start()
        crew.say_ready()
        around.start()
        # The calibration is older than the subscription.
        around.until(lambda: around.figures("rig").get("calibrations") == "6 of 6", "calibrations")
        assert around.diagnostics["rig"].message == "nothing contradicts the rig file"
