"""Launch files can be read and describe their arguments; where a full ROS 2 is, they start what they say."""

from __future__ import annotations

import importlib.util
import pathlib
from typing import Any

import pytest
import yaml

pytest.importorskip("launch_ros")

ROOT = pathlib.Path(__file__).resolve().parents[2]


def load(name: str) -> Any:  # noqa: ANN401
    """Import a launch file."""
    spec = importlib.util.spec_from_file_location(name.partition(".")[0], ROOT / "launch" / name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "launch").glob("*.launch.py")))
def test_every_argument_is_described(name: str) -> None:
    arguments = load(name).generate_launch_description().get_launch_arguments()
    assert arguments
    assert all(argument.description and argument.description != "no description given" for argument in arguments)


def test_a_bag_cannot_give_the_player_options(tmp_path: pathlib.Path) -> None:
    names = ("/clock", "/x", "--remap", "/x:=/drivemoe_controller/output/control", "--input=other")
    topics = [{"topic_metadata": {"name": name}} for name in names]
    content = {"rosbag2_bagfile_information": {"topics_with_message_count": topics}}
    (tmp_path / "metadata.yaml").write_text(yaml.safe_dump(content))
    replay = load("bag_replay.launch.py")
    chosen = {name: default for name, (default, _) in replay.ARGUMENTS.items()}
    command = replay.play_command({**chosen, "bag": str(tmp_path)}, "")
    assert command[-3:] == ["--topics", "/x", "/x:=/drivemoe_controller/output/control"]


def test_metadata_that_is_nested_too_deep_names_no_topics(tmp_path: pathlib.Path) -> None:
    (tmp_path / "metadata.yaml").write_text("[" * 5000)
    assert load("bag_replay.launch.py").recorded_topics(str(tmp_path)) == []
