"""Every message of the package crosses a live ROS 2 graph to another process and comes back unchanged."""

import importlib
import pathlib
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from .patience import PATIENCE_S, wait_until

ROOT = pathlib.Path(__file__).resolve().parents[2]
ECHO = pathlib.Path(__file__).parent / "processes" / "echo_node.py"
MESSAGES = sorted(path.stem for path in (ROOT / "msg").glob("*.msg"))


def fill(message_type: Any, seed: int) -> Any:  # noqa: ANN401 - generated classes have no common type
    """Return a message whose every field differs from its default, arrays and nested messages included."""
    message = message_type()
    for number, (field, kind) in enumerate(message.get_fields_and_field_types().items(), start=seed):
        item, is_array = re.subn(r"^sequence<(.*)>$", r"\1", kind)
        values = [example(item, number + offset) for offset in range(3 if is_array else 1)]
        setattr(message, field, values if is_array else values[0])
    return message


def example(kind: str, number: int) -> Any:  # noqa: ANN401 - a value of any field type
    """Return an example value of a field type; floats are exact in 32 bits."""
    if kind == "boolean":
        return True
    if kind == "string":
        return f"Wort {number} \N{GREEK SMALL LETTER MU}"
    if kind in {"float", "double"}:
        return number + 0.5
    if "int" in kind and "/" not in kind:
        return number % 100 + 1
    package, name = kind.split("/")
    return fill(getattr(importlib.import_module(f"{package}.msg"), name), number)


@pytest.fixture(scope="module")
def node() -> Iterator[Any]:
    """A node in this process."""
    rclpy = importlib.import_module("rclpy")
    rclpy.init()
    ours = importlib.import_module("rclpy.node").Node("asker")
    yield ours
    ours.destroy_node()
    rclpy.try_shutdown()


@pytest.fixture(scope="module")
def echo() -> Iterator["subprocess.Popen[str]"]:
    """The process at the other end of the graph."""
    command = [sys.executable, str(ECHO), *MESSAGES]
    with subprocess.Popen(command, text=True, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


@pytest.mark.parametrize("name", MESSAGES)
def test_message_comes_back_unchanged(name: str, node: Any, echo: "subprocess.Popen[str]") -> None:  # noqa: ANN401
    rclpy = importlib.import_module("rclpy")
    message_type = getattr(importlib.import_module("drivemoe_ros.msg"), name)
    sent = fill(message_type, seed=1)
    received: list[Any] = []
    publisher = node.create_publisher(message_type, f"/ask/{name}", 10)
    node.create_subscription(message_type, f"/answer/{name}", received.append, 10)

    def ask() -> None:
        assert echo.poll() is None, "the other process has ended"
        publisher.publish(sent)
        rclpy.spin_once(node, timeout_sec=0.1)

    wait_until(lambda: received, "answer", lambda: "nothing", ask)
    assert received[0] == sent
    assert sent != message_type()


def test_other_process_ends_cleanly_on_sigterm(echo: "subprocess.Popen[str]") -> None:
    echo.send_signal(signal.SIGTERM)
    assert echo.wait(timeout=PATIENCE_S) == 0
