"""A vehicle as a live graph drives it: messages in, a command out at every moment, and a state at any time.

Between pipeline and controller stands what the nodes do there: messages that cannot be decoded are told, plans take
time and are brought up to now, and silence has a state.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from drivemoe_ros.bags.typestore import output_typestore
from drivemoe_ros.data.cameras import FRONT
from drivemoe_ros.data.plan import PlanResult, PolicyLabel
from drivemoe_ros.data.samples import ImageSample, OdometrySample
from drivemoe_ros.data.state import DrivingState, StateReport
from drivemoe_ros.errors import InputError
from drivemoe_ros.messages.decode import DECODERS
from drivemoe_ros.nodes.silence import FrontCamera, quiet_after_s, report_silence
from drivemoe_ros.parameters.schema import to_ns
from drivemoe_ros.pipeline.pipeline import DrivingPipeline
from drivemoe_ros.pipeline.publication import Publication
from drivemoe_ros.pipeline.vehicle_controller import VehicleController

if TYPE_CHECKING:
    from collections.abc import Iterable

    from drivemoe_ros.data.cameras import Rig
    from drivemoe_ros.data.control import ControlCommand
    from drivemoe_ros.data.plan import PlanSource
    from drivemoe_ros.faults.fault import Wire
    from drivemoe_ros.messages.factory import Message
    from drivemoe_ros.parameters.schema import Parameters
    from drivemoe_ros.policy.interface import Policy


class Moment(NamedTuple):
    """What was reported.

    Attributes:
        time_ns: When [ns].
        state: The state that was published.
        reason: Its reason.
        source: Where what drives is from; None where nothing does.
        decided: The state that the plan came to before it was brought up to now; None where there was no plan to
            report on, and the node spoke up by itself.
    """

    time_ns: int
    state: DrivingState
    reason: str
    source: PlanSource | None = None
    decided: DrivingState | None = None


class Vehicle:
    """Policy and controller of one car.

    Attributes:
        moments: Every report, in order.
        num_refused: Messages that could not be decoded.
        delay_ns: So long after its input does a plan come [ns].
        has_planned: Whether there was a plan yet.
    """

    def __init__(self, policy: Policy, rig: Rig, parameters: Parameters) -> None:
        """Start without messages.

        Args:
            policy: Plans.
            rig: Cameras and base frame.
            parameters: All parameters.
        """
        spec = policy.spec
        self._label = PolicyLabel(spec.system, spec.weights, spec.trained)
        self._rig = rig
        self._pipeline = DrivingPipeline(policy, rig.cameras, parameters)
        self._publication = Publication(parameters)
        self._controller = VehicleController(parameters, rig.base_frame)
        self._quiet_ns = to_ns(quiet_after_s(parameters.policy.plan_rate_hz))
        self._patience_ns = to_ns(parameters.control.odometry_timeout_s)
        self._under_way: deque[tuple[int, PlanResult]] = deque()
        self._report: StateReport | None = None
        self._command: ControlCommand | None = None
        self._spoken_ns = self._answered_ns = self._front_ns = 0
        self._front_problem = ""
        self.moments: list[Moment] = []
        self.num_refused = self.delay_ns = 0
        self.has_planned = False

    @property
    def num_missing(self) -> int:
        """Pictures that plans were made without."""
        return sum(counters.missing for counters in self._pipeline.synchronizer.counters().values())

    def act(self, wires: Iterable[Wire], now_ns: int) -> ControlCommand:
        """Take what came and say what to do now.

        Args:
            wires: The messages of this moment.
            now_ns: Time [ns].

        Returns:
            The command.
        """
        moved: list[OdometrySample] = []
        for wire in wires:
            self._take(wire, moved, now_ns)
        self._deliver(now_ns)
        for odometry in moved:
            command = self._controller.step(odometry, now_ns)
            if command is not None:
                self._command, self._answered_ns = command, now_ns
        if self._command is None or now_ns - self._answered_ns > self._patience_ns:
            self._command = self._controller.stop("no odometry that could be answered")
        if now_ns - self._spoken_ns >= self._quiet_ns:
            self._speak_up(now_ns)
        return self._command

    def _take(self, wire: Wire, moved: list[OdometrySample], now_ns: int) -> None:
        try:
            message = _from_bytes(wire) if isinstance(wire.message, bytes) else wire.message
            sample = DECODERS[wire.type_name](message, wire.name)
        except InputError as error:
            self.num_refused += 1
            self._pipeline.refuse(wire.name, str(error))
            if wire.name == FRONT:
                self._front_problem = str(error)
            return
        if isinstance(sample, OdometrySample):
            self._publication.push(sample)
            moved.append(sample)
        elif isinstance(sample, ImageSample) and sample.camera == FRONT:
            self._front_ns, self._front_problem = now_ns, ""
        for request in self._pipeline.push(sample):
            self._under_way.append((now_ns, self._pipeline.plan(request)))

    def _deliver(self, now_ns: int) -> None:
        while self._under_way and self._under_way[0][0] + self.delay_ns <= now_ns:
            made = self._under_way.popleft()[1]
            result = self._publication.present(made)
            plan, self._report, self._spoken_ns = result.trajectory, result.report, now_ns
            source, report = None if plan is None else result.source, result.report
            self.moments.append(Moment(now_ns, report.state, report.reason, source, made.report.state))
            if plan is not None:
                self.has_planned = True
                self._controller.take_plan(plan, self._label, self._rig.base_frame, result.source)

    def _speak_up(self, now_ns: int) -> None:
        busy_s = (now_ns - self._under_way[0][0]) * 1e-9 if self._under_way else None
        age_s = (now_ns - self._front_ns) * 1e-9
        camera = FrontCamera(self._rig.cameras[FRONT].image_topic, 1, age_s, self._front_problem)
        report = report_silence(camera, busy_s, self._report, planned=self.has_planned)
        self.moments.append(Moment(now_ns, report.state, report.reason))


def _from_bytes(wire: Wire) -> Message:
    """Make a message of its bytes as a bag does."""
    try:
        return output_typestore().deserialize_cdr(wire.message, wire.type_name)
    except Exception as error:
        msg = f"A message of {wire.name} cannot be decoded ({error}); check its sender."
        raise InputError(msg) from error
