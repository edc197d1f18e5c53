"""Some expert drives of one family, recorded as bags, as shards or as both, as a worker process runs them."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import shutil
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from drivemoe_ros.cli.drive_bag import open_drive_bag
from drivemoe_ros.cli.drive_job import loaded_policy
from drivemoe_ros.cli.record_part import LED, Hand, Recorded, RecordJob
from drivemoe_ros.errors import OutputError
from drivemoe_ros.evaluation.scores import score_drive
from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.training.harvest import Harvester, Source
from drivemoe_ros.training.label_file import labels_beside, write_labels
from drivemoe_ros.training.looker import HORIZON, STEP_NS
from drivemoe_ros.training.shard_writer import ShardWriter
from drivemoe_ros.world.cameras.renderer import SceneRenderer
from drivemoe_ros.world.disturbance import DisturbedExpert, draw_bursts
from drivemoe_ros.world.drivers import ExpertDriver, PolicyDriver
from drivemoe_ros.world.episode import EpisodeObserver, run_episode
from drivemoe_ros.world.expert import Expert
from drivemoe_ros.world.handover import (
    BLIND_TURNS,
    HALT_TURNS,
    POLICY_TURNS,
    Blind,
    Halter,
    Handover,
    draw_spans,
)
from drivemoe_ros.world.labels import label
from drivemoe_ros.world.scenarios.catalogue import scenario
from drivemoe_ros.world.sensors import FIRST_STAMP_NS, Sensors
from drivemoe_ros.world.simulation import World

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from drivemoe_ros.data.labels import Label
    from drivemoe_ros.data.samples import Sample
    from drivemoe_ros.world.drivers import Driver

HORIZON_NS = (HORIZON - 1) * STEP_NS
# An expert's trial costs as much as all pictures together, and neighbouring moments teach nearly the same.
FORESEE_EVERY_NS = 2 * STEP_NS
Sink = Callable[[Sequence["Sample"]], None]


def record_one(job: RecordJob) -> Recorded:
    """Record a job's drives, from the start; what an interrupted run left of it is thrown away.

    Args:
        job: What to record, and how.

    Returns:
        What was recorded.

    Raises:
        DriveMoeError: If something cannot be made or written.
    """
    shutil.rmtree(job.shard_folder, ignore_errors=True)
    recorded = Recorded()
    with contextlib.ExitStack() as stack:
        shards = None
        if job.shards:
            words = {"made by": "drivemoe record", "pictures": f"{job.size_px[0]}x{job.size_px[1]} px"}
            shards = stack.enter_context(ShardWriter(job.shard_folder, words))
        for seed in job.seeds:
            hand = _choose_hand(job, seed)
            if hand is None:
                recorded.failed.append(seed)
                continue
            recorded.drives += 1
            recorded.slipped += hand is Hand.SLIPPING
            _record_drive(job, seed, recorded, shards, hand)
    _write_report(job, recorded)
    return recorded


def _choose_hand(job: RecordJob, seed: int) -> Hand | None:
    """Drive without cameras to see what can be recorded: slips, else a steady hand, else nothing (None)."""
    # However these end: what is learnt is what the expert would do where the other has led.
    if job.hand in LED:
        return job.hand
    for hand in dict.fromkeys((job.hand, Hand.STEADY)):
        world, driver = _start(job, seed, hand)
        sensors = Sensors({}, None, control=job.parameters.control)
        if score_drive(run_episode(world, driver, sensors, label)).success:
            return hand
    return None


def _start(job: RecordJob, seed: int, hand: Hand) -> tuple[World, Driver]:
    world = World(scenario(job.family, seed), job.parameters.control)
    expert = Expert(world, job.parameters.control)
    if hand is Hand.SLIPPING:
        return world, DisturbedExpert(expert, draw_bursts(seed))
    if hand is Hand.STEADY:
        return world, ExpertDriver(expert)
    if hand is Hand.BLIND:
        blind = Blind(Expert(world, job.parameters.control, detours=()).blind_command)
        return world, Handover(blind, expert, draw_spans(seed, BLIND_TURNS))
    second = Expert(world, job.parameters.control)
    if hand is Hand.HALTING:
        return world, Handover(Halter(second), expert, draw_spans(seed, HALT_TURNS))
    policy = loaded_policy(job.parameters.policy, job.parameters.ego)
    novice = PolicyDriver(policy, load_rig(job.rig).cameras, job.parameters, second)
    return world, Handover(novice, expert, draw_spans(seed, POLICY_TURNS))


def _record_drive(job: RecordJob, seed: int, recorded: Recorded, shards: ShardWriter | None, hand: Hand) -> None:
    world, driver = _start(job, seed, hand)
    rig = load_rig(job.rig)
    labels: dict[int, Label] = {}
    futures: dict[int, NDArray[np.float64]] = {}
    harvester = Harvester(job.parameters, job.image_size, Source(job.family, seed, job.weight), futures)
    with contextlib.ExitStack() as stack:
        sinks: list[Sink] = []
        if job.bags:
            # A part is recorded anew as a whole, so its bags are replaced.
            sinks.append(stack.enter_context(open_drive_bag(job.bag(seed), rig, job.size_px)).write_samples)
        if shards is not None:
            sinks.append(partial(_harvest, harvester, labels, shards))

        def sampled(samples: Sequence[Sample], now: Label | None) -> None:
            stamp_ns = samples[-1].stamp_ns
            if now is not None and stamp_ns is not None:
                if isinstance(driver, Handover):
                    now = _foresee(driver, world, now, futures, stamp_ns)
                labels[stamp_ns] = _mark_slip(now, driver, stamp_ns - FIRST_STAMP_NS)
            for sink in sinks:
                sink(samples)

        renderer = SceneRenderer(world.setting, rig.cameras, job.size_px)
        sensors = Sensors(rig.cameras, renderer, control=job.parameters.control)
        run_episode(world, driver, sensors, label, [EpisodeObserver(sampled=sampled)])
    if shards is not None:
        for ready in harvester.flush(labels):
            shards.add(ready)
        recorded.add(harvester.tally)
    if job.bags:
        write_labels(labels, labels_beside(job.bag(seed)))


def _foresee(
    driver: Handover, world: World, now: Label, futures: dict[int, NDArray[np.float64]], stamp_ns: int
) -> Label:
    """Keep what the expert would do from every other picture on; there is nothing to learn from those between."""
    future_H2 = driver.foresee(world, HORIZON) if world.time_ns % FORESEE_EVERY_NS == 0 else None
    if future_H2 is None:
        return dataclasses.replace(now, usable=False)
    futures[stamp_ns] = future_H2
    return now


def _mark_slip(now: Label, driver: Driver, time_ns: int) -> Label:
    if isinstance(driver, DisturbedExpert) and not driver.is_learnable(time_ns, HORIZON_NS):
        return dataclasses.replace(now, usable=False)
    return now


def _harvest(harvester: Harvester, labels: dict[int, Label], shards: ShardWriter, samples: Sequence[Sample]) -> None:
    for sample in samples:
        for ready in harvester.push(sample, labels):
            shards.add(ready)


def _write_report(job: RecordJob, recorded: Recorded) -> None:
    try:
        job.shard_folder.mkdir(parents=True, exist_ok=True)
        job.report.write_text(json.dumps(vars(recorded), indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        msg = f"{job.report} cannot be written ({error.strerror}); make room or choose another --out."
        raise OutputError(msg) from error
