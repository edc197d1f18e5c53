"""Drives in the built-in world: world, policy and controller, on request with visualizer and RViz.

``ros2 launch drivemoe_ros world.launch.py --show-args`` lists the arguments, those of drivemoe.launch.py included.
Topics are those of the CARLA ros-bridge; what is driven stands under ``world`` in the parameter file.
"""

import pathlib

from launch.actions import DeclareLaunchArgument, EmitEvent, IncludeLaunchDescription, RegisterEventHandler
from launch.event_handlers import OnProcessStart
from launch.events import matches_action
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import LifecycleNode
from launch_ros.event_handlers import OnStateTransition
from launch_ros.events.lifecycle import ChangeState
from lifecycle_msgs.msg import Transition

from launch import LaunchDescription

ARGUMENTS = {
    "rig": ("carla", "Shipped rig, or path of a rig file: topics and cameras of the car."),
    "controller": ("true", "Start the controller; the world takes its commands."),
    "control_mode": ("pure_pursuit", "pid drives 1.4 times the planned speed, as released; pure_pursuit drives it."),
    "use_sim_time": ("true", "Take the time from /clock, which the world publishes."),
    "family": ("normal/lane_follow", "Scenario family; a wrong one is answered by the list of them."),
    "seed": ("200000", "Seed of the first drive; the next drive takes the next."),
    "pace": ("1.0", "Simulated seconds a second; 0 steps as soon as a command has come."),
}


def generate_launch_description() -> LaunchDescription:
    """Declare the arguments, start the world and include the nodes."""
    here = pathlib.Path(__file__).parent
    declared = [
        DeclareLaunchArgument(name, default_value=default, description=text)
        for name, (default, text) in ARGUMENTS.items()
    ]
    included = IncludeLaunchDescription(PythonLaunchDescriptionSource(str(here / "drivemoe.launch.py")))
    chosen = {f"world.{name}": LaunchConfiguration(name) for name in ("family", "seed", "pace")}
    controller = "drivemoe_controller/output"
    world = LifecycleNode(
        package="drivemoe_ros",
        executable="world_node",
        name="drivemoe_world",
        namespace=LaunchConfiguration("namespace"),
        output="screen",
        emulate_tty=True,
        prefix=LaunchConfiguration("prefix"),
        parameters=[{"rig": LaunchConfiguration("rig"), "use_sim_time": False, **chosen}],
        remappings=[
            ("~/input/ready", "drivemoe/output/ready"),
            ("~/input/state", "drivemoe/output/state"),
            *((f"~/input/{name}", f"{controller}/{name}") for name in ("vehicle_control_cmd", "control", "twist")),
        ],
    )
    configure = RegisterEventHandler(OnProcessStart(target_action=world, on_start=[_change(world, "CONFIGURE")]))
    activate = RegisterEventHandler(
        OnStateTransition(
            target_lifecycle_node=world,
            start_state="configuring",
            goal_state="inactive",
            entities=[_change(world, "ACTIVATE")],
        )
    )
    return LaunchDescription([*declared, included, configure, activate, world])


def _change(node: LifecycleNode, name: str) -> EmitEvent:
    transition_id = getattr(Transition, f"TRANSITION_{name}")
    return EmitEvent(event=ChangeState(lifecycle_node_matcher=matches_action(node), transition_id=transition_id))
