"""Starts ros2 programs as users do, and ends every process that they left, whatever happens to the test.

Plain subprocesses rather than launch_testing: that runs the launch file inside its own process, where neither Ctrl-C,
exit codes nor the shell's paths are what a user gets, and those are checked here.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from ..patience import PATIENCE_S, wait_until  # noqa: TID252

if TYPE_CHECKING:
    from collections.abc import Iterator

PYTHON = pathlib.Path(sys.executable)
# The environment of a shell in which ROS is sourced, but the virtual environment that holds torch is not active.
PLAIN_PATH = os.pathsep.join(
    folder for folder in os.environ["PATH"].split(os.pathsep) if pathlib.Path(folder) != PYTHON.parent
)


class Program:
    """A running program, in a process group of its own.

    Attributes:
        log: Where it and its children write what they say.
    """

    def __init__(self, log: pathlib.Path, command: tuple[str, ...], path: str) -> None:
        self.log = log
        with log.open("w") as out:
            self.process = subprocess.Popen(
                command,
                cwd=log.parent,
                env={**os.environ, "PATH": path},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        """Return what it said so far."""
        return self.log.read_text(errors="replace")

    def wait_for(self, text: str, count: int = 1) -> None:
        """Wait until it has said a text so many times."""

        def is_there() -> bool:
            ended = self.process.poll() is not None
            there = self.said().count(text) >= count
            assert there or not ended, f"ended before '{text}':\n{self.said()}"
            return there

        wait_until(is_there, f"'{text}'", self.said)

    def wait(self) -> int:
        """Wait for its end and return its exit code."""
        try:
            return self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            raise AssertionError(self.said()) from None

    def interrupt(self) -> int:
        """End the group as Ctrl-C in a terminal does and return the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.wait()

    def commands(self) -> dict[int, str]:
        """Return the command lines of the processes of the group, by process id."""
        found = {}
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if os.getpgid(int(folder.name)) == self.process.pid:
                    words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
                    found[int(folder.name)] = " ".join(words).strip()
        return {pid: command for pid, command in found.items() if command}


@contextlib.contextmanager
def running(log: pathlib.Path, *command: str, path: str = PLAIN_PATH) -> Iterator[Program]:
    """Run a program until the block ends."""
    program = Program(log, command, path)
    try:
        yield program
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(program.process.pid, signal.SIGKILL)
        program.process.wait()


def launched(log: pathlib.Path, file: str, *arguments: str) -> contextlib.AbstractContextManager[Program]:
    """Run a launch file of the package, its nodes under this test's Python."""
    return running(log, "ros2", "launch", "drivemoe_ros", file, f"prefix:={PYTHON}", *arguments)
