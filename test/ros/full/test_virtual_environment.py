"""Nodes find torch in a virtual environment in every way that docs/nodes.md tells, and say so where they do not."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess

import pytest

pytest.importorskip("launch_ros")
if shutil.which("ros2") is None:
    pytest.skip("there is no ros2 command", allow_module_level=True)

from .programs import PLAIN_PATH, PYTHON, running

NODE = ("drivemoe_ros", "policy_node", "--ros-args", "-p", "autostart:=true")


def test_ros2_run_takes_the_python_that_prefix_names(tmp_path: pathlib.Path) -> None:
    with running(tmp_path / "log", "ros2", "run", "--prefix", str(PYTHON), *NODE) as program:
        program.wait_for("Ready: drivemoe")
        assert program.interrupt() == 0, program.said()
        assert "Traceback" not in program.said()


def test_ros2_run_takes_the_python_of_an_active_environment(tmp_path: pathlib.Path) -> None:
    path = os.pathsep.join([str(PYTHON.parent), PLAIN_PATH])
    with running(tmp_path / "log", "ros2", "run", *NODE, path=path) as program:
        program.wait_for("Ready: drivemoe")
        assert program.interrupt() == 0, program.said()


def test_a_python_without_torch_is_named_with_the_remedy(tmp_path: pathlib.Path) -> None:
    plain = shutil.which("python3", path=PLAIN_PATH)
    probe = [str(plain), "-c", "import torch, transformers"]
    if plain is None or subprocess.run(probe, capture_output=True, check=False).returncode == 0:
        pytest.skip("ROS runs under a Python that has torch")
    with running(tmp_path / "log", "ros2", "run", *NODE) as program:
        assert program.wait() == 1
        assert "has no module '" in program.said()
        assert "`ros2 run --prefix VENV/bin/python drivemoe_ros policy_node`" in program.said()
        assert "Traceback" not in program.said()
