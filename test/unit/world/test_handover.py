"""A policy and an expert share the wheel: who drives when, and what is learnt from it."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from drivemoe_ros.data.drive import Ending
from drivemoe_ros.parameters.load import build_parameters
from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.world.drivers import PolicyDriver
from drivemoe_ros.world.episode import run_episode
from drivemoe_ros.world.handover import Handover, Span, draw_spans
from drivemoe_ros.world.sensors import CAMERA_PERIOD_NS, Sensors

from .drive_parts import GoalSeeker, Painter, RouteFollower, label_of, lane_follow

RIG = load_rig("bench2drive")
PURSUIT = build_parameters({"control.mode": "pure_pursuit"})
SPAN = Span(3_000_000_000, 5_000_000_000)


def test_the_policy_plans_in_its_spans_only_and_the_drive_arrives() -> None:
    world, policy = lane_follow(), GoalSeeker()
    novice = PolicyDriver(policy, RIG.cameras, PURSUIT, RouteFollower(world))
    driver = Handover(novice, RouteFollower(world), [SPAN])
    log = run_episode(world, driver, Sensors(RIG.cameras, Painter()), label_of)
    assert log.ending is Ending.ARRIVED
    assert [note.time_ns for note in log.plans] == list(range(*SPAN, CAMERA_PERIOD_NS))
    assert {note.state for note in log.plans} == {"RUNNING"}
    assert log.driver == "goal seeker and the expert"


def test_what_the_policy_drives_within_the_horizon_is_not_learnt_from() -> None:
    world = lane_follow()
    novice = PolicyDriver(GoalSeeker(), RIG.cameras, PURSUIT, RouteFollower(world))
    driver = Handover(novice, RouteFollower(world), [SPAN])
    times = [time for time in range(0, 8_000_000_000, 100_000_000) if not driver.is_learnable(time, 900_000_000)]
    assert (times[0], times[-1]) == (2_200_000_000, 4_900_000_000)


@given(st.integers(0, 2**32))
def test_spans_follow_from_their_seed_and_begin_with_pictures(seed: int) -> None:
    spans = draw_spans(seed)
    assert spans == draw_spans(seed)
    flat = np.array(spans).ravel()
    assert np.all(np.diff(flat) > 0)
    assert np.all(flat % CAMERA_PERIOD_NS == 0)
    assert spans[0].start_ns >= 2_000_000_000
