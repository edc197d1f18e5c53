"""Launch files can be read and describe their arguments; where a full ROS 2 is, they start what they say."""

from __future__ import annotations

import importlib.util
import pathlib
from typing import Any

import pytest

pytest.importorskip("launch_ros")

ROOT = pathlib.Path(__file__).resolve().parents[2]


def load(name: str) -> Any:  # noqa: ANN401
    """Import a launch file."""
    spec = importlib.util.spec_from_file_location(name.partition(".")[0], ROOT / "launch" / name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "launch").glob("*.launch.py")))
def test_every_argument_is_described(name: str) -> None:
    arguments = load(name).generate_launch_description().get_launch_arguments()
    assert arguments
    assert all(argument.description and argument.description != "no description given" for argument in arguments)
