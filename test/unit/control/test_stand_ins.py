"""What stands in for a plan is followed in every mode, whatever the mode asks of the policy's own plans."""

from __future__ import annotations

import numpy as np
import pytest

from drivemoe_ros.control.admission import why_refused
from drivemoe_ros.control.follower import PlanFollower
from drivemoe_ros.data.plan import PlanSource, PolicyLabel, Trajectory
from drivemoe_ros.data.samples import OdometrySample
from drivemoe_ros.geometry.se2 import trajectory_from_waypoints
from drivemoe_ros.parameters.load import build_parameters
from drivemoe_ros.parameters.schema import ControlParameters
from drivemoe_ros.pipeline.vehicle_controller import VehicleController

MS = 1_000_000
STAMP_NS = 5_000_000_000
HERE = (0.0, 0.0, 0.0)
SPEED_MPS, STOP_MPS2 = 6.0, 2.0
MODES = ("pid", "pure_pursuit")
TRAINED = PolicyLabel("drivemoe", "a checkpoint", trained=True)
UNTRAINED = PolicyLabel("drivemoe", "untrained (seed 0)", trained=False)


def slowing(num: int = 10, stamp_ns: int = STAMP_NS) -> Trajectory:
    """Return a gentle stop straight ahead."""
    times_H = np.arange(num) * 0.1
    along_H = SPEED_MPS * times_H - 0.5 * STOP_MPS2 * times_H**2
    return trajectory_from_waypoints(np.stack([along_H, np.zeros(num)], axis=1), stamp_ns, 100 * MS)


@pytest.mark.parametrize("mode", MODES)
def test_a_stop_slows_the_vehicle_as_it_says(mode: str) -> None:
    follower = PlanFollower(ControlParameters(mode=mode))
    command = follower.command(slowing(), HERE, STAMP_NS, SPEED_MPS, PlanSource.STOP)
    assert command.acceleration_mps2 == pytest.approx(-STOP_MPS2)
    assert command.throttle == 0.0
    assert command.brake > 0.0


def test_the_released_controller_would_not_brake_for_that_stop() -> None:
    follower = PlanFollower(ControlParameters(mode="pid"))
    assert follower.command(slowing(), HERE, STAMP_NS, SPEED_MPS).brake == 0.0


@pytest.mark.parametrize("mode", MODES)
def test_a_vehicle_that_stands_at_the_end_of_a_stop_is_held(mode: str) -> None:
    standing = trajectory_from_waypoints(np.zeros((10, 2)), STAMP_NS, 100 * MS)
    command = PlanFollower(ControlParameters(mode=mode)).command(standing, HERE, STAMP_NS, 0.0, PlanSource.STOP)
    assert command.throttle == 0.0
    assert command.brake >= 0.5


def test_a_last_plan_is_driven_by_the_released_controller_while_it_is_long_enough() -> None:
    parameters = ControlParameters(mode="pid")
    usual = PlanFollower(parameters).command(slowing(8), HERE, STAMP_NS, 3.0)
    assert PlanFollower(parameters).command(slowing(8), HERE, STAMP_NS, 3.0, PlanSource.LAST_PLAN) == usual
    pursued = PlanFollower(ControlParameters(mode="pure_pursuit")).command(slowing(7), HERE, STAMP_NS, 3.0)
    assert PlanFollower(parameters).command(slowing(7), HERE, STAMP_NS, 3.0, PlanSource.LAST_PLAN) == pursued


@pytest.mark.parametrize(
    ("source", "admitted"),
    [
        (PlanSource.POLICY, False),
        (PlanSource.FEWER_STEPS, False),
        (PlanSource.LAST_PLAN, True),
        (PlanSource.STOP, True),
    ],
)
def test_only_plans_of_the_policy_need_the_points_of_the_released_controller(
    source: PlanSource, *, admitted: bool
) -> None:
    reason = why_refused(slowing(4), TRAINED, "base_link", "base_link", ControlParameters(mode="pid"), source)
    assert (reason == "") == admitted


@pytest.mark.parametrize("source", PlanSource)
def test_stand_ins_of_random_weights_or_another_frame_are_refused_too(source: PlanSource) -> None:
    parameters = ControlParameters()
    assert "not trained" in why_refused(slowing(), UNTRAINED, "base_link", "base_link", parameters, source)
    assert "frame 'hero'" in why_refused(slowing(), TRAINED, "hero", "base_link", parameters, source)


def test_the_controller_goes_over_to_a_stop_and_back() -> None:
    one = VehicleController(build_parameters({"control.mode": "pid"}), "base_link")

    def answer(time_ms: int) -> float:
        at_ns = STAMP_NS + time_ms * MS
        x_m = SPEED_MPS * time_ms / 1000
        odometry = OdometrySample(at_ns, "odom", x_m, 0.0, 0.0, (SPEED_MPS, 0.0, 0.0), (0.0, 0.0, 0.0))
        command = one.step(odometry, at_ns)
        assert command is not None
        assert command.reason == ""
        return command.brake

    one.take_plan(slowing(), TRAINED, "base_link")
    assert (answer(0), one.source) == (0.0, PlanSource.POLICY)
    one.take_plan(slowing(4, STAMP_NS + 100 * MS), TRAINED, "base_link", PlanSource.STOP)
    # Until its time has come, the plan before is driven.
    assert (answer(50), one.source) == (0.0, PlanSource.POLICY)
    assert answer(100) > 0.0
    assert one.source is PlanSource.STOP
    one.take_plan(slowing(10, STAMP_NS + 150 * MS), TRAINED, "base_link")
    assert (answer(150), one.source) == (0.0, PlanSource.POLICY)
    assert one.num_refused == 0
