"""Reads bags for the tests."""

from __future__ import annotations

import pathlib

import pytest

from drivemoe_ros.bags.events import BagEvent
from drivemoe_ros.bags.reader import BagReader
from drivemoe_ros.errors import InputError

from .tiny_bags import TinyBag, write_tiny_bag


def bag_path(tmp_path: pathlib.Path, spec: TinyBag) -> pathlib.Path:
    return write_tiny_bag(tmp_path / ("drive.bag" if spec.storage == "ros1" else "drive"), spec)


def read(path: pathlib.Path, *topics: str) -> list[BagEvent]:
    with BagReader(path) as reader:
        return list(reader.events(topics))


def only_file(path: pathlib.Path, ending: str) -> pathlib.Path:
    return next(path.glob(f"*{ending}"))


def sentence_of(path: pathlib.Path) -> str:
    with pytest.raises(InputError) as caught, BagReader(path) as reader:
        list(reader.events())
    text = str(caught.value)
    assert "\n" not in text
    assert str(path) in text
    assert text.endswith(".")
    return text
