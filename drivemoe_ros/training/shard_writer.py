"""Writes training samples into shards; a shard stands under its name only when it is whole."""

from __future__ import annotations

import contextlib
import pathlib
import shutil
import tempfile
import zlib
from collections import Counter
from typing import IO, TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.cameras import CANDIDATE_VIEWS
from drivemoe_ros.data.skills import SKILL_NAMES
from drivemoe_ros.errors import InputError, OutputError
from drivemoe_ros.training.shard_format import (
    MANIFEST_NAME,
    PICTURES_NAME,
    ROWS_NAME,
    ShardManifest,
    checksum,
    row_dtype,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from numpy.typing import NDArray
    from typing_extensions import Self

    from drivemoe_ros.training.sample import TrainingSample

SHARD_NAME = "shard-{:05d}"
COMPRESSION_LEVEL = 6
# A front picture comes back as the earlier one of the next sample or the one after.
REMEMBERED_PICTURES = 16


class ShardWriter:
    """Adds samples to a folder, one shard after the other; one writer a folder at a time."""

    def __init__(self, folder: pathlib.Path, source: Mapping[str, str], *, samples_per_shard: int = 1024) -> None:
        """Start or continue a folder of shards.

        Args:
            folder: Where shards go; made if it is not there.
            source: Where the samples come from, in words, for every manifest.
            samples_per_shard: A shard is closed when it holds this many; an interrupted writer loses less than these.
        """
        self._folder = folder
        self._source = dict(source)
        self._limit = samples_per_shard
        self._open: _OpenShard | None = None
        self.num_samples = 0

    def __enter__(self) -> Self:
        """Return the writer."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the last shard; after an error only whole shards stay."""
        if kind is None:
            self.close()
        elif self._open is not None:
            self._open.discard()

    def add(self, sample: TrainingSample) -> None:
        """Add one sample.

        Args:
            sample: The sample; its sizes are those of the shard's first.

        Raises:
            InputError: If its sizes differ from the shard's.
            OutputError: If it cannot be written.
        """
        try:
            if self._open is None:
                self._open = _OpenShard(self._folder, sample)
            self._open.add(sample)
            self.num_samples += 1
            if self._open.num_samples >= self._limit:
                self.close()
        except OSError as error:
            raise self._explained(error) from error

    def close(self) -> None:
        """Finish the shard that is being written, if any.

        Raises:
            OutputError: If it cannot be written.
        """
        if self._open is None:
            return
        shard, self._open = self._open, None
        try:
            shard.finish(self._next_path(), self._source)
        except OSError as error:
            shard.discard()
            raise self._explained(error) from error

    def _next_path(self) -> pathlib.Path:
        taken = [int(path.name[-5:]) for path in self._folder.glob("shard-" + "[0-9]" * 5)]
        return self._folder / SHARD_NAME.format(max(taken, default=-1) + 1)

    def _explained(self, error: OSError) -> OutputError:
        return OutputError(
            f"Cannot write samples to '{self._folder}': {error.strerror}; make room or choose another place."
        )


class _OpenShard:
    """A shard under a hidden name, still growing."""

    def __init__(self, folder: pathlib.Path, first: TrainingSample) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._draft = pathlib.Path(tempfile.mkdtemp(prefix=".shard.", dir=folder))
        self._pictures: IO[bytes] = (self._draft / PICTURES_NAME).open("wb")
        self._sizes = _sizes(first)
        self._dtype = row_dtype(*self._sizes[1:])
        self._rows: list[NDArray[np.void]] = []
        self._families: dict[str, int] = {}
        self._views: Counter[str] = Counter()
        self._skills: Counter[str] = Counter()
        self._recent: dict[bytes, tuple[int, int]] = {}
        self._end = 0

    @property
    def num_samples(self) -> int:
        return len(self._rows)

    def add(self, sample: TrainingSample) -> None:
        if _sizes(sample) != self._sizes:
            msg = (
                f"A sample has picture side, history and horizon {_sizes(sample)}, but this shard holds {self._sizes}; "
                "write samples of other sizes to another folder."
            )
            raise InputError(msg)
        row = np.zeros((), self._dtype)
        ego = sample.ego
        row["stamps_ns"], row["position"], row["yaw"], row["speed"] = (
            ego.stamps_ns_T,
            ego.position_T2,
            ego.yaw_T,
            ego.speed_T,
        )
        row["acceleration"], row["angular_velocity"] = ego.acceleration_T3, ego.angular_velocity_T3
        row["goals"], row["future"] = sample.goals_T2, sample.future_H2
        pictures = [sample.front_now_SS3, sample.front_before_SS3, *sample.views_VSS3]
        row["pictures"] = [self._place(picture) for picture in pictures]
        row["view"], row["skill"] = CANDIDATE_VIEWS.index(sample.view), SKILL_NAMES.index(sample.skill)
        row["family"] = self._families.setdefault(sample.family, len(self._families))
        row["seed"], row["weight"] = sample.seed, sample.weight
        row["checksum"] = checksum(row)
        self._rows.append(row)
        self._views[sample.view] += 1
        self._skills[sample.skill] += 1

    def finish(self, path: pathlib.Path, source: dict[str, str]) -> None:
        self._pictures.close()
        np.save(self._draft / ROWS_NAME, np.stack(self._rows))
        side, num_history, horizon = self._sizes
        manifest = ShardManifest(
            num_samples=len(self._rows),
            image_size=side,
            num_history=num_history,
            horizon=horizon,
            picture_bytes=self._end,
            families=tuple(self._families),
            view_counts={name: self._views[name] for name in CANDIDATE_VIEWS},
            skill_counts={name: self._skills[name] for name in SKILL_NAMES},
            source=source,
        )
        (self._draft / MANIFEST_NAME).write_text(manifest.to_json(), encoding="utf-8")
        self._draft.chmod(0o755)
        self._draft.rename(path)

    def discard(self) -> None:
        with contextlib.suppress(OSError):  # a full disk takes no last bytes either
            self._pictures.close()
        shutil.rmtree(self._draft, ignore_errors=True)

    def _place(self, picture_SS3: NDArray[np.uint8]) -> tuple[int, int]:
        """Return offset and length of a picture's bytes; a picture of just before is not written again."""
        packed = zlib.compress(np.ascontiguousarray(picture_SS3, np.uint8).tobytes(), COMPRESSION_LEVEL)
        if packed in self._recent:
            return self._recent[packed]
        self._pictures.write(packed)
        place = self._end, len(packed)
        self._end += len(packed)
        self._recent[packed] = place
        if len(self._recent) > REMEMBERED_PICTURES:
            self._recent.pop(next(iter(self._recent)))
        return place


def _sizes(sample: TrainingSample) -> tuple[int, int, int]:
    return len(sample.front_now_SS3), len(sample.ego.yaw_T), len(sample.future_H2)
