"""Faults on a drive: what is noticed, what drives instead, and what the command says."""

from __future__ import annotations

import math
import traceback
from typing import TYPE_CHECKING, cast

import pytest

from drivemoe_ros.cli.inject import choose_faults
from drivemoe_ros.cli.main import main
from drivemoe_ros.data.cameras import CAMERA_NAMES
from drivemoe_ros.errors import ParameterError, PolicyError
from drivemoe_ros.faults.catalogue import CAMERA, FAULTS
from drivemoe_ros.faults.drive import Drive, Trouble
from drivemoe_ros.faults.finding import STANDING_MPS, Witness
from drivemoe_ros.parameters.schema import to_ns

from .driver import EQUIPMENT, found

if TYPE_CHECKING:
    from drivemoe_ros.data.plan import Observation


def test_every_camera_has_every_fault_and_there_are_enough() -> None:
    assert len(FAULTS) > 60
    assert {f"camera/{name}/{kind}" for name in CAMERA_NAMES for kind in CAMERA} <= FAULTS.keys()
    assert all(name == fault.name for name, fault in FAULTS.items())


def test_without_a_fault_nothing_happens() -> None:
    finding = found("none")
    assert (finding.worst, finding.last, finding.car, finding.unmet) == ("RUNNING", "RUNNING", "drove on", ())
    assert set(finding.sources) == {"POLICY"}


def test_a_frozen_front_camera_stops_the_car_and_it_drives_on_afterwards() -> None:
    finding = found("camera/front/frozen")
    assert (finding.worst, finding.last, finding.unmet) == ("STOPPING", "RUNNING", ())
    assert finding.car.startswith("stood after")
    assert "same picture" in finding.reason
    assert {"LAST_PLAN", "STOP", "POLICY"} <= finding.sources.keys()


def test_a_camera_at_the_side_is_driven_without() -> None:
    finding = found("camera/back_left/lost")
    assert (finding.worst, finding.car, finding.unmet) == ("DEGRADED", "drove on", ())
    assert finding.num_missing > 10


def test_numbers_that_are_none_are_refused_and_stop_the_car() -> None:
    finding = found("odometry/nan")
    assert finding.num_refused == 80  # 4 s at 20 Hz
    assert finding.unmet == ()


def test_an_error_nobody_foresaw_is_bridged_first_and_then_stops_the_car() -> None:
    finding = found("policy/exception")
    assert (finding.worst, finding.last, finding.unmet) == ("STOPPING", "RUNNING", ())
    assert {"LAST_PLAN", "STOP", "POLICY"} == finding.sources.keys()
    assert "KeyError" in finding.reason


def test_an_error_that_is_raised_at_every_plan_keeps_nothing_of_those_before() -> None:
    make = FAULTS["policy/error"].think
    assert make is not None
    think, unseen = make(), cast("Observation", None)

    def depth() -> int:
        with pytest.raises(PolicyError) as caught:
            think(unseen, lambda: EQUIPMENT.policy.plan(unseen))
        return len(traceback.extract_tb(caught.value.__traceback__))

    assert depth() == depth()


def test_a_policy_that_flickers_stops_the_car_in_its_lane() -> None:
    finding = found("policy/flickers")
    assert (finding.worst, finding.last, finding.unmet) == ("STOPPING", "RUNNING", ())
    assert finding.reason.startswith("more than supervision.max_refusals = 3 plans were refused or failed")


@pytest.mark.parametrize("name", ["odometry/backwards", "odometry/turned", "odometry/wheel_spin"])
def test_the_car_is_not_driven_by_odometry_that_cannot_be_true(name: str) -> None:
    finding = found(name)
    assert (finding.worst, finding.after_s, finding.unmet) == ("FAULT", 0.0, ())
    assert finding.car.startswith("stood after")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("camera/front/late", "front: came 0.30 s after its stamp"),
        ("camera/front/two_publishers", "are there two senders on its topic?"),
    ],
)
def test_what_can_still_be_driven_with_is_named(name: str, words: str) -> None:
    finding = found(name)
    assert finding.worst == "DEGRADED"
    assert words in finding.reason


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("route/cleared", "no route: "),
        ("route/behind", "the route ends 6.5 m behind the vehicle"),
        ("route/far", "m away at its nearest point, and route.max_distance_m is 20 m"),
    ],
)
def test_a_car_whose_route_is_lost_stops_until_it_is_sent_again(name: str, words: str) -> None:
    finding = found(name)
    assert (finding.worst, finding.last, finding.unmet) == ("STOPPING", "RUNNING", ())
    assert words in finding.reason


@pytest.mark.parametrize("name", ["route/corrupt", "route/cut"])
def test_a_route_that_cannot_be_decoded_is_counted_and_the_old_one_stays(name: str) -> None:
    finding = found(name)
    assert (finding.worst, finding.car, finding.num_refused, finding.unmet) == ("RUNNING", "drove on", 1, ())


def test_a_car_that_stands_only_after_the_fault_has_not_stopped_for_it() -> None:
    drive = Drive(EQUIPMENT, 200_000)
    looked_for, real = (Trouble(FAULTS["policy/error"], drive.now_ns + to_ns(after_s)) for after_s in (3.0, 5.5))
    witness, slowest_mps = Witness(looked_for, drive.vehicle), math.inf
    while drive.now_ns < real.end_ns:
        witness.look(drive.now_ns, drive.step(real), drive.world)
        slowest_mps = min(slowest_mps, drive.world.ego.speed_mps) if drive.now_ns > real.begin_ns else math.inf
    assert slowest_mps < STANDING_MPS
    assert "instead of standing" in witness.finding().unmet[0]


def test_faults_are_chosen_by_name_and_pattern() -> None:
    assert choose_faults(["odometry/nan", "none"]) == ["none", "odometry/nan"]
    assert choose_faults(["all"]) == list(FAULTS)
    with pytest.raises(ParameterError, match=r"no fault 'odometry/late/x'; .* all \d+"):
        choose_faults(["odometry/late/x"])


def test_the_command_lists_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inject", "--list"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in ("camera/front/frozen", "odometry/nan", "policy/out_of_device_memory"))
    assert main(["inject"]) == 2


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--json", "no/such/found.json"], 6, "no/such/found.json cannot be written"),
        (["--rig", "no/such.yaml"], 2, "no/such.yaml"),
        (["--road", "-1"], 2, "The seed of the road is -1"),
        (["--road", "4294967296"], 2, "it must be 0 to 4294967295"),
        (["--workers", "0"], 2, "--workers is 0"),
    ],
)
def test_what_is_wrong_for_all_faults_is_told_once_and_before_any_drive(
    words: list[str], code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inject", "none", "odometry/nan", *words]) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("drivemoe: ")
    assert said.err.count("\n") == 1
    assert told in said.err
