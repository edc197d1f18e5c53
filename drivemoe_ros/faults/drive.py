"""A drive in the built-in world to which faults can happen, a step at a time.

The world's messages go to the vehicle as they would lie on topics; what a fault does to them happens on the way.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

from drivemoe_ros.bags.factory import BagMessageFactory
from drivemoe_ros.data.samples import ImageSample, ImuSample, OdometrySample
from drivemoe_ros.faults.fault import LASTS_S, Wire, is_on
from drivemoe_ros.faults.thoughts import FaultyPolicy
from drivemoe_ros.faults.vehicle import Vehicle
from drivemoe_ros.messages.encode_sample import encode_sample
from drivemoe_ros.parameters.schema import to_ns
from drivemoe_ros.world.expert import Expert
from drivemoe_ros.world.scenarios.catalogue import scenario
from drivemoe_ros.world.sensors import FIRST_STAMP_NS, Sensors
from drivemoe_ros.world.simulation import STEP_NS, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivemoe_ros.data.cameras import Rig
    from drivemoe_ros.data.samples import Sample
    from drivemoe_ros.faults.fault import Fault, Spoil
    from drivemoe_ros.faults.vehicle import Moment
    from drivemoe_ros.parameters.schema import Parameters
    from drivemoe_ros.policy.interface import Policy
    from drivemoe_ros.world.scene import Setting
    from drivemoe_ros.world.sensors import Renderer

FAMILY = "normal/lane_follow"


class Equipment(NamedTuple):
    """What a vehicle is made of.

    Attributes:
        policy: Who drives.
        rig: Cameras, topics and frames.
        parameters: All parameters.
        make_renderer: Makes who paints the pictures.
    """

    policy: Policy
    rig: Rig
    parameters: Parameters
    make_renderer: Callable[[Setting], Renderer]


class Trouble:
    """A fault that happens at a time.

    Attributes:
        fault: Which.
        begin_ns: When it begins [ns].
        end_ns: When it is over [ns].
        spoil: What it does to messages; None if nothing.
        think: What it does to plans; None if nothing.
        is_short: Whether it is over before all that is expected of it can have come.
    """

    def __init__(self, fault: Fault, begin_ns: int, lasts_s: float = LASTS_S) -> None:
        """Let a fault happen.

        Args:
            fault: Which.
            begin_ns: When it begins [ns].
            lasts_s: For how long [s], as long as faults last or shorter.
        """
        self.fault = fault
        self.begin_ns, self.end_ns = begin_ns, begin_ns + to_ns(lasts_s)
        self.spoil = fault.spoil() if fault.spoil else None
        self.think = fault.think() if fault.think else None
        self.is_short = lasts_s < LASTS_S
        self._lasts_s = lasts_s

    def since_s(self, now_ns: int) -> float:
        """Return how long ago it began, negative before [s]."""
        return round((now_ns - self.begin_ns) * 1e-9, 3)

    def clock_s(self, now_ns: int) -> float:
        """Return the time that faults go by: one that is shorter begins later and is over at the same [s]."""
        since_s = self.since_s(now_ns)
        return since_s if since_s < 0.0 else since_s + LASTS_S - self._lasts_s


class Drive:
    """A vehicle on an empty road.

    Attributes:
        world: The world.
        vehicle: The vehicle; it may have driven before.
    """

    def __init__(self, equipment: Equipment, seed: int, first_stamp_ns: int = FIRST_STAMP_NS) -> None:
        """Put a new vehicle on a road.

        Args:
            equipment: What the vehicle is made of.
            seed: Seed of the road.
            first_stamp_ns: Time at its beginning [ns].

        Raises:
            DriveMoeError: If the road cannot be made.
        """
        self._equipment = equipment
        self._thinker = FaultyPolicy(equipment.policy)
        self.vehicle = Vehicle(self._thinker, equipment.rig, equipment.parameters)
        self._begin(seed, first_stamp_ns)

    @property
    def now_ns(self) -> int:
        """Time [ns]."""
        return self._first_stamp_ns + self.world.time_ns

    def move_on(self, seed: int, after_s: float) -> list[Moment]:
        """Put the same vehicle on another road.

        Args:
            seed: Seed of the road.
            after_s: So long nothing is sent before [s].

        Returns:
            What was reported meanwhile.

        Raises:
            DriveMoeError: If the road cannot be made.
        """
        self._thinker.think, self.vehicle.delay_ns = None, 0
        first_stamp_ns = self.now_ns + to_ns(after_s)
        for now_ns in range(self.now_ns, first_stamp_ns, STEP_NS):
            self.vehicle.act((), now_ns)
        self._begin(seed, first_stamp_ns)
        return self._reported()

    def _begin(self, seed: int, first_stamp_ns: int) -> None:
        control, rig = self._equipment.parameters.control, self._equipment.rig
        whole = scenario(FAMILY, seed)
        # Nobody ahead, so that whatever slows the car is the fault.
        cars = tuple(car for car in whole.cars if car.name != "lead")
        self.world = World(dataclasses.replace(whole, cars=cars), control)
        renderer = self._equipment.make_renderer(self.world.setting)
        self._sensors = Sensors(rig.cameras, renderer, control=control, first_stamp_ns=first_stamp_ns)
        self._expert = Expert(self.world, control)
        self._first_stamp_ns = first_stamp_ns
        self.send_route()

    def send_route(self) -> None:
        """Send the route, as a route server does at the beginning, and again where it may have been lost."""
        self._route = self._sensors.start(self.world)

    def step(self, trouble: Trouble | None) -> list[Moment]:
        """Go on by one step of the world.

        Args:
            trouble: What goes wrong now, before or after; None for nothing.

        Returns:
            What was reported.
        """
        now_ns = self.now_ns
        on = trouble if trouble is not None and is_on(trouble.clock_s(now_ns)) else None
        self._thinker.think = on.think if on else None
        self.vehicle.delay_ns = to_ns(on.fault.delay_s) if on else 0
        spoil, clock_s = (trouble.spoil, trouble.clock_s(now_ns)) if trouble else (None, 0.0)
        wires = self._wires([*self._route, *self._sensors.read(self.world)], spoil, clock_s)
        self._route = []
        command = self.vehicle.act(wires, now_ns)
        self.world.step(command if self.vehicle.has_planned else self._expert.command())
        return self._reported()

    def _reported(self) -> list[Moment]:
        moments, self.vehicle.moments = self.vehicle.moments, []
        return moments

    def _wires(self, samples: list[Sample], spoil: Spoil | None, clock_s: float) -> list[Wire]:
        wires: list[Wire] = []
        for sample in samples:
            _, type_name, message = encode_sample(sample, self._equipment.rig, BagMessageFactory())
            wire = Wire(_name(sample), type_name, message)
            wires += spoil(wire, clock_s) if spoil else (wire,)
        return wires


def _name(sample: Sample) -> str:
    if isinstance(sample, ImageSample):
        return sample.camera
    if isinstance(sample, OdometrySample):
        return "odometry"
    return "imu" if isinstance(sample, ImuSample) else "route"
