"""Bags and replays that several tests look at, made once."""

from __future__ import annotations

import pathlib

import pytest

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
