"""What a drive consists of before it begins: values from which any number of equal worlds can be made.

A script is a function of the world and one agent, called every step before the agent moves. It has no memory of its
own: what it must remember it writes into ``agent.memory``, so that a scenario can be driven again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from drivemoe_ros.world.scene import Body, BodyKind, Lamp, Light

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from drivemoe_ros.world.path import Path
    from drivemoe_ros.world.roads import LaneIndex, RoadMap
    from drivemoe_ros.world.scene import Colour
    from drivemoe_ros.world.situation import Situation

Script = Callable[[Any, Any], None]  # (world: World, agent: Car or Walker)
Trigger = Callable[[Any, Any], bool]  # the same arguments


@dataclass(frozen=True)
class CarPlan:
    """A vehicle on the road: car, van, truck, emergency vehicle or cyclist.

    Attributes:
        name: What scripts and labels call it.
        lane: Lane where it begins.
        s_m: How far along that lane its middle is [m].
        speed_mps: Speed at the beginning [m/s].
        cruise_mps: Speed it wants [m/s]; 0 for one that stands.
        kind: What it is.
        size_m: Length, width, height [m]; None for the usual of its kind.
        colour: Its paint.
        turns: At which node it goes on to which; straight on where it is not said.
        changes_lane: Whether it overtakes by itself on roads of several lanes.
        left_m: Distance it keeps to the left of its lane's middle [m].
        lamps: Lamps that are on all the time.
        ignores: Whom it drives on for: any of "ego", "cars", "walkers", "lights", "things".
        scripts: What it does besides.
    """

    name: str
    lane: LaneIndex
    s_m: float
    speed_mps: float
    cruise_mps: float
    kind: BodyKind = BodyKind.CAR
    size_m: tuple[float, float, float] | None = None
    colour: Colour = (120, 130, 145)
    turns: Mapping[str, str] = field(default_factory=dict)
    changes_lane: bool = False
    left_m: float = 0.0
    lamps: frozenset[Lamp] = frozenset()
    ignores: frozenset[str] = frozenset()
    scripts: tuple[Script, ...] = ()


@dataclass(frozen=True)
class WalkerPlan:
    """A pedestrian, or a cyclist who crosses the road.

    Attributes:
        name: What scripts and labels call it.
        path: Where it goes.
        speed_mps: How fast [m/s].
        starts: When it begins to go; at once if None.
        kind: Pedestrian or cyclist.
        colour: Its clothes.
        scripts: What it does besides.
    """

    name: str
    path: Path
    speed_mps: float = 1.4
    starts: Trigger | None = None
    kind: BodyKind = BodyKind.PEDESTRIAN
    colour: Colour = (170, 60, 60)
    scripts: tuple[Script, ...] = ()


@dataclass(frozen=True)
class LightPlan:
    """A traffic light and the stop line it rules.

    Attributes:
        name: What scripts and labels call it.
        lanes: Lanes that end behind its stop line.
        body: Where it stands; its lamps are set by the phases.
        phases: Lamp and seconds, again and again.
        offset_s: How far into its phases it is at the beginning [s].
        line_before_end_m: Distance of the stop line from the lanes' end [m].
    """

    name: str
    lanes: tuple[LaneIndex, ...]
    body: Body
    phases: tuple[tuple[Lamp, float], ...]
    offset_s: float = 0.0
    line_before_end_m: float = 1.0


@dataclass(frozen=True)
class StopSignPlan:
    """A stop sign.

    Attributes:
        lane: Lane that ends behind its stop line.
        body: Where it stands.
        line_before_end_m: Distance of the stop line from the lane's end [m].
    """

    lane: LaneIndex
    body: Body
    line_before_end_m: float = 1.0


@dataclass(frozen=True)
class Detour:
    """A part of the route that cannot be driven in its lane: what an expert must know to get past.

    Attributes:
        from_m: Where the obstacle begins, along the route [m].
        to_m: Where it ends [m].
        left_m: How far to the left (negative: right) of the route one gets past [m].
        opposing: Whether the way past leads over a lane of oncoming traffic.
        agent: Name of the agent that it moves with: both distances are measured from its middle; none if empty.
    """

    from_m: float
    to_m: float
    left_m: float
    opposing: bool
    agent: str = ""


@dataclass(frozen=True)
class Yield:
    """A part of the route where others have the right of way: what an expert must know to wait in time.

    Attributes:
        wait_m: Where one waits: the car's nose along the route [m].
        clear_m: Where one is out of everybody's way, or part of the traffic [m].
        speed_mps: How fast one drives in between [m/s].
    """

    wait_m: float
    clear_m: float
    speed_mps: float = 4.6


@dataclass(frozen=True, eq=False)
class Scenario:
    """One drive before it begins.

    Attributes:
        roads: The roads.
        route: Middle of the wanted path, from the start to the destination.
        family: Its family, e.g. ``normal/lane_follow``.
        skill: The skill it asks for, by its name in ``data.skills``.
        seed: What it was drawn from.
        speed_mps: Speed at the beginning [m/s].
        start: Pose of the beginning: x [m], y [m], heading [rad]; the route's if None.
        cars: Vehicles.
        walkers: Pedestrians, and cyclists who cross.
        lights: Traffic lights.
        stop_signs: Stop signs.
        things: What else stands on or beside the road and can be hit: cones, barriers.
        props: What stands beside the road for good.
        light: Time of day and weather.
        detours: Parts of the route that are blocked.
        yields: Parts of the route where others have the right of way.
        limit_s: Time for the drive [s].
        situations: When it asks for more than normal driving, for labels.
        facts: Figures for labels and reports, by name.
    """

    roads: RoadMap
    route: Path
    family: str = ""
    skill: str = ""
    seed: int = 0
    speed_mps: float = 0.0
    start: tuple[float, float, float] | None = None
    cars: tuple[CarPlan, ...] = ()
    walkers: tuple[WalkerPlan, ...] = ()
    lights: tuple[LightPlan, ...] = ()
    stop_signs: tuple[StopSignPlan, ...] = ()
    things: tuple[Body, ...] = ()
    props: tuple[Body, ...] = ()
    light: Light = Light.DAY
    detours: tuple[Detour, ...] = ()
    yields: tuple[Yield, ...] = ()
    situations: tuple[Situation, ...] = ()
    limit_s: float = 120.0
    facts: Mapping[str, float] = field(default_factory=dict)

    @property
    def start_pose(self) -> tuple[float, float, float]:
        """Where the car stands at the beginning: x [m], y [m], heading [rad]."""
        return self.route.pose(0.0) if self.start is None else self.start

    @property
    def route_N2(self) -> NDArray[np.float64]:  # noqa: N802, the shape is part of the name
        """Points of the route, a point a metre [m]."""
        return self.route.points_N2
