"""From shards to batches: the same functions as when driving, the same items for the same keys."""

from __future__ import annotations

import dataclasses
import pathlib

import numpy as np
import pytest
import torch

from drivemoe_ros.data.cameras import CANDIDATE_VIEWS
from drivemoe_ros.errors import InputError
from drivemoe_ros.policy.carla_frame import assemble_goal, assemble_proprio, waypoints_from_network
from drivemoe_ros.policy.manifest import Manifest
from drivemoe_ros.policy.random_weights import untrained_checkpoint
from drivemoe_ros.training.dataset import Item, Preparation, SampleKey, ShardDataset
from drivemoe_ros.training.loader import SampleOrder, StepSampler, make_loader
from drivemoe_ros.training.shard_format import PICTURES_NAME
from drivemoe_ros.training.shards import FRONT_NOW, ShardReader, open_shards
from drivemoe_ros.training.statistics import measure_ranges

from .synthetic import sample, write

NUM = 12


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return write(tmp_path_factory.mktemp("samples"), NUM, samples_per_shard=5)


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    return untrained_checkpoint("drivemoe", "mini", 0).manifest


def dataset(folder: pathlib.Path, manifest: Manifest, **changes: object) -> ShardDataset:
    how = Preparation(manifest, seed=(0, 1), all_views=True, augment="off", flow_draws=1, wrap_heading=True)
    return ShardDataset(open_shards([folder]).shards, dataclasses.replace(how, **changes))  # type: ignore[arg-type]


def same(one: Item, other: Item) -> bool:
    return all(np.array_equal(np.asarray(a), np.asarray(b)) for a, b in zip(one, other, strict=True))


def test_an_item_is_what_the_policy_would_be_handed(folder: pathlib.Path, manifest: Manifest) -> None:
    item, written = dataset(folder, manifest)[SampleKey(0, 7)], sample(7)
    ranges = manifest.normalization
    np.testing.assert_array_equal(
        item.proprio_TP, assemble_proprio(written.ego, written.goals_T2, ranges, wrap_heading=True)
    )
    np.testing.assert_array_equal(item.goal_2, assemble_goal(written.goals_T2[-1], ranges))
    waypoints_H2 = waypoints_from_network(item.target_HA, ranges, float(written.ego.speed_T[-1]))
    np.testing.assert_allclose(waypoints_H2, written.future_H2, atol=1e-5)
    np.testing.assert_array_equal(item.images_NSS3[0], written.front_now_SS3)
    np.testing.assert_array_equal(item.images_NSS3[2:], written.views_VSS3)
    assert (CANDIDATE_VIEWS[item.view], item.skill) == (written.view, 6)


def test_stage_1_reads_the_labelled_view_only(folder: pathlib.Path, manifest: Manifest) -> None:
    item = dataset(folder, manifest, all_views=False)[SampleKey(0, 3)]
    assert [bool(picture.any()) for picture in item.images_NSS3[2:]] == [True, False, False, False, False]


def test_a_fixed_view_is_read_whatever_the_label_says(folder: pathlib.Path) -> None:
    manifest = untrained_checkpoint("drivepi0_back", "mini", 0).manifest
    item = dataset(folder, manifest, all_views=False)[SampleKey(0, 3)]
    np.testing.assert_array_equal(item.images_NSS3[2], sample(3).views_VSS3[CANDIDATE_VIEWS.index("back")])


def test_noise_and_time_follow_seed_epoch_and_sample(folder: pathlib.Path, manifest: Manifest) -> None:
    items = dataset(folder, manifest)
    assert same(items[SampleKey(2, 4)], dataset(folder, manifest)[SampleKey(2, 4)])
    for other in (items[SampleKey(3, 4)], dataset(folder, manifest, seed=(0, 2))[SampleKey(2, 4)]):
        assert not np.array_equal(items[SampleKey(2, 4)].noise_KHA, other.noise_KHA)
        assert items[SampleKey(2, 4)].time_K[0] != other.time_K[0]


def test_moments_in_which_the_speed_changes_are_drawn_more_often(folder: pathlib.Path, manifest: Manifest) -> None:
    items = dataset(folder, manifest)
    np.testing.assert_array_equal(items.weights(), np.ones(NUM))
    for index, weight in enumerate(items.weights(change_weight=2.0)):
        there_2 = sample(index).future_H2[-1] - sample(index).future_H2[0]
        change_mps = abs(np.linalg.norm(there_2) / 0.9 - sample(index).ego.speed_T[-1])
        assert weight == pytest.approx(1.0 + 2.0 * change_mps)


def test_flow_times_follow_their_law(folder: pathlib.Path, manifest: Manifest) -> None:
    items = dataset(folder, manifest)
    times = np.array([items[SampleKey(epoch, index)].time_K[0] for epoch in range(100) for index in range(NUM)])
    # z of Beta(1.5, 1) has the mean 0.6 and time is 1 - z but for the path's noise floor.
    assert times.mean() == pytest.approx(0.4, abs=0.03)
    assert 0.0 <= times.min() <= times.max() <= 0.999


@pytest.mark.parametrize("augment", ["colour", "full"])
def test_augmentation_is_repeatable_and_does_something(folder: pathlib.Path, manifest: Manifest, augment: str) -> None:
    plain, changed = (dataset(folder, manifest, augment=kind)[SampleKey(1, 1)] for kind in ("off", augment))
    assert same(changed, dataset(folder, manifest, augment=augment)[SampleKey(1, 1)])
    assert not np.array_equal(plain.images_NSS3[0], changed.images_NSS3[0])
    np.testing.assert_array_equal(plain.noise_KHA, changed.noise_KHA)


def test_a_damaged_sample_gives_way_to_the_next_and_is_named(tmp_path: pathlib.Path, manifest: Manifest) -> None:
    folder = write(tmp_path, 4)
    path = folder / "shard-00000" / PICTURES_NAME
    offset, length = ShardReader(path.parent).rows_N[3]["pictures"][FRONT_NOW]
    content = bytearray(path.read_bytes())
    content[int(offset + length // 2)] ^= 0xFF
    path.write_bytes(content)
    item = dataset(folder, manifest)[SampleKey(0, 3)]
    np.testing.assert_array_equal(item.images_NSS3[0], sample(0).front_now_SS3)
    assert "Picture 0 of sample 3" in item.skipped[0]


def test_pictures_of_another_size_are_refused(folder: pathlib.Path, manifest: Manifest) -> None:
    vision = dataclasses.replace(manifest.sizes.vision, image_size=70)
    text = dataclasses.replace(manifest.sizes.text, max_tokens=90)
    odd = dataclasses.replace(manifest, sizes=dataclasses.replace(manifest.sizes, vision=vision, text=text))
    with pytest.raises(InputError, match=r"\(84, 5, 10\), but the network takes \(70, 5, 10\)"):
        dataset(folder, odd)


def test_every_sample_comes_once_an_epoch() -> None:
    order = SampleOrder(np.ones(NUM), (0, 1))
    keys = [order.key(place) for place in range(2 * NUM)]
    for epoch in (0, 1):
        part = keys[epoch * NUM : (epoch + 1) * NUM]
        assert sorted(key.number for key in part) == list(range(NUM))
        assert {key.epoch for key in part} == {epoch}
    assert [key.number for key in keys[:NUM]] != [key.number for key in keys[NUM:]]


def test_samples_are_drawn_by_weight() -> None:
    weights = np.array([0.0, 1.0, 3.0, 0.0])
    order = SampleOrder(weights, (0, 1))
    drawn = [order.key(place).number for place in range(2000)]
    assert set(drawn) == {1, 2}
    assert drawn.count(2) / 2000 == pytest.approx(0.75, abs=0.04)


def test_no_weight_at_all_is_told() -> None:
    with pytest.raises(InputError, match="weight zero"):
        SampleOrder(np.zeros(3), (0,))


def test_processes_share_a_step_and_resuming_repeats_it() -> None:
    def steps(first: int, part: tuple[int, int]) -> list[list[SampleKey]]:
        return list(StepSampler(SampleOrder(np.ones(NUM), (0, 1)), 4, range(first, 5), part))

    alone = steps(0, (0, 1))
    shared = [sorted(a + b) for a, b in zip(steps(0, (0, 2)), steps(0, (1, 2)), strict=True)]
    assert shared == [sorted(step) for step in alone]
    assert steps(3, (0, 1)) == alone[3:]


@pytest.mark.parametrize("workers", [0, 1])
def test_batches_are_the_same_with_and_without_workers(folder: pathlib.Path, manifest: Manifest, workers: int) -> None:
    items = dataset(folder, manifest)
    sampler = StepSampler(SampleOrder(items.weights(), (0, 1)), 4, range(2))
    (batch, skipped), _ = list(make_loader(items, sampler, manifest, workers))
    keys = next(iter(sampler))
    assert skipped == ()
    assert batch.inputs.images_BN3HW.shape == (4, 7, 3, 84, 84)
    first = items[keys[0]]
    torch.testing.assert_close(batch.inputs.images_BN3HW[0].permute(0, 2, 3, 1), torch.tensor(first.images_NSS3))
    torch.testing.assert_close(batch.inputs.noise_BHA[0], torch.tensor(first.noise_KHA[0]))
    assert batch.view_label_B.tolist() == [items[key].view for key in keys]


def test_ranges_are_those_of_the_data_in_the_networks_frame(folder: pathlib.Path) -> None:
    ranges = measure_ranges(
        open_shards([folder]).shards,
        input_tail=0.0,
        waypoint_tail=0.0,
        relative_to_speed=False,
        past_motion=True,
        slow_past_mps=0.0,
        wrap_heading=True,
    )
    written = [sample(index) for index in range(NUM)]
    speeds = np.concatenate([each.ego.speed_T for each in written])
    lateral = np.concatenate([each.future_H2[:, 1] for each in written])
    assert (ranges.speed.q01, ranges.speed.q99) == pytest.approx((speeds.min(), speeds.max()))
    # y points to the right there.
    assert (ranges.waypoint_y.q01, ranges.waypoint_y.q99) == pytest.approx((-lateral.max(), -lateral.min()), abs=1e-5)
    # Headings never change in this data, and a range must have an extent.
    assert ranges.theta.q99 - ranges.theta.q01 == pytest.approx(0.02)
