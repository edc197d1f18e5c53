"""Bags and replays that several tests look at, made once, and the command line as a fixture."""

from __future__ import annotations

import pathlib

import pytest

from drivemoe_ros.cli.main import main

from .refusals import Refuse, the_sentence
from .replays import replay
from .tiny_bags import TinyBag, write_tiny_bag

DRIVE = TinyBag(duration_s=1.2)


@pytest.fixture(scope="session")
def drive(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Return a recorded drive: six cameras, odometry, IMU and a route for 1.2 s."""
    return write_tiny_bag(tmp_path_factory.mktemp("drive") / "drive", DRIVE)


@pytest.fixture(scope="session")
def plans(drive: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Return what `drivemoe replay` makes of the drive with default options; ``plans.json`` lies beside it."""
    out = tmp_path_factory.mktemp("plans") / "plans"
    assert replay(drive, out) == 0
    return out


@pytest.fixture
def out(tmp_path: pathlib.Path) -> pathlib.Path:
    """Return an output in a folder of its own, which is not there yet."""
    return tmp_path / "out" / "plans"


@pytest.fixture
def refuse(capsys: pytest.CaptureFixture[str]) -> Refuse:
    """Run `drivemoe` with words, check the exit code, and return the sentence."""

    def run(code: int, *words: str | pathlib.Path) -> str:
        capsys.readouterr()
        assert main([str(word) for word in words]) == code
        return the_sentence(capsys.readouterr().err)

    return run
