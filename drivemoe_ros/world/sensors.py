"""What the car in the world sends: the samples of a vehicle's sensors, in the order it would send them.

Odometry and IMU come at 20 Hz, six pictures at 10 Hz, the route once at the start; all of one tick bear one stamp.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from drivemoe_ros.data.samples import (
    CameraInfoSample,
    ImageSample,
    ImuSample,
    OdometrySample,
    RouteSample,
    Sample,
)
from drivemoe_ros.parameters.schema import NANOSECONDS_PER_SECOND, ControlParameters
from drivemoe_ros.sensors.encode import encode_raw
from drivemoe_ros.world.cameras.pinhole import pinhole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from drivemoe_ros.data.cameras import Camera
    from drivemoe_ros.data.samples import EncodedImage
    from drivemoe_ros.world.scene import EgoState, Scene
    from drivemoe_ros.world.simulation import World

# A drive begins at a time that looks like one in logs and bags; stamps near zero mean "no time" to ROS.
FIRST_STAMP_NS = 1_700_000_000 * NANOSECONDS_PER_SECOND
CAMERA_PERIOD_NS = 100_000_000
MAP_FRAME = "map"
# What an accelerometer at rest reads upwards.
GRAVITY_MPS2 = 9.81


class Renderer(Protocol):
    """Paints what a camera sees."""

    def render(self, scene: Scene, camera_name: str) -> NDArray[np.uint8]:
        """Return RGB, shape (rows, columns, 3)."""


@dataclass(frozen=True)
class SensorNoise:
    """Standard deviations of the sensors' errors; none by default.

    Attributes:
        position_m: Of each coordinate [m].
        yaw_rad: Of the heading [rad].
        speed_mps: Of the speed [m/s].
        yaw_rate_radps: Of the gyroscope [rad/s].
        acceleration_mps2: Of each axis of the accelerometer [m/s^2].
        picture: Of each colour of each pixel, of 255.
        seed: What all of them are drawn from, together with the stamp.
    """

    position_m: float = 0.0
    yaw_rad: float = 0.0
    speed_mps: float = 0.0
    yaw_rate_radps: float = 0.0
    acceleration_mps2: float = 0.0
    picture: float = 0.0
    seed: int = 0

    @property
    def is_none(self) -> bool:
        """Whether every sensor is exact."""
        return not any((*self.motion, self.picture))

    @property
    def motion(self) -> tuple[float, ...]:
        """All but the pictures', in the order in which they are drawn."""
        vector = (self.acceleration_mps2,) * 3
        return (self.position_m, self.position_m, self.yaw_rad, self.speed_mps, self.yaw_rate_radps, *vector)


class Sensors:
    """The sensors of one car on one drive."""

    def __init__(
        self,
        cameras: Mapping[str, Camera],
        renderer: Renderer | None,
        noise: SensorNoise | None = None,
        control: ControlParameters | None = None,
        first_stamp_ns: int = FIRST_STAMP_NS,
        encode: Callable[[NDArray[np.uint8]], EncodedImage] = encode_raw,
    ) -> None:
        """Mount the sensors.

        Args:
            cameras: The rig's cameras by name.
            renderer: Paints their pictures; None where nobody looks at them.
            noise: Errors; exact if None.
            control: Where the rear axle is; the defaults if None.
            first_stamp_ns: Stamp of the drive's beginning [ns].
            encode: What the cameras make of a painted picture.
        """
        self._encode = encode
        self._first_stamp_ns = first_stamp_ns
        self._cameras = cameras
        self._renderer = renderer
        self._noise = noise or SensorNoise()
        self._rear_axle_x_m = (control or ControlParameters()).rear_axle_x_m

    def start(self, world: World) -> list[Sample]:
        """Return what is sent once, before anything else: the route."""
        return [RouteSample(self._first_stamp_ns + world.time_ns, MAP_FRAME, world.route_N2)]

    def read(self, world: World) -> list[Sample]:
        """Return what is sent at this moment: odometry, IMU, and pictures when their time has come."""
        stamp_ns = self._first_stamp_ns + world.time_ns
        samples: list[Sample] = list(self._motion(world.ego, stamp_ns))
        if self._renderer is not None and shows_pictures(world):
            scene = world.scene()
            samples += [self._picture(self._renderer.render(scene, name), name, stamp_ns) for name in self._cameras]
        return samples

    def _motion(self, ego: EgoState, stamp_ns: int) -> tuple[OdometrySample, ImuSample]:
        yaw_rate = ego.yaw_rate_radps
        # The base frame lies ahead of the rear axle, so it moves sideways in a turn.
        sideways_mps = -self._rear_axle_x_m * yaw_rate
        exact = (ego.x_m, ego.y_m, ego.yaw_rad, ego.speed_mps, yaw_rate)
        felt = (ego.acceleration_mps2, ego.speed_mps * yaw_rate, GRAVITY_MPS2)
        values = [*exact, *felt]
        if not self._noise.is_none:
            drawn = np.random.default_rng([self._noise.seed, stamp_ns]).standard_normal(len(values))
            values = (np.array(values) + drawn * self._noise.motion).tolist()
        x_m, y_m, yaw_rad, speed_mps, yaw_rate, *acceleration = values
        # Headings go round: what a vehicle sends lies between minus pi and pi.
        yaw_rad = math.remainder(yaw_rad, math.tau)
        turning = (0.0, 0.0, yaw_rate)
        velocity = (speed_mps, sideways_mps, 0.0)
        odometry = OdometrySample(stamp_ns, MAP_FRAME, x_m, y_m, yaw_rad, velocity, turning)
        return odometry, ImuSample(stamp_ns, (acceleration[0], acceleration[1], acceleration[2]), turning)

    def _picture(self, rgb_HW3: NDArray[np.uint8], name: str, stamp_ns: int) -> ImageSample:
        if self._noise.picture:
            generator = np.random.default_rng([self._noise.seed, stamp_ns, *name.encode()])
            drawn_HW3 = generator.standard_normal(rgb_HW3.shape, np.float32) * self._noise.picture
            rgb_HW3 = np.clip(rgb_HW3 + drawn_HW3, 0, 255).astype(np.uint8)
        return ImageSample(stamp_ns, name, self._encode(rgb_HW3))


def stamp_of(world: World) -> int:
    """Return the stamp of the world's present moment [ns]."""
    return FIRST_STAMP_NS + world.time_ns


def shows_pictures(world: World) -> bool:
    """Tell whether the cameras take pictures at this moment."""
    return world.time_ns % CAMERA_PERIOD_NS == 0


def camera_infos(cameras: Mapping[str, Camera], size_px: tuple[int, int], stamp_ns: int) -> list[CameraInfoSample]:
    """Return the intrinsics of every camera for pictures of a size.

    Args:
        cameras: The rig's cameras by name.
        size_px: Columns and rows of the pictures [px].
        stamp_ns: Stamp [ns].

    Returns:
        One sample a camera.
    """
    holes = {name: pinhole(camera, size_px) for name, camera in cameras.items()}
    return [
        CameraInfoSample(stamp_ns, name, hole.width, hole.height, hole.fx, hole.fy, hole.cx, hole.cy)
        for name, hole in holes.items()
    ]
