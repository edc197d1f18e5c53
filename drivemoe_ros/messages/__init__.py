"""Duck-typed conversion between messages and values; imports neither rclpy nor rosbags."""
