"""Small recorded drives of every kind: six cameras, odometry, IMU and a route; no two pictures look alike."""

from __future__ import annotations

import io
import math
import pathlib
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import yaml
from PIL import Image
from rosbags.rosbag1 import Writer as Ros1Writer
from rosbags.rosbag2 import CompressionFormat, CompressionMode, StoragePlugin, Writer
from rosbags.typesys import Stores, get_typestore

from drivemoe_ros.bags.factory import BagMessageFactory
from drivemoe_ros.bags.typestore import output_typestore
from drivemoe_ros.parameters.rig import load_rig

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from drivemoe_ros.data.cameras import Rig

START_NS = 1_700_000_000_000_000_000
SECOND_NS = 1_000_000_000
CAMERA_LATENCY_NS = 5_000_000
SPEED_MPS = 5.0
YAW_RATE_RADPS = 0.05
CHANNELS = {"bgra8": (2, 1, 0, None), "rgba8": (0, 1, 2, None), "bgr8": (2, 1, 0), "rgb8": (0, 1, 2), "mono8": (1,)}


@dataclass(frozen=True)
class TinyBag:
    """What to write; the defaults make a bag that fits rig ``bench2drive``."""

    storage: Literal["mcap", "sqlite3", "ros1"] = "mcap"
    compression: Literal["none", "file", "message", "storage"] = "none"
    num_files: int = 1
    rig: str = "bench2drive"
    encoding: str = "bgra8"  # or "jpeg", "png"
    padding: int = 0  # bytes behind each row
    width: int = 32
    height: int = 24
    duration_s: float = 1.0
    camera_rate_hz: float = 10.0
    motion_rate_hz: float = 50.0
    leave_out: frozenset[str] = field(default_factory=frozenset)  # input names
    pictures: Mapping[str, bytes] = field(default_factory=dict)  # JPEG by camera name, shown in every message instead


@dataclass(frozen=True)
class Record:
    """One message to write."""

    log_ns: int
    topic: str
    type_name: str
    message: Any


def scene(camera_index: int, picture_index: int, height: int, width: int) -> NDArray[np.uint8]:
    """Return the picture of a camera: a shade a camera, a bar that moves a column a picture; grey, shape (H, W, 3)."""
    rgb_HW3 = np.full((height, width, 3), 40 + 20 * camera_index, dtype=np.uint8)
    rgb_HW3[:, picture_index % width] = 250
    return rgb_HW3


def write_tiny_bag(path: pathlib.Path, spec: TinyBag | None = None) -> pathlib.Path:
    """Write a bag and return its path; ``path`` should end in .bag for ROS 1."""
    spec = spec or TinyBag()
    recorded = sorted(records(spec), key=lambda record: record.log_ns)
    if spec.storage == "ros1":
        _write_ros1(path, recorded)
    else:
        _write_rosbag2(path, recorded, spec)
    return path


def records(spec: TinyBag) -> list[Record]:
    """Return every message of a bag, topic by topic."""
    rig = load_rig(spec.rig)
    make = _Maker(spec)
    out: list[Record] = []
    for index, camera in enumerate(rig.cameras.values()):
        if camera.name in spec.leave_out:
            continue
        for number in range(round(spec.duration_s * spec.camera_rate_hz)):
            stamp_ns = START_NS + round(number * SECOND_NS / spec.camera_rate_hz)
            if camera.name in spec.pictures:
                out.append(make.compressed(camera.image_topic, stamp_ns, "jpeg", spec.pictures[camera.name]))
                continue
            rgb_HW3 = scene(index, number, spec.height, spec.width)
            out.append(make.picture(camera.image_topic, stamp_ns, rgb_HW3))
    for number in range(round(spec.duration_s * spec.motion_rate_hz)):
        stamp_ns = START_NS + round(number * SECOND_NS / spec.motion_rate_hz)
        if "odometry" not in spec.leave_out:
            out.append(make.odometry(rig, stamp_ns))
        if "imu" not in spec.leave_out:
            out.append(make.imu(rig, stamp_ns))
    if "route" not in spec.leave_out:
        out.append(make.route(rig))
    return out


class _Maker:
    def __init__(self, spec: TinyBag) -> None:
        self._spec = spec
        store = get_typestore(Stores.ROS1_NOETIC) if spec.storage == "ros1" else output_typestore()
        self._make = BagMessageFactory(store).make

    def compressed(self, topic: str, stamp_ns: int, encoding: str, encoded: bytes) -> Record:
        name = "sensor_msgs/msg/CompressedImage"
        header, data = self._header(stamp_ns, "camera"), np.frombuffer(encoded, np.uint8)
        message = self._make(name, header=header, format=encoding, data=data)
        return Record(stamp_ns + CAMERA_LATENCY_NS, topic, name, message)

    def picture(self, topic: str, stamp_ns: int, rgb_HW3: NDArray[np.uint8]) -> Record:
        if self._spec.encoding in {"jpeg", "png"}:
            return self.compressed(topic, stamp_ns, self._spec.encoding, compress(rgb_HW3, self._spec.encoding))
        rows, step = raw_rows(rgb_HW3, self._spec.encoding, self._spec.padding)
        name = "sensor_msgs/msg/Image"
        height, width, _ = rgb_HW3.shape
        message = self._make(
            name,
            header=self._header(stamp_ns, "camera"),
            height=height,
            width=width,
            encoding=self._spec.encoding,
            step=step,
            data=rows.reshape(-1),
        )
        return Record(stamp_ns + CAMERA_LATENCY_NS, topic, name, message)

    def odometry(self, rig: Rig, stamp_ns: int) -> Record:
        time_s = (stamp_ns - START_NS) / SECOND_NS
        yaw_rad = YAW_RATE_RADPS * time_s
        radius_m = SPEED_MPS / YAW_RATE_RADPS
        message = self._make(
            "nav_msgs/msg/Odometry",
            header=self._header(stamp_ns, "odom"),
            child_frame_id=rig.base_frame,
            pose=self._make(
                "geometry_msgs/msg/PoseWithCovariance",
                pose=self._pose(radius_m * math.sin(yaw_rad), radius_m * (1.0 - math.cos(yaw_rad)), yaw_rad),
            ),
            twist=self._make(
                "geometry_msgs/msg/TwistWithCovariance",
                twist=self._make(
                    "geometry_msgs/msg/Twist",
                    linear=self._make("geometry_msgs/msg/Vector3", x=SPEED_MPS),
                    angular=self._make("geometry_msgs/msg/Vector3", z=YAW_RATE_RADPS),
                ),
            ),
        )
        return Record(stamp_ns, rig.odometry_topic, "nav_msgs/msg/Odometry", message)

    def imu(self, rig: Rig, stamp_ns: int) -> Record:
        message = self._make(
            "sensor_msgs/msg/Imu",
            header=self._header(stamp_ns, rig.base_frame),
            angular_velocity=self._make("geometry_msgs/msg/Vector3", z=YAW_RATE_RADPS),
            linear_acceleration=self._make("geometry_msgs/msg/Vector3", y=SPEED_MPS * YAW_RATE_RADPS, z=9.81),
        )
        return Record(stamp_ns, rig.imu_topic, "sensor_msgs/msg/Imu", message)

    def route(self, rig: Rig) -> Record:
        poses = [
            self._make(
                "geometry_msgs/msg/PoseStamped", header=self._header(START_NS, "odom"), pose=self._pose(x_m, 0.0)
            )
            for x_m in np.arange(0.0, 60.0, 1.0).tolist()
        ]
        message = self._make("nav_msgs/msg/Path", header=self._header(START_NS, "odom"), poses=poses)
        return Record(START_NS, rig.route_topic, "nav_msgs/msg/Path", message)

    def _header(self, stamp_ns: int, frame_id: str) -> Any:  # noqa: ANN401
        sec, nanosec = divmod(stamp_ns, SECOND_NS)
        stamp = self._make("builtin_interfaces/msg/Time", sec=sec, nanosec=nanosec)
        return self._make("std_msgs/msg/Header", stamp=stamp, frame_id=frame_id)

    def _pose(self, x_m: float, y_m: float, yaw_rad: float = 0.0) -> Any:  # noqa: ANN401
        turn = {"z": math.sin(yaw_rad / 2.0), "w": math.cos(yaw_rad / 2.0)}
        return self._make(
            "geometry_msgs/msg/Pose",
            position=self._make("geometry_msgs/msg/Point", x=x_m, y=y_m),
            orientation=self._make("geometry_msgs/msg/Quaternion", **turn),
        )


def raw_rows(rgb_HW3: NDArray[np.uint8], encoding: str, padding: int) -> tuple[NDArray[np.uint8], int]:
    """Return a picture's rows as a sender lays them out, padded with 77, and the bytes in each."""
    height, width, _ = rgb_HW3.shape
    channels = CHANNELS[encoding]
    step = width * len(channels) + padding
    rows = np.full((height, step), 77, dtype=np.uint8)
    for target, source in enumerate(channels):
        rows[:, target : width * len(channels) : len(channels)] = 255 if source is None else rgb_HW3[:, :, source]
    return rows, step


def compress(rgb_HW3: NDArray[np.uint8], encoding: str, **options: object) -> bytes:
    """Return a picture as JPEG or PNG bytes."""
    out = io.BytesIO()
    Image.fromarray(rgb_HW3).save(out, format=encoding.upper(), **options)
    return out.getvalue()


def _write_rosbag2(path: pathlib.Path, recorded: list[Record], spec: TinyBag) -> None:
    plugin = StoragePlugin.MCAP if spec.storage == "mcap" else StoragePlugin.SQLITE3
    size = -(-len(recorded) // spec.num_files)
    parts = [recorded[start : start + size] for start in range(0, len(recorded), size)]
    for number, part in enumerate(parts):
        target = path if len(parts) == 1 else path / f"{path.name}_{number}"
        # Humble's player refuses version 9.
        writer = Writer(target, version=8, storage_plugin=plugin)
        writer.set_compression(CompressionMode[spec.compression.upper()], CompressionFormat.ZSTD)
        with writer:
            connections: dict[str, Any] = {}
            for record in part:
                if record.topic not in connections:
                    connections[record.topic] = writer.add_connection(
                        record.topic, record.type_name, typestore=output_typestore()
                    )
                cdr = output_typestore().serialize_cdr(record.message, record.type_name)
                writer.write(connections[record.topic], record.log_ns, cdr)
    if len(parts) > 1:
        _join(path)


def _join(path: pathlib.Path) -> None:
    """Make one split bag of several bags in a folder, as the recorder writes it."""
    parts = [
        yaml.safe_load((part / "metadata.yaml").read_text())["rosbag2_bagfile_information"]
        for part in sorted(path.iterdir())
    ]
    counts: dict[str, dict[str, Any]] = {}
    for part in parts:
        for topic in part["topics_with_message_count"]:
            known = counts.setdefault(topic["topic_metadata"]["name"], {**topic, "message_count": 0})
            known["message_count"] += topic["message_count"]
    start_ns = min(part["starting_time"]["nanoseconds_since_epoch"] for part in parts)
    end_ns = max(part["starting_time"]["nanoseconds_since_epoch"] + part["duration"]["nanoseconds"] for part in parts)
    joined = {
        **parts[0],
        "relative_file_paths": [name for part in parts for name in part["relative_file_paths"]],
        "files": [file for part in parts for file in part["files"]],
        "starting_time": {"nanoseconds_since_epoch": start_ns},
        "duration": {"nanoseconds": end_ns - start_ns},
        "message_count": sum(part["message_count"] for part in parts),
        "topics_with_message_count": list(counts.values()),
    }
    for folder in sorted(path.iterdir()):
        for file in folder.iterdir():
            if file.name != "metadata.yaml":
                file.rename(path / file.name)
        shutil.rmtree(folder)
    (path / "metadata.yaml").write_text(yaml.safe_dump({"rosbag2_bagfile_information": joined}))


def _write_ros1(path: pathlib.Path, recorded: list[Record]) -> None:
    store = get_typestore(Stores.ROS1_NOETIC)
    with Ros1Writer(path) as writer:
        connections: dict[str, Any] = {}
        for record in recorded:
            if record.topic not in connections:
                connections[record.topic] = writer.add_connection(record.topic, record.type_name, typestore=store)
            raw = store.serialize_ros1(record.message, record.type_name)
            writer.write(connections[record.topic], record.log_ns, raw)
