"""Planning beside the executor: receiving never waits for a plan, and an unforeseen error is not the end."""

from __future__ import annotations

import dataclasses
import queue
import threading
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("rclpy")

from drivemoe_ros.data.samples import ImageSample
from drivemoe_ros.data.state import DrivingState
from drivemoe_ros.messages.decode import DECODERS
from drivemoe_ros.nodes.planner import Planner
from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.parameters.schema import Parameters

from ..bag.tiny_bags import START_NS  # noqa: TID252
from .live_graph import JPEG, in_order
from .patience import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drivemoe_ros.data.plan import Observation, PlanResult, PolicyOutput
    from drivemoe_ros.data.samples import Sample
    from drivemoe_ros.policy.interface import Policy, PolicySpec

PERIOD_NS = 100_000_000


class GatedPolicy:
    """A real policy behind a gate; an observation of the given stamp makes it raise what no one foresaw."""

    def __init__(self, policy: Policy, unlucky_ns: int = -1) -> None:
        self._policy = policy
        self._unlucky_ns = unlucky_ns
        self.gate, self.entered = threading.Event(), threading.Event()

    @property
    def spec(self) -> PolicySpec:
        return self._policy.spec

    def plan(self, observation: Observation, flow_steps: int | None = None) -> PolicyOutput:
        self.entered.set()
        assert self.gate.wait(PATIENCE_S)
        if observation.stamp_ns == self._unlucky_ns:
            msg = "CUDA out of memory"
            raise RuntimeError(msg)
        return self._policy.plan(observation, flow_steps)

    def close(self) -> None:
        self._policy.close()


class Bench:
    """A planner with a gated policy, and what it published."""

    def __init__(self, unlucky_ns: int = -1) -> None:
        self.results: queue.Queue[PlanResult] = queue.Queue()
        self.errors: list[str] = []
        self.planner = Planner(self.publish, lambda sentence, _: self.errors.append(sentence))
        self.planner.load(Parameters(), load_rig("bench2drive"), lambda _: None).result(PATIENCE_S)
        assert self.planner._loaded is not None
        pipeline, parameters, rig = self.planner._loaded
        self.policy = GatedPolicy(pipeline.policy, unlucky_ns)
        pipeline.policy = self.policy
        self.planner._loaded = (pipeline, parameters, rig)
        self.planner.start()

    def publish(self, result: PlanResult) -> float:
        self.results.put(result)
        return 0.0

    def next_planned(self) -> PlanResult:
        """Return the next result that is not about missing history."""
        while (result := self.results.get(timeout=PATIENCE_S)).report.state is DrivingState.WAITING:
            pass
        return result


def samples(duration_s: float = 1.0) -> Iterator[Sample]:
    names = load_rig("bench2drive").topics()
    for record in in_order(dataclasses.replace(JPEG, duration_s=duration_s)):
        yield DECODERS[record.type_name](record.message, names[record.topic])


def test_receiving_goes_on_during_a_plan_and_only_the_newest_frame_is_planned_next() -> None:
    bench = Bench()
    first_ns, last_ns = START_NS + 4 * PERIOD_NS, START_NS + 19 * PERIOD_NS
    for sample in samples(2.0):
        bench.planner.push(sample)
        if isinstance(sample, ImageSample) and sample.stamp_ns == first_ns and sample.camera == "back_right":
            assert bench.policy.entered.wait(PATIENCE_S)
    assert bench.planner.busy_s is not None
    bench.policy.gate.set()
    first, second = bench.next_planned(), bench.next_planned()
    assert (first.stamp_ns, second.stamp_ns) == (first_ns, last_ns)
    assert second.trajectory is not None
    assert bench.planner.num_dropped >= 14
    assert bench.planner.close(PATIENCE_S)
    assert bench.results.empty()


def test_stopping_never_waits_for_a_policy_that_hangs_and_its_plan_is_not_published() -> None:
    bench = Bench()
    for sample in samples():
        bench.planner.push(sample)
    assert bench.policy.entered.wait(PATIENCE_S)
    bench.planner.stop()
    assert bench.planner.busy_s is not None
    while not bench.results.empty():
        assert bench.results.get().report.state is DrivingState.WAITING
    bench.policy.gate.set()
    assert bench.planner.close(PATIENCE_S)
    assert bench.results.empty()


def test_an_unforeseen_error_is_told_and_counted_and_the_guard_finds_what_drives_instead() -> None:
    unlucky_ns = START_NS + 5 * PERIOD_NS
    bench = Bench(unlucky_ns)
    bench.policy.gate.set()
    states = {}
    for sample in samples():
        bench.planner.push(sample)
        # The last camera of the rig completes a set, and every set has a result.
        if isinstance(sample, ImageSample) and sample.camera == "back_right":
            states[sample.stamp_ns] = bench.results.get(timeout=PATIENCE_S).report
    assert states[unlucky_ns].state is DrivingState.DEGRADED
    assert states[unlucky_ns].reason == (
        "planning failed (RuntimeError: CUDA out of memory); the last plan, 0.1 s old, is driven on"
    )
    assert states[unlucky_ns + 2 * PERIOD_NS].state is DrivingState.RUNNING
    assert bench.planner.figures.num_failed == 1
    assert bench.errors == [f"{states[unlucky_ns].reason}."]
    assert bench.planner.close(PATIENCE_S)
