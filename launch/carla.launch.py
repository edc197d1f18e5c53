"""Drives a vehicle in CARLA over its ros-bridge: policy and controller, under the names of bridge and Leaderboard.

``ros2 launch drivemoe_ros carla.launch.py --show-args`` lists the arguments, those of drivemoe.launch.py included.
CARLA and its bridge are started elsewhere, the bridge in synchronous mode, or transforms and pictures drift apart.
"""

import pathlib

import launch.logging
from launch.action import Action
from launch.actions import (
    DeclareLaunchArgument,
    GroupAction,
    IncludeLaunchDescription,
    OpaqueFunction,
    SetLaunchConfiguration,
)
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import SetRemap

from drivemoe_ros.parameters.rig import shipped_rigs
from launch import LaunchContext, LaunchDescription

# Of the shipped rig.
ROLE = "hero"
ARGUMENTS = {
    "role_name": (ROLE, "Role name of the vehicle in CARLA: topics are /carla/ROLE/..., its frame is ROLE."),
    "rig": ("carla", "Shipped rig, or path of a rig file; its /carla/hero/ and base frame follow the role name."),
    "controller": ("true", "Start the controller; it publishes /carla/ROLE/vehicle_control_cmd."),
    "use_sim_time": ("true", "Take the time from /clock, which the bridge publishes."),
}
# The Leaderboard starts a route once it has heard on `status` that its vehicle is ready.
OUTPUTS = {"~/output/vehicle_control_cmd": "/vehicle_control_cmd", "~/output/ready": "/status"}


def generate_launch_description() -> LaunchDescription:
    """Declare the arguments and include the nodes, under the role's names."""
    here = pathlib.Path(__file__).parent
    declared = [
        DeclareLaunchArgument(name, default_value=default, description=text)
        for name, (default, text) in ARGUMENTS.items()
    ]
    vehicle = ["/carla/", LaunchConfiguration("role_name")]
    renamed = [SetRemap(ours, [*vehicle, theirs]) for ours, theirs in OUTPUTS.items()]
    included = IncludeLaunchDescription(PythonLaunchDescriptionSource(str(here / "drivemoe.launch.py")))
    nodes = GroupAction([*renamed, included], scoped=False)
    return LaunchDescription([*declared, OpaqueFunction(function=follow_role), nodes])


def follow_role(context: LaunchContext) -> list[Action]:
    """Write the rig under the role's names, where its name is another, beside the launch's log."""
    role, rig = (LaunchConfiguration(name).perform(context) for name in ("role_name", "rig"))
    path = shipped_rigs().get(rig, pathlib.Path(rig))
    if role == ROLE or not path.is_file():  # where there is none, the node says so, with the nearest name
        return []
    content = path.read_text(encoding="utf-8")
    content = content.replace(f"/carla/{ROLE}/", f"/carla/{role}/")
    content = content.replace(f"base_frame: {ROLE}\n", f"base_frame: {role}\n")
    written = pathlib.Path(launch.logging.launch_config.log_dir) / f"{path.stem}_{role}.yaml"
    written.write_text(content, encoding="utf-8")
    return [SetLaunchConfiguration("rig", str(written))]
