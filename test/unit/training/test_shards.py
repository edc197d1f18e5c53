"""Samples on disk: what is written comes back, and what is damaged is refused by name."""

from __future__ import annotations

import json
import pathlib
import pickle

import numpy as np
import pytest

from drivemoe_ros.data.cameras import CANDIDATE_VIEWS
from drivemoe_ros.data.skills import SKILL_NAMES
from drivemoe_ros.errors import InputError, OutputError
from drivemoe_ros.training.shard_format import MANIFEST_NAME, PICTURES_NAME, ROWS_NAME
from drivemoe_ros.training.shard_writer import ShardWriter
from drivemoe_ros.training.shards import FIRST_VIEW, FRONT_BEFORE, FRONT_NOW, ShardReader, open_shards

from .synthetic import sample, write


@pytest.fixture
def shard(tmp_path: pathlib.Path) -> pathlib.Path:
    return write(tmp_path / "samples", 5) / "shard-00000"


def edit_manifest(shard: pathlib.Path, **values: object) -> None:
    path = shard / MANIFEST_NAME
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def damage(path: pathlib.Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 0xFF
    path.write_bytes(content)


def test_a_sample_comes_back_as_it_was(shard: pathlib.Path) -> None:
    reader = ShardReader(shard)
    for index in range(5):
        written, read = sample(index), reader.sample(index)
        for name in ("stamps_ns_T", "position_T2", "yaw_T", "speed_T", "acceleration_T3", "angular_velocity_T3"):
            np.testing.assert_array_equal(getattr(read.ego, name), getattr(written.ego, name))
        np.testing.assert_array_equal(read.goals_T2, written.goals_T2)
        np.testing.assert_array_equal(read.future_H2, written.future_H2)
        assert (CANDIDATE_VIEWS[read.view], SKILL_NAMES[read.skill]) == (written.view, written.skill)
        np.testing.assert_array_equal(reader.picture(index, FRONT_NOW), written.front_now_SS3)
        np.testing.assert_array_equal(reader.picture(index, FRONT_BEFORE), written.front_before_SS3)
        for view in range(len(CANDIDATE_VIEWS)):
            np.testing.assert_array_equal(reader.picture(index, FIRST_VIEW + view), written.views_VSS3[view])


def test_a_manifest_counts_labels_and_families(shard: pathlib.Path) -> None:
    manifest = ShardReader(shard).manifest
    assert manifest.view_counts == {"front_left": 2, "front_right": 0, "back": 2, "back_left": 0, "back_right": 1}
    assert manifest.skill_counts["merging"] == 2
    assert manifest.families == ("synthetic/merging", "synthetic/parking_exit", "synthetic/overtaking")


def test_a_picture_that_comes_twice_is_stored_once(tmp_path: pathlib.Path) -> None:
    first = sample(0)
    with ShardWriter(tmp_path / "once", {}) as writer:
        writer.add(first)
    with ShardWriter(tmp_path / "twice", {}) as writer:
        writer.add(first)
        writer.add(first)
    once, twice = (ShardReader(tmp_path / name / "shard-00000").manifest for name in ("once", "twice"))
    assert (twice.num_samples, twice.picture_bytes) == (2, once.picture_bytes)


def test_a_writer_goes_on_where_the_last_one_ended(tmp_path: pathlib.Path) -> None:
    write(tmp_path, 5, samples_per_shard=2)
    write(tmp_path, 1)
    opened = open_shards([tmp_path])
    assert [len(shard) for shard in opened.shards] == [2, 2, 1, 1]


def test_an_interrupted_writer_leaves_whole_shards_only(tmp_path: pathlib.Path) -> None:
    def interrupted() -> None:
        with ShardWriter(tmp_path, {}, samples_per_shard=2) as writer:
            for seed in range(3):
                writer.add(sample(seed))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [path.name for path in tmp_path.iterdir()] == ["shard-00000"]


def test_a_shard_being_written_is_not_seen(tmp_path: pathlib.Path) -> None:
    with ShardWriter(tmp_path, {}) as writer:
        writer.add(sample(0))
        with pytest.raises(InputError, match="no readable shard"):
            open_shards([tmp_path])


def test_samples_of_another_size_are_refused(tmp_path: pathlib.Path) -> None:
    first = sample(0)
    with ShardWriter(tmp_path, {}) as writer:
        writer.add(first)
        odd = type(first)(**{**vars(first), "future_H2": first.future_H2[:5]})
        with pytest.raises(InputError, match=r"\(84, 5, 5\), but this shard holds \(84, 5, 10\)"):
            writer.add(odd)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="Cannot write samples"):
        ShardWriter(tmp_path / "file" / "samples", {}).add(sample(0))


def test_unknown_labels_are_refused() -> None:
    known = vars(sample(0))
    with pytest.raises(InputError, match="view is 'up'"):
        type(sample(0))(**{**known, "view": "up"})


@pytest.mark.parametrize("name", [ROWS_NAME, PICTURES_NAME])
@pytest.mark.parametrize("kept", [0, 100])
def test_a_shard_cut_short_is_left_out_by_name(shard: pathlib.Path, name: str, kept: int) -> None:
    write(shard.parent, 2)
    path = shard / name
    path.write_bytes(path.read_bytes()[:kept])
    opened = open_shards([shard.parent])
    assert [len(reader) for reader in opened.shards] == [2]
    assert "shard-00000" in opened.problems[0]


@pytest.mark.parametrize(
    "values",
    [{"format": "else"}, {"num_samples": 10**15}, {"num_samples": 6}, {"image_size": -1}, {"horizon": 9}, {"extra": 1}],
)
def test_a_manifest_that_does_not_fit_is_refused(shard: pathlib.Path, values: dict[str, object]) -> None:
    edit_manifest(shard, **values)
    with pytest.raises(InputError, match="shard-00000"):
        ShardReader(shard)


def test_a_damaged_row_is_refused_and_its_neighbours_are_not(shard: pathlib.Path) -> None:
    size = ShardReader(shard).rows_N.dtype.itemsize
    damage(shard / ROWS_NAME, -size - 100)
    reader = ShardReader(shard)
    with pytest.raises(InputError, match=r"Sample 3 of .* is damaged"):
        reader.sample(3)
    assert reader.sample(2).skill == reader.sample(2).skill
    assert reader.sample(4).view == CANDIDATE_VIEWS.index(sample(4).view)


def test_a_damaged_picture_is_refused_and_takes_no_memory(shard: pathlib.Path) -> None:
    offset, length = ShardReader(shard).rows_N[1]["pictures"][FRONT_BEFORE]
    damage(shard / PICTURES_NAME, int(offset + length // 2))
    with pytest.raises(InputError, match=r"Picture 1 of sample 1 of .* is damaged"):
        ShardReader(shard).picture(1, FRONT_BEFORE)


def test_a_reader_travels_to_another_process(shard: pathlib.Path) -> None:
    again = pickle.loads(pickle.dumps(ShardReader(shard)))  # noqa: S301  (made the line before)
    np.testing.assert_array_equal(again.picture(4, FRONT_NOW), sample(4).front_now_SS3)


def test_a_missing_folder_is_told(tmp_path: pathlib.Path) -> None:
    with pytest.raises(InputError, match="There is no folder"):
        open_shards([tmp_path / "nowhere"])
