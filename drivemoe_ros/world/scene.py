"""What there is to see in the built-in world at one moment, in the map frame; simulation fills it, cameras paint it.

The map frame is REP-103: x east, y north, headings counter-clockwise; traffic keeps to the right.
Shape legend: N corners.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Colour = tuple[int, int, int]


class BodyKind(Enum):
    """What a body looks like."""

    CAR = "car"
    VAN = "van"
    TRUCK = "truck"
    EMERGENCY = "emergency vehicle"
    CYCLIST = "cyclist"
    PEDESTRIAN = "pedestrian"
    CONE = "cone"
    BARRIER = "barrier"
    STOP_SIGN = "stop sign"
    YIELD_SIGN = "yield sign"
    TRAFFIC_LIGHT = "traffic light"
    BUILDING = "building"
    TREE = "tree"
    POLE = "pole"


class Lamp(Enum):
    """What can shine on a body, or stand open."""

    BRAKE = "brake"
    LEFT = "left indicator"
    RIGHT = "right indicator"
    SIREN = "siren"
    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    OPEN_DOOR_LEFT = "open left door"


class Surface(Enum):
    """What the ground is made of or painted with."""

    ASPHALT = "asphalt"
    SHOULDER = "shoulder"
    PAVEMENT = "pavement"
    PARKING = "parking bay"
    WHITE = "white paint"
    YELLOW = "yellow paint"


class Light(Enum):
    """Time of day and weather."""

    DAY = "day"
    DUSK = "dusk"
    FOG = "fog"


@dataclass(frozen=True)
class Body:
    """An upright box standing on the ground.

    Attributes:
        kind: What it looks like.
        x_m: Centre of its footprint [m].
        y_m: Centre of its footprint [m].
        yaw_rad: Where its front points [rad]; a sign or traffic light faces those who come towards its front.
        length_m: Size along its heading [m].
        width_m: Size across [m].
        height_m: Size upwards [m].
        colour: Paint, clothes or walls, RGB.
        speed_mps: Along its heading [m/s].
        lamps: What shines.
    """

    kind: BodyKind
    x_m: float
    y_m: float
    yaw_rad: float
    length_m: float
    width_m: float
    height_m: float
    colour: Colour
    speed_mps: float = 0.0
    lamps: frozenset[Lamp] = frozenset()


@dataclass(frozen=True, eq=False)
class GroundPatch:
    """A simple polygon on the ground; later patches cover earlier ones.

    Attributes:
        surface: What it is made of.
        corners_N2: Corners (x, y) in order [m]; need not be convex.
    """

    surface: Surface
    corners_N2: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Setting:
    """What does not change during a drive.

    Attributes:
        ground: What lies on the grass.
        props: What stands there for good: houses, trees, signs, parked cars.
        light: Time of day and weather.
    """

    ground: tuple[GroundPatch, ...]
    props: tuple[Body, ...] = ()
    light: Light = Light.DAY


@dataclass(frozen=True)
class EgoState:
    """Where the car's base frame is and how it moves.

    The base frame is that of the rig, midway between the axles as CARLA has it.

    Attributes:
        x_m: Position [m].
        y_m: Position [m].
        yaw_rad: Heading [rad], counter-clockwise, never wrapped.
        speed_mps: Speed along the heading [m/s], negative in reverse.
        acceleration_mps2: Acceleration along the heading [m/s^2].
        yaw_rate_radps: Turning rate [rad/s].
        steering_angle_rad: Front wheel angle [rad], positive to the left.
    """

    x_m: float
    y_m: float
    yaw_rad: float
    speed_mps: float
    acceleration_mps2: float = 0.0
    yaw_rate_radps: float = 0.0
    steering_angle_rad: float = 0.0


@dataclass(frozen=True)
class Scene:
    """One moment of a drive.

    Attributes:
        time_ns: Time since the drive's beginning [ns].
        ego: The car itself, which its cameras do not see.
        bodies: What moves or changes: traffic, pedestrians, traffic lights.
    """

    time_ns: int
    ego: EgoState
    bodies: tuple[Body, ...] = field(default=())
