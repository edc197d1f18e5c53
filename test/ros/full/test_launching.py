"""The nodes as the launch files start them, on a full ROS 2: active, planning, started again, and ended by Ctrl-C."""

from __future__ import annotations

import os
import pathlib
import shutil
import signal
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("rclpy")
pytest.importorskip("launch_ros")
if shutil.which("ros2") is None:
    pytest.skip("there is no ros2 command", allow_module_level=True)

from drivemoe_ros.msg import PolicyState
from std_msgs.msg import Bool

from ...bag.tiny_bags import TinyBag, write_tiny_bag  # noqa: TID252
from ..graph import LATCHED, alone  # noqa: TID252
from ..live_graph import Surroundings  # noqa: TID252
from .programs import launched, running

if TYPE_CHECKING:
    from collections.abc import Iterator

# rclpy's own parser imports modules that Python has since deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")


@pytest.fixture(name="around")
def surroundings() -> Iterator[Surroundings]:
    with alone(lambda context: Surroundings(context, "/drivemoe")) as around:
        yield around


def test_the_vehicles_nodes_plan_from_a_played_bag_and_come_back_when_one_dies(
    tmp_path: pathlib.Path, around: Surroundings
) -> None:
    bag = write_tiny_bag(tmp_path / "drive", TinyBag(encoding="jpeg", width=64, height=48, duration_s=3.0))
    arguments = ("controller:=true", "visualizer:=true", "use_respawn:=true")
    with launched(tmp_path / "log", "drivemoe.launch.py", *arguments) as launch:
        launch.wait_for("Ready: ", 3)
        around.until(lambda: "yet: 0 publishers" in around.reason(), "active policy")
        with running(tmp_path / "player", "ros2", "bag", "play", str(bag)) as player:
            around.until(lambda: around.received["trajectory"], "plan")
            around.until(lambda: PolicyState.RUNNING in [one.state for one in around.received["state"]], "RUNNING")
            assert player.wait() == 0
        assert around.lifecycle() == "active"
        (policy,) = [pid for pid, words in launch.commands().items() if "lib/drivemoe_ros/policy_node" in words]
        os.kill(policy, signal.SIGKILL)
        launch.wait_for("Ready: drivemoe", 2)
        around.until(lambda: around.lifecycle() == "active", "active policy after its death")
        assert launch.interrupt() == 0
        assert launch.commands() == {}
        assert "Traceback" not in launch.said()


def test_carlas_topics_follow_the_role_name(tmp_path: pathlib.Path, around: Surroundings) -> None:
    ready: list[bool] = []
    around.node.create_subscription(Bool, "/carla/ego/status", lambda message: ready.append(message.data), LATCHED)
    with launched(tmp_path / "log", "carla.launch.py", "role_name:=ego") as launch:
        launch.wait_for("from /carla/ego/odometry and /drivemoe/output/trajectory")
        launch.wait_for("no picture from /carla/ego/CAM_FRONT/image yet")
        around.until(lambda: ready == [True], "status that the Leaderboard waits for")
        (controller,) = [words for words in launch.commands().values() if "lib/drivemoe_ros/controller_node" in words]
        assert "~/output/vehicle_control_cmd:=/carla/ego/vehicle_control_cmd" in controller
        assert launch.interrupt() == 0
        assert "/carla/hero/" not in launch.said()


def test_the_built_in_world_waits_for_the_policy_and_is_driven_by_it(tmp_path: pathlib.Path) -> None:
    with launched(tmp_path / "log", "world.launch.py", "family:=normal/free_turn", "seed:=7") as launch:
        launch.wait_for("Ready: normal/free_turn, rig 'carla'")
        launch.wait_for("Waiting for /drivemoe/output/ready")
        launch.wait_for("RUNNING")
        launch.wait_for("Ready: drivemoe, mini")
        assert launch.interrupt() == 0
        assert "Traceback" not in launch.said()
        assert "not trained" not in launch.said()


def test_what_the_world_drives_may_stand_in_the_parameter_file(tmp_path: pathlib.Path) -> None:
    parameters = tmp_path / "drive.yaml"
    parameters.write_text("/**:\n  ros__parameters:\n    world: {family: merging/left_across, pace: 2.0}\n")
    with launched(tmp_path / "log", "world.launch.py", f"params_file:={parameters}") as launch:
        launch.wait_for("Ready: merging/left_across, rig 'carla'")
        launch.wait_for("Waiting for /drivemoe/output/ready")
        assert launch.interrupt() == 0
        assert "Traceback" not in launch.said()
