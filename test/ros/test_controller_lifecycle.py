"""The controller's parameters, transitions and end: whatever stops it stops the vehicle first."""

from __future__ import annotations

import pathlib
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("rclpy")

from .control_graph import at, live_controller, plan_message, vehicle_alone

if TYPE_CHECKING:
    from collections.abc import Iterator

# rclpy's own parser imports modules that Python has since deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_an_inactive_controller_is_silent_and_its_last_word_is_a_stop() -> None:
    with live_controller() as (_, vehicle):
        assert vehicle.change("configure")
        vehicle.send_clock(at(0))
        vehicle.rest(0.5)
        assert vehicle.twists == []
        assert vehicle.change("activate")
        vehicle.connect()
        vehicle.ride(at(0), at(100))
        vehicle.send_plan(plan_message(at(100)))
        assert vehicle.ride(at(150), at(200)).twist.linear.x > 0.0
        driven = len(vehicle.twists)
        assert vehicle.change("deactivate")
        vehicle.until(lambda: len(vehicle.twists) > driven, "last word")
        vehicle.send_clock(at(5000))
        vehicle.rest(1.0)
        assert [one.twist.linear.x for one in vehicle.twists[driven:]] == [0.0]
        vehicle.until(lambda: vehicle.said() == "configured but inactive: call activate", "diagnostics")
        assert vehicle.change("cleanup")
        vehicle.until(lambda: vehicle.said() == "not configured: call configure", "diagnostics")


def test_a_reactivated_controller_waits_for_a_new_plan() -> None:
    with live_controller() as (_, vehicle):
        vehicle.set_off()
        assert vehicle.change("deactivate")
        assert vehicle.change("activate")
        vehicle.connect()
        assert vehicle.tick(at(350)).twist.linear.x == 0.0
        vehicle.until(lambda: vehicle.said() == "braking: there is no plan yet", "reason")


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"control.plan_timout_s": 1.0}, "There is no parameter 'control.plan_timout_s' (did you mean 'control.plan_t"),
        ({"control.mode": "pidd"}, "control.mode is 'pidd' (did you mean 'pid'?), but it must be one of"),
        ({"rig": "bench2driv"}, "There is no rig 'bench2driv' (did you mean 'bench2drive'?)"),
    ],
)
def test_a_wrong_parameter_stops_configure_in_one_sentence(parameters: dict[str, object], sentence: str) -> None:
    with live_controller(parameters) as (_, vehicle):
        assert not vehicle.change("configure")
        vehicle.until(lambda: sentence in vehicle.said(), "sentence")


def test_a_parameter_file_may_be_shared_with_the_policy() -> None:
    with live_controller({"policy.seed": 3, "transport.front": "raw", "image.jpeg_quality": 20}) as (node, vehicle):
        assert vehicle.change("configure")
        assert node.get_parameter("control.mode").value == "pure_pursuit"


@pytest.fixture(name="controller")
def controller_process() -> Iterator[subprocess.Popen[bytes]]:
    """The controller as a process of its own."""
    program = [sys.executable, str(ROOT / "scripts" / "controller_node"), "--ros-args", "-r", "__ns:=/ended"]
    patient = ["-p", "control.odometry_timeout_s:=5.0", "-p", "autostart:=true"]
    with subprocess.Popen([*program, *patient]) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("one", [signal.SIGINT, signal.SIGTERM])
def test_a_controller_that_is_told_to_end_stops_the_vehicle_first(
    one: signal.Signals, controller: subprocess.Popen[bytes]
) -> None:
    with vehicle_alone("/ended") as vehicle:
        vehicle.connect()
        vehicle.ride_on_wall_clock_until(
            lambda: vehicle.twists and vehicle.twists[-1].twist.linear.x > 0.0, "command to drive", planned=True
        )
        controller.send_signal(one)
        vehicle.until(lambda: controller.poll() is not None, "end of the process")
        vehicle.until(lambda: vehicle.twists[-1].twist.linear.x == 0.0, "last word")
        assert controller.returncode == 0
