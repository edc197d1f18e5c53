"""Every odometry message is answered: by the plan, seen from where the vehicle is now, or by a stop with its reason."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from drivemoe_ros.data.control import ControlCommand
from drivemoe_ros.data.plan import PolicyLabel, Trajectory
from drivemoe_ros.data.samples import OdometrySample
from drivemoe_ros.geometry.se2 import trajectory_from_waypoints
from drivemoe_ros.parameters.load import build_parameters
from drivemoe_ros.pipeline.vehicle_controller import VehicleController

MS = 1_000_000
START_NS = 1_760_000_000_000_000_000
TRAINED = PolicyLabel("drivemoe", "a checkpoint", trained=True)
UNTRAINED = PolicyLabel("drivemoe", "untrained (seed 0)", trained=False)
SPEED_MPS = 5.0


def controller(**control: object) -> VehicleController:
    values = {"mode": "pure_pursuit", "rear_axle_x_m": 0.0} | control
    return VehicleController(
        build_parameters({f"control.{name}": value for name, value in values.items()}), "base_link"
    )


def odometry(time_ms: int, *, y_m: float = 0.0, yaw_rad: float = 0.0, frame_id: str = "odom") -> OdometrySample:
    """Odometry of a straight drive along x."""
    at = (SPEED_MPS * time_ms / 1000, y_m, yaw_rad)
    return OdometrySample(START_NS + time_ms * MS, frame_id, *at, (SPEED_MPS, 0.0, 0.0), (0.0, 0.0, 0.0))


def moving(sample: OdometrySample, speed_mps: float) -> OdometrySample:
    return dataclasses.replace(sample, velocity_mps=(speed_mps, 0.0, 0.0))


def plan(time_ms: int, *, speed_mps: float = 6.0, interval_ms: int = 100) -> Trajectory:
    waypoints_H2 = np.stack([np.arange(10) * interval_ms / 1000 * speed_mps, np.zeros(10)], axis=1)
    return trajectory_from_waypoints(waypoints_H2, START_NS + time_ms * MS, interval_ms * MS)


def step(one: VehicleController, sample: OdometrySample, clock_late_ms: int = 10) -> ControlCommand:
    command = one.step(sample, sample.stamp_ns + clock_late_ms * MS)
    assert command is not None
    return command


def drive(one: VehicleController, first_ms: int, last_ms: int) -> ControlCommand:
    return [step(one, odometry(time_ms)) for time_ms in range(first_ms, last_ms + 1, 50)][-1]


def test_a_plan_is_followed_from_its_stamp_on() -> None:
    one = controller()
    drive(one, 0, 100)
    one.take_plan(plan(100), TRAINED, "base_link")
    command = drive(one, 150, 300)
    assert command.reason == ""
    # The car has driven at 5 m/s since then, so that it is late.
    assert command.acceleration_mps2 > 0.0
    assert command.speed_mps >= 6.0
    assert command.steering_angle_rad == pytest.approx(0.0)


def test_the_plan_is_seen_from_where_the_vehicle_is_now() -> None:
    beside, turned = controller(), controller()
    for one in (beside, turned):
        drive(one, 0, 100)
        one.take_plan(plan(100), TRAINED, "base_link")
    assert step(beside, odometry(150, y_m=0.5)).steering_angle_rad < -0.01
    assert step(turned, odometry(150, yaw_rad=-0.2)).steering_angle_rad > 0.01


def test_a_plan_between_two_odometry_messages_begins_between_them() -> None:
    one = controller()
    step(one, odometry(100, yaw_rad=math.pi - 0.1))
    one.take_plan(plan(125), TRAINED, "base_link")
    # The heading goes through pi; half way it is pi, and the plan goes on from there.
    command = step(one, odometry(150, yaw_rad=-math.pi + 0.1))
    same = controller()
    step(same, odometry(125, yaw_rad=math.pi))
    same.take_plan(plan(125), TRAINED, "base_link")
    assert command.steering_angle_rad == pytest.approx(
        step(same, odometry(150, yaw_rad=-math.pi + 0.1)).steering_angle_rad
    )
    assert command.steering_angle_rad < 0.0


def test_the_old_plan_is_followed_until_the_time_of_the_new_one() -> None:
    one = controller()
    drive(one, 0, 100)
    one.take_plan(plan(100, speed_mps=4.0), TRAINED, "base_link")
    step(one, odometry(150))
    one.take_plan(plan(220, speed_mps=8.0), TRAINED, "base_link")
    assert step(one, odometry(200)).acceleration_mps2 < 0.0
    assert step(one, odometry(250)).acceleration_mps2 > 0.0


def test_it_brakes_while_odometry_does_not_cover_the_plan() -> None:
    one = controller()
    one.take_plan(plan(0), TRAINED, "base_link")
    command = step(one, odometry(200))
    assert command.brake > 0.0
    assert command.reason == "where the newest plan began is not known: odometry starts 0.2 s after the picture"


def test_it_brakes_when_plans_stop() -> None:
    one = controller()
    drive(one, 0, 100)
    one.take_plan(plan(100), TRAINED, "base_link")
    assert drive(one, 150, 600).reason == ""
    command = step(one, odometry(650))
    assert command.brake > 0.0
    assert command.reason == "the newest plan is 0.55 s old, and 0.5 s is the limit"


def test_plans_of_random_weights_are_refused_unless_accepted() -> None:
    one, willing = controller(), controller(accept_untrained=True)
    for each in (one, willing):
        drive(each, 0, 100)
        each.take_plan(plan(100), TRAINED, "base_link")
        assert step(each, odometry(150)).reason == ""
        each.take_plan(plan(150), UNTRAINED, "base_link")
    command = step(one, odometry(200))
    assert command.brake > 0.0
    assert "drivemoe, untrained (seed 0) are refused because they were not trained" in command.reason
    assert (one.num_plans, one.num_refused) == (2, 1)
    assert step(willing, odometry(200)).reason == ""


def test_plans_of_another_frame_are_refused() -> None:
    one = controller()
    drive(one, 0, 100)
    one.take_plan(plan(100), TRAINED, "hero")
    assert "frame 'hero' are refused because the rig's base frame is 'base_link'" in step(one, odometry(150)).reason


def test_the_released_controller_refuses_plans_it_was_not_made_for() -> None:
    one = controller(mode="pid")
    drive(one, 0, 100)
    one.take_plan(plan(100, interval_ms=500), TRAINED, "base_link")
    assert "needs 8 or more, 0.1 s apart; set control.mode to pure_pursuit" in step(one, odometry(150)).reason
    one.take_plan(plan(150), TRAINED, "base_link")
    assert step(one, odometry(200)).reason == ""


def test_a_clock_that_jumps_back_drops_the_plans_from_before() -> None:
    one = controller()
    drive(one, 10_000, 10_100)
    one.take_plan(plan(10_100), TRAINED, "base_link")
    assert step(one, odometry(10_150)).reason == ""
    one.take_plan(plan(10_160), TRAINED, "base_link")
    command = step(one, odometry(50))
    assert command.brake > 0.0
    assert command.reason == "the clock jumped back by 10.1 s, and no plan came since"
    one.take_plan(plan(10_200), TRAINED, "base_link")
    assert "stamped 10.10 s ahead of odometry" in step(one, odometry(100)).reason
    one.take_plan(plan(100), TRAINED, "base_link")
    assert step(one, odometry(150)).reason == ""


def test_odometry_of_another_frame_drops_the_plans_from_before() -> None:
    one = controller()
    drive(one, 0, 100)
    one.take_plan(plan(100), TRAINED, "base_link")
    assert "frame changed from 'odom' to 'map'" in step(one, odometry(150, frame_id="map")).reason


@pytest.mark.parametrize(("late_ms", "reason"), [(600, "0.60 s behind"), (-700, "0.70 s ahead of")])
def test_odometry_that_is_not_of_now_is_not_driven_by(late_ms: int, reason: str) -> None:
    one = controller()
    drive(one, 0, 100)
    one.take_plan(plan(100), TRAINED, "base_link")
    command = step(one, odometry(150), clock_late_ms=late_ms)
    assert command.brake > 0.0
    assert reason in command.reason


def test_without_simulated_time_it_brakes_and_says_so() -> None:
    command = controller().step(odometry(0), clock_ns=0)
    assert command is not None
    assert "there is no time on /clock" in command.reason


def test_a_moment_is_answered_once() -> None:
    one = controller()
    step(one, odometry(100))
    assert one.step(odometry(100), odometry(100).stamp_ns) is None
    assert one.step(odometry(50), odometry(100).stamp_ns) is None
    assert step(one, odometry(150)).reason


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        (moving(odometry(300), -SPEED_MPS), "odometry: its speed changed by -10 m/s"),
        (moving(odometry(300), 80.0), "odometry: its speed is 80 m/s"),
        (odometry(300, y_m=5.0), "odometry: its position jumped by 5 m"),
        (odometry(300, yaw_rad=1.5), "odometry: its heading jumped by 1.50 rad"),
    ],
)
def test_nothing_is_followed_by_odometry_that_cannot_be_true(lie: OdometrySample, words: str) -> None:
    one = controller()
    drive(one, 0, 100)
    one.take_plan(plan(100), TRAINED, "base_link")
    assert drive(one, 150, 250).reason == ""
    braking = step(one, lie)
    assert braking.reason.startswith(words)
    assert (braking.throttle, braking.steering_angle_rad) == (0.0, 0.0)
    assert braking.brake > 0.0
    one.take_plan(plan(300), TRAINED, "base_link")
    assert drive(one, 350, 1250).brake > 0.0
    drive(one, 1300, 1500)
    one.take_plan(plan(1500), TRAINED, "base_link")
    assert drive(one, 1550, 1600).reason == ""


def test_a_plan_from_before_a_jump_is_not_followed_however_soon_odometry_is_believed_again() -> None:
    values = {"control.mode": "pure_pursuit", "supervision.implausible_hold_s": 0.0}
    one = VehicleController(build_parameters(values), "base_link")
    drive(one, 0, 100)
    one.take_plan(plan(100), TRAINED, "base_link")
    assert drive(one, 150, 250).reason == ""
    jumped = [step(one, odometry(time_ms, y_m=5.0)) for time_ms in (300, 350)]
    assert [command.reason for command in jumped] == [
        "odometry: its position jumped by 5 m",
        "odometry jumped by 5.0 m and 0.00 rad since the newest plan began",
    ]
    one.take_plan(plan(350), TRAINED, "base_link")
    assert step(one, odometry(400, y_m=5.0)).reason == ""
