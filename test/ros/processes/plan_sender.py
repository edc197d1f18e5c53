"""A process of its own on the graph: stands in for a policy that plans ten times a second until it is killed.

Sends a plan straight ahead, stamped by the wall clock, on the topic that is its one argument.
"""

import sys
import time

import rclpy
from drivemoe_ros.msg import Trajectory
from numpy import arange, stack, zeros

from drivemoe_ros.data.plan import PolicyLabel
from drivemoe_ros.geometry.se2 import trajectory_from_waypoints
from drivemoe_ros.messages.encode import encode_trajectory
from drivemoe_ros.messages.parts import Parts
from drivemoe_ros.nodes.factory import NativeMessageFactory


def main() -> None:
    """Send until killed."""
    rclpy.init()
    node = rclpy.create_node("plan_sender")
    publisher = node.create_publisher(Trajectory, sys.argv[1], 1)
    waypoints_H2 = stack([arange(10) * 0.6, zeros(10)], axis=1)
    label = PolicyLabel("drivemoe", "a checkpoint", trained=True)
    while True:
        now_ns = node.get_clock().now().nanoseconds
        trajectory = trajectory_from_waypoints(waypoints_H2, now_ns, 100_000_000)
        parts = Parts(NativeMessageFactory(), now_ns, "base_link")
        publisher.publish(encode_trajectory(trajectory, label, parts))
        time.sleep(0.1)


if __name__ == "__main__":
    main()
