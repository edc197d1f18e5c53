"""A long drive with faults: it repeats, goes on over several roads, and says what must not be."""

from __future__ import annotations

import dataclasses
import json
import pathlib

import pytest

from drivemoe_ros.data.plan import Observation, PlanSource, PolicyOutput
from drivemoe_ros.data.state import DrivingState
from drivemoe_ros.errors import PolicyError
from drivemoe_ros.faults.catalogue import FAULTS, NOTICED
from drivemoe_ros.faults.drive import Equipment
from drivemoe_ros.faults.fault import Fault
from drivemoe_ros.faults.soak import Soak
from drivemoe_ros.faults.state_watch import StateWatch
from drivemoe_ros.faults.vehicle import Moment
from tools.soak import main, soak
from tools.soak_report import Reading, compare

from .driver import EQUIPMENT, PARAMETERS, RIG, SmoothSeeker, Stripes

WAITING, RUNNING, DEGRADED, STOPPING, FAULT = DrivingState
SOME = tuple(FAULTS[name] for name in ("camera/front/frozen", "odometry/nan", "camera/back/lost", "clock/back"))
TICK_NS = 100_000_000


def test_faults_come_one_after_the_other_over_several_roads_and_the_same_seed_repeats_them() -> None:
    one, same, other = Soak(EQUIPMENT, 3, SOME), Soak(EQUIPMENT, 3, SOME), Soak(EQUIPMENT, 4, SOME)
    for soaked in (one, same, other):
        soaked.drive_on(30.0)
    assert one.driven_s == pytest.approx(30.0, abs=2.0)
    assert one.num_roads > 1
    assert sum(one.findings.values()) > 0
    assert one.wrong == []
    assert one.state_steps[RUNNING] > 0.5 * sum(one.state_steps.values())
    assert (one.findings, one.state_steps, one.watch.transitions) == (
        same.findings,
        same.state_steps,
        same.watch.transitions,
    )
    assert one.state_steps != other.state_steps


def test_what_passes_unnoticed_is_wrong() -> None:
    silent = Fault("test/silent", "nothing happens, and it should be noticed", NOTICED)
    soaked = Soak(EQUIPMENT, 0, (silent,))
    soaked.drive_on(20.0)
    assert "test/silent" in soaked.wrong[0]
    assert "unnoticed" in soaked.wrong[0] or "the worst state is RUNNING" in soaked.wrong[0]


class NeverSure(SmoothSeeker):
    """Never has a plan."""

    def plan(self, observation: Observation, flow_steps: int | None = None) -> PolicyOutput:  # noqa: ARG002
        msg = "There is no plan."
        raise PolicyError(msg)


def test_a_vehicle_that_does_not_drive_again_is_wrong() -> None:
    soaked = Soak(Equipment(NeverSure(), RIG, PARAMETERS, Stripes), 0, SOME)
    soaked.drive_on(63.0)
    assert [words.split(" (")[0] for words in soaked.wrong] == ["at 60.05 s: not RUNNING since 0.00 s"]
    assert soaked.findings == {}


def decided(*states: DrivingState, restarts: bool = False) -> list[str]:
    """Let a watch that asks for 3 plans after a stop hear of states, a tick apart; return what is wrong."""
    watch, wrong = StateWatch(3), list[str]()
    for tick, state in enumerate(states):
        reason = "" if state is RUNNING else "a reason"
        wrong += watch.look(Moment(tick * TICK_NS, state, reason, PlanSource.POLICY, state), restarts=restarts)
    return wrong


def test_states_that_follow_the_table_are_right() -> None:
    assert decided(WAITING, DEGRADED, RUNNING, STOPPING, STOPPING, STOPPING, RUNNING, FAULT, STOPPING, STOPPING) == []
    assert decided(RUNNING, FAULT, STOPPING, STOPPING, DEGRADED) == []
    assert decided(RUNNING, WAITING, RUNNING, STOPPING, RUNNING, restarts=True) == []


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ((WAITING, STOPPING), "WAITING was followed by STOPPING"),
        ((WAITING, FAULT), "WAITING was followed by FAULT"),
        ((RUNNING, WAITING), "RUNNING was followed by WAITING"),
        ((RUNNING, STOPPING, RUNNING), "STOPPING was followed by RUNNING after 1 reports of a stop"),
        ((RUNNING, FAULT, STOPPING, DEGRADED), "STOPPING was followed by DEGRADED after 1 reports of a stop"),
        ((RUNNING, FAULT, RUNNING), "FAULT was followed by RUNNING"),
    ],
)
def test_states_that_cannot_follow_are_told(states: tuple[DrivingState, ...], words: str) -> None:
    assert decided(*states) == [words]


def test_what_is_published_besides_the_table_is_told() -> None:
    watch = StateWatch(5)
    late = Moment(0, FAULT, "the plan came late", None, RUNNING)
    assert watch.look(late, restarts=False) == []
    silent = Moment(2_000_000_000, FAULT, "no picture", None, None)
    assert watch.look(silent, restarts=False) == ["no state was published for 2.00 s"]
    assert watch.look(silent._replace(state=STOPPING), restarts=False) == [
        "without a plan the state was said to be STOPPING"
    ]
    assert watch.look(late._replace(time_ns=2_000_000_000, state=DEGRADED), restarts=False) == [
        "RUNNING was published as DEGRADED"
    ]
    assert watch.look(late._replace(time_ns=2_000_000_000, reason=""), restarts=False) == ["FAULT had no reason"]


def readings(*resident_mib: float) -> list[Reading]:
    return [Reading(minute, 1, 1, mib, 2, 10, 5.0) for minute, mib in enumerate(resident_mib, 1)]


def test_memory_may_grow_in_the_first_third_only() -> None:
    growth_percent, leaks = compare(readings(50.0, 90.0, 100.0, 100.0, 101.0, 101.0))
    assert growth_percent == pytest.approx(1.0)
    assert leaks == []
    growth_percent, leaks = compare(readings(100.0, 100.0, 100.0, 103.0, 106.0, 109.0))
    assert growth_percent > 2.0
    assert leaks == ["memory grew by 5.9 %, from 101.5 to 107.5 MiB"]


def test_a_thread_or_a_descriptor_more_at_the_end_is_told() -> None:
    calm = readings(100.0, 100.0, 100.0)
    assert compare([*calm[:2], dataclasses.replace(calm[2], num_threads=3)])[1] == [
        "there were 2 threads, and 3 at the end"
    ]
    assert compare([*calm[:2], dataclasses.replace(calm[2], num_descriptors=11)])[1] == [
        "there were 10 descriptors, and 11 at the end"
    ]


def test_the_tool_prints_a_row_a_minute_and_writes_the_same(
    capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path
) -> None:
    file = tmp_path / "soak.json"
    code = soak(EQUIPMENT, 3, 0, file)
    said, found = capsys.readouterr().out, json.loads(file.read_text("utf-8"))
    assert [line.split("|")[1].strip() for line in said.splitlines()[2:5]] == ["1", "2", "3"]
    assert code == int(bool(found["wrong"])) == int("Wrong: " in said)
    assert sum(row["times"] for row in found["faults"]) == found["readings"][-1]["num_faults"] > 5
    assert sum(found["state_s"].values()) > 150.0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--minutes", "2"], "2 minutes are too few"),
        (["--seed", "-1"], "--seed is -1, but it must be 0 or more"),
        (["--without", "camera/frnt/*"], "--without 'camera/frnt/*' means no fault"),
        (["--without", "*"], "--without leaves out every fault"),
        (["--set", "supervision"], "'supervision' is no assignment"),
        (["--json", "no/such/soak.json"], "no/such/soak.json cannot be written"),
    ],
)
def test_what_cannot_be_soaked_is_told_in_a_sentence_and_leaves_nothing(
    words: list[str],
    told: str,
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["--json", "soak.json", *words]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
