"""The policy node as users start it: a process of its own that starts by itself and ends cleanly."""

from __future__ import annotations

import contextlib
import importlib
import pathlib
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

rclpy = pytest.importorskip("rclpy")

from drivemoe_ros.msg import PolicyState  # noqa: E402

from .live_graph import JPEG, PATIENCE_S, Surroundings, in_order  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

# rclpy's own parser imports modules that Python has since deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")


def start(log: pathlib.Path, *parameters: str) -> subprocess.Popen[str]:
    """Start the installed program; what it says goes to a file, so that it never waits for a reader."""
    prefix = pathlib.Path(importlib.import_module("ament_index_python").get_package_prefix("drivemoe_ros"))
    command = [str(prefix / "lib" / "drivemoe_ros" / "policy_node"), "--ros-args"]
    command += [word for parameter in parameters for word in ("-p", parameter)]
    with log.open("w") as out:
        return subprocess.Popen(command, cwd=log.parent, stdout=out, stderr=subprocess.STDOUT, text=True)


def wait_for_log(log: pathlib.Path, text: str, process: subprocess.Popen[str]) -> None:
    end_s = time.monotonic() + PATIENCE_S
    while text not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < end_s, log.read_text()
        time.sleep(0.05)


@pytest.fixture(name="around")
def surroundings() -> Iterator[Surroundings]:
    context = rclpy.Context()
    rclpy.init(context=context)
    around = Surroundings(context, "/drivemoe")
    yield around
    around.close()
    context.try_shutdown()


def test_it_starts_by_itself_plans_and_ends_on_sigterm(tmp_path: pathlib.Path, around: Surroundings) -> None:
    log = tmp_path / "log"
    drive = in_order(JPEG)
    with start(log, "autostart:=true", "transport.front:=compressed") as process:
        try:
            around.until(lambda: "yet: 0 publishers" in around.reason(), "active node")
            around.connect(drive)
            around.stream(drive)
            around.until(lambda: around.received["trajectory"], "plan")
            around.until(lambda: around.received["state"][-1].state == PolicyState.FAULT, "end of the drive")
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_S) == 0
        finally:
            process.kill()
    assert "Traceback" not in log.read_text()


@pytest.mark.parametrize("moment", ["Loading", "Ready"])
def test_ctrl_c_ends_it_without_a_traceback_at_any_moment(tmp_path: pathlib.Path, moment: str) -> None:
    log = tmp_path / "log"
    with start(log, "autostart:=true") as process:
        try:
            wait_for_log(log, moment, process)
            # More than once, as when launch passes on what the terminal has sent already.
            end_s = time.monotonic() + PATIENCE_S
            while process.poll() is None and time.monotonic() < end_s:
                process.send_signal(signal.SIGINT)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.3)
            assert process.returncode == 0
        finally:
            process.kill()
    assert "Traceback" not in log.read_text()


def test_a_wrong_parameter_leaves_it_running_and_reconfigurable(tmp_path: pathlib.Path, around: Surroundings) -> None:
    log = tmp_path / "log"
    with start(log, "autostart:=true", "policy.system:=drivemo") as process:
        try:
            around.until(lambda: "did you mean 'drivemoe'?" in around.reason(), "reason")
            assert around.lifecycle() == "unconfigured"
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE_S) == 0
        finally:
            process.kill()
    assert log.read_text().count("did you mean 'drivemoe'?") == 1
