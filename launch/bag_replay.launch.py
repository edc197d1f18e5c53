"""Plays a recorded drive to the live nodes: with its clock, its route latched, and on request recorded again.

``ros2 launch drivemoe_ros bag_replay.launch.py --show-args`` lists the arguments, those of drivemoe.launch.py included.
The bag starts when the policy is active, so that the first pictures find it listening. `drivemoe replay` plans through
a bag without a graph, faster, and with the same result every time.
"""

import pathlib

import yaml
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

from drivemoe_ros.messages.encode_control import ENCODERS
from drivemoe_ros.messages.topics import DRAWN_TOPICS, NODE_NAME, OUTPUT_TOPICS, RIG, VISUALIZER_NAME
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
    "record": ("false", "Record what the nodes publish, without drawn pictures."),
    "record_path": ("drivemoe_plans", "Bag to record to; it must not exist yet."),
    "exit_at_end": ("false", "End when the bag does."),
    "use_sim_time": ("true", "Take the time from the bag's clock."),
}
# A bag's own clock would contradict the player's, and recorded plans the live ones.
OUR_TOPICS = (
    *(topic.name.replace("~", NODE_NAME) for topic in (*OUTPUT_TOPICS, RIG)),
    *(topic.name.replace("~", VISUALIZER_NAME) for topic in DRAWN_TOPICS),
    *(topic.name.replace("~", "drivemoe_controller") for topic in ENCODERS),
)
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
    namespace = f"/{LaunchConfiguration('namespace', default='').perform(context).strip('/')}".rstrip("/")
    if not pathlib.Path(chosen["bag"]).exists():
        msg = f"There is no bag '{chosen['bag']}': give the path of a rosbag2 folder or file as bag:=PATH."
        raise RuntimeError(msg)
    recorder = []
    if is_true(chosen["record"]):
        if pathlib.Path(chosen["record_path"]).exists():
            msg = f"'{chosen['record_path']}' exists already: remove it, or choose another record_path."
            raise RuntimeError(msg)
        pattern = f"^{namespace}/drivemoe(_controller|_visualizer)?/output/(?!mosaic|dashboard).*$"
        command = ["ros2", "bag", "record", "--use-sim-time", "-o", chosen["record_path"], "-e", pattern]
        recorder = [ExecuteProcess(cmd=command, name="recorder", output="screen")]
    player = ExecuteProcess(cmd=play_command(chosen, namespace), name="player", output="screen")
    start = EventHandler(matcher=policy_is_active, entities=[player], handle_once=True)
    end = OnProcessExit(
        target_action=player,
        on_exit=lambda event, _context: after_player(event, exit_at_end=is_true(chosen["exit_at_end"])),
    )
    return [*recorder, RegisterEventHandler(start), RegisterEventHandler(end)]


def play_command(chosen: dict[str, str], namespace: str) -> list[str]:
    """Return how to play the bag; words that every ros2 bag from Humble on understands."""
    command = ["ros2", "bag", "play", chosen["bag"], "--disable-keyboard-controls", "--clock", chosen["clock"]]
    command += ["--rate", chosen["rate"], "--start-offset", chosen["start"], "--delay", chosen["delay"]]
    command += ["--qos-profile-overrides-path", chosen["qos_overrides"]]
    if is_true(chosen["loop"]):
        command.append("--loop")
    recorded, unwanted = recorded_topics(chosen["bag"]), {"/clock", *(f"{namespace}/{topic}" for topic in OUR_TOPICS)}
    if chosen["topics"]:
        command += ["--topics", *chosen["topics"].split()]
    elif unwanted.intersection(recorded):
        # Humble's player knows no option that leaves topics out.
        command += ["--topics", *(topic for topic in recorded if topic not in unwanted)]
    return command


def recorded_topics(bag: str) -> list[str]:
    """Return the topics of a bag as its metadata lists them; none where it has no metadata that can be read.

    What does not begin with a slash is no topic, and the player might take it for an option, such as --remap.
    """
    path = pathlib.Path(bag)
    try:
        content = yaml.safe_load(((path if path.is_dir() else path.parent) / "metadata.yaml").read_bytes())
        topics = content["rosbag2_bagfile_information"]["topics_with_message_count"]
        names = [str(topic["topic_metadata"]["name"]) for topic in topics]
        return [name for name in names if name.startswith("/")]
    except (OSError, yaml.YAMLError, KeyError, TypeError, RecursionError):
        return []  # the player says what is wrong with it


def policy_is_active(event: Event) -> bool:
    """Tell whether an event says that the policy node has become active."""
    if not isinstance(event, StateTransition) or event.goal_state != "active":
        return False
    return bool(event.action.node_name.rpartition("/")[2] == NODE_NAME)


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
