"""The commands behind the Makefile: set up what is not current, then hand the process over to the program itself."""

import errno
import fcntl
import os
import signal
import sys
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

from tools.environment import make_environment
from tools.layout import PYTHON, ROOT, SETUP, VENV, SetupError
from tools.ros import find_sourced_python, installed_environment
from tools.workspace import build_workspace

PROGRAMS = {
    "setup": [],
    "demo": [str(VENV / "bin" / "drivemoe"), "demo"],
    "test": [str(PYTHON), "-m", "pytest", "--require-ros"],
    "checkpoint": [str(PYTHON), "-m", "tools.checkpoint"],
    "lint": [str(PYTHON), "-m", "pytest", "--require-ros", "test/lint"],
}


@contextmanager
def only_one() -> Iterator[None]:
    """Let two commands in one checkout set it up one after the other."""
    SETUP.mkdir(exist_ok=True)
    with (SETUP / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another command is setting up this checkout; waiting for it.", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def choose_ros() -> bool:
    """Return whether ROS 2 comes from wheels; with a sourced ROS 2, go on under its Python."""
    python = find_sourced_python()
    running = os.path.realpath(sys.executable)
    if python is not None and os.path.realpath(python) != running:
        os.execv(python, [python, str(ROOT / "tools" / "bootstrap.py"), *sys.argv[1:]])
    if python is None and os.environ.get("ROS_DISTRO"):
        name = os.environ["ROS_DISTRO"]
        print(f"ROS 2 {name} is sourced, but no Python 3.10 to 3.13 here imports its rclpy: using wheels.", flush=True)
    return python is None


def set_up() -> bool:
    """Bring environment and messages up to date; return whether ROS 2 comes from wheels."""
    wheels = choose_ros()
    with only_one():
        build_workspace(make_environment(wheels=wheels), wheels=wheels)
    return wheels


def interrupt(_signal: int, _frame: types.FrameType | None) -> None:
    """Treat a request to end like Ctrl-C, so that a running step ends with us."""
    raise KeyboardInterrupt


def main(arguments: Sequence[str]) -> int:
    """Run one command.

    Args:
        arguments: The command's name, then what is passed on to its program.

    Returns:
        Exit code; does not return where a program takes over.
    """
    if not arguments or arguments[0] not in PROGRAMS:
        print(f"Usage: bootstrap.py {{{','.join(PROGRAMS)}}} [arguments]", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, interrupt)
    try:
        wheels = set_up()
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        advice = "free some space" if error.errno == errno.ENOSPC else "mend that"
        print(f"The set-up cannot go on ({error}): {advice} and run the command again.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; the same command goes on from here.", file=sys.stderr)
        return 130
    if arguments[0] != "setup":
        hand_over([*PROGRAMS[arguments[0]], *arguments[1:]], installed_environment(wheels=wheels))
    print("Everything is set up: `make demo` shows it at work, `make test` checks it.")
    return 0


def hand_over(program: list[str], env: dict[str, str]) -> NoReturn:
    """Become the program, so that signals and exit codes need no passing on."""
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execve(program[0], program, env)
