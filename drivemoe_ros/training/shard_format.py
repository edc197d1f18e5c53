"""What a shard looks like on disk: a folder with a manifest, one row a sample, and the compressed pictures.

``shard.json`` says what is there and how large it is, ``samples.npy`` holds rows of fixed size that can be mapped, and
``pictures.bin`` holds every picture's bytes, deflated one by one, so that only those that are looked at are read.

Shape legend: N samples, T history steps, H waypoints.
"""

from __future__ import annotations

import dataclasses
import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from drivemoe_ros.data.cameras import CANDIDATE_VIEWS
from drivemoe_ros.data.skills import SKILL_NAMES
from drivemoe_ros.data.small_file import read_small_json
from drivemoe_ros.errors import InputError

if TYPE_CHECKING:
    import pathlib

FORMAT = "drivemoe samples 1"
MANIFEST_NAME, ROWS_NAME, PICTURES_NAME = "shard.json", "samples.npy", "pictures.bin"
MAX_MANIFEST_BYTES = 1 << 20
MAX_STEPS, MAX_SIDE_PX = 1000, 4096
# Front now, front before, then the candidate views.
PICTURES_A_SAMPLE = 2 + len(CANDIDATE_VIEWS)


@dataclass(frozen=True)
class ShardManifest:
    """Counts and names of a shard.

    Attributes:
        num_samples: Rows.
        image_size: Side of the square pictures [px].
        num_history: Ego states a sample.
        horizon: Waypoints a sample.
        picture_bytes: Size of the pictures' file [bytes].
        families: Names that rows refer to by number.
        view_counts: How often each view is labelled.
        skill_counts: How often each skill is labelled.
        source: Where the samples come from, in words.
    """

    num_samples: int
    image_size: int
    num_history: int
    horizon: int
    picture_bytes: int
    families: tuple[str, ...]
    view_counts: dict[str, int]
    skill_counts: dict[str, int]
    source: dict[str, str]

    def to_json(self) -> str:
        """Return the manifest as indented JSON."""
        return json.dumps({"format": FORMAT, **dataclasses.asdict(self)}, indent=1) + "\n"


def row_dtype(num_history: int, horizon: int) -> np.dtype[np.void]:
    """Return the layout of a row: fields as in ``TrainingSample``, pictures as (offset, length), a checksum last."""
    steps = (num_history,)
    return np.dtype(
        [
            ("stamps_ns", "<i8", steps),
            ("position", "<f8", (num_history, 2)),
            ("yaw", "<f8", steps),
            ("speed", "<f8", steps),
            ("acceleration", "<f8", (num_history, 3)),
            ("angular_velocity", "<f8", (num_history, 3)),
            ("goals", "<f8", (num_history, 2)),
            ("future", "<f8", (horizon, 2)),
            ("pictures", "<i8", (PICTURES_A_SAMPLE, 2)),
            ("view", "u1"),
            ("skill", "u1"),
            ("family", "<i4"),
            ("seed", "<i8"),
            ("weight", "<f4"),
            ("checksum", "<u4"),
        ]
    )


def checksum(row: np.ndarray[Any, np.dtype[np.void]] | np.void) -> int:
    """Return the CRC-32 of a row without its last field."""
    return zlib.crc32(row.tobytes()[:-4])


def read_manifest(folder: pathlib.Path) -> ShardManifest:
    """Read a shard's manifest strictly.

    Args:
        folder: The shard.

    Returns:
        The manifest.

    Raises:
        InputError: If there is none, it is of another format, or a value is missing or impossible.
    """
    path = folder / MANIFEST_NAME
    try:
        values = read_small_json(path, MAX_MANIFEST_BYTES)
    except (OSError, ValueError) as error:
        msg = f"{path} cannot be read as JSON ({error}); write the shard again."
        raise InputError(msg) from error
    if not isinstance(values, dict) or values.pop("format", None) != FORMAT:
        msg = f"{path} is not of the format '{FORMAT}'; write the samples again with this version."
        raise InputError(msg)
    try:
        families = tuple(str(name) for name in values.pop("families"))
        manifest = ShardManifest(families=families, **values)
        _check(manifest)
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        msg = f"{path} does not describe a shard ({error}); write the shard again."
        raise InputError(msg) from error
    return manifest


def _check(manifest: ShardManifest) -> None:
    limits = {
        "num_samples": (1, 1 << 40),
        "image_size": (1, MAX_SIDE_PX),
        "num_history": (1, MAX_STEPS),
        "horizon": (1, MAX_STEPS),
        "picture_bytes": (1, 1 << 50),
    }
    for name, (least, most) in limits.items():
        value = getattr(manifest, name)
        if type(value) is not int or not least <= value <= most:
            msg = f"{name} is {value!r}, but must be a whole number from {least} to {most}"
            raise ValueError(msg)
    if tuple(manifest.view_counts) != CANDIDATE_VIEWS or tuple(manifest.skill_counts) != SKILL_NAMES:
        msg = "its labels are not the views and skills of this version"
        raise ValueError(msg)
