"""A policy and an expert share the wheel: who drives when, and what is learnt from it."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from drivemoe_ros.data.drive import Ending
from drivemoe_ros.geometry.se2 import points_in_pose
from drivemoe_ros.parameters.load import build_parameters
from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.world.drivers import PolicyDriver
from drivemoe_ros.world.episode import run_episode
from drivemoe_ros.world.handover import HALT_TURNS, POLICY_TURNS, Halter, Handover, Span, Turns, draw_spans
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


def test_what_the_expert_would_do_is_what_it_then_does_and_changes_nothing() -> None:
    world = lane_follow()
    expert = RouteFollower(world)
    novice = PolicyDriver(GoalSeeker(), RIG.cameras, PURSUIT, RouteFollower(world))
    driver = Handover(novice, expert, [])
    foreseen_H2 = driver.foresee(world, 10)
    start, places = world.ego, []
    for step in range(19):
        if step % 2 == 0:
            places.append((world.ego.x_m, world.ego.y_m))
        world.step(driver.act(world, []).command)
    driven_H2 = points_in_pose(np.array(places), start.x_m, start.y_m, start.yaw_rad)
    np.testing.assert_array_equal(foreseen_H2, driven_H2)


def test_nothing_is_foreseen_beyond_the_end_of_the_drive() -> None:
    world = lane_follow()
    driver = Handover(PolicyDriver(GoalSeeker(), RIG.cameras, PURSUIT, RouteFollower(world)), RouteFollower(world), [])
    assert driver.foresee(world, 10_000) is None
    assert world.time_ns == 0


def test_a_halted_car_stands_and_the_expert_would_go_on() -> None:
    world = lane_follow()
    driver = Handover(Halter(RouteFollower(world)), RouteFollower(world), [SPAN])
    while world.time_ns < SPAN.end_ns:
        world.step(driver.act(world, []).command)
    assert world.ego.speed_mps == 0.0
    foreseen_H2 = driver.foresee(world, 10)
    assert foreseen_H2 is not None
    assert foreseen_H2[-1, 0] > 0.1


@given(st.integers(0, 2**32), st.sampled_from([POLICY_TURNS, HALT_TURNS]))
def test_spans_follow_from_their_seed_and_begin_with_pictures(seed: int, turns: Turns) -> None:
    spans = draw_spans(seed, turns)
    assert spans == draw_spans(seed, turns)
    flat = np.array(spans).ravel()
    assert np.all(np.diff(flat) > 0)
    assert np.all(flat % CAMERA_PERIOD_NS == 0)
    assert spans[0].start_ns >= 1_000_000_000
