"""Everything in this package that reads bytes from outside, as one table for hypothesis and atheris.

An entry point is handed bytes and a folder of its own, and may raise only errors of ``drivemoe_ros.errors``.
"""

from __future__ import annotations

import pathlib
import struct
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

import numpy as np

from drivemoe_ros.bags.bag_types import BagTypes
from drivemoe_ros.bags.events import BagEvent
from drivemoe_ros.bags.reader import BagReader
from drivemoe_ros.data.samples import EncodedImage, ImageSample
from drivemoe_ros.evaluation.log_file import read_log
from drivemoe_ros.messages.decode import DECODERS
from drivemoe_ros.messages.decode_decision import decode_expert_activation, decode_view_selection
from drivemoe_ros.messages.decode_plan import decode_refused, decode_state, decode_trajectory
from drivemoe_ros.nodes.raw_image import view_compressed_image, view_image
from drivemoe_ros.parameters.load import build_parameters, flatten, parse_overrides, without_node_only
from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.sensors.decode import BYTES_PER_PIXEL, decode_image
from drivemoe_ros.sensors.thin import thin_image
from drivemoe_ros.training.label_file import read_labels
from drivemoe_ros.training.picture_file import read_pictures
from drivemoe_ros.training.settings import build_settings, read_recipe
from drivemoe_ros.training.shard_format import MANIFEST_NAME, PICTURES_A_SAMPLE, PICTURES_NAME, ROWS_NAME
from drivemoe_ros.training.shards import ShardReader

from .seeds import SEEDS, shard_files, standard_definition, whole_bag

MAX_PIXELS = 1 << 20
# A damaged bag may repeat what it holds; reading on is then the user's choice.
MAX_EVENTS = 200
ENCODINGS = tuple(BYTES_PER_PIXEL)
OURS: dict[str, Callable[..., object]] = {
    "drivemoe_ros/msg/Trajectory": decode_trajectory,
    "drivemoe_ros/msg/RefusedTrajectory": decode_refused,
    "drivemoe_ros/msg/PolicyState": decode_state,
    "drivemoe_ros/msg/ViewSelection": decode_view_selection,
    "drivemoe_ros/msg/ExpertActivation": decode_expert_activation,
}
MESSAGES: dict[str, Callable[..., object]] = {**DECODERS, **OURS}
# Those that are part of every ROS 2, or of this package.
MESSAGE_TYPES = tuple(name for name in MESSAGES if not name.startswith("carla_msgs"))


@dataclass(frozen=True)
class EntryPoint:
    """Something that reads bytes.

    Attributes:
        name: Name.
        run: Reads the bytes, with a folder for files.
        make_seeds: Makes valid inputs.
        max_mib: Most memory it may take for small inputs [MiB].
    """

    name: str
    run: Callable[[bytes, pathlib.Path], object]
    make_seeds: Callable[[], tuple[bytes, ...]]
    max_mib: int = 64

    @property
    def seeds(self) -> tuple[bytes, ...]:
        """Valid inputs."""
        return self.make_seeds()


def _picture(data: bytes, _: pathlib.Path) -> None:
    decode_image(EncodedImage("jpeg", np.frombuffer(data, np.uint8)), MAX_PIXELS, least_width=len(data) % 64)


def _raw_picture(data: bytes, _: pathlib.Path) -> None:
    encoding, width, height, step = struct.unpack("<BIII", data[:13].ljust(13, b"\0"))
    pixels = np.frombuffer(data[13:], np.uint8)
    image = EncodedImage(ENCODINGS[encoding % len(ENCODINGS)], pixels, height, width, step)
    decode_image(thin_image(image, 8), MAX_PIXELS)


def _message(data: bytes, _: pathlib.Path) -> None:
    name = MESSAGE_TYPES[data[0] % len(MESSAGE_TYPES)] if data else MESSAGE_TYPES[0]
    _look_at(MESSAGES[name](BagTypes((), is_ros1=False).decode(BagEvent(1, "/topic", name, data[1:])), "topic"))


def _live_picture(data: bytes, _: pathlib.Path) -> None:
    kind, view = ("Image", view_image) if data[:1] == b"\0" else ("CompressedImage", view_compressed_image)
    _look_at(DECODERS[f"sensor_msgs/msg/{kind}"](view(data[1:], "front"), "front"))


def _definition(data: bytes, _: pathlib.Path) -> None:
    connection, cdr = standard_definition(data)
    types = BagTypes((connection,), is_ros1=False)
    event = BagEvent(1, "/topic", connection.msgtype, cdr)
    types.portable(event)
    DECODERS[connection.msgtype](types.decode(event), "odometry")


def _bag(ending: str) -> Callable[[bytes, pathlib.Path], object]:
    def run(data: bytes, folder: pathlib.Path) -> None:
        _read_bag(written(folder / f"bag{ending}", data))

    return run


def _bag_metadata(data: bytes, folder: pathlib.Path) -> None:
    written(folder / "drive_0.mcap", whole_bag(".mcap"))
    written(folder / "metadata.yaml", data)
    _read_bag(folder)


def _read_bag(path: pathlib.Path) -> None:
    # Messages and definitions have entry points of their own.
    with BagReader(path) as reader:
        for _ in islice(reader.events(), MAX_EVENTS):
            pass


def _look_at(sample: object) -> None:
    if isinstance(sample, ImageSample):
        decode_image(thin_image(sample.image, 8), MAX_PIXELS)


def _parameters(data: bytes, folder: pathlib.Path) -> None:
    build_parameters(without_node_only(flatten(written(folder / "drivemoe.param.yaml", data))))


def _overrides(data: bytes, _: pathlib.Path) -> None:
    build_parameters(parse_overrides(data.decode("utf-8", "replace").split("\n")))


def _shard(name: str) -> Callable[[bytes, pathlib.Path], object]:
    def run(data: bytes, folder: pathlib.Path) -> None:
        for other, content in shard_files().items():
            written(folder / other, data if other == name else content)
        shard = ShardReader(folder)
        for index in range(min(len(shard), 2)):
            shard.sample(index)
            for which in range(PICTURES_A_SAMPLE):
                shard.picture(index, which)

    return run


def written(path: pathlib.Path, data: bytes) -> pathlib.Path:
    path.write_bytes(data)
    return path


Run = Callable[[bytes, pathlib.Path], object]
ROWS: tuple[tuple[str, Run], ...] = (
    ("picture", _picture),
    ("raw picture", _raw_picture),
    ("message", _message),
    ("live picture", _live_picture),
    ("definition", _definition),
    ("bag.mcap", _bag(".mcap")),
    ("bag.db3", _bag(".db3")),
    ("bag.bag", _bag(".bag")),
    ("metadata.yaml", _bag_metadata),
    ("labels", lambda data, folder: read_labels(written(folder / "labels.json", data))),
    ("drive log", lambda data, folder: read_log(written(folder / "log.json", data))),
    ("rig", lambda data, folder: load_rig(str(written(folder / "rig.yaml", data)))),
    ("parameters", _parameters),
    ("overrides", _overrides),
    ("recipe", lambda data, folder: build_settings(read_recipe(str(written(folder / "recipe.yaml", data))))),
    (MANIFEST_NAME, _shard(MANIFEST_NAME)),
    (ROWS_NAME, _shard(ROWS_NAME)),
    (PICTURES_NAME, _shard(PICTURES_NAME)),
    ("painted.npz", lambda data, folder: read_pictures([written(folder / "painted.npz", data)])),
)
ENTRY_POINTS = {name: EntryPoint(name, run, SEEDS[name]) for name, run in ROWS}
