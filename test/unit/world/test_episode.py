"""Closed loop: world, sensors, pipeline, controller and back, until the drive is over."""

from __future__ import annotations

import numpy as np
import pytest

from drivemoe_ros.data.drive import DriveLog, Ending
from drivemoe_ros.data.labels import Label
from drivemoe_ros.data.samples import ImageSample, RouteSample, Sample
from drivemoe_ros.errors import PolicyError
from drivemoe_ros.evaluation.scores import score_drive, score_drives
from drivemoe_ros.parameters.load import build_parameters
from drivemoe_ros.parameters.rig import load_rig
from drivemoe_ros.world.disturbance import Burst, DisturbedExpert, draw_bursts
from drivemoe_ros.world.drivers import ExpertDriver, PolicyDriver, refuse_untrained
from drivemoe_ros.world.episode import EpisodeObserver, run_episode
from drivemoe_ros.world.sensors import Sensors

from .drive_parts import GoalSeeker, Painter, RouteFollower, label_of, lane_follow

RIG = load_rig("bench2drive")
PURSUIT = build_parameters({"control.mode": "pure_pursuit"})


def drive_with(policy: GoalSeeker, *observers: EpisodeObserver) -> DriveLog:
    world = lane_follow()
    driver = PolicyDriver(policy, RIG.cameras, PURSUIT, RouteFollower(world))
    return run_episode(world, driver, Sensors(RIG.cameras, Painter()), label_of, observers)


def drive_with_hand(bursts: tuple[Burst, ...] = ()) -> DriveLog:
    world = lane_follow()
    expert = RouteFollower(world)
    driver = DisturbedExpert(expert, bursts) if bursts else ExpertDriver(expert)
    return run_episode(world, driver, Sensors(RIG.cameras, None), label_of)


def test_an_expert_arrives_without_looking_at_pictures() -> None:
    log = drive_with_hand()
    assert (log.ending, log.completion, log.driver) == (Ending.ARRIVED, 1.0, "expert")
    assert score_drive(log).success
    assert log.track.times_ns_N[-1] == 50_000_000 * (len(log.track.times_ns_N) - 1)


def test_a_policy_that_heads_for_the_goal_arrives() -> None:
    policy = GoalSeeker()
    log = drive_with(policy)
    assert log.ending is Ending.ARRIVED
    assert score_drive(log).success
    # Ten plans a second, each from what was seen at that moment.
    assert set(np.diff(policy.stamps_ns)) == {100_000_000}
    assert np.mean(log.track.speed_N[40:]) == pytest.approx(4.0, abs=0.3)


def test_the_same_drive_gives_the_same_bits() -> None:
    first, again = drive_with(GoalSeeker()), drive_with(GoalSeeker())
    np.testing.assert_array_equal(first.track.position_N2, again.track.position_N2)
    assert first.plans == again.plans


def first_plan_drives_at_ns(delay_ns: int) -> int:
    """Return when a policy takes the wheel from who drives until its first plan [ns]."""
    world = lane_follow()
    run_in = RouteFollower(world)
    driver = PolicyDriver(GoalSeeker(), RIG.cameras, PURSUIT, run_in, delay_ns)
    sensors = Sensors(RIG.cameras, Painter())
    samples = sensors.start(world)
    while True:
        command = driver.act(world, [*samples, *sensors.read(world)]).command
        if command != run_in.command():
            return world.time_ns
        world.step(command)
        samples = []


def test_a_plan_reaches_the_controller_so_much_later_as_was_asked_for() -> None:
    first_ns = first_plan_drives_at_ns(0)
    for delay_ns in (50_000_000, 300_000_000):
        assert first_plan_drives_at_ns(delay_ns) == first_ns + delay_ns


def test_plans_are_noted_beside_the_labels_of_their_moment() -> None:
    log = drive_with(GoalSeeker())
    assert {note.skill_label for note in log.plans} == {"normal"}
    assert log.plans[0].state == "WAITING"
    assert log.plans[10].state == "RUNNING"
    assert log.plans[10].time_ns == 1_000_000_000
    assert score_drives([log]).view_router is None


def test_an_observer_gets_all_that_was_sent() -> None:
    sent: list[Sample] = []
    labels: list[Label] = []
    planned = []

    def sampled(samples: list[Sample], label: Label | None) -> None:
        sent.extend(samples)
        labels.extend([label] if label else [])

    observer = EpisodeObserver(sampled, lambda request, _: planned.append(request.stamp_ns))  # type: ignore[arg-type]
    log = drive_with(GoalSeeker(), observer)
    assert isinstance(sent[0], RouteSample)
    fronts = [sample for sample in sent if isinstance(sample, ImageSample) and sample.camera == "front"]
    assert len(fronts) == len(labels) == len(planned) == len(log.plans)


def test_untrained_plans_do_not_drive() -> None:
    # After the run-in the controller brakes, and stays there until the time is over.
    log = drive_with(GoalSeeker(trained=False))
    assert log.ending in (Ending.TIMED_OUT, Ending.BLOCKED)
    assert np.all(log.track.speed_N[200:] == 0.0)


def test_untrained_weights_are_told_before_the_drive() -> None:
    with pytest.raises(PolicyError, match="accept_untrained"):
        refuse_untrained(GoalSeeker(trained=False), PURSUIT)
    refuse_untrained(GoalSeeker(trained=False), build_parameters({"control.accept_untrained": True}))
    refuse_untrained(GoalSeeker(), PURSUIT)


def test_a_slip_of_the_hand_is_made_up_for() -> None:
    calm = drive_with_hand()
    log = drive_with_hand((Burst(3_000_000_000, 3_800_000_000, 1.0, 0.0),))
    assert log.ending is Ending.ARRIVED
    off_N = np.linalg.norm(log.track.position_N2[:200] - calm.track.position_N2[:200], axis=1)
    assert np.all(off_N[:60] == 0.0)
    assert off_N.max() > 0.2


def test_what_leads_into_a_slip_is_not_learnt_from() -> None:
    disturbed = DisturbedExpert(RouteFollower(lane_follow()), [Burst(3_000_000_000, 3_500_000_000, 0.5, 0.0)])
    times = [time for time in range(0, 6_000_000_000, 100_000_000) if not disturbed.is_learnable(time, 900_000_000)]
    assert (times[0], times[-1]) == (2_200_000_000, 3_400_000_000)


def test_bursts_follow_from_their_seed() -> None:
    assert draw_bursts(4) == draw_bursts(4)
    assert draw_bursts(4) != draw_bursts(5)
    for before, after in zip(draw_bursts(4), draw_bursts(4)[1:], strict=False):
        assert before.start_ns < before.end_ns < after.start_ns
