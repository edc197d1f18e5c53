"""What the car in the world sends is what a vehicle would send."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from drivemoe_ros.data.cameras import CAMERA_NAMES
from drivemoe_ros.data.samples import ImageSample, ImuSample, OdometrySample, RouteSample, Sample
from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.world.sensors import FIRST_STAMP_NS, SensorNoise, Sensors, camera_infos

from .drive_parts import Painter, RouteFollower, lane_follow

RIG = load_rig("bench2drive")


def drive(num_steps: int, noise: SensorNoise | None = None) -> list[list[Sample]]:
    world = lane_follow()
    expert = RouteFollower(world)
    sensors = Sensors(RIG.cameras, Painter(), noise)
    ticks = []
    for _ in range(num_steps):
        ticks.append(sensors.read(world))
        world.step(expert.command())
    return ticks


def test_the_route_comes_first_in_the_frame_of_odometry() -> None:
    world = lane_follow()
    (route,) = Sensors(RIG.cameras, None).start(world)
    assert isinstance(route, RouteSample)
    assert route.stamp_ns == FIRST_STAMP_NS
    assert len(route.points_N2) > 50
    odometry = Sensors(RIG.cameras, None).read(world)[0]
    assert isinstance(odometry, OdometrySample)
    assert odometry.frame_id == route.frame_id
    assert math.dist((odometry.x_m, odometry.y_m), route.points_N2[0]) < 1.0


def test_motion_comes_at_20_hz_and_pictures_at_10() -> None:
    ticks = drive(5)
    kinds = [[type(sample) for sample in tick] for tick in ticks]
    with_pictures = [OdometrySample, ImuSample, *[ImageSample] * 6]
    assert kinds == [with_pictures, [OdometrySample, ImuSample]] * 2 + [with_pictures]
    assert {sample.stamp_ns for sample in ticks[3]} == {FIRST_STAMP_NS + 150_000_000}
    assert [sample.camera for sample in ticks[0] if isinstance(sample, ImageSample)] == list(CAMERA_NAMES)


def test_odometry_tells_where_the_car_went() -> None:
    odometry = [tick[0] for tick in drive(60)]
    for before, after in itertools.pairwise(odometry):
        assert isinstance(before, OdometrySample)
        assert isinstance(after, OdometrySample)
        # Velocity is in the body frame, position in the map: one integrates to the other.
        yaw_rad = 0.5 * (before.yaw_rad + after.yaw_rad)
        forward_mps = 0.5 * (before.velocity_mps[0] + after.velocity_mps[0])
        left_mps = 0.5 * (before.velocity_mps[1] + after.velocity_mps[1])
        east_m = 0.05 * (forward_mps * math.cos(yaw_rad) - left_mps * math.sin(yaw_rad))
        north_m = 0.05 * (forward_mps * math.sin(yaw_rad) + left_mps * math.cos(yaw_rad))
        assert after.x_m - before.x_m == pytest.approx(east_m, abs=0.01)
        assert after.y_m - before.y_m == pytest.approx(north_m, abs=0.01)


def test_an_accelerometer_feels_gravity_upwards() -> None:
    imu = drive(1)[0][1]
    assert isinstance(imu, ImuSample)
    assert imu.acceleration_mps2[2] == pytest.approx(9.81)


def test_noise_is_seeded() -> None:
    noise = SensorNoise(position_m=0.1, picture=5.0, seed=7)
    first, again, other = (drive(3, n) for n in (noise, noise, SensorNoise(position_m=0.1, picture=5.0, seed=8)))
    assert [tick[0] for tick in first] == [tick[0] for tick in again]
    assert [tick[0] for tick in first] != [tick[0] for tick in other]
    exact, noisy = drive(1)[0], drive(1, noise)[0]
    assert isinstance(exact[0], OdometrySample)
    assert isinstance(noisy[0], OdometrySample)
    assert 0.0 < abs(exact[0].x_m - noisy[0].x_m) < 1.0
    assert isinstance(exact[2], ImageSample)
    assert isinstance(noisy[2], ImageSample)
    assert not np.array_equal(noisy[2].image.data_bytes, exact[2].image.data_bytes)


def test_camera_info_follows_the_size_of_the_pictures() -> None:
    front, *_, back_left = camera_infos(RIG.cameras, (1600, 900), 5)
    assert (front.camera, front.stamp_ns, back_left.camera) == ("front", 5, "back_right")
    assert front.fx == pytest.approx(1142.518, abs=1e-3)
    assert front.fy == pytest.approx(front.fx)
    small = camera_infos(RIG.cameras, (224, 224), 5)[0]
    assert small.fx == pytest.approx(front.fx * 0.14)
    assert small.cx == 111.5
    assert small.fy == pytest.approx(front.fy * 224 / 900)
