"""One drive in which one fault happens, and what came of it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.bags.factory import BagMessageFactory
from drivemoe_ros.data.samples import ImageSample, ImuSample, OdometrySample
from drivemoe_ros.data.state import DrivingState
from drivemoe_ros.errors import InputError
from drivemoe_ros.faults.fault import AFTER_S, BEGIN_S, LASTS_S, SEVERITY, Wire, is_on
from drivemoe_ros.faults.thoughts import FaultyPolicy
from drivemoe_ros.faults.vehicle import Vehicle
from drivemoe_ros.messages.encode_sample import encode_sample
from drivemoe_ros.parameters.schema import to_ns
from drivemoe_ros.world.expert import Expert
from drivemoe_ros.world.scenarios.catalogue import scenario
from drivemoe_ros.world.sensors import Sensors, stamp_of
from drivemoe_ros.world.simulation import Outcome, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivemoe_ros.data.cameras import Rig
    from drivemoe_ros.data.samples import Sample
    from drivemoe_ros.faults.fault import Fault, Spoil
    from drivemoe_ros.parameters.schema import Parameters
    from drivemoe_ros.policy.interface import Policy
    from drivemoe_ros.world.scene import Setting
    from drivemoe_ros.world.sensors import Renderer

FAMILY = "normal/lane_follow"
STANDING_MPS, SLOWED_SHARE = 0.3, 0.6
# A car of 1.86 m in a lane of 3.5 m.
LANE_LEFT_M = 1.0


@dataclass(frozen=True)
class Finding:
    """What came of a fault.

    Attributes:
        fault: Its name.
        worst: The worst state while it was there.
        reason: The reason that was given first for it.
        after_s: How long after the fault began [s]; None for a state that was there before.
        last: The state at the end, when the fault has been over for a while.
        car: What the car did.
        sources: How many plans of each source were driven from when it began.
        num_refused: Messages that could not be decoded.
        num_missing: Pictures that plans were made without.
        unmet: What was expected and did not come, a sentence each.
    """

    fault: str
    worst: str
    reason: str
    after_s: float | None
    last: str
    car: str
    sources: dict[str, int]
    num_refused: int
    num_missing: int
    unmet: tuple[str, ...]


@dataclass(frozen=True)
class _Way:
    """What the car did from when the fault began: its speeds [m/s], and how far it was from the lane's middle [m]."""

    begun_mps: float
    slowest_mps: float
    stood_s: float | None
    aside_m: float
    outcome: Outcome | None

    @property
    def words(self) -> str:
        if self.outcome is Outcome.CRASHED:
            return "hit something"
        if self.aside_m > LANE_LEFT_M:
            return f"left the lane by {self.aside_m:.1f} m"
        if self.stood_s is not None:
            return f"stood after {self.stood_s:.1f} s"
        if self.slowest_mps < SLOWED_SHARE * self.begun_mps:
            return f"slowed from {self.begun_mps:.1f} to {self.slowest_mps:.1f} m/s"
        return "drove on"


def inject(
    fault: Fault,
    policy: Policy,
    rig: Rig,
    parameters: Parameters,
    make_renderer: Callable[[Setting], Renderer],
    seed: int,
) -> Finding:
    """Drive along an empty road and let a fault happen on the way.

    Args:
        fault: What goes wrong.
        policy: Who drives.
        rig: Cameras, topics and frames.
        parameters: All parameters.
        make_renderer: Makes who paints the pictures.
        seed: Seed of the road.

    Returns:
        What came of it.

    Raises:
        DriveMoeError: If the road cannot be made.
    """
    whole = scenario(FAMILY, seed)
    # Nobody ahead, so that whatever slows the car is the fault.
    cars = tuple(car for car in whole.cars if car.name != "lead")
    world = World(dataclasses.replace(whole, cars=cars), parameters.control)
    sensors = Sensors(rig.cameras, make_renderer(world.setting), control=parameters.control)
    thinker = FaultyPolicy(policy, fault.think() if fault.think else None)
    vehicle, expert = Vehicle(thinker, rig, parameters), Expert(world, parameters.control)
    spoil = fault.spoil() if fault.spoil else None
    samples, end_s = sensors.start(world), BEGIN_S + LASTS_S + AFTER_S
    track: list[tuple[float, float, float]] = []
    begin_ns = stamp_of(world) + to_ns(BEGIN_S)
    is_over = False
    while world.outcome is None and world.time_s < end_s:
        since_s = round((stamp_of(world) - begin_ns) * 1e-9, 3)
        thinker.is_faulty = is_on(since_s)
        vehicle.delay_ns = to_ns(fault.delay_s) if is_on(since_s) else 0
        if since_s >= LASTS_S and not is_over:
            # Whoever sent the route sends it again, as a route server does.
            is_over, samples = True, sensors.start(world)
        wires = _wires([*samples, *sensors.read(world)], rig, spoil, since_s, vehicle)
        command = vehicle.act(wires, stamp_of(world))
        world.step(command if vehicle.has_planned else expert.command())
        if since_s >= 0.0:
            track.append((since_s, world.ego.speed_mps, abs(world.ego_left_m)))
        samples = []
    return _finding(fault, vehicle, _way(track, world.outcome), begin_ns)


def _wires(samples: list[Sample], rig: Rig, spoil: Spoil | None, since_s: float, vehicle: Vehicle) -> list[Wire]:
    wires: list[Wire] = []
    for sample in samples:
        _, type_name, message = encode_sample(sample, rig, BagMessageFactory())
        wire = Wire(_name(sample), type_name, message)
        try:
            wires += spoil(wire, since_s) if spoil else (wire,)
        except InputError as error:
            vehicle.refuse(wire.name, str(error))
    return wires


def _name(sample: Sample) -> str:
    if isinstance(sample, ImageSample):
        return sample.camera
    if isinstance(sample, OdometrySample):
        return "odometry"
    return "imu" if isinstance(sample, ImuSample) else "route"


def _way(track: list[tuple[float, float, float]], outcome: Outcome | None) -> _Way:
    if not track:
        return _Way(0.0, 0.0, None, 0.0, outcome)
    since_N, speed_N, aside_N = np.array(track).T
    during_N = speed_N[since_N < LASTS_S + AFTER_S / 2]
    standing = np.flatnonzero(during_N < STANDING_MPS)
    stood_s = float(since_N[standing[0]]) if standing.size else None
    return _Way(float(speed_N[0]), float(during_N.min()), stood_s, float(aside_N.max()), outcome)


def _finding(fault: Fault, vehicle: Vehicle, way: _Way, begin_ns: int) -> Finding:
    since = [moment for moment in vehicle.moments if moment.time_ns >= begin_ns]
    during = [moment for moment in since if moment.time_ns < begin_ns + to_ns(LASTS_S)]
    if not during:
        return Finding(fault.name, "", "the drive was over before", None, "", way.words, {}, 0, 0, ("no fault began",))
    worst = max((moment.state for moment in during), key=SEVERITY.index)
    first = next(moment for moment in during if moment.state is worst)
    before = [moment.state for moment in vehicle.moments if moment.time_ns < begin_ns]
    was_there = bool(before) and before[-1] is worst
    return Finding(
        fault=fault.name,
        worst=worst.name,
        reason=first.reason,
        after_s=None if was_there else round((first.time_ns - begin_ns) * 1e-9, 2),
        last=since[-1].state.name,
        car=way.words,
        sources=dict(Counter("none" if m.source is None else m.source.name for m in since)),
        num_refused=vehicle.num_refused,
        num_missing=vehicle.num_missing,
        unmet=tuple(_unmet(fault, worst, since[-1].state, way)),
    )


def _unmet(fault: Fault, worst: DrivingState, last: DrivingState, way: _Way) -> list[str]:
    unmet, wanted = [], fault.expected.states
    if worst not in wanted:
        unmet.append(f"the worst state is {worst.name} instead of {' or '.join(state.name for state in wanted)}")
    if way.outcome is Outcome.CRASHED or way.aside_m > LANE_LEFT_M:
        unmet.append(f"the car {way.words}")
    elif fault.expected.stops and way.stood_s is None:
        unmet.append(f"the car {way.words} instead of standing")
    if last not in (DrivingState.RUNNING, DrivingState.DEGRADED):
        unmet.append(f"{AFTER_S:g} s after the fault the state is still {last.name}")
    return unmet
