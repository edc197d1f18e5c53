"""From a plan to pedals and steering; knows nothing of ROS."""
