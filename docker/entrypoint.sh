#!/bin/bash
# Runs a command with ROS 2 and this package sourced.
set -e
. "/opt/ros/$ROS_DISTRO/setup.bash"
. /opt/drivemoe/install/setup.bash
exec "$@"
