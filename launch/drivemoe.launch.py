"""Starts the policy node on a vehicle and leads it through its lifecycle.

``ros2 launch drivemoe_ros drivemoe.launch.py --show-args`` lists the arguments. The transitions are made here, because
a lifecycle node starts by itself in launch files only since Kilted.
"""

from launch.action import Action
from launch.actions import DeclareLaunchArgument, EmitEvent, OpaqueFunction, RegisterEventHandler
from launch.event_handlers import OnProcessStart
from launch.events import matches_action
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import LifecycleNode
from launch_ros.event_handlers import OnStateTransition
from launch_ros.events.lifecycle import ChangeState
from lifecycle_msgs.msg import Transition

from launch import LaunchContext, LaunchDescription

ARGUMENTS = {
    "rig": ("bench2drive", "Shipped rig (see `drivemoe rigs`), or path of a rig file that ends in .yaml."),
    "params_file": ("", "Parameter file as config/drivemoe.param.yaml; empty for the defaults."),
    "checkpoint": ("", "Folder that `drivemoe convert` wrote; empty for what the parameter file says."),
    "device": ("", "cpu, cuda or auto; empty for what the parameter file says."),
    "use_sim_time": ("false", "Take the time from /clock, as with a simulator or `ros2 bag play --clock`."),
    "namespace": ("", "Namespace of the node, and of every topic that does not begin with a slash."),
    "autostart": ("true", "Configure and activate the node; otherwise it waits for `ros2 lifecycle set`."),
    "log_level": ("info", "debug, info, warn, error or fatal."),
    "prefix": ("", "Program that runs the node, e.g. the bin/python of a virtual environment that holds torch."),
}


def generate_launch_description() -> LaunchDescription:
    """Declare the arguments; the node is made once they are known."""
    declared = [
        DeclareLaunchArgument(name, default_value=default, description=text)
        for name, (default, text) in ARGUMENTS.items()
    ]
    return LaunchDescription([*declared, OpaqueFunction(function=start_node)])


def start_node(context: LaunchContext) -> list[Action]:
    """Return the node, and what configures and activates it."""
    chosen = {name: LaunchConfiguration(name).perform(context) for name in ARGUMENTS}
    given = {"rig": chosen["rig"], "use_sim_time": chosen["use_sim_time"].lower() == "true"}
    given |= {f"policy.{name}": chosen[name] for name in ("checkpoint", "device") if chosen[name]}
    node = LifecycleNode(
        package="drivemoe_ros",
        executable="policy_node",
        name="drivemoe",
        namespace=chosen["namespace"],
        output="screen",
        emulate_tty=True,
        prefix=chosen["prefix"],
        parameters=[*([chosen["params_file"]] if chosen["params_file"] else []), given],
        arguments=["--ros-args", "--log-level", f"drivemoe:={chosen['log_level']}"],
    )
    if chosen["autostart"].lower() != "true":
        return [node]
    configure = RegisterEventHandler(OnProcessStart(target_action=node, on_start=[_change(node, "CONFIGURE")]))
    activate = RegisterEventHandler(
        OnStateTransition(
            target_lifecycle_node=node,
            start_state="configuring",
            goal_state="inactive",
            entities=[_change(node, "ACTIVATE")],
        )
    )
    return [configure, activate, node]


def _change(node: LifecycleNode, name: str) -> Action:
    transition_id = getattr(Transition, f"TRANSITION_{name}")
    return EmitEvent(event=ChangeState(lifecycle_node_matcher=matches_action(node), transition_id=transition_id))
