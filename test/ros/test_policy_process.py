"""The policy node as users start it: a process of its own that starts by itself and ends cleanly."""

from __future__ import annotations

import importlib
import os
import pathlib
import signal
import time
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("rclpy")

from drivemoe_ros.msg import PolicyState

from .full.programs import Program, running
from .graph import alone
from .live_graph import JPEG, Surroundings, in_order
from .patience import wait_until

if TYPE_CHECKING:
    import contextlib
    from collections.abc import Iterator

# rclpy's own parser imports modules that Python has since deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")


def started(log: pathlib.Path, *parameters: str) -> contextlib.AbstractContextManager[Program]:
    """Run the installed program."""
    prefix = pathlib.Path(importlib.import_module("ament_index_python").get_package_prefix("drivemoe_ros"))
    words = [word for parameter in parameters for word in ("-p", parameter)]
    command = (str(prefix / "lib" / "drivemoe_ros" / "policy_node"), "--ros-args", *words)
    return running(log, *command, path=os.environ["PATH"])


@pytest.fixture(name="around")
def surroundings() -> Iterator[Surroundings]:
    with alone(lambda context: Surroundings(context, "/drivemoe")) as around:
        yield around


def test_it_starts_by_itself_plans_and_ends_on_sigterm(tmp_path: pathlib.Path, around: Surroundings) -> None:
    drive = in_order(JPEG)
    with started(tmp_path / "log", "autostart:=true", "transport.front:=compressed") as program:
        program.wait_for("Ready: ")
        around.until(lambda: "yet: 0 publishers" in around.reason(), "active node")
        around.connect(drive)
        around.stream(drive)
        around.until(lambda: around.received["trajectory"], "plan")
        around.until(lambda: around.received["state"][-1].state == PolicyState.FAULT, "end of the drive")
        program.process.send_signal(signal.SIGTERM)
        assert program.wait() == 0, program.said()
        assert "Traceback" not in program.said()


@pytest.mark.parametrize("moment", ["Loading", "Ready"])
def test_ctrl_c_ends_it_without_a_traceback_at_any_moment(tmp_path: pathlib.Path, moment: str) -> None:
    with started(tmp_path / "log", "autostart:=true") as program:
        program.wait_for(moment)

        def press() -> None:
            program.process.send_signal(signal.SIGINT)
            time.sleep(0.002)

        # Again and again, as when launch passes on at once what the terminal has sent already.
        wait_until(lambda: program.process.poll() is not None, "end", program.said, press)
        assert program.wait() == 0, program.said()
        assert "Traceback" not in program.said()


def test_a_wrong_parameter_leaves_it_running_and_reconfigurable(tmp_path: pathlib.Path, around: Surroundings) -> None:
    with started(tmp_path / "log", "autostart:=true", "policy.system:=drivemo") as program:
        program.wait_for("did you mean 'drivemoe'?")
        around.until(lambda: "did you mean 'drivemoe'?" in around.reason(), "reason")
        assert around.lifecycle() == "unconfigured"
        program.process.send_signal(signal.SIGINT)
        assert program.wait() == 0, program.said()
        assert program.said().count("did you mean 'drivemoe'?") == 1
