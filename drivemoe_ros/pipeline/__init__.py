"""From stamped samples to plan results; knows nothing of ROS, bags or torch."""
