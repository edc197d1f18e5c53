"""A trajectory in Autoware's message, made with its published definition."""

from __future__ import annotations

import numpy as np
import pytest
from rosbags.typesys import Stores, get_types_from_msg, get_typestore

from drivemoe_ros.bags.factory import BagMessageFactory
from drivemoe_ros.geometry.se2 import trajectory_from_waypoints
from drivemoe_ros.messages.encode_autoware import AUTOWARE, encode_autoware
from drivemoe_ros.messages.parts import Parts

POINT = """builtin_interfaces/Duration time_from_start
geometry_msgs/Pose pose
float32 longitudinal_velocity_mps
float32 lateral_velocity_mps
float32 acceleration_mps2
float32 heading_rate_rps
float32 front_wheel_angle_rad
float32 rear_wheel_angle_rad
"""
TRAJECTORY = "std_msgs/Header header\nautoware_planning_msgs/TrajectoryPoint[] points\n"
STAMP_NS = 1_700_000_000_100_000_000


def test_every_waypoint_has_its_time_velocity_and_turn() -> None:
    typestore = get_typestore(Stores.ROS2_JAZZY)
    typestore.register(get_types_from_msg(POINT, "autoware_planning_msgs/msg/TrajectoryPoint"))
    typestore.register(get_types_from_msg(TRAJECTORY, AUTOWARE.type_name))
    angle_H = np.arange(10) * 0.05  # a left turn of 10 m radius at 5 m/s
    waypoints_H2 = 10.0 * np.stack([np.sin(angle_H), 1.0 - np.cos(angle_H)], axis=1)
    plan = trajectory_from_waypoints(waypoints_H2, STAMP_NS, 100_000_000)
    message = encode_autoware(plan, Parts(BagMessageFactory(typestore), STAMP_NS, "base_link"))
    read = typestore.deserialize_cdr(typestore.serialize_cdr(message, AUTOWARE.type_name), AUTOWARE.type_name)
    assert (read.header.stamp.sec, read.header.stamp.nanosec) == (1_700_000_000, 100_000_000)  # type: ignore[attr-defined]
    points = read.points  # type: ignore[attr-defined]
    assert [point.time_from_start.nanosec for point in points] == [index * 100_000_000 for index in range(10)]
    assert [point.longitudinal_velocity_mps for point in points] == pytest.approx([5.0] * 10, rel=1e-3)
    assert [point.heading_rate_rps for point in points[:8]] == pytest.approx([0.5] * 8, rel=1e-3)
    assert points[3].pose.position.y == pytest.approx(waypoints_H2[3, 1])
