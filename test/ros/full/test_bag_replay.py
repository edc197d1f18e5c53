"""A bag played to the live nodes and recorded again, on a full ROS 2, beside a replay of the same bag."""

from __future__ import annotations

import pathlib
import shutil
from typing import TYPE_CHECKING, Any

import pytest
import yaml

pytest.importorskip("rclpy")
pytest.importorskip("launch_ros")
if shutil.which("ros2") is None:
    pytest.skip("there is no ros2 command", allow_module_level=True)

from rclpy.serialization import deserialize_message

from drivemoe_ros.bags.factory import BagMessageFactory
from drivemoe_ros.bags.reader import BagReader
from drivemoe_ros.bags.writer import BagWriter
from drivemoe_ros.cli.main import main as drivemoe
from drivemoe_ros.messages.topics import STATE, TRAJECTORY, OutputTopic
from drivemoe_ros.nodes.factory import message_class
from drivemoe_ros.parameters.rig import load_rig, shipped_rigs

from ...bag.tiny_bags import START_NS, TinyBag  # noqa: TID252
from ..graph import stamp_ns  # noqa: TID252
from ..live_graph import in_order  # noqa: TID252
from .programs import launched, running

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parents[3]
WRONG_NS = 1_000_000_000


@pytest.fixture(name="drive", scope="module")
def drive_that_holds_more_than_sensors(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Return a drive recorded with `ros2 bag record -a`: with a clock of its own, and somebody's plans."""
    path = tmp_path_factory.mktemp("bags") / "drive"
    make = BagMessageFactory().make
    wrong = make("builtin_interfaces/msg/Time", sec=WRONG_NS // 1_000_000_000, nanosec=0)
    clock = make("rosgraph_msgs/msg/Clock", clock=wrong)
    plan = make(TRAJECTORY.type_name, header=make("std_msgs/msg/Header", stamp=wrong, frame_id="base_link"))
    with BagWriter(path) as writer:
        for number, record in enumerate(in_order(TinyBag(encoding="jpeg", width=64, height=48, duration_s=3.0))):
            writer.write(record.topic, record.type_name, record.message, record.log_ns)
            if number % 10 == 0:
                writer.write("/clock", "rosgraph_msgs/msg/Clock", clock, record.log_ns)
                writer.write(TRAJECTORY.resolved, TRAJECTORY.type_name, plan, record.log_ns)
    return path


@pytest.fixture(name="replayed", scope="module")
def replay_of_the_drive(drive: pathlib.Path) -> pathlib.Path:
    path = drive.parent / "replayed"
    assert drivemoe(["replay", str(drive), "--output", str(path)]) == 0
    return path


def messages(bag: pathlib.Path, topic: OutputTopic) -> Iterator[Any]:
    with BagReader(bag) as reader:
        for event in reader.events([topic.resolved]):
            yield deserialize_message(event.raw, message_class(event.type_name))


def log_times_ns(bag: pathlib.Path) -> list[int]:
    with BagReader(bag) as reader:
        return [event.stamp_ns for event in reader.events([STATE.resolved])]


def test_what_the_live_nodes_plan_is_recorded_and_equals_a_replay(
    tmp_path: pathlib.Path, drive: pathlib.Path, replayed: pathlib.Path
) -> None:
    arguments = (f"bag:={drive}", "record:=true", f"record_path:={tmp_path / 'live'}", "exit_at_end:=true")
    with launched(tmp_path / "log", "bag_replay.launch.py", *arguments) as launch:
        assert launch.wait() == 0, launch.said()
        assert launch.commands() == {}
        assert "Traceback" not in launch.said()
    expected = {stamp_ns(message): message for message in messages(replayed, TRAJECTORY)}
    # A busy machine may lose a picture on the way or plan less often; then the state says so, or there is no plan.
    whole = {stamp_ns(message) for message in messages(tmp_path / "live", STATE) if message.state == message.RUNNING}
    live = {stamp_ns(message): message for message in messages(tmp_path / "live", TRAJECTORY)}
    assert live.keys() <= expected.keys()  # none of the plans in the bag
    assert min(log_times_ns(tmp_path / "live")) >= START_NS  # nor its clock
    compared = whole & live.keys()
    assert len(compared) >= 5, launch.said()
    assert {ns: live[ns] for ns in compared} == {ns: expected[ns] for ns in compared}


def test_a_replays_bag_plays_and_its_messages_can_be_shown(tmp_path: pathlib.Path, replayed: pathlib.Path) -> None:
    show = ("ros2", "topic", "echo", "--no-daemon", "--once", TRAJECTORY.resolved, TRAJECTORY.type_name)
    play = ("ros2", "bag", "play", "--loop", str(replayed))
    with running(tmp_path / "shown", *show) as shown, running(tmp_path / "played", *play):
        assert shown.wait() == 0, shown.said()
        message = next(yaml.safe_load_all(shown.said()))
    assert message["header"]["frame_id"] == "base_link"
    assert len(message["points"]) == 10


def test_routes_and_goals_of_every_shipped_rig_are_played_latched() -> None:
    overrides = yaml.safe_load((ROOT / "config" / "bag_play_qos.yaml").read_text())
    for name in shipped_rigs():
        rig = load_rig(name)
        for topic in filter(None, (rig.route_topic, rig.global_plan_topic, rig.goal_topic)):
            assert overrides[topic]["durability"] == "transient_local"
            assert overrides[topic]["reliability"] == "reliable"
