"""Driving score, success and ability, checked against sums made by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivemoe_ros.data.drive import Ending, InfractionKind, PlanNote
from drivemoe_ros.errors import InputError
from drivemoe_ros.evaluation.scores import score_drive, score_drives

from .logs import log, track


def test_a_clean_drive_scores_full() -> None:
    score = score_drive(log())
    assert (score.driving, score.completion, score.penalty, score.success) == (100.0, 100.0, 1.0, True)


def test_the_driving_score_is_completion_times_every_penalty() -> None:
    kinds = (InfractionKind.VEHICLE, InfractionKind.VEHICLE, InfractionKind.RED_LIGHT)
    score = score_drive(log(*kinds, completion=0.5, ending=Ending.TIMED_OUT))
    assert score.penalty == pytest.approx(0.6 * 0.6 * 0.7)
    assert score.driving == pytest.approx(50.0 * 0.252)


@pytest.mark.parametrize(
    ("kind", "factor"),
    [
        ("collisions_pedestrian", 0.5),
        ("collisions_vehicle", 0.6),
        ("collisions_layout", 0.65),
        ("red_light", 0.7),
        ("stop_infraction", 0.8),
        ("scenario_timeouts", 0.7),
        ("yield_emergency_vehicle_infractions", 0.7),
    ],
)
def test_penalties_are_those_of_the_leaderboard(kind: str, factor: float) -> None:
    assert score_drive(log(InfractionKind(kind))).driving == pytest.approx(100.0 * factor)


def test_driving_outside_the_lanes_costs_its_share() -> None:
    score = score_drive(log(InfractionKind.OUTSIDE_LANES, share=0.1))
    assert score.driving == pytest.approx(90.0)
    assert not score.success


@pytest.mark.parametrize("kind", list(InfractionKind))
def test_any_infraction_spoils_success(kind: InfractionKind) -> None:
    assert not score_drive(log(kind)).success


@pytest.mark.parametrize("ending", [ending for ending in Ending if ending is not Ending.ARRIVED])
def test_only_who_arrives_succeeds(ending: Ending) -> None:
    assert not score_drive(log(ending=ending, completion=0.99)).success


@given(st.lists(st.sampled_from(InfractionKind), max_size=8), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_scores_stay_between_0_and_100(kinds: list[InfractionKind], completion: float, share: float) -> None:
    score = score_drive(log(*kinds, completion=completion, share=share))
    assert 0.0 <= score.driving <= score.completion <= 100.0


def test_many_drives_are_averaged_and_told_apart_by_skill() -> None:
    logs = [
        log(skill="merging"),
        log(InfractionKind.VEHICLE, skill="merging"),
        log(skill="give_way"),
        log(skill="normal", ending=Ending.BLOCKED, completion=0.2),
    ]
    scores = score_drives(logs)
    assert scores.num_drives == 4
    assert scores.driving == pytest.approx((100.0 + 60.0 + 100.0 + 20.0) / 4)
    assert scores.success == pytest.approx(50.0)
    assert scores.completion == pytest.approx(80.0)
    assert scores.ability == {"merging": 50.0, "give_way": 100.0, "normal": 0.0}
    assert scores.mean_ability == pytest.approx(75.0)
    assert scores.endings == {"arrived": 3, "blocked": 1}
    assert scores.infractions == {"collisions_vehicle": 1}


def test_routers_are_scored_over_all_drives() -> None:
    plans = (
        PlanNote(0, "merging", "front_left", "merging", "front_left"),
        PlanNote(1, "merging", "back", "normal", "back"),
        PlanNote(2, "merging", "back"),
    )
    scores = score_drives([log(plans=plans), log()])
    assert scores.skill_router is not None
    assert scores.skill_router.accuracy == 0.5
    assert scores.view_router is not None
    assert scores.view_router.num == 2


def test_without_routers_there_is_no_router_score() -> None:
    scores = score_drives([log(plans=(PlanNote(0, "normal", "back"),))])
    assert scores.view_router is None
    assert scores.skill_router is None


def test_no_drives_are_refused_in_a_sentence() -> None:
    with pytest.raises(InputError, match="no drive to score"):
        score_drives([])


def test_efficiency_and_comfort_are_left_out_where_they_cannot_be_told() -> None:
    scores = score_drives([log(driven=track(3, done=0.0)), log(driven=track(traffic=4.0))])
    assert scores.efficiency == pytest.approx(125.0)
    assert scores.comfort == 100.0
