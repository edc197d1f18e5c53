"""ROS 2 nodes; rclpy lives only here."""
