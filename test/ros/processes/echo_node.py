"""A process of its own on the graph: answers every message of drivemoe_ros with the same message.

Listens on ``/ask/<Type>`` and answers on ``/answer/<Type>`` until it gets SIGTERM.
"""

import sys

import drivemoe_ros.msg
import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node


def main() -> None:
    """Answer until told to end."""
    rclpy.init()
    node = Node("echo")
    for name in sys.argv[1:]:
        message_type = getattr(drivemoe_ros.msg, name)
        publisher = node.create_publisher(message_type, f"/answer/{name}", 10)
        node.create_subscription(message_type, f"/ask/{name}", publisher.publish, 10)
    print("ready", flush=True)
    try:
        # rclpy.spin and SIGTERM race: an idle node may hang. Short turns end in every case.
        while rclpy.ok():
            rclpy.spin_once(node, timeout_sec=0.2)
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    except RuntimeError:
        # The signal may fall between two calls of a turn, and the second then finds ROS taken down.
        if rclpy.ok():
            raise
    finally:
        rclpy.try_shutdown()


if __name__ == "__main__":
    main()
