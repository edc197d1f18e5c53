"""A rig finds its topics in a bag, or the answer says which rig would."""

from __future__ import annotations

import pathlib

import pytest

from drivemoe_ros.bags.match_rig import match_rig
from drivemoe_ros.bags.reader import BagReader, BagTopic
from drivemoe_ros.errors import InputError
from drivemoe_ros.parameters.rig import load_rig

from .reading import bag_path
from .tiny_bags import TinyBag

FRONT_TOPIC = "/sensing/camera/CAM_FRONT/image_raw"
IMAGE = "sensor_msgs/msg/Image"
COMPRESSED = "sensor_msgs/msg/CompressedImage"
ODOMETRY = BagTopic("/localization/kinematic_state", "nav_msgs/msg/Odometry", 5)


@pytest.mark.parametrize(
    ("topic", "kind"), [(FRONT_TOPIC, IMAGE), (FRONT_TOPIC, COMPRESSED), (f"{FRONT_TOPIC}/compressed", COMPRESSED)]
)
def test_a_camera_may_be_raw_or_compressed(topic: str, kind: str) -> None:
    found = match_rig([BagTopic(topic, kind, 3), ODOMETRY], load_rig("bench2drive"))
    assert found == {topic: "front", "/localization/kinematic_state": "odometry"}


def test_the_raw_topic_is_taken_where_both_have_messages_and_the_compressed_where_only_it_has() -> None:
    compressed = BagTopic(f"{FRONT_TOPIC}/compressed", COMPRESSED, 3)
    both = match_rig([BagTopic(FRONT_TOPIC, IMAGE, 3), compressed, ODOMETRY], load_rig("bench2drive"))
    silent = match_rig([BagTopic(FRONT_TOPIC, IMAGE, 0), compressed, ODOMETRY], load_rig("bench2drive"))
    assert FRONT_TOPIC in both
    assert compressed.topic not in both
    assert compressed.topic in silent


@pytest.mark.parametrize(
    ("topic", "kind"),
    [
        ("/carla/hero/waypoints", "nav_msgs/msg/Path"),
        ("/carla/hero/waypoints", "carla_msgs/msg/CarlaRoute"),
        ("/carla/hero/global_plan", "carla_msgs/msg/CarlaRoute"),
    ],
)
def test_a_route_may_come_on_either_topic_in_either_type(topic: str, kind: str) -> None:
    front = BagTopic("/carla/hero/CAM_FRONT/image", IMAGE, 3)
    motion = BagTopic("/carla/hero/odometry", "nav_msgs/msg/Odometry", 5)
    found = match_rig([front, motion, BagTopic(topic, kind, 1)], load_rig("carla"))
    assert found[topic] == "route"


def test_the_first_of_two_routes_is_followed() -> None:
    front = BagTopic("/carla/hero/CAM_FRONT/image", IMAGE, 3)
    motion = BagTopic("/carla/hero/odometry", "nav_msgs/msg/Odometry", 5)
    path = BagTopic("/carla/hero/waypoints", "nav_msgs/msg/Path", 1)
    plan = BagTopic("/carla/hero/global_plan", "carla_msgs/msg/CarlaRoute", 1)
    found = match_rig([front, motion, plan, path], load_rig("carla"))
    assert path.topic in found
    assert plan.topic not in found


def test_a_bag_of_another_rig_is_answered_with_that_rig(tmp_path: pathlib.Path) -> None:
    with BagReader(bag_path(tmp_path, TinyBag(rig="nuscenes", encoding="jpeg"))) as reader:
        with pytest.raises(InputError) as caught:
            match_rig(reader.connections, load_rig("bench2drive"))
        text = str(caught.value)
        assert "--rig nuscenes" in text
        assert "finds 6 of its 6 cameras" in text
        assert "/CAM_BACK/image_rect_compressed (sensor_msgs/msg/CompressedImage)" in text
        assert match_rig(reader.connections, load_rig("nuscenes"))


def test_missing_odometry_is_named_with_its_topic(tmp_path: pathlib.Path) -> None:
    path = bag_path(tmp_path, TinyBag(leave_out=frozenset({"odometry"})))
    with BagReader(path) as reader, pytest.raises(InputError, match="no nav_msgs/msg/Odometry on /localization/"):
        match_rig(reader.connections, load_rig("bench2drive"))


def test_a_bag_of_nothing_known_is_answered_with_the_way_to_an_own_rig() -> None:
    with pytest.raises(InputError, match=r"no pictures and no odometry but 1 other topics.*--rig FILE"):
        match_rig([BagTopic("/scan", "sensor_msgs/msg/LaserScan", 3)], load_rig("carla"))


def test_other_cameras_may_be_missing(tmp_path: pathlib.Path) -> None:
    path = bag_path(tmp_path, TinyBag(leave_out=frozenset({"back", "imu", "route"})))
    with BagReader(path) as reader:
        names = set(match_rig(reader.connections, load_rig("bench2drive")).values())
    assert names == {"front", "front_left", "front_right", "back_left", "back_right", "odometry"}
