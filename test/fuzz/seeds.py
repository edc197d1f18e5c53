"""Small valid inputs that the decoders' inputs are mutated from."""

from __future__ import annotations

import functools
import pathlib
import struct
import tempfile
from typing import TYPE_CHECKING

import numpy as np
from rosbags.interfaces import Connection, ConnectionExtRosbag2, MessageDefinition, MessageDefinitionFormat

from drivemoe_ros.bags.typestore import output_typestore
from drivemoe_ros.data.labels import Label
from drivemoe_ros.evaluation.log_file import write_log
from drivemoe_ros.resources import resource_folder
from drivemoe_ros.training.label_file import write_labels
from drivemoe_ros.training.picture_file import write_pictures

from ..bag.reading import only_file, read  # noqa: TID252
from ..bag.tiny_bags import TinyBag, compress, scene, write_tiny_bag  # noqa: TID252
from ..unit.evaluation.logs import log, track  # noqa: TID252
from ..unit.training.synthetic import write  # noqa: TID252

if TYPE_CHECKING:
    from collections.abc import Callable

ODOMETRY = "nav_msgs/msg/Odometry"
TINY = {
    ".mcap": TinyBag(encoding="jpeg", width=8, height=8, duration_s=0.2, compression="storage"),
    ".db3": TinyBag("sqlite3", encoding="png", width=8, height=8, duration_s=0.2),
    ".bag": TinyBag("ros1", width=8, height=8, duration_s=0.2),
}


def made(make: Callable[[pathlib.Path], object]) -> bytes:
    """Return what a function writes to a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "file")
        make(path)
        return path.read_bytes()


@functools.cache
def whole_bag(ending: str) -> bytes:
    """Return a bag of one file."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_tiny_bag(pathlib.Path(folder, f"drive{ending if ending == '.bag' else ''}"), TINY[ending])
        return (only_file(path, ending) if path.is_dir() else path).read_bytes()


@functools.cache
def _messages() -> dict[str, bytes]:
    """Return a message of every type in the tiny bag."""
    with tempfile.TemporaryDirectory() as folder:
        bags = [write_tiny_bag(pathlib.Path(folder, ending), TINY[ending]) for ending in (".mcap", ".db3")]
        return {event.type_name: bytes(event.raw) for bag in bags for event in read(bag)}


@functools.cache
def _metadata() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        text = (write_tiny_bag(pathlib.Path(folder, "drive"), TINY[".mcap"]) / "metadata.yaml").read_text("utf-8")
        return text.replace("drive.mcap", "drive_0.mcap").encode()


@functools.cache
def shard_files() -> dict[str, bytes]:
    """Return the files of a shard of two samples."""
    with tempfile.TemporaryDirectory() as folder:
        shard = next(write(pathlib.Path(folder, "shards"), 2).rglob("shard.json")).parent
        return {path.name: path.read_bytes() for path in shard.iterdir()}


def standard_definition(data: bytes) -> tuple[Connection, bytes]:
    """Return odometry with a definition of its own, and a message; the first byte tells the language."""
    form = MessageDefinitionFormat.IDL if data[:1] == b"\1" else MessageDefinitionFormat.MSG
    definition = MessageDefinition(form, data[1:].decode("utf-8", "replace"))
    ext = ConnectionExtRosbag2("cdr", [])
    return Connection(1, "/topic", ODOMETRY, definition, "", 1, ext, None), _messages()[ODOMETRY]


def _message_seeds() -> tuple[bytes, ...]:
    from .entry_points import MESSAGE_TYPES  # noqa: PLC0415 - which imports the seeds

    found = _messages()
    held = [bytes([at]) + found[name] for at, name in enumerate(MESSAGE_TYPES) if name in found]
    # For those that are in no bag, zeros are a start.
    return tuple(held + [bytes([at]) + bytes(64) for at, name in enumerate(MESSAGE_TYPES) if name not in found])


def _live_seeds() -> tuple[bytes, ...]:
    kinds = ("sensor_msgs/msg/CompressedImage",)
    return tuple(b"\1" + _messages()[kind] for kind in kinds)


def _definitions() -> tuple[bytes, ...]:
    text, _ = output_typestore().generate_msgdef(ODOMETRY, ros_version=2)
    idl = "module nav_msgs { module msg { struct Odometry { long x; sequence<double, 3> y; string<4> z[2]; }; }; };"
    return b"\0" + text.encode(), b"\1" + idl.encode()


def _config(*parts: str) -> bytes:
    return resource_folder("config").joinpath(*parts).read_bytes()


RGB = scene(1, 2, 8, 8)
SEEDS: dict[str, Callable[[], tuple[bytes, ...]]] = {
    "picture": lambda: (compress(RGB, "png"), compress(RGB, "jpeg"), compress(RGB, "jpeg", progressive=True)),
    "raw picture": lambda: (struct.pack("<BIII", 0, 8, 8, 24) + RGB.tobytes(),),
    "message": _message_seeds,
    "live picture": _live_seeds,
    "definition": _definitions,
    "bag.mcap": lambda: (whole_bag(".mcap"), whole_bag(".mcap")[:-40]),
    "bag.db3": lambda: (whole_bag(".db3"),),
    "bag.bag": lambda: (whole_bag(".bag"),),
    "metadata.yaml": lambda: (_metadata(),),
    "labels": lambda: (made(lambda path: write_labels({1: Label("normal", "back")}, path)),),
    "drive log": lambda: (made(lambda path: write_log(log(driven=track(3)), path)),),
    "rig": lambda: (_config("rigs", "bench2drive.yaml"),),
    "parameters": lambda: (_config("drivemoe.param.yaml"),),
    "overrides": lambda: (b"sync.tolerance_s=0.05\npolicy.checkpoint=mini",),
    "recipe": lambda: (_config("training", "released.yaml"),),
    "shard.json": lambda: (shard_files()["shard.json"],),
    "samples.npy": lambda: (shard_files()["samples.npy"],),
    "pictures.bin": lambda: (shard_files()["pictures.bin"],),
    "painted.npz": lambda: (
        made(lambda path: write_pictures(path, np.zeros((1, 4, 4, 3), np.uint8), np.zeros((1, 2, 2, 3), np.uint8))),
    ),
}
