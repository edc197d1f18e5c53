"""A drive as a CARLA Leaderboard run records it: the bridge's topics, and a route of Leaderboard's own type."""

from __future__ import annotations

import pathlib
from typing import Any

from rosbags.rosbag2 import StoragePlugin, Writer
from rosbags.typesys import Stores, get_types_from_msg, get_typestore
from rosbags.typesys.store import Typestore

from drivemoe_ros.bags.factory import BagMessageFactory
from drivemoe_ros.messages.decode import CARLA_ROUTE
from drivemoe_ros.parameters.rig import load_rig

from .tiny_bags import START_NS, Record, TinyBag, records

# carla-simulator/ros-carla-msgs, branch leaderboard-2.0, msg/CarlaRoute.msg, without its comments.
DEFINITION = """int8 VOID=-1
int8 LEFT=1
int8 RIGHT=2
int8 STRAIGHT=3
int8 LANEFOLLOW=4
int8 CHANGELANELEFT=5
int8 CHANGELANERIGHT=6
std_msgs/Header header
int8[] road_options
geometry_msgs/Pose[] poses
"""
LEFT, LANEFOLLOW = 1, 4
# As sparse as the Leaderboard's; the first stretch leads away to the left.
POINTS = ((0.0, 0.0, LANEFOLLOW), (20.0, 10.0, LEFT), (20.0, 60.0, LANEFOLLOW))


def carla_types() -> Typestore:
    """Return ROS 2's types and the Leaderboard's route."""
    store = get_typestore(Stores.ROS2_JAZZY)
    store.register(get_types_from_msg(DEFINITION, CARLA_ROUTE))
    return store


def leaderboard_drive() -> list[Record]:
    """Return a drive in the order of recording, its route first, without stamp and frame."""
    spec = TinyBag(rig="carla", encoding="jpeg", width=64, height=48, duration_s=1.2, leave_out=frozenset({"route"}))
    drive = sorted(records(spec), key=lambda record: record.log_ns)
    for record in drive:
        if record.type_name == "nav_msgs/msg/Odometry":
            record.message.header.frame_id = "map"
    return [Record(START_NS, load_rig("carla").global_plan_topic, CARLA_ROUTE, _route()), *drive]


def write_leaderboard_bag(path: pathlib.Path) -> pathlib.Path:
    """Write the drive and return its path."""
    store = carla_types()
    with Writer(path, version=9, storage_plugin=StoragePlugin.MCAP) as writer:
        connections: dict[str, Any] = {}
        for record in leaderboard_drive():
            if record.topic not in connections:
                connections[record.topic] = writer.add_connection(record.topic, record.type_name, typestore=store)
            cdr = store.serialize_cdr(record.message, record.type_name)
            writer.write(connections[record.topic], record.log_ns, cdr)
    return path


def _route() -> Any:  # noqa: ANN401
    make = BagMessageFactory(carla_types()).make
    poses = [make("geometry_msgs/msg/Pose", position=make("geometry_msgs/msg/Point", x=x, y=y)) for x, y, _ in POINTS]
    return make(CARLA_ROUTE, road_options=[option for _, _, option in POINTS], poses=poses)
