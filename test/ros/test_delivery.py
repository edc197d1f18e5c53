"""The measurement of what arrives with each DDS profile; its figures are the machine's, so none is demanded here."""

from __future__ import annotations

import importlib
import json
import pathlib
import subprocess

import pytest

pytest.importorskip("rclpy")

from drivemoe_ros.data.cameras import CAMERA_NAMES
from drivemoe_ros.errors import InputError
from drivemoe_ros.nodes.delivery import PROFILES, SHIPPED, profile_environment


def test_both_profiles_are_measured_and_written_down(tmp_path: pathlib.Path) -> None:
    prefix = pathlib.Path(importlib.import_module("ament_index_python").get_package_prefix("drivemoe_ros"))
    figures = tmp_path / "figures.json"
    program = prefix / "lib" / "drivemoe_ros" / "measure_delivery"
    command = [str(program), "--seconds", "0.5", "--json", str(figures)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    turns = json.loads(figures.read_text())["turns"]
    assert [turn["profile"] for turn in turns] == ["default", "shipped"]
    for turn in turns:
        assert turn["sent"] == 5 * len(CAMERA_NAMES)
        assert turn["received"] == sum(turn["received_by_camera"].values()) <= turn["sent"]
        assert turn["profile"] in result.stdout
    assert turns[1]["received"] > 0


@pytest.mark.parametrize("middleware", PROFILES)
def test_a_shipped_profile_is_a_file_that_the_middleware_is_pointed_to(middleware: str) -> None:
    name, variables = PROFILES[middleware]
    env = profile_environment(middleware, SHIPPED)
    for variable in variables:
        assert pathlib.Path(env[variable].removeprefix("file://")).name == name
        assert pathlib.Path(env[variable].removeprefix("file://")).is_file()


def test_a_middleware_without_a_profile_is_refused_with_those_that_have_one() -> None:
    with pytest.raises(InputError, match=r"rmw_zenoh_cpp; set RMW_IMPLEMENTATION to one of rmw_cyclonedds_cpp"):
        profile_environment("rmw_zenoh_cpp", SHIPPED)
