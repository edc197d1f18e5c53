"""The world at the pace of a live graph: it waits for commands, and goes on without them when they are overdue."""

from __future__ import annotations

import pytest

from drivemoe_ros.data.control import ControlCommand
from drivemoe_ros.data.samples import CameraInfoSample, ImageSample, OdometrySample, RouteSample, Sample
from drivemoe_ros.errors import ParameterError
from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.parameters.schema import ControlParameters, WorldParameters
from drivemoe_ros.world.live_drive import LiveDrive
from drivemoe_ros.world.sensors import FIRST_STAMP_NS

RIG = load_rig("carla")
PUSH = ControlCommand(1.0, 0.0, 0.0, 0.0, 5.0, 0.0, 1.0)
RUN_IN_STEPS = 20
MS = 1_000_000


def live(**settings: object) -> LiveDrive:
    return LiveDrive(WorldParameters(width=32, height=18, **settings), ControlParameters(), RIG.cameras)  # type: ignore[arg-type]


def run_in(drive: LiveDrive) -> float:
    """Go on to the first moment that waits for a command, and return its time [s]."""
    now_s = 0.0
    for _ in range(RUN_IN_STEPS + 1):
        assert drive.advance(now_s)
        now_s += 0.0501
    return now_s


def odometry(samples: list[Sample]) -> OdometrySample:
    (one,) = [sample for sample in samples if isinstance(sample, OdometrySample)]
    return one


def test_route_and_calibration_come_before_the_first_pictures() -> None:
    samples = live().advance(0.0)
    kinds = [type(sample) for sample in samples]
    assert kinds.index(RouteSample) == 0
    assert kinds.count(CameraInfoSample) == kinds.count(ImageSample) == 6


def test_nothing_moves_before_its_time() -> None:
    drive = live()
    drive.advance(0.0)
    assert drive.advance(0.04) == []
    assert odometry(drive.advance(0.051)).stamp_ns == FIRST_STAMP_NS + 50 * MS


def test_after_the_run_in_a_step_waits_for_its_command() -> None:
    drive = live(wait_s=10.0)
    now_s = run_in(drive)
    assert drive.advance(now_s + 1.0) == []
    drive.take(PUSH, drive.stamp_ns - 50 * MS)
    assert drive.advance(now_s + 2.0) == [], "a command for an earlier moment is of no use"
    drive.take(PUSH, drive.stamp_ns)
    before_mps = drive.world.ego.speed_mps
    assert odometry(drive.advance(now_s + 3.0)).velocity_mps[0] != before_mps
    assert drive.num_overdue == 0


def test_the_car_brakes_when_commands_are_overdue() -> None:
    drive = live(wait_s=0.2)
    now_s = run_in(drive)
    speeds = []
    for step in range(1, 8):
        samples = drive.advance(now_s + 0.25 * step)
        speeds.append(odometry(samples).velocity_mps[0])
    assert drive.num_overdue == 7
    assert speeds == sorted(speeds, reverse=True)
    assert speeds[-1] < speeds[0]


def test_without_a_pace_a_step_is_made_as_soon_as_its_command_is_there() -> None:
    drive = live(pace=0.0, wait_s=10.0)
    for _ in range(RUN_IN_STEPS + 1):
        assert drive.advance(0.0)
    assert drive.advance(0.0) == []
    drive.take(PUSH, drive.stamp_ns)
    assert drive.advance(0.0)


@pytest.mark.parametrize("lockstep", [True, False])
def test_in_lockstep_a_step_waits_until_its_pictures_are_answered(*, lockstep: bool) -> None:
    drive = live(pace=0.0, wait_s=10.0, lockstep=lockstep)
    drive.has_policy = True
    drive.advance(0.0)
    assert bool(drive.advance(1.0)) is not lockstep
    drive.answered(drive.stamp_ns)
    assert drive.advance(1.0)


@pytest.mark.parametrize("repeat", [True, False])
def test_one_drive_follows_the_other_and_stamps_go_on(*, repeat: bool) -> None:
    drive = live(pace=0.0, wait_s=0.0, seed=7, repeat=repeat)
    first_route = drive.world.route_N2
    last_ns = 0
    for _ in range(4000):
        samples = drive.advance(0.0)
        if samples:
            assert odometry(samples).stamp_ns > last_ns
            last_ns = odometry(samples).stamp_ns
        # A car that is told nothing stands until it counts as blocked.
        if drive.ended:
            break
    assert drive.ended[0].startswith("normal/lane_follow 7: ")
    after = drive.advance(0.0)
    if repeat:
        assert odometry(after).stamp_ns == last_ns + 2000 * MS
        assert drive.seed == 8
        assert drive.world.route_N2 is not first_route
    else:
        assert after == []


def test_an_unknown_family_is_refused() -> None:
    with pytest.raises(ParameterError, match="no scenario family 'flying'"):
        live(family="flying")
