"""Time synchronisation of cameras and resampling of ego motion; knows nothing of ROS."""
