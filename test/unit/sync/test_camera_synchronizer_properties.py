"""The synchroniser against a matcher that compares everything with everything; examples are drawn from a fixed seed."""

import random
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from drivemoe_ros.data.cameras import CAMERA_NAMES, FRONT
from drivemoe_ros.parameters.schema import SyncParameters
from drivemoe_ros.sync.camera_synchronizer import CameraSynchronizer

from .streams import MS, OTHERS, S, Scene, brute_force, loop, matched, picture, run

FIXED = settings(max_examples=150)
SEEDS = st.integers(0, 2**32)
TOLERANCES = st.sampled_from((0, 5, 20, 25, 40, 60))
FRACTIONS = st.sampled_from((0.0, 0.02, 0.3))


@FIXED
@given(seed=SEEDS, tolerance=TOLERANCES, drop=FRACTIONS, duplicate=FRACTIONS, jitter=st.integers(0, 4))
def test_topics_in_order_give_the_sets_of_the_brute_force_matcher(
    seed: int, tolerance: int, drop: float, duplicate: float, jitter: int
) -> None:
    scene = Scene(seed, drop=drop, duplicate=duplicate, jitter=jitter)
    parameters = SyncParameters(tolerance_s=tolerance / 1000, max_wait_s=0.15, depth=64)
    sets = run(CameraSynchronizer(CAMERA_NAMES, FRONT, parameters), scene.samples())
    assert [matched(one) for one in sets] == brute_force(scene.stamps_ns(), tolerance * MS)


@FIXED
@given(seed=SEEDS, tolerance=TOLERANCES, drop=FRACTIONS, reorder=st.sampled_from((5, 40, 120, 400)))
def test_topics_shuffled_within_the_limit_give_the_same_sets(
    seed: int, tolerance: int, drop: float, reorder: int
) -> None:
    scene = Scene(seed, drop=drop, duplicate=0.1, jitter=3, reorder=reorder)
    parameters = SyncParameters(
        tolerance_s=tolerance / 1000, max_wait_s=0.15, reorder_s=reorder / 1000, jump_back_s=1.0, depth=64
    )
    sets = run(CameraSynchronizer(CAMERA_NAMES, FRONT, parameters), scene.samples())
    assert [matched(one) for one in sets] == brute_force(scene.stamps_ns(), tolerance * MS)


@FIXED
@given(seed=SEEDS, tolerance=TOLERANCES, reorder=st.sampled_from((0, 0, 120)), drop=FRACTIONS)
def test_a_known_shortest_period_changes_when_sets_come_but_not_what_they_hold(
    seed: int, tolerance: int, reorder: int, drop: float
) -> None:
    scene = Scene(seed, drop=drop, reorder=reorder)
    parameters = SyncParameters(
        tolerance_s=tolerance / 1000, max_wait_s=0.15, reorder_s=reorder / 1000, min_period_s=0.035, depth=64
    )
    sets = run(CameraSynchronizer(CAMERA_NAMES, FRONT, parameters), scene.samples())
    assert [matched(one) for one in sets] == brute_force(scene.stamps_ns(), tolerance * MS)


@FIXED
@given(
    seed=SEEDS,
    start=st.integers(0, 3000),
    gap=st.integers(0, 3000),
    offset=st.sampled_from((-30_000, -300, 300, 10_000)),
)
def test_dead_cameras_and_crazy_clocks_take_nothing_from_the_others(
    seed: int, start: int, gap: int, offset: int
) -> None:
    dead, crazy = OTHERS[1], OTHERS[3]
    scene = Scene(seed, drop=0.02, dead={dead: (start, start + gap)}, offset={crazy: offset})
    parameters = SyncParameters(max_wait_s=0.15, depth=16)
    sets = run(CameraSynchronizer(CAMERA_NAMES, FRONT, parameters), scene.samples())
    stamps_ns = {name: all_ns for name, all_ns in scene.stamps_ns().items() if name != crazy}
    seen = [(stamp_ns, {k: v for k, v in images.items() if k != crazy}) for stamp_ns, images in map(matched, sets)]
    assert seen == brute_force(stamps_ns, 40 * MS)


@FIXED
@given(
    seed=SEEDS,
    stop=st.booleans(),
    absent=st.booleans(),
    skew=st.sampled_from((2, 60, 150)),
    length=st.sampled_from((1500, 4000)),
)
def test_every_pass_of_a_looped_bag_gives_the_same_sets(
    seed: int,
    skew: int,
    length: int,
    *,
    stop: bool,
    absent: bool,
) -> None:
    scene = Scene(
        seed,
        length=length,
        drop=0.02,
        skew=skew,
        dead={OTHERS[0]: (length - 500, length)} if stop else {},
        offset={OTHERS[4]: 10_000},
    )
    skipped = OTHERS[2] if absent else ""
    samples = loop(scene, 4, (length + 20) * MS, {1: skipped})
    synchronizer = CameraSynchronizer(CAMERA_NAMES, FRONT, SyncParameters(max_wait_s=0.15, depth=32))
    sets = [matched(one) for one in run(synchronizer, samples)]
    num_anchors = len(set(scene.stamps_ns()[FRONT]))
    first, second, third = (sets[number * num_anchors : (number + 1) * num_anchors] for number in range(3))
    assert synchronizer.num_jumps == 3
    assert third == first
    assert [images.keys() - {skipped} for _, images in second] == [images.keys() - {skipped} for _, images in first]
    assert not any(skipped in images for _, images in second if skipped)


@FIXED
@given(
    st.lists(st.tuples(st.sampled_from(CAMERA_NAMES), st.integers(1, 4000)), max_size=300),
    st.sampled_from((0, 40)),
    st.sampled_from((0, 100)),
    st.integers(2, 6),
)
def test_whatever_comes_memory_is_bounded_and_every_anchor_is_accounted_for(
    messages: list[tuple[str, int]], tolerance: int, reorder: int, depth: int
) -> None:
    parameters = SyncParameters(
        tolerance_s=tolerance / 1000, reorder_s=reorder / 1000, jump_back_s=0.5, depth=depth, max_wait_s=0.1
    )
    synchronizer = CameraSynchronizer(CAMERA_NAMES, FRONT, parameters)
    sets = []
    for camera, time in messages:
        sets += synchronizer.push(picture(camera, S + time * MS))
        assert synchronizer.num_kept <= depth * len(CAMERA_NAMES)
    sets += synchronizer.flush()
    counters = synchronizer.counters()
    front = counters[FRONT]
    assert len(sets) == front.matched == front.received - front.duplicate - front.late
    assert sum(b.stamp_ns <= a.stamp_ns for a, b in pairwise(sets)) <= synchronizer.num_jumps
    for one in sets:
        assert {*one.images, *one.missing} == set(CAMERA_NAMES)
        assert not one.images.keys() & one.missing.keys()
        assert all(abs(sample.stamp_ns - one.stamp_ns) <= tolerance * MS for sample in one.images.values())
    for name in OTHERS:
        assert counters[name].matched + counters[name].missing == len(sets)


@FIXED
@given(seed=SEEDS)
def test_order_between_topics_does_not_matter(seed: int) -> None:
    scene = Scene(seed, drop=0.1, jitter=2)
    rng = random.Random(seed)
    by_topic = {name: [picture(name, stamp_ns) for stamp_ns in all_ns] for name, all_ns in scene.stamps_ns().items()}
    parameters = SyncParameters(max_wait_s=5.0, depth=256)
    results = []
    for _ in range(2):
        turns = [name for name, topic in by_topic.items() for _ in topic]
        rng.shuffle(turns)
        waiting = {name: iter(topic) for name, topic in by_topic.items()}
        samples = [next(waiting[name]) for name in turns]
        results.append([matched(one) for one in run(CameraSynchronizer(CAMERA_NAMES, FRONT, parameters), samples)])
    assert results[0] == results[1]
