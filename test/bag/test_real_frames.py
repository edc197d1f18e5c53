"""A bag of six real pictures replays end to end at full size.

The pictures are not part of the repository: ``--frames FOLDER`` names the folder that holds ``example_f.jpg``, ``_fl``,
``_fr``, ``_b``, ``_bl`` and ``_br``; without it ``../shared/frames`` beside the checkout is looked for.
"""

from __future__ import annotations

import io
import pathlib
import shutil
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from drivemoe_ros.bags.factory import BagMessageFactory
from drivemoe_ros.data.cameras import CAMERA_NAMES
from drivemoe_ros.parameters.rig import load_rig

from .altered_bags import write_records
from .replays import OUTPUT_TYPES, ROOT, read_messages, read_summary, replay
from .tiny_bags import SECOND_NS, START_NS, Record, TinyBag, raw_rows, records

FILES = {
    "front": "example_f.jpg",
    "front_left": "example_fl.jpg",
    "front_right": "example_fr.jpg",
    "back": "example_b.jpg",
    "back_left": "example_bl.jpg",
    "back_right": "example_br.jpg",
}
# The vehicle's motion alone, up to the last picture.
MOTION = TinyBag(duration_s=0.62, leave_out=frozenset(CAMERA_NAMES))
# Few pictures, for raw ones are large: the history is whole from 0.4 s on.
TIMES_NS = [round(time_s * SECOND_NS) for time_s in (0.3, 0.4, 0.5, 0.6)]
STATE, TRAJECTORY, _, VIEW, EXPERTS, MARKERS = OUTPUT_TYPES

# Makes a message of a JPEG file's bytes, given its header.
MakePicture = Callable[[bytes, object], tuple[str, object]]


@pytest.fixture(scope="module")
def jpegs(pytestconfig: pytest.Config) -> dict[str, bytes]:
    """Return the bytes of each camera's file."""
    named = pytestconfig.getoption("--frames")
    folder = pathlib.Path(named) if named else ROOT.parent / "shared" / "frames"
    if not named and not folder.is_dir():
        pytest.skip(f"the real pictures are not at {folder}: name their folder with --frames")
    return {camera: (folder / name).read_bytes() for camera, name in FILES.items()}


def as_compressed(jpeg: bytes, header: object) -> tuple[str, object]:
    name = "sensor_msgs/msg/CompressedImage"
    return name, BagMessageFactory().make(name, header=header, format="jpeg", data=np.frombuffer(jpeg, np.uint8))


def as_bgra8(jpeg: bytes, header: object) -> tuple[str, object]:
    rgb_HW3 = decoded(jpeg)
    rows, step = raw_rows(rgb_HW3, "bgra8", padding=0)
    height, width, _ = rgb_HW3.shape
    size = {"height": height, "width": width, "step": step}
    name = "sensor_msgs/msg/Image"
    return name, BagMessageFactory().make(name, header=header, encoding="bgra8", data=rows.reshape(-1), **size)


def decoded(jpeg: bytes) -> NDArray[np.uint8]:
    return np.array(Image.open(io.BytesIO(jpeg)).convert("RGB"))


def drive(jpegs: dict[str, bytes], make_picture: MakePicture) -> Iterator[Record]:
    """Yield every message of a short drive past six pictures."""
    yield from records(MOTION)
    make = BagMessageFactory().make
    for time_ns in TIMES_NS:
        seconds, rest_ns = divmod(START_NS + time_ns, SECOND_NS)
        stamp = make("builtin_interfaces/msg/Time", sec=seconds, nanosec=rest_ns)
        for camera in load_rig("bench2drive").cameras.values():
            header = make("std_msgs/msg/Header", stamp=stamp, frame_id=camera.name)
            type_name, message = make_picture(jpegs[camera.name], header)
            yield Record(START_NS + time_ns, camera.image_topic, type_name, message)


def plan(folder: pathlib.Path, jpegs: dict[str, bytes], make_picture: MakePicture) -> pathlib.Path:
    """Replay the drive, remove the large bag and return the plans."""
    bag = write_records(folder / "drive", drive(jpegs, make_picture))
    assert replay(bag, folder / "plans", "--pictures", str(folder / "pictures")) == 0
    shutil.rmtree(bag)
    return folder / "plans"


def waypoints(path: pathlib.Path) -> NDArray[np.float64]:
    trajectories = [recorded.message for recorded in read_messages(path)[TRAJECTORY]]
    return np.array([[(p.pose.position.x, p.pose.position.y) for p in each.points] for each in trajectories])


def test_six_real_pictures_replay_end_to_end_at_full_size(jpegs: dict[str, bytes], tmp_path: pathlib.Path) -> None:
    assert {decoded(jpeg).shape for jpeg in jpegs.values()} == {(900, 1600, 3)}
    compressed = plan(tmp_path / "compressed", jpegs, as_compressed)
    summary = read_summary(compressed)
    assert summary["states"] == {"WAITING": 1, "RUNNING": 3}
    assert (summary["rejected"], summary["troubled_inputs"], summary["fallbacks"]) == ({}, {}, 0)
    messages = read_messages(compressed)
    assert [len(messages[topic]) for topic in (STATE, TRAJECTORY, VIEW, EXPERTS, MARKERS)] == [4, 3, 3, 3, 4]
    assert np.all(np.isfinite(waypoints(compressed)))
    with Image.open(tmp_path / "compressed" / "pictures" / "plan_00001.png") as drawn:
        assert min(drawn.size) > 400
    # The raw pictures are those that the files decode to, so every plan is the same.
    raw = plan(tmp_path / "raw", jpegs, as_bgra8)
    np.testing.assert_array_equal(waypoints(raw), waypoints(compressed))
    assert [recorded.raw for recorded in read_messages(raw)[VIEW]] == [recorded.raw for recorded in messages[VIEW]]
