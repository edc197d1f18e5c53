"""Who may sit at the wheel: the expert, an expert with a nervous hand, or a policy through the whole pipeline."""

from __future__ import annotations

import dataclasses
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from drivemoe_ros.data.plan import PlanResult, PolicyLabel
from drivemoe_ros.data.samples import OdometrySample
from drivemoe_ros.errors import PolicyError
from drivemoe_ros.pipeline.pipeline import DrivingPipeline
from drivemoe_ros.pipeline.vehicle_controller import VehicleController

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from drivemoe_ros.data.control import ControlCommand
    from drivemoe_ros.data.samples import Sample
    from drivemoe_ros.parameters.schema import Parameters
    from drivemoe_ros.pipeline.request import PlanRequest
    from drivemoe_ros.policy.interface import Policy
    from drivemoe_ros.world.simulation import World

BASE_FRAME = "base_link"
# A policy's first plan needs half a second of pictures and motion; until then the expert drives, at most this long.
RUN_IN_NS = 1_000_000_000


class Expert(Protocol):
    """Drives one world by what only the simulator knows."""

    def command(self) -> ControlCommand:
        """Return pedals and wheel angle for the next step."""


@dataclass(frozen=True)
class Action:
    """What a driver does at one moment.

    Attributes:
        command: Pedals and wheel angle.
        plans: What was planned at this moment, and from what.
    """

    command: ControlCommand
    plans: tuple[tuple[PlanRequest, PlanResult], ...] = ()


class Driver(Protocol):
    """Drives one world from start to end."""

    @property
    def name(self) -> str:
        """Who drives, for logs."""

    def act(self, world: World, samples: Sequence[Sample]) -> Action:
        """Decide what to do now, from what the sensors sent at this moment."""


class ExpertDriver:
    """Lets an expert drive."""

    name = "expert"

    def __init__(self, expert: Expert) -> None:
        """Drive as ``expert`` says, who knows the world."""
        self._expert = expert

    def act(self, world: World, samples: Sequence[Sample]) -> Action:  # noqa: ARG002  (sees the world itself)
        """Do what the expert says; see ``Driver``."""
        return Action(self._expert.command())


class PolicyDriver:
    """Lets a policy drive, through the pipeline and the controller that drive a real vehicle."""

    def __init__(
        self, policy: Policy, cameras: Iterable[str], parameters: Parameters, run_in: Expert, delay_ns: int = 0
    ) -> None:
        """Build pipeline and controller around a policy.

        Args:
            policy: Plans; may have served other drives.
            cameras: Names of the rig's cameras.
            parameters: All parameters.
            run_in: Drives the same world until the first plan.
            delay_ns: So long after its pictures does a plan reach the controller [ns].
        """
        spec = policy.spec
        self._label = PolicyLabel(spec.system, spec.weights, spec.trained)
        self._pipeline = DrivingPipeline(policy, cameras, parameters)
        self._controller = VehicleController(parameters, BASE_FRAME)
        self._run_in = run_in
        self._delay_ns = delay_ns
        self._under_way: deque[PlanResult] = deque()
        self._has_planned = False

    @property
    def name(self) -> str:
        """Name of the weights."""
        return self._label.weights

    def act(self, world: World, samples: Sequence[Sample]) -> Action:
        """Plan where a plan is due, and follow the newest plan; see ``Driver``."""
        due = [request for sample in samples for request in self._pipeline.push(sample)]
        plans = tuple((request, self._pipeline.plan(request)) for request in due)
        self._under_way.extend(result for _, result in plans)
        command = None
        for sample in samples:
            if isinstance(sample, OdometrySample):
                self._deliver(sample.stamp_ns)
                command = self._controller.step(sample, sample.stamp_ns)
        if command is None:
            command = self._controller.stop("no odometry at this moment")
        if not self._has_planned and world.time_ns < RUN_IN_NS:
            command = self._run_in.command()
        return Action(command, plans)

    def watch(self, samples: Sequence[Sample]) -> None:
        """Take what the sensors sent while somebody else drives, so that a plan can be made at any moment."""
        for sample in samples:
            self._pipeline.push(sample)

    def _deliver(self, now_ns: int) -> None:
        while self._under_way and self._under_way[0].stamp_ns + self._delay_ns <= now_ns:
            result = self._under_way.popleft()
            if result.trajectory is not None:
                self._has_planned = True
                self._controller.take_plan(result.trajectory, self._label, BASE_FRAME, result.source)


def refuse_untrained(policy: Policy, parameters: Parameters) -> None:
    """Refuse a policy whose plans the controller would not follow.

    Args:
        policy: Who is to drive.
        parameters: Whether untrained plans may drive.

    Raises:
        PolicyError: If the weights are random and that was not asked for.
    """
    if not policy.spec.trained and not parameters.control.accept_untrained:
        msg = (
            f"The weights are {policy.spec.weights}, so the car would only brake; give a trained checkpoint, or set "
            "control.accept_untrained=true to see random plans drive."
        )
        raise PolicyError(msg)


def steered(command: ControlCommand, turn_rad: float, pedal: float) -> ControlCommand:
    """Return a command with something added to wheel angle and pedals.

    Args:
        command: As it was meant.
        turn_rad: Added to the wheel angle [rad].
        pedal: Added to the pedals, -1 (full brake) to 1 (full throttle).

    Returns:
        The disturbed command.
    """
    wanted = min(max(command.throttle - command.brake + pedal, -1.0), 1.0)
    return dataclasses.replace(
        command,
        throttle=max(wanted, 0.0),
        brake=max(-wanted, 0.0),
        steering_angle_rad=command.steering_angle_rad + turn_rad,
    )
