"""The package as colcon installs it: messages and sources under one name, programs and files where ROS looks."""

import importlib
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(name="prefix")
def installed_prefix() -> pathlib.Path:
    """Where the package is installed, as the ament index tells."""
    return pathlib.Path(importlib.import_module("ament_index_python").get_package_prefix("drivemoe_ros"))


def test_messages_come_from_the_install_space_and_sources_from_the_checkout(prefix: pathlib.Path) -> None:
    package = importlib.import_module("drivemoe_ros")
    messages = importlib.import_module("drivemoe_ros.msg")
    assert pathlib.Path(str(package.__file__)).resolve().parent == ROOT / "drivemoe_ros"
    assert prefix in pathlib.Path(str(messages.__file__)).absolute().parents


@pytest.mark.parametrize("folder", [name for name in ("config", "launch", "msg", "rviz") if (ROOT / name).is_dir()])
def test_files_are_shared(prefix: pathlib.Path, folder: str) -> None:
    ours = {path.relative_to(ROOT) for path in (ROOT / folder).rglob("*") if path.is_file()}
    shared = prefix / "share" / "drivemoe_ros"
    missing = [str(path) for path in ours if "__pycache__" not in path.parts and not (shared / path).is_file()]
    assert missing == []


def test_installed_copy_finds_its_own_files(prefix: pathlib.Path) -> None:
    program = prefix / "lib" / "drivemoe_ros" / "drivemoe"
    env = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    result = subprocess.run([str(program), "--help"], env=env, cwd="/", capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "drivemoe" in result.stdout
