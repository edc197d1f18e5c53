"""Drives in the built-in world: world, policy and controller, on request with visualizer and RViz.

``ros2 launch drivemoe_ros world.launch.py --show-args`` lists the arguments, those of drivemoe.launch.py included.
Topics are those of the CARLA ros-bridge; what is driven stands under ``world`` in the parameter file.
"""

import pathlib

from launch.action import Action
from launch.actions import DeclareLaunchArgument, IncludeLaunchDescription, OpaqueFunction
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch.launch_description_sources.python_launch_file_utilities import load_python_launch_file_as_module
from launch.substitutions import LaunchConfiguration

from launch import LaunchContext, LaunchDescription

NODES_FILE = str(pathlib.Path(__file__).parent / "drivemoe.launch.py")
ARGUMENTS = {
    "rig": ("carla", "Shipped rig, or path of a rig file: topics and cameras of the car."),
    "checkpoint": ("mini", "Who drives: a checkpoint's folder, or mini of this package; empty for the parameter file."),
    "controller": ("true", "Start the controller; the world takes its commands."),
    "control_mode": ("pure_pursuit", "pid drives 1.4 times the planned speed, as released; pure_pursuit drives it."),
    "use_sim_time": ("true", "Take the time from /clock, which the world publishes."),
    "family": ("", "Scenario family; a wrong one is answered by the list; empty for what the parameter file says."),
    "seed": ("", "Seed of the first drive, the next takes the next; empty for what the parameter file says."),
    "pace": ("", "Simulated seconds a second, 0 for as fast as it goes; empty for what the parameter file says."),
}
CONTROLLER = "drivemoe_controller/output"
REMAPPINGS = [
    ("~/input/ready", "drivemoe/output/ready"),
    ("~/input/state", "drivemoe/output/state"),
    *((f"~/input/{name}", f"{CONTROLLER}/{name}") for name in ("vehicle_control_cmd", "control", "twist")),
]


def generate_launch_description() -> LaunchDescription:
    """Declare the arguments, include the nodes and start the world."""
    declared = [
        DeclareLaunchArgument(name, default_value=default, description=text)
        for name, (default, text) in ARGUMENTS.items()
    ]
    nodes = IncludeLaunchDescription(PythonLaunchDescriptionSource(NODES_FILE))
    return LaunchDescription([*declared, nodes, OpaqueFunction(function=start_world)])


def start_world(context: LaunchContext) -> list[Action]:
    """Return the world, started and led as the other nodes are."""
    shared = load_python_launch_file_as_module(NODES_FILE)
    chosen = {name: LaunchConfiguration(name).perform(context) for name in (*shared.ARGUMENTS, *ARGUMENTS)}
    # As substitutions: launch takes a figure in those for a figure, and a string for a string.
    world = {f"world.{name}": LaunchConfiguration(name) for name in ("family", "seed", "pace") if chosen[name]}
    # The world makes the time that the others follow.
    chosen["use_sim_time"] = "false"
    actions: list[Action] = shared.start_node("world_node", "drivemoe_world", chosen, world, REMAPPINGS)
    return actions
