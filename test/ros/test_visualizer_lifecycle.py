"""The visualizer works while it is active and somebody looks; wrong parameters refuse configure; its end is clean."""

from __future__ import annotations

import pathlib
import signal
import subprocess
import sys

import pytest

pytest.importorskip("rclpy")

from rclpy.parameter import Parameter

from .patience import PATIENCE_S
from .visualizer_graph import at, full, live_visualizer

# rclpy's own parser imports modules that Python has since deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_nothing_is_drawn_and_no_picture_received_while_nobody_looks() -> None:
    with live_visualizer() as (_, audience):
        audience.start()
        for number in range(5):
            audience.send_plan(full(number))
        audience.until(lambda: audience.figures("state").get("received") == "5", "arrival of five states")
        audience.until(lambda: audience.figures("drawing").get("drawings") == "0", "a report without drawings")
        assert not any(one.get_subscription_count() for one in audience.cameras.values())
        audience.look_at("mosaic")
        audience.until(lambda: all(one.get_subscription_count() for one in audience.cameras.values()), "cameras")
        audience.look_away("mosaic")
        audience.until(lambda: not any(one.get_subscription_count() for one in audience.cameras.values()), "release")


def test_only_what_is_looked_at_is_drawn() -> None:
    with live_visualizer() as (_, audience):
        audience.start("markers")
        audience.send_plan(full(0))
        audience.drawing("markers", at(0))
        audience.until(lambda: audience.figures("drawing").get("drawings") == "1", "a report of one drawing")
        assert not any(one.get_subscription_count() for one in audience.cameras.values())


def test_silence_of_the_policy_is_told_with_the_topic() -> None:
    with live_visualizer() as (_, audience):
        audience.start("text", "markers")
        audience.until(lambda: audience.received["text"], "text")
        assert "/drivemoe/output/state" in audience.received["text"][-1].data
        assert audience.received["text"][-1].data.startswith("WAITING: no state from ")


def test_an_inactive_node_draws_nothing_and_goes_on_where_it_is_activated_again() -> None:
    with live_visualizer() as (_, audience):
        audience.start("markers")
        audience.send_plan(full(0))
        audience.drawing("markers", at(0))
        assert audience.change("deactivate")
        (state,) = [one for topic, one in audience.plans.items() if "state" in topic.name]
        audience.until(lambda: not state.get_subscription_count(), "end of the subscriptions")
        assert audience.change("activate")
        audience.connect()
        audience.send_plan(full(1))
        audience.drawing("markers", at(1))
        assert audience.change("deactivate")
        assert audience.change("cleanup")
        assert audience.change("configure")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("visualizer.mosaic_width", 5, "visualizer.mosaic_width is 5 px, but it must lie in 480 to 3840 px"),
        ("visualizer.rate", 5.0, "did you mean 'visualizer.rate_hz'?"),
        ("rig", "carlo", "did you mean 'carla'?"),
    ],
)
def test_a_wrong_parameter_stops_configure_in_one_sentence(name: str, value: object, sentence: str) -> None:
    with live_visualizer({name: value}) as (node, audience):
        assert not audience.change("configure")
        audience.until(lambda: sentence in audience.said(), "the sentence in /diagnostics")
        if name != "visualizer.rate":
            right = {"visualizer.mosaic_width": 960, "rig": "bench2drive"}[name]
            assert all(one.successful for one in node.set_parameters([Parameter(name, value=right)]))
            assert audience.change("configure")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_process_ends_cleanly_when_told_to(number: signal.Signals) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "visualizer_node"), "--ros-args", "-p", "autostart:=true"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd="/")
    assert process.stderr is not None
    lines: list[str] = []
    for line in process.stderr:
        lines.append(line)
        if "Ready: rig 'bench2drive'" in line:
            process.send_signal(number)
            break
    _, rest = process.communicate(timeout=PATIENCE_S)
    said = "".join(lines) + rest
    assert process.returncode == 0, said
    assert "Traceback" not in said
