"""Starts the policy, and on request controller, visualizer and RViz, and leads each node through its lifecycle.

``ros2 launch drivemoe_ros drivemoe.launch.py --show-args`` lists the arguments. The transitions are made here, because
a lifecycle node starts by itself in launch files only since Kilted. The other launch files include this one.
"""

import contextlib

from launch.action import Action
from launch.actions import DeclareLaunchArgument, EmitEvent, OpaqueFunction, RegisterEventHandler
from launch.event_handlers import OnProcessStart
from launch.events import matches_action
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import LifecycleNode, Node
from launch_ros.event_handlers import OnStateTransition
from launch_ros.events.lifecycle import ChangeState
from lifecycle_msgs.msg import Transition

from drivemoe_ros.errors import DriveMoeError
from drivemoe_ros.messages.topics import DRAWN_TOPICS, OUTPUT_TOPICS, VISUALIZER_NAME
from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.resources import resource_folder
from launch import LaunchContext, LaunchDescription

ARGUMENTS = {
    "rig": ("bench2drive", "Shipped rig (see `drivemoe rigs`), or path of a rig file that ends in .yaml."),
    "params_file": ("", "Parameter file as config/drivemoe.param.yaml; empty for the defaults."),
    "checkpoint": ("", "Checkpoint: a folder, or mini of this package; empty for what the parameter file says."),
    "device": ("", "cpu, cuda or auto; empty for what the parameter file says."),
    "controller": ("false", "Start the controller as well, which turns plans into commands."),
    "control_mode": ("", "pid (as released) or pure_pursuit (true speeds); empty for what the parameter file says."),
    "visualizer": ("false", "Start the visualizer as well, which draws plans for RViz."),
    "rviz": ("false", "Start RViz with rviz/drivemoe.rviz, and the visualizer with it."),
    "use_sim_time": ("false", "Take the time from /clock, as with a simulator or `ros2 bag play --clock`."),
    "namespace": ("", "Namespace of the nodes, and of every topic that does not begin with a slash."),
    "autostart": ("true", "Configure and activate the nodes; otherwise they wait for `ros2 lifecycle set`."),
    "use_respawn": ("false", "Start a node again when its process dies."),
    "log_level": ("info", "debug, info, warn, error or fatal."),
    "prefix": ("", "Program that runs the nodes, e.g. the bin/python of a virtual environment that holds torch."),
}
RESPAWN_DELAY_S = 2.0


def generate_launch_description() -> LaunchDescription:
    """Declare the arguments; the nodes are made once they are known."""
    declared = [
        DeclareLaunchArgument(name, default_value=default, description=text)
        for name, (default, text) in ARGUMENTS.items()
    ]
    return LaunchDescription([*declared, OpaqueFunction(function=start_nodes)])


def start_nodes(context: LaunchContext) -> list[Action]:
    """Return the nodes, and what configures and activates them."""
    chosen = {name: LaunchConfiguration(name).perform(context) for name in ARGUMENTS}
    policy = {f"policy.{name}": chosen[name] for name in ("checkpoint", "device") if chosen[name]}
    actions = start_node("policy_node", "drivemoe", chosen, policy)
    if is_true(chosen["controller"]):
        plans = [("~/input/trajectory", "drivemoe/output/trajectory")]
        control = {"control.mode": chosen["control_mode"]} if chosen["control_mode"] else {}
        actions += start_node("controller_node", "drivemoe_controller", chosen, control, plans)
    if is_true(chosen["visualizer"]) or is_true(chosen["rviz"]):
        actions += start_node("visualizer_node", VISUALIZER_NAME, chosen, {})
    if is_true(chosen["rviz"]):
        actions.append(start_rviz(chosen))
    return actions


def start_node(
    executable: str,
    name: str,
    chosen: dict[str, str],
    special: dict[str, str],
    remappings: list[tuple[str, str]] | None = None,
) -> list[Action]:
    """Return one node, and what configures and activates it."""
    autostart, respawn = is_true(chosen["autostart"]), is_true(chosen["use_respawn"])
    shared = {"rig": chosen["rig"], "use_sim_time": is_true(chosen["use_sim_time"])}
    # The service of a node that died stays visible for some seconds: launch would ask that one, and wait for ever. So
    # nodes that are started again lead themselves.
    shared["autostart"] = autostart and respawn
    node = LifecycleNode(
        package="drivemoe_ros",
        executable=executable,
        exec_name=executable,
        name=name,
        namespace=chosen["namespace"],
        output="screen",
        emulate_tty=True,
        prefix=chosen["prefix"],
        parameters=[*([chosen["params_file"]] if chosen["params_file"] else []), {**shared, **special}],
        remappings=remappings,
        arguments=["--ros-args", "--log-level", f"{name}:={chosen['log_level']}"],
        respawn=respawn,
        respawn_delay=RESPAWN_DELAY_S,
    )
    if respawn or not autostart:
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


def start_rviz(chosen: dict[str, str]) -> Action:
    """Return RViz with our configuration, looking at the rig's base frame and at topics of the namespace."""
    arguments = ["-d", str(resource_folder("rviz") / "drivemoe.rviz")]
    with contextlib.suppress(DriveMoeError):  # the node explains what is wrong with the rig
        arguments += ["-f", load_rig(chosen["rig"]).base_frame]
    drawn = [topic.name.replace("~", VISUALIZER_NAME) for topic in DRAWN_TOPICS]
    names = [*drawn, *(topic.resolved.removeprefix("/") for topic in OUTPUT_TOPICS)]
    return Node(
        package="rviz2",
        executable="rviz2",
        namespace=chosen["namespace"],
        output="screen",
        parameters=[{"use_sim_time": is_true(chosen["use_sim_time"])}],
        arguments=arguments,
        # The configuration names topics in full; a relative name on the right takes the namespace.
        remappings=[(f"/{name}", name) for name in names] if chosen["namespace"] else None,
    )


def is_true(word: str) -> bool:
    """Tell whether an argument says yes."""
    return word.lower() in {"true", "1", "yes", "on"}


def _change(node: LifecycleNode, name: str) -> Action:
    transition_id = getattr(Transition, f"TRANSITION_{name}")
    return EmitEvent(event=ChangeState(lifecycle_node_matcher=matches_action(node), transition_id=transition_id))
