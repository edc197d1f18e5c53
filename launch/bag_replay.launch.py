"""Plays a recorded drive to the live nodes: with its clock, its route latched, and on request recorded again.

``ros2 launch drivemoe_ros bag_replay.launch.py --show-args`` lists the arguments, those of drivemoe.launch.py included.
The bag starts when the policy is active, so that the first pictures find it listening. `drivemoe replay` plans through
a bag without a graph, faster, and with the same result every time.
"""

import pathlib

from launch.action import Action
from launch.actions import (
    DeclareLaunchArgument,
    ExecuteProcess,
    IncludeLaunchDescription,
    OpaqueFunction,
    RegisterEventHandler,
    Shutdown,
    TimerAction,
)
from launch.event import Event
from launch.event_handlers import OnProcessExit
from launch.events.process import ProcessExited
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch.substitutions import LaunchConfiguration
from launch_ros.events.lifecycle import StateTransition

from drivemoe_ros.resources import resource_folder
from launch import EventHandler, LaunchContext, LaunchDescription

ARGUMENTS = {
    "rate": ("1.0", "How many times faster than recorded to play."),
    "start": ("0.0", "Where in the bag to start [s]."),
    "loop": ("false", "Begin again at the end."),
    "clock": ("100.0", "How often /clock is published [Hz]."),
    "delay": ("1.0", "How long after the policy became active to play [s]; meanwhile everyone connects."),
    "topics": ("", "Play only these topics, separated by spaces; empty for all."),
    "qos_overrides": (
        str(resource_folder("config") / "bag_play_qos.yaml"),
        "File that says how topics are published; routes are latched in the shipped one.",
    ),
    "record": ("false", "Record what the nodes publish."),
    "record_path": ("drivemoe_plans", "Bag to record to; it must not exist yet."),
    "exit_at_end": ("false", "End when the bag does."),
    "use_sim_time": ("true", "Take the time from the bag's clock."),
}
# A bag's own clock would contradict the player's, and recorded plans the live ones.
NOT_PLAYED = "/clock|(/.*)?/drivemoe(_controller|_visualizer)?/output/.*"
RECORDED = "(/.*)?/drivemoe(_controller|_visualizer)?/output/(?!mosaic|dashboard).*"
POLICY = "drivemoe"
# The last plan is still under way, and the recorder writes what it holds.
LAST_PLAN_S = 3.0


def generate_launch_description() -> LaunchDescription:
    """Declare the arguments and include the nodes."""
    here = pathlib.Path(__file__).parent
    bag = DeclareLaunchArgument("bag", description="Folder or file of the rosbag2 bag to play.")
    declared = [
        DeclareLaunchArgument(name, default_value=default, description=text)
        for name, (default, text) in ARGUMENTS.items()
    ]
    nodes = IncludeLaunchDescription(PythonLaunchDescriptionSource(str(here / "drivemoe.launch.py")))
    return LaunchDescription([bag, *declared, OpaqueFunction(function=prepare), nodes])


def prepare(context: LaunchContext) -> list[Action]:
    """Start the recorder, and let the player follow the policy."""
    chosen = {name: LaunchConfiguration(name).perform(context) for name in ("bag", *ARGUMENTS)}
    if not pathlib.Path(chosen["bag"]).exists():
        msg = f"There is no bag '{chosen['bag']}': give the path of a rosbag2 folder or file as bag:=PATH."
        raise RuntimeError(msg)
    recorder = []
    if is_true(chosen["record"]):
        if pathlib.Path(chosen["record_path"]).exists():
            msg = f"'{chosen['record_path']}' exists already: remove it, or choose another record_path."
            raise RuntimeError(msg)
        command = ["ros2", "bag", "record", "--use-sim-time", "-o", chosen["record_path"], "-e", RECORDED]
        recorder = [ExecuteProcess(cmd=command, name="recorder", output="screen")]
    player = ExecuteProcess(cmd=play_command(chosen), name="player", output="screen")
    start = EventHandler(matcher=policy_is_active, entities=[player], handle_once=True)
    end = OnProcessExit(
        target_action=player,
        on_exit=lambda event, _context: after_player(event, exit_at_end=is_true(chosen["exit_at_end"])),
    )
    return [*recorder, RegisterEventHandler(start), RegisterEventHandler(end)]


def play_command(chosen: dict[str, str]) -> list[str]:
    """Return how to play the bag; words that every ros2 bag from Humble on understands."""
    command = ["ros2", "bag", "play", chosen["bag"], "--disable-keyboard-controls", "--clock", chosen["clock"]]
    command += ["--rate", chosen["rate"], "--start-offset", chosen["start"], "--delay", chosen["delay"]]
    command += ["-x", NOT_PLAYED, "--qos-profile-overrides-path", chosen["qos_overrides"]]
    if is_true(chosen["loop"]):
        command.append("--loop")
    if chosen["topics"]:
        command += ["--topics", *chosen["topics"].split()]
    return command


def policy_is_active(event: Event) -> bool:
    """Tell whether an event says that the policy node has become active."""
    if not isinstance(event, StateTransition) or event.goal_state != "active":
        return False
    return bool(event.action.node_name.rpartition("/")[2] == POLICY)


def after_player(exited: ProcessExited, *, exit_at_end: bool) -> list[Action]:
    """Return what follows the end of the bag; what is raised here ends the launch with exit code 1."""
    if exited.returncode:
        msg = f"The bag cannot be played (exit code {exited.returncode}): see what the player says above."
        raise RuntimeError(msg)
    if exit_at_end:
        return [TimerAction(period=LAST_PLAN_S, actions=[Shutdown(reason="the bag has ended")])]
    return []


def is_true(word: str) -> bool:
    """Tell whether an argument says yes."""
    return word.lower() in {"true", "1", "yes", "on"}
