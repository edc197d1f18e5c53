"""The pipeline that the live nodes, the bag runner and the simulator share.

``push`` is cheap and gathers; ``plan`` is expensive and decides. A single thread may call one after the other, or a
node may plan on a worker thread: what one writes the other never reads.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING

from drivemoe_ros.data.cameras import FRONT
from drivemoe_ros.data.ego import NoHistory
from drivemoe_ros.data.plan import Observation, PlanResult
from drivemoe_ros.data.samples import ImageSample, ImuSample, OdometrySample, RouteSample
from drivemoe_ros.data.state import InputCondition, InputStatus
from drivemoe_ros.errors import BlankPictureError, ImageError, PolicyError
from drivemoe_ros.geometry.se2 import trajectory_from_waypoints
from drivemoe_ros.parameters.schema import to_ns
from drivemoe_ros.pipeline.budget import PlanBudget
from drivemoe_ros.pipeline.guard import Guard
from drivemoe_ros.pipeline.inputs_watch import ODOMETRY, InputsWatch
from drivemoe_ros.pipeline.navigation import Navigator
from drivemoe_ros.pipeline.pictures import PictureReader
from drivemoe_ros.pipeline.proposal import Proposal
from drivemoe_ros.pipeline.request import PlanRequest
from drivemoe_ros.pipeline.schedule import PlanSchedule
from drivemoe_ros.supervision.lacks import LEADS
from drivemoe_ros.sync.camera_synchronizer import CameraSynchronizer
from drivemoe_ros.sync.ego_motion import EgoMotion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np
    from numpy.typing import NDArray

    from drivemoe_ros.data.cameras import CameraSet
    from drivemoe_ros.data.samples import Sample
    from drivemoe_ros.parameters.schema import Parameters
    from drivemoe_ros.policy.interface import Policy


class DrivingPipeline:
    """From stamped samples to plans: synchronise, gather, decode, decide, report."""

    def __init__(
        self, policy: Policy, cameras: Iterable[str], parameters: Parameters, clock: Callable[[], float] | None = None
    ) -> None:
        """Build a pipeline around a policy.

        Args:
            policy: Plans from one observation.
            cameras: Names of the rig's cameras; ``front`` among them.
            parameters: All parameters.
            clock: Tells the time [s], to keep ``supervision.plan_budget_s``; without it plans have all the time they
                need, and depend on nothing but their input.
        """
        self.policy = policy
        names = tuple(cameras)
        self.synchronizer = CameraSynchronizer(names, FRONT, parameters.sync)
        self._jump_back_ns = to_ns(parameters.sync.jump_back_s)
        self._max_wait_ns = to_ns(parameters.sync.max_wait_s)
        self._tolerance_ns = to_ns(parameters.sync.tolerance_s)
        self._ego = EgoMotion(parameters.ego, self._jump_back_ns)
        self._watch = InputsWatch(names, parameters)
        self._navigator = Navigator(parameters.route)
        self._schedule = PlanSchedule(parameters.policy.plan_rate_hz)
        self._pictures = PictureReader(parameters, policy.spec.image_size)
        self._fronts: deque[ImageSample] = deque(maxlen=parameters.sync.depth * 4)
        self._undecided: deque[CameraSet] = deque()
        self._odometry: OdometrySample | None = None
        self._last_stamp_ns: int | None = None
        self._pass_number = 0  # counts jumps of the clock; stamps are unique within a pass only
        self._planned_pass = 0
        self._guard = Guard(parameters, trained=policy.spec.trained)
        self._budget = PlanBudget(parameters.supervision, policy.spec.flow_steps, clock)

    def push(self, sample: Sample) -> list[PlanRequest]:
        """Take one sample.

        Args:
            sample: Any input, in order of arrival.

        Returns:
            The plans that have become due, oldest first; mostly none or one, several when a late input settles them.
        """
        usable = self._watch.push(sample)
        if isinstance(sample, ImageSample):
            self._undecided.extend(self.synchronizer.push(sample))
        elif isinstance(sample, OdometrySample):
            self._odometry = sample
            self._ego.push(sample)
        elif isinstance(sample, ImuSample):
            if usable:
                self._ego.push(sample)
        elif isinstance(sample, RouteSample):
            self._navigator.set_route(sample)
        return self._release(at_end=False)

    def refuse(self, name: str, reason: str) -> None:
        """Take note of a message that could not become a sample, so that it does not pass unnoticed.

        Args:
            name: Input name.
            reason: Why not, in words.
        """
        self._watch.refuse(name, reason)

    def flush(self) -> list[PlanRequest]:
        """Return the plans that were still waiting for input that will not come, as at the end of a bag."""
        self._undecided.extend(self.synchronizer.flush())
        return self._release(at_end=True)

    def plan(self, request: PlanRequest, made_s: float | None = None) -> PlanResult:
        """Decode what is looked at, decide, and check what was decided.

        Args:
            request: What ``push`` handed over.
            made_s: When, by the clock [s]; None if it did not wait.

        Returns:
            What shall be driven and the state. Bad input ends up in the state, not in an error, and so does whatever
            the policy fails with.
        """
        return self._guard.decide(self._propose_safely(request, made_s))

    def propose(self, request: PlanRequest, made_s: float | None = None) -> Proposal:
        """Decode what is looked at and let the policy plan, whatever comes of it.

        Args:
            request: What ``push`` handed over.
            made_s: When, by the clock [s]; None if it did not wait.

        Returns:
            The plan, unchecked, or why there is none.

        Raises:
            Exception: Whatever nobody foresaw in the policy.
        """
        inputs = dict(request.inputs)
        if request.pass_number != self._planned_pass:
            self._pictures.reset()
            self._guard.restart()
            self._planned_pass = request.pass_number
        ego, goals, front_before = request.ego, request.goals, request.front_before
        reason = self._why_not(request)
        if reason or isinstance(ego, NoHistory) or goals is None or front_before is None:
            return _nothing(request, inputs, reason)
        grant = self._budget.grant(made_s)
        if not grant.fits:
            return _nothing(request, inputs, grant.reason)
        try:
            observation = Observation(
                stamp_ns=request.stamp_ns,
                front_now_SS3=self._read(request.front_now, request.stamp_ns, inputs),
                front_before_SS3=self._read(front_before, request.stamp_ns, inputs),
                views={n: partial(self._read, sample, request.stamp_ns, inputs) for n, sample in request.views.items()},
                ego=ego,
                goals=goals,
            )
            output = self.policy.plan(observation, grant.flow_steps)
        except (ImageError, PolicyError) as error:
            return _nothing(request, inputs, str(error), error if isinstance(error, PolicyError) else None)
        interval_ns = self.policy.spec.waypoint_interval_ns
        trajectory = trajectory_from_waypoints(output.waypoints_H2, request.stamp_ns, interval_ns)
        late = self._budget.settle(made_s, output)
        return Proposal(request, tuple(inputs.values()), trajectory, output, shortcut=grant.reason, late=late)

    def _why_not(self, request: PlanRequest) -> str:
        """Say what there is no planning without; empty if it is there."""
        front = request.inputs[FRONT]
        if isinstance(request.ego, NoHistory):
            return request.ego.reason
        if request.goals is None:
            return "; ".join(request.inputs[name].detail for name in LEADS if name in request.inputs)
        if not front.usable:
            return f"{FRONT}: {front.detail}"
        if request.front_before is None:
            return f"no front picture {self.policy.spec.history_interval_ns * 1e-9:g} s before this one"
        return ""

    def _propose_safely(self, request: PlanRequest, made_s: float | None) -> Proposal:
        try:
            return self.propose(request, made_s)
        except Exception as error:  # noqa: BLE001 - whatever it is, the vehicle is moving and needs an answer
            reason = f"planning failed ({type(error).__name__}: {error})"
            return _nothing(request, dict(request.inputs), reason, error)

    def _release(self, *, at_end: bool) -> list[PlanRequest]:
        requests = []
        while self._undecided:
            stamp_ns = self._undecided[0].stamp_ns
            newest_ns = self._undecided[-1].stamp_ns
            overdue = at_end or not 0 <= newest_ns - stamp_ns < self._max_wait_ns
            if not overdue and not self._ego.covers(stamp_ns):
                break
            request = self._gather(self._undecided.popleft())
            if request is not None:
                requests.append(request)
        return requests

    def _gather(self, camera_set: CameraSet) -> PlanRequest | None:
        stamp_ns = camera_set.stamp_ns
        if self._last_stamp_ns is not None and stamp_ns < self._last_stamp_ns - self._jump_back_ns:
            self._restart()
        self._last_stamp_ns = stamp_ns
        front_now = camera_set.images[FRONT]
        self._fronts.append(front_now)
        frozen = self._watch.look(camera_set, self._speed_mps(stamp_ns))
        if not self._schedule.is_due(stamp_ns):
            return None
        spec = self.policy.spec
        frame = self._odometry.frame_id if self._odometry else ""
        seen = {name: InputStatus(name, age_ns=stamp_ns - s.stamp_ns) for name, s in camera_set.images.items()}
        motion = {status.name: status for status in self._ego.status(stamp_ns)}
        known = {**seen, **camera_set.missing, **frozen, **motion}
        inputs = self._watch.judge(stamp_ns, known)
        ego = self._ego.history(stamp_ns, spec.num_history, spec.history_interval_ns)
        if inputs[ODOMETRY].condition is InputCondition.IMPLAUSIBLE:
            ego = NoHistory(f"{ODOMETRY}: {inputs[ODOMETRY].detail}")
        displaced = "" if isinstance(ego, NoHistory) else self._watch.displaced(stamp_ns, ego.pose)
        goals, route = self._navigator.lead(stamp_ns, ego, frame, displaced)
        inputs[route.name] = route
        views = {name: s for name, s in camera_set.images.items() if name != FRONT and inputs[name].usable}
        front_before = self._front_before(stamp_ns)
        return PlanRequest(
            stamp_ns, self._pass_number, front_now, front_before, views, inputs, ego, goals, self._navigator.sample
        )

    def _restart(self) -> None:
        self._fronts.clear()
        self._watch.restart()
        self._navigator.restart()
        self._schedule.reset()
        self._pass_number += 1

    def _front_before(self, stamp_ns: int) -> ImageSample | None:
        wanted_ns = stamp_ns - self.policy.spec.history_interval_ns
        nearest = min(self._fronts, key=lambda front: abs(front.stamp_ns - wanted_ns))
        return nearest if abs(nearest.stamp_ns - wanted_ns) <= self._tolerance_ns else None

    def _speed_mps(self, stamp_ns: int) -> float | None:
        # At the stamp, not the newest that came: else the order of arrival would decide.
        now = self._ego.history(stamp_ns, 1, self.policy.spec.history_interval_ns)
        return None if isinstance(now, NoHistory) else float(now.speed_T[-1])

    def _read(self, sample: ImageSample, stamp_ns: int, inputs: dict[str, InputStatus]) -> NDArray[np.uint8]:
        name, age_ns = sample.camera, stamp_ns - sample.stamp_ns
        try:
            return self._pictures.read(sample)
        except ImageError as error:
            is_blank = isinstance(error, BlankPictureError)
            condition = InputCondition.IMPLAUSIBLE if is_blank else InputCondition.CORRUPT
            inputs[name] = InputStatus(name, condition, age_ns, str(error))
            msg = f"{name}: {error}"
            raise ImageError(msg) from error


def _nothing(
    request: PlanRequest, inputs: dict[str, InputStatus], reason: str, error: Exception | None = None
) -> Proposal:
    return Proposal(request, tuple(inputs.values()), reason=reason, error=error)
