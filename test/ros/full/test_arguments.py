"""What the launch files say about their arguments."""

from __future__ import annotations

import pathlib
import re
import shutil

import pytest

from .programs import running

pytest.importorskip("launch_ros")
if shutil.which("ros2") is None:
    pytest.skip("there is no ros2 command", allow_module_level=True)

ROOT = pathlib.Path(__file__).resolve().parents[3]
# As in nav2's launch files, and what all of ours have beside.
COMMON = {"namespace", "use_sim_time", "params_file", "autostart", "use_respawn", "log_level"} | {
    "rig",
    "checkpoint",
    "device",
    "controller",
    "control_mode",
    "visualizer",
    "rviz",
    "prefix",
}
OWN = {
    "drivemoe.launch.py": set(),
    "bag_replay.launch.py": {
        "bag",
        "rate",
        "start",
        "loop",
        "clock",
        "delay",
        "topics",
        "qos_overrides",
        "record",
        "record_path",
        "exit_at_end",
    },
    "carla.launch.py": {"role_name"},
    "world.launch.py": {"family", "seed", "pace"},
}


def test_every_launch_file_is_known_here() -> None:
    assert {path.name for path in (ROOT / "launch").glob("*.py")} == set(OWN)


@pytest.mark.parametrize("file", OWN)
def test_every_argument_is_described(tmp_path: pathlib.Path, file: str) -> None:
    with running(tmp_path / "log", "ros2", "launch", "drivemoe_ros", file, "--show-args") as program:
        assert program.wait() == 0, program.said()
        said = program.said()
    described = dict(re.findall(r"^ {4}'(\w+)':\n {8}(.+)$", said, re.MULTILINE))
    assert described.keys() == COMMON | OWN[file]
    assert all(text.endswith(".") and "no description" not in text for text in described.values())


def test_a_bag_that_is_not_there_ends_the_launch_in_one_sentence(tmp_path: pathlib.Path) -> None:
    command = ("ros2", "launch", "drivemoe_ros", "bag_replay.launch.py", "bag:=nowhere")
    with running(tmp_path / "log", *command) as program:
        assert program.wait() == 1
        assert "There is no bag 'nowhere': give the path" in program.said()
        assert "process started" not in program.said()
