"""The shipped RViz configuration fits what the visualizer publishes; where RViz is installed, it opens it."""

from __future__ import annotations

import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest
import yaml

pytest.importorskip("rclpy")

import rclpy

from drivemoe_ros.messages.topics import DASHBOARD, MARKERS, MOSAIC, NODE_NAME, PATH, VISUALIZER_NAME
from drivemoe_ros.parameters.node_schema import NodeParameters
from drivemoe_ros.parameters.rig import load_rig

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONFIG = ROOT / "rviz" / "drivemoe.rviz"
RVIZ, XVFB = shutil.which("rviz2"), shutil.which("Xvfb")
PATIENCE_S = 120.0
TYPES = {
    "rviz_default_plugins/MarkerArray": "visualization_msgs/msg/MarkerArray",
    "rviz_default_plugins/Image": "sensor_msgs/msg/Image",
    "rviz_default_plugins/Path": "nav_msgs/msg/Path",
}


def manager() -> Any:  # noqa: ANN401
    """Return what the configuration says of displays, tools and views."""
    return yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["Visualization Manager"]


def displayed_topics() -> dict[str, str]:
    """Return the topic of every display and the type that it takes."""
    return {one["Topic"]["Value"]: TYPES[one["Class"]] for one in manager()["Displays"] if "Topic" in one}


def test_every_display_listens_to_a_topic_that_is_published_with_its_type() -> None:
    drawn = {topic.name.replace("~", f"/{VISUALIZER_NAME}"): topic.type_name for topic in (MARKERS, MOSAIC, DASHBOARD)}
    planned = {topic.name.replace("~", f"/{NODE_NAME}"): topic.type_name for topic in (PATH, MARKERS)}
    assert displayed_topics() == drawn | planned


def test_the_fixed_frame_is_the_default_rigs_base_frame() -> None:
    assert manager()["Global Options"]["Fixed Frame"] == load_rig(NodeParameters().rig).base_frame


def test_the_goal_tool_sends_to_the_default_rigs_goal() -> None:
    (tool,) = [one for one in manager()["Tools"] if one["Class"].endswith("SetGoal")]
    assert tool["Topic"]["Value"] == load_rig(NodeParameters().rig).goal_topic


def test_every_panel_has_a_place_in_the_window() -> None:
    config = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    images = [one["Name"] for one in config["Visualization Manager"]["Displays"] if one["Class"].endswith("/Image")]
    panels = {one["Name"] for one in config["Panels"]} | set(images)
    # Qt writes names in UTF-16.
    placed = bytes.fromhex(str(config["Window Geometry"]["QMainWindow State"]))
    assert all(name.encode("utf-16-be") in placed for name in panels)


def test_every_class_is_one_of_rvizs_own() -> None:
    index = pytest.importorskip("ament_index_python")
    try:
        share = pathlib.Path(index.get_package_share_directory("rviz_default_plugins"))
    except index.PackageNotFoundError:
        pytest.skip("RViz is not installed.")
    known = set(re.findall(r'name="(rviz_default_plugins/\w+)"', (share / "plugins_description.xml").read_text()))
    used = set(re.findall(r"Class: (rviz_default_plugins/\w+)", CONFIG.read_text(encoding="utf-8")))
    # Transformers are plugins of another kind, named alike.
    assert used <= known | {"rviz_default_plugins/TF"}


@contextlib.contextmanager
def virtual_screen() -> Iterator[str]:
    """Run an X server without a screen and return its display."""
    reading, writing = os.pipe()
    command = [str(XVFB), "-displayfd", str(writing), "-screen", "0", "1760x980x24", "+extension", "GLX"]
    server = subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            yield f":{answer.readline().strip()}"
    finally:
        server.terminate()
        server.wait(PATIENCE_S)


@pytest.mark.skipif(RVIZ is None or XVFB is None, reason="rviz2 or Xvfb is not installed.")
def test_rviz_opens_it_and_listens(tmp_path: pathlib.Path) -> None:
    log = tmp_path / "rviz.log"
    context = rclpy.Context()
    rclpy.init(context=context)
    node = rclpy.create_node("witness", context=context)
    with virtual_screen() as display, log.open("w") as said:
        # Rendered in software, so that no test depends on a graphics card.
        env = os.environ | {"DISPLAY": display, "LIBGL_ALWAYS_SOFTWARE": "1", "XDG_RUNTIME_DIR": str(tmp_path)}
        rviz = subprocess.Popen([str(RVIZ), "-d", str(CONFIG)], env=env, stdout=said, stderr=subprocess.STDOUT)
        try:
            enabled = [one["Topic"]["Value"] for one in manager()["Displays"] if "Topic" in one and one["Enabled"]]
            end_s = time.monotonic() + PATIENCE_S
            while not all(node.count_subscribers(topic) for topic in enabled):
                assert rviz.poll() is None, log.read_text()
                assert time.monotonic() < end_s, f"RViz does not listen to {enabled}: {log.read_text()}"
                time.sleep(0.2)
        finally:
            rviz.kill()
            rviz.wait(PATIENCE_S)
            node.destroy_node()
            context.try_shutdown()
    assert f"/{VISUALIZER_NAME}/output/mosaic" in enabled
    for complaint in ("failed to load", "could not be loaded", "PluginlibFactory", "not found"):
        assert complaint not in log.read_text()
