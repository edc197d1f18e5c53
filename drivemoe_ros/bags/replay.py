"""A recorded drive in, plans out: the offline way through the same pipeline that the live node uses."""

from __future__ import annotations

import dataclasses
import fnmatch
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivemoe_ros.bags.plan_writer import PlanWriter
from drivemoe_ros.bags.summary import Problem, ReplaySummary
from drivemoe_ros.errors import InputError
from drivemoe_ros.messages.decode import DECODERS
from drivemoe_ros.parameters.schema import to_ns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from drivemoe_ros.bags.reader import BagEvent, BagReader
    from drivemoe_ros.bags.writer import BagWriter
    from drivemoe_ros.data.plan import PlanResult
    from drivemoe_ros.pipeline.pipeline import DrivingPipeline
    from drivemoe_ros.pipeline.request import PlanRequest

ROUTE_INPUTS = ("route", "goal")


@dataclass(frozen=True)
class ReplayOptions:
    """What to replay and how.

    Attributes:
        start_s: Recorded time to skip at the beginning [s].
        duration_s: Recorded time to replay [s]; None to the end.
        pace: Recorded seconds per wall-clock second; None for as fast as possible.
        copied_topics: Topics, or patterns with ``*``, to copy from the input.
    """

    start_s: float = 0.0
    duration_s: float | None = None
    pace: float | None = None
    copied_topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReplayObserver:
    """Who looks on: called with the share done (0..1), and with every plan."""

    progress: Callable[[float], None] = lambda _: None
    planned: Callable[[PlanRequest, PlanResult], None] = lambda _, __: None


class Replay:
    """One run of a bag through a pipeline."""

    def __init__(
        self, reader: BagReader, names: Mapping[str, str], pipeline: DrivingPipeline, writer: BagWriter, frame_id: str
    ) -> None:
        """Prepare a run.

        Args:
            reader: Opened input bag.
            names: Input that each topic of the bag feeds, from ``match_rig``.
            pipeline: Fresh pipeline.
            writer: Opened output bag.
            frame_id: Base frame of what is written.
        """
        self._reader = reader
        self._writer = writer
        self._pipeline = pipeline
        self._names = names
        spec = pipeline.policy.spec
        self._plans = PlanWriter(writer, spec, frame_id)
        label = f"{spec.system}, {spec.weights}"
        self.summary = ReplaySummary(str(reader.path), str(writer.path), label, spec.trained)

    def run(self, options: ReplayOptions, observer: ReplayObserver) -> ReplaySummary:
        """Replay the bag.

        Args:
            options: What to replay and how.
            observer: Who looks on.

        Returns:
            What was done.

        Raises:
            InputError: If the bag is damaged, after everything readable was planned and written.
            OutputError: If the output cannot be written.
        """
        started_s = time.perf_counter()
        start_ns = self._reader.start_ns + to_ns(options.start_s)
        stop_ns = self._reader.end_ns + 1
        if options.duration_s is not None:
            stop_ns = min(stop_ns, start_ns + to_ns(options.duration_s))
        if start_ns >= stop_ns:
            lasts_s = (self._reader.end_ns - self._reader.start_ns) * 1e-9
            msg = (
                f"--start {options.start_s:g} s lies behind the bag's end at {lasts_s:.1f} s; choose an earlier start."
            )
            raise InputError(msg)
        self.summary.recorded_s = (stop_ns - start_ns) * 1e-9
        copied = {c.topic for c in self._reader.connections if _matches(c.topic, options.copied_topics)}
        damage = None
        try:
            self._take_routes_before(start_ns)
            for event in self._reader.events({*self._names, *copied}, start_ns, stop_ns):
                if options.pace:
                    _wait_until(started_s + (event.stamp_ns - start_ns) * 1e-9 / options.pace)
                observer.progress((event.stamp_ns - start_ns) / (stop_ns - start_ns))
                if event.topic in copied:
                    self._writer.copy(self._reader.portable(event))
                self._take(event, observer)
        except InputError as error:
            damage = error
        # Also for a bag that is damaged from here on: what was read is planned and stays readable.
        self._plan(self._pipeline.flush(), observer)
        self.summary.cameras = {n: dataclasses.asdict(c) for n, c in self._pipeline.synchronizer.counters().items()}
        self.summary.wall_s = time.perf_counter() - started_s
        if damage is not None:
            kept = (
                f"; the plans until there are in {self._writer.incomplete_path}" if self._writer.message_count else ""
            )
            msg = f"{str(damage).rstrip('.')}{kept}."
            raise InputError(msg) from damage
        return self.summary

    def _take_routes_before(self, start_ns: int) -> None:
        # A route is published once and stays valid, as a latched topic does on a live graph.
        topics = {topic for topic, name in self._names.items() if name in ROUTE_INPUTS}
        if topics and start_ns > self._reader.start_ns:
            for event in self._reader.events(topics, None, start_ns):
                self._take(event, ReplayObserver())

    def _take(self, event: BagEvent, observer: ReplayObserver) -> None:
        self.summary.num_messages += 1
        name = self._names.get(event.topic)
        if name is None:
            return
        try:
            sample = DECODERS[event.type_name](self._reader.decode(event), name)
        except InputError as error:
            self.summary.rejected.setdefault(event.topic, Problem()).note(str(error))
            self._pipeline.refuse(name, str(error))
            return
        self._plan(self._pipeline.push(sample), observer)

    def _plan(self, requests: list[PlanRequest], observer: ReplayObserver) -> None:
        for request in requests:
            before_s = time.perf_counter()
            result = self._pipeline.plan(request)
            if result.output is not None:
                self.summary.plan_ms.append((time.perf_counter() - before_s) * 1e3)
            self.summary.note_result(result)
            self._plans.write(result)
            observer.planned(request, result)


def _matches(topic: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatchcase(topic, pattern) for pattern in patterns)


def _wait_until(deadline_s: float) -> None:
    time.sleep(max(0.0, deadline_s - time.perf_counter()))
