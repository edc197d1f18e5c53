"""What every test run needs: a ROS 2 graph of its own, and messages that are really there."""

import fcntl
import importlib.util
import pathlib
import signal
import tempfile
from collections.abc import Iterator
from typing import IO

import pytest
from hypothesis import settings

# A machine that others share is slow now and then, and an example that fails must fail for everyone.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable")

# With the default port rules of DDS, domains from 0 to 101 stay clear of the ports that Linux hands out. 0 is what
# everyone uses.
DOMAINS = range(1, 102)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options: tests on the ROS 2 graph must not be skipped, as `make test` says; where real pictures lie."""
    parser.addoption(
        "--require-ros", action="store_true", help="fail instead of skipping where ROS 2 or our messages are missing"
    )
    parser.addoption("--frames", metavar="FOLDER", help="folder of the six real pictures (default: ../shared/frames)")


def find_missing_ros() -> str | None:
    """Return in one sentence what keeps the ROS tests from running, or None when nothing does."""
    if importlib.util.find_spec("rclpy") is None:
        return "rclpy cannot be imported: use `make test`, or source a ROS 2."
    if importlib.util.find_spec("drivemoe_ros.msg") is None:
        return (
            "The messages of drivemoe_ros are not sourced: use `make test`, or colcon build and source its setup.bash."
        )
    return None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the tests under test/ros where ROS 2 or the messages are missing; fail instead with ``--require-ros``."""
    folder = config.rootpath / "test" / "ros"
    on_graph = [item for item in items if folder in item.path.parents]
    missing = find_missing_ros()
    if missing is None:
        return
    if config.getoption("--require-ros"):
        raise pytest.UsageError(missing)
    for item in on_graph:
        item.add_marker(pytest.mark.skip(reason=missing))


def reserve_domain() -> tuple[int, IO[str]]:
    """Return a ROS domain that no other test run on this machine holds, and the lock that keeps it."""
    for domain in DOMAINS:
        path = pathlib.Path(tempfile.gettempdir(), f"drivemoe_ros-domain-{domain}.lock")
        try:
            lock = path.open("w", encoding="utf-8")
        except OSError:  # made by another user
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # held by another run
            lock.close()
            continue
        return domain, lock
    message = "All ROS domains from 1 to 101 are taken by other test runs: wait for one of them to end."
    raise pytest.UsageError(message)


@pytest.fixture(scope="session", autouse=True)
def ros_graph_of_this_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep every node of this run, and of the processes it starts, on a graph of their own."""
    domain, lock = reserve_domain()
    with lock, pytest.MonkeyPatch.context() as patch:
        patch.setenv("ROS_DOMAIN_ID", str(domain))
        patch.setenv("ROS_AUTOMATIC_DISCOVERY_RANGE", "LOCALHOST")
        patch.setenv("ROS_LOG_DIR", str(tmp_path_factory.mktemp("ros-log")))
        patch.setenv("ROS_PYTHON_CHECK_FIELDS", "1")
        patch.setenv("PYTHONNOUSERSITE", "1")
        patch.delenv("ROS_LOCALHOST_ONLY", raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def ctrl_c_is_heard() -> Iterator[None]:
    """Let Ctrl-C reach what the tests start: in the background of a shell it is ignored, and children inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
