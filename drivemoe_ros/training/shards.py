"""Reads shards: rows and pictures are mapped, and nothing is trusted before it was checked.

Shape legend: N samples, S picture side.
"""

from __future__ import annotations

import mmap
import pathlib
import zlib
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drivemoe_ros.data.cameras import CANDIDATE_VIEWS
from drivemoe_ros.data.ego import EgoHistory
from drivemoe_ros.data.skills import SKILL_NAMES
from drivemoe_ros.errors import InputError
from drivemoe_ros.training.shard_format import (
    MANIFEST_NAME,
    PICTURES_A_SAMPLE,
    PICTURES_NAME,
    ROWS_NAME,
    checksum,
    read_manifest,
    row_dtype,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

FRONT_NOW, FRONT_BEFORE, FIRST_VIEW = 0, 1, 2


class StoredSample(NamedTuple):
    """A sample without its pictures.

    Attributes:
        ego: Ego history.
        goals_T2: Goal points [m].
        future_H2: Waypoints to learn [m].
        view: Index of the view to look at.
        skill: Index of the skill being driven.
    """

    ego: EgoHistory
    goals_T2: NDArray[np.float64]
    future_H2: NDArray[np.float64]
    view: int
    skill: int


class ShardReader:
    """One shard, open for reading by any number of processes."""

    def __init__(self, folder: pathlib.Path) -> None:
        """Open a shard; sizes are compared before anything is mapped.

        Args:
            folder: The shard.

        Raises:
            InputError: If a file is missing, cut short or not what the manifest says.
        """
        self.folder = folder
        self.manifest = manifest = read_manifest(folder)
        dtype = row_dtype(manifest.num_history, manifest.horizon)
        try:
            rows = np.lib.format.open_memmap(folder / ROWS_NAME, mode="r")
            with (folder / PICTURES_NAME).open("rb") as file:
                self._pictures = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except Exception as error:
            # NumPy reads the header as Python's own literals, which fail in many ways.
            msg = f"The shard '{folder}' cannot be read ({error}); write it again."
            raise InputError(msg) from error
        if rows.dtype != dtype or rows.shape != (manifest.num_samples,):
            msg = f"The rows of the shard '{folder}' are not what its manifest says; write it again."
            raise InputError(msg)
        if len(self._pictures) != manifest.picture_bytes:
            msg = f"'{folder / PICTURES_NAME}' has {len(self._pictures)} bytes instead of {manifest.picture_bytes}."
            raise InputError(msg)
        self.rows_N: NDArray[np.void] = rows

    def __len__(self) -> int:
        """Return the number of samples."""
        return self.manifest.num_samples

    def __reduce__(self) -> tuple[type[ShardReader], tuple[pathlib.Path]]:
        """Open anew in another process: a map does not travel."""
        return ShardReader, (self.folder,)

    def sample(self, index: int) -> StoredSample:
        """Read a sample without its pictures.

        Args:
            index: Which one, from 0.

        Returns:
            The sample.

        Raises:
            InputError: If it is damaged.
        """
        row = self.rows_N[index]
        view, skill = int(row["view"]), int(row["skill"])
        if checksum(row) != row["checksum"] or view >= len(CANDIDATE_VIEWS) or skill >= len(SKILL_NAMES):
            msg = f"Sample {index} of '{self.folder}' is damaged (its checksum differs); write the shard again."
            raise InputError(msg)
        ego = EgoHistory(
            row["stamps_ns"],
            row["position"],
            row["yaw"],
            row["speed"],
            row["acceleration"],
            row["angular_velocity"],
        )
        return StoredSample(ego, row["goals"], row["future"], view, skill)

    def picture(self, index: int, which: int) -> NDArray[np.uint8]:
        """Read one picture of a sample.

        Args:
            index: Which sample.
            which: ``FRONT_NOW``, ``FRONT_BEFORE``, or ``FIRST_VIEW`` plus the index of a view.

        Returns:
            RGB, (S, S, 3).

        Raises:
            InputError: If its bytes are damaged; no more memory is taken than a whole picture needs.
        """
        if not 0 <= which < PICTURES_A_SAMPLE:
            msg = f"A sample has no picture {which}; ask for 0 to {PICTURES_A_SAMPLE - 1}."
            raise InputError(msg)
        side = self.manifest.image_size
        start, length = (int(value) for value in self.rows_N[index]["pictures"][which])
        problem = f"Picture {which} of sample {index} of '{self.folder}' is damaged; write the shard again."
        if start < 0 or length < 0 or start + length > len(self._pictures):
            raise InputError(problem)
        inflater = zlib.decompressobj()
        try:
            # One byte more than wanted, so that the stream's own checksum is reached.
            plain = inflater.decompress(self._pictures[start : start + length], side * side * 3 + 1)
        except zlib.error as error:
            raise InputError(problem) from error
        if len(plain) != side * side * 3 or not inflater.eof:
            raise InputError(problem)
        return np.frombuffer(plain, np.uint8).reshape(side, side, 3)


class OpenedShards(NamedTuple):
    """Shards that could be opened, and why others could not.

    Attributes:
        shards: Readers, in the order of their paths.
        problems: One sentence a shard that was left out.
    """

    shards: tuple[ShardReader, ...]
    problems: tuple[str, ...]


def open_shards(folders: Iterable[pathlib.Path]) -> OpenedShards:
    """Open every shard in some folders and below; those still being written are hidden and not seen.

    Args:
        folders: Where to look.

    Returns:
        The shards that can be read, and what is wrong with the others.

    Raises:
        InputError: If a folder is not there, or there is no shard that can be read, or their sizes differ.
    """
    shards, problems = [], []
    for folder in folders:
        if not folder.is_dir():
            msg = f"There is no folder '{folder}' to read samples from; make one with `drivemoe record`."
            raise InputError(msg)
        for path in sorted(folder.rglob(MANIFEST_NAME)):
            if any(part.startswith(".") for part in path.relative_to(folder).parts):
                continue
            try:
                shards.append(ShardReader(path.parent))
            except InputError as error:
                problems.append(str(error))
    if not shards:
        where = ", ".join(f"'{folder}'" for folder in folders)
        msg = f"There is no readable shard in {where}; {problems[0] if problems else 'write samples first.'}"
        raise InputError(msg)
    sizes = {(s.manifest.image_size, s.manifest.num_history, s.manifest.horizon) for s in shards}
    if len(sizes) > 1:
        msg = f"The shards differ in picture side, history and horizon ({sorted(sizes)}); train on one kind at a time."
        raise InputError(msg)
    return OpenedShards(tuple(shards), tuple(problems))
