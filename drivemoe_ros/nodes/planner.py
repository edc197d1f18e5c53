"""The pipeline on two threads: the executor's pushes samples, the planning thread plans and publishes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from drivemoe_ros.data.cameras import CAMERA_NAMES
from drivemoe_ros.data.plan import PlanResult
from drivemoe_ros.data.state import DrivingState, StateReport
from drivemoe_ros.errors import DriveMoeError
from drivemoe_ros.nodes.figures import PlanFigures, PlanTimes
from drivemoe_ros.nodes.warm_up import warm_up
from drivemoe_ros.nodes.worker import PlanningThread
from drivemoe_ros.pipeline.pipeline import DrivingPipeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from concurrent.futures import Future

    from drivemoe_ros.data.cameras import Rig
    from drivemoe_ros.data.samples import Sample
    from drivemoe_ros.data.state import InputStatus
    from drivemoe_ros.parameters.schema import Parameters
    from drivemoe_ros.pipeline.request import PlanRequest
    from drivemoe_ros.policy.interface import PolicySpec
    from drivemoe_ros.sync.counters import CameraCounters


class Ticket(NamedTuple):
    """A request with the pipeline that made it and the time it was made at (monotonic) [s]."""

    request: PlanRequest
    pipeline: DrivingPipeline
    made_s: float


class Planner:
    """Loads a policy, then turns samples into published results until told to stop."""

    def __init__(self, publish: Callable[[PlanResult], float], report_error: Callable[[str, Exception], None]) -> None:
        """Start the planning thread, without a policy.

        Args:
            publish: Publishes a result and returns its age at that moment [ms]; runs on the planning thread.
            report_error: Takes an unforeseen error with a sentence about it; runs on either thread.
        """
        self._publish = publish
        self._report_error = report_error
        self._thread: PlanningThread[Ticket] = PlanningThread(self._plan, self._fail)
        self._loaded: tuple[DrivingPipeline, Parameters, Rig] | None = None
        self._pipeline: DrivingPipeline | None = None
        self.figures = PlanFigures()
        self.last_report: StateReport | None = None
        self.last_result_s = 0.0  # monotonic
        self.has_planned = False

    def load(self, parameters: Parameters, rig: Rig, progress: Callable[[str], None]) -> Future[PolicySpec]:
        """Build the pipeline and plan once, on the planning thread.

        Args:
            parameters: All parameters.
            rig: The rig.
            progress: Told what is being done; runs on the planning thread.

        Returns:
            What the policy is, once it is ready; the error where it cannot be.
        """

        def work() -> PolicySpec:
            # Here and not above, because torch takes seconds to import: the node is on the graph before and says so.
            from drivemoe_ros.assemble import build_pipeline  # noqa: PLC0415

            progress(f"Loading {parameters.policy.checkpoint or 'random weights'} for {parameters.policy.system}")
            pipeline = build_pipeline(parameters, rig, time.monotonic)
            progress(f"Planning once with {pipeline.policy.spec.weights} to warm up")
            warm_up(pipeline.policy)
            self._loaded = (pipeline, parameters, rig)
            return pipeline.policy.spec

        return self._thread.call(work)

    @property
    def busy_s(self) -> float | None:
        """How long the plan at work has taken so far [s]; None while idle."""
        return self._thread.busy_s

    @property
    def num_dropped(self) -> int:
        """Requests that a newer one replaced before their turn."""
        return self._thread.num_dropped

    def counters(self) -> Mapping[str, CameraCounters]:
        """Return what happened to each camera's pictures since ``start``."""
        return self._pipeline.synchronizer.counters() if self._pipeline else {}

    def start(self) -> None:
        """Take samples from now on, as if none had come before; the policy must be loaded."""
        if self._loaded is not None:
            pipeline, parameters, rig = self._loaded
            self._pipeline = DrivingPipeline(pipeline.policy, rig.cameras, parameters, time.monotonic)
            self.figures = PlanFigures()
            self.last_report = None
            self.last_result_s = time.monotonic()
            self.has_planned = False

    def push(self, sample: Sample) -> None:
        """Take one sample; never waits for a plan."""
        if self._pipeline is not None:
            for request in self._pipeline.push(sample):
                self._thread.submit(Ticket(request, self._pipeline, time.monotonic()))

    def refuse(self, name: str, reason: str) -> None:
        """Take note of a message of an input that cannot be used, and why."""
        if self._pipeline is not None:
            self._pipeline.refuse(name, reason)

    def stop(self) -> None:
        """Take no more samples and publish no more plans; never waits for the one at work, which may hang."""
        self._pipeline = None
        self._thread.forget()

    def close(self, patience_s: float | None = None) -> bool:
        """Stop, end the thread and drop the policy.

        Args:
            patience_s: How long to wait for the plan or load at work [s]; None for as long as it takes.

        Returns:
            Whether the thread has ended.
        """
        self._pipeline = None
        ended = self._thread.close(patience_s)
        if ended and self._loaded is not None:
            self._loaded[0].policy.close()
        self._loaded = None
        return ended

    def _plan(self, ticket: Ticket) -> None:
        started_s = time.monotonic()
        result = ticket.pipeline.plan(ticket.request, ticket.made_s)
        if ticket.pipeline is not self._pipeline:
            return  # stopped meanwhile
        planned_s = time.monotonic()
        age_ms = self._publish(result)
        self.last_result_s = time.monotonic()
        times = PlanTimes(
            wait_ms=(started_s - ticket.made_s) * 1e3,
            plan_ms=(planned_s - started_s) * 1e3,
            publish_ms=(self.last_result_s - planned_s) * 1e3,
            age_ms=age_ms,
            spread_ms=_spread_ms(ticket.request.inputs.values()),
        )
        planned = result.trajectory is not None
        self.has_planned = self.has_planned or planned
        self.last_report = result.report
        if result.error is None or isinstance(result.error, DriveMoeError):
            self.figures.note(times, planned=planned)
        else:
            # The guard has found what drives instead; whoever looks after the node must still hear of it.
            self.figures.note_failure()
            self._report_error(f"{result.report.reason}.", result.error)

    def _fail(self, ticket: Ticket, error: Exception) -> None:
        """Answer an error outside of the policy: in the guard itself, or while publishing."""
        self.figures.note_failure()
        reason = f"planning failed ({type(error).__name__}: {error})"
        self._report_error(f"{reason}; this frame is dropped.", error)
        request = ticket.request
        report = StateReport(DrivingState.FAULT, reason, tuple(request.inputs.values()))
        self.last_report = report
        self._publish(PlanResult(request.stamp_ns, report, request.goals))
        self.last_result_s = time.monotonic()


def _spread_ms(inputs: Iterable[InputStatus]) -> float:
    ages_ns = [i.age_ns for i in inputs if i.name in CAMERA_NAMES and i.usable and i.age_ns is not None]
    return (max(ages_ns) - min(ages_ns)) * 1e-6 if ages_ns else 0.0
