"""`drivemoe replay` from a bag to a bag, read back with rosbags."""

from __future__ import annotations

import dataclasses
import math
import os
import pathlib

import numpy as np
import pytest

from .conftest import DRIVE
from .replays import (
    OUTPUT_TYPES,
    digests,
    read_messages,
    read_summary,
    read_types,
    replay,
    run_drivemoe,
    stamp_ns,
)
from .tiny_bags import SECOND_NS, START_NS, write_tiny_bag

TENTH_NS = SECOND_NS // 10
FRONT_STAMPS = [START_NS + index * TENTH_NS for index in range(12)]
PLANNED_STAMPS = FRONT_STAMPS[4:]
STATE, TRAJECTORY, PATH, VIEW, EXPERTS, MARKERS = OUTPUT_TYPES
WAITING, RUNNING, DEGRADED = 0, 1, 2
KINDS = {
    "sqlite3": {"storage": "sqlite3"},
    "ros1": {"storage": "ros1"},
    "mcap split": {"num_files": 3},
    "mcap chunks compressed": {"compression": "storage"},
    "sqlite3 messages compressed": {"storage": "sqlite3", "compression": "message"},
    "mcap file compressed": {"compression": "file"},
}


def log_times(path: pathlib.Path, topic: str = TRAJECTORY) -> list[int]:
    return [recorded.log_ns for recorded in read_messages(path).get(topic, [])]


def waypoints(path: pathlib.Path) -> list[list[tuple[float, float]]]:
    return [
        [(point.pose.position.x, point.pose.position.y) for point in recorded.message.points]
        for recorded in read_messages(path)[TRAJECTORY]
    ]


def test_the_output_holds_every_topic_with_its_type_and_its_definition(plans: pathlib.Path) -> None:
    assert read_types(plans) == OUTPUT_TYPES


def test_there_is_a_state_for_every_front_picture_and_a_plan_from_the_fifth_on(plans: pathlib.Path) -> None:
    for topic in OUTPUT_TYPES:
        wanted = FRONT_STAMPS if topic in {STATE, MARKERS} else PLANNED_STAMPS
        assert log_times(plans, topic) == wanted, topic


def test_every_message_is_stamped_with_its_front_picture(plans: pathlib.Path) -> None:
    for topic, messages in read_messages(plans).items():
        for recorded in messages:
            parts = recorded.message.markers if topic == MARKERS else [recorded.message]
            parts = [part for part in parts if topic != MARKERS or part.action == part.ADD]
            assert {stamp_ns(part) for part in parts} <= {recorded.log_ns}
            assert {part.header.frame_id for part in parts} <= {"base_link"}


def test_a_trajectory_has_a_time_and_a_velocity_at_each_of_ten_points(plans: pathlib.Path) -> None:
    messages = read_messages(plans)
    for recorded, path in zip(messages[TRAJECTORY], messages[PATH], strict=True):
        points = recorded.message.points
        times = [(point.time_from_start.sec, point.time_from_start.nanosec) for point in points]
        assert times == [(0, index * TENTH_NS) for index in range(10)]
        position_H2 = np.array([(point.pose.position.x, point.pose.position.y) for point in points])
        speed_H = np.array([point.longitudinal_velocity for point in points])
        np.testing.assert_allclose(speed_H[:-1], np.hypot(*np.diff(position_H2, axis=0).T) / 0.1, rtol=1e-5)
        assert all(math.isfinite(point.acceleration) for point in points)
        assert [(p.pose.position.x, p.pose.position.y) for p in path.message.poses] == list(map(tuple, position_H2))


def test_a_state_names_every_input_with_its_age(plans: pathlib.Path) -> None:
    for recorded in read_messages(plans)[STATE]:
        ages = {status.name: status.age for status in recorded.message.inputs}
        cameras = ("front", "front_left", "front_right", "back", "back_left", "back_right")
        assert set(ages) == {*cameras, "odometry", "imu", "route"}
        assert all(ages[name] == 0.0 for name in (*cameras, "odometry", "imu"))
        assert ages["route"] == pytest.approx((recorded.log_ns - START_NS) / SECOND_NS)


def test_states_wait_with_a_reason_and_then_run(plans: pathlib.Path) -> None:
    states = [recorded.message for recorded in read_messages(plans)[STATE]]
    assert [state.state for state in states] == [WAITING] * 4 + [RUNNING] * 8
    assert states[2].reason == "odometry covers only 0.2 s of the 0.4 s needed"
    assert {state.goal_source for state in states[4:]} == {"route"}
    assert states[-1].goal.x > 0.0


def test_untrained_weights_say_so_in_every_message_that_names_a_policy(plans: pathlib.Path) -> None:
    messages = read_messages(plans)
    for recorded in [*messages[STATE], *messages[TRAJECTORY]]:
        message = recorded.message
        assert (message.policy, message.weights, message.trained) == ("drivemoe", "untrained (seed 0)", False)
    assert read_summary(plans)["trained"] is False


def test_decisions_hold_every_score_and_weight(plans: pathlib.Path) -> None:
    messages = read_messages(plans)
    for recorded in messages[VIEW]:
        view = recorded.message
        assert len(view.names) == len(view.scores) == len(view.probabilities) == len(view.available) == 5
        assert view.selected == view.preferred == view.names[int(np.argmax(view.scores))]
        assert not view.fallback
        assert sum(view.probabilities) == pytest.approx(1.0)
    for recorded in messages[EXPERTS]:
        experts = recorded.message
        assert len(experts.names) == len(experts.scores) == len(experts.weights) == 7
        assert (experts.num_steps, len(experts.step_weights)) == (10, 70)
        assert sum(experts.weights) == pytest.approx(1.0)
        assert len(experts.chosen) == 3
        assert experts.chosen[0] == experts.dominant == experts.names[int(np.argmax(experts.scores))]


def test_two_runs_give_the_same_bytes(drive: pathlib.Path, plans: pathlib.Path, tmp_path: pathlib.Path) -> None:
    assert replay(drive, tmp_path / "plans") == 0
    assert digests(tmp_path / "plans") == digests(plans)
    assert set(digests(plans)) == {"metadata.yaml", "plans.mcap"}


def test_a_process_of_its_own_gives_the_same_bytes(
    drive: pathlib.Path, plans: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    # Sets of texts come in another order than in this process.
    hash_seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    done = run_drivemoe("replay", str(drive), "--output", str(tmp_path / "plans"), PYTHONHASHSEED=hash_seed)
    assert (done.returncode, done.stderr.strip()) == (0, "")
    assert "UNTRAINED" in done.stdout
    assert digests(tmp_path / "plans") == digests(plans)


def test_pacing_changes_no_byte(drive: pathlib.Path, plans: pathlib.Path, tmp_path: pathlib.Path) -> None:
    assert replay(drive, tmp_path / "plans", "--rate", "4") == 0
    assert digests(tmp_path / "plans") == digests(plans)
    # What differs from run to run is in the summary only.
    assert read_summary(tmp_path / "plans")["wall_s"] != read_summary(plans)["wall_s"]


@pytest.mark.parametrize("changes", KINDS.values(), ids=KINDS)
def test_every_kind_of_bag_gives_the_same_bytes(
    plans: pathlib.Path, tmp_path: pathlib.Path, changes: dict[str, object]
) -> None:
    spec = dataclasses.replace(DRIVE, **changes)  # type: ignore[arg-type]
    bag = write_tiny_bag(tmp_path / ("drive.bag" if spec.storage == "ros1" else "drive"), spec)
    assert replay(bag, tmp_path / "plans") == 0
    assert digests(tmp_path / "plans") == digests(plans)


def test_start_and_duration_cut_and_the_route_from_before_counts(drive: pathlib.Path, tmp_path: pathlib.Path) -> None:
    assert replay(drive, tmp_path / "plans", "--start", "0.3", "--duration", "0.705") == 0
    messages = read_messages(tmp_path / "plans")
    assert [recorded.log_ns for recorded in messages[STATE]] == FRONT_STAMPS[3:10]
    assert [recorded.log_ns for recorded in messages[TRAJECTORY]] == FRONT_STAMPS[7:10]
    assert {recorded.message.goal_source for recorded in messages[STATE][4:]} == {"route"}
    assert read_summary(tmp_path / "plans")["recorded_s"] == pytest.approx(0.705)


def test_a_cut_changes_no_plan_that_both_runs_make(
    drive: pathlib.Path, plans: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    assert replay(drive, tmp_path / "plans", "--start", "0.3") == 0
    assert waypoints(tmp_path / "plans")[1:] == waypoints(plans)[4:]


def test_copied_topics_are_those_of_the_input(drive: pathlib.Path, tmp_path: pathlib.Path) -> None:
    patterns = ("/sensing/camera/CAM_FRONT/*", "/localization/kinematic_state", "/not/there")
    words = [word for pattern in patterns for word in ("--copy", pattern)]
    assert replay(drive, tmp_path / "plans", *words) == 0
    before, after = read_messages(drive), read_messages(tmp_path / "plans")
    copied = {"/sensing/camera/CAM_FRONT/image_raw", "/localization/kinematic_state"}
    assert set(after) == {*OUTPUT_TYPES, *copied}
    for topic in copied:
        assert [(m.log_ns, m.raw) for m in after[topic]] == [(m.log_ns, m.raw) for m in before[topic]]
        assert read_types(tmp_path / "plans")[topic] == read_types(drive)[topic]


def test_a_topic_that_is_no_input_can_be_copied_and_changes_no_plan(
    drive: pathlib.Path, plans: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    assert replay(plans, tmp_path / "again", "--copy", "*") == 3  # plans are no drive
    assert replay(drive, tmp_path / "plans", "--copy", "*") == 0
    assert waypoints(tmp_path / "plans") == waypoints(plans)
    assert set(read_types(tmp_path / "plans")) == {*OUTPUT_TYPES, *read_types(drive)}


def test_the_seed_changes_the_plans_and_their_label(
    drive: pathlib.Path, plans: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    assert replay(drive, tmp_path / "plans", "--seed", "3") == 0
    assert waypoints(tmp_path / "plans") != waypoints(plans)
    assert read_messages(tmp_path / "plans")[STATE][0].message.weights == "untrained (seed 3)"


def test_drive_pi0_writes_trajectories_without_decisions(drive: pathlib.Path, tmp_path: pathlib.Path) -> None:
    assert replay(drive, tmp_path / "plans", "--policy", "drivepi0") == 0
    assert set(read_types(tmp_path / "plans")) == {STATE, TRAJECTORY, PATH, MARKERS}
    assert read_messages(tmp_path / "plans")[TRAJECTORY][0].message.policy == "drivepi0"
    assert log_times(tmp_path / "plans") == PLANNED_STAMPS


def test_a_bag_without_a_side_camera_replays_degraded(tmp_path: pathlib.Path) -> None:
    bag = write_tiny_bag(tmp_path / "drive", dataclasses.replace(DRIVE, leave_out=frozenset({"back_left"})))
    assert replay(bag, tmp_path / "plans") == 0
    messages = read_messages(tmp_path / "plans")
    for recorded in messages[STATE][4:]:
        assert recorded.message.state == DEGRADED
        assert recorded.message.reason == "back_left: no picture yet"
    views = [recorded.message for recorded in messages[VIEW]]
    assert all(view.selected != "back_left" for view in views)
    assert {view.reason for view in views if view.preferred == "back_left"} == {"back_left has no usable picture"}
    assert all(view.fallback == (view.preferred == "back_left") for view in views)
    assert read_summary(tmp_path / "plans")["fallbacks"] == sum(view.fallback for view in views)


def test_the_summary_counts_what_is_in_the_bag(drive: pathlib.Path, plans: pathlib.Path) -> None:
    summary, messages = read_summary(plans), read_messages(plans)
    assert (summary["bag"], summary["output"]) == (str(drive), str(plans))
    assert summary["label"] == "drivemoe, untrained (seed 0)"
    assert summary["num_messages"] == sum(len(topic) for topic in read_messages(drive).values())
    assert summary["num_plans"] == len(messages[TRAJECTORY]) == sum(summary["views"].values())
    assert summary["states"] == {"WAITING": 4, "RUNNING": 8}
    assert (summary["sources"], summary["refusals"]) == ({"POLICY": 8}, {})
    assert sum(summary["reasons"].values()) == 4
    assert summary["cameras"]["front"]["matched"] == 12
    assert (summary["rejected"], summary["troubled_inputs"], summary["fallbacks"]) == ({}, {}, 0)
    chosen = [recorded.message.selected for recorded in messages[VIEW]]
    assert summary["views"] == {name: chosen.count(name) for name in summary["views"]}
    dominant = [recorded.message.dominant for recorded in messages[EXPERTS]]
    assert summary["experts"] == {name: dominant.count(name) for name in summary["experts"]}
    assert set(summary["plan_ms"]) == {"p50", "p95", "p99"}
    assert summary["wall_s"] > 0.0


def test_pictures_are_drawn_on_request(drive: pathlib.Path, tmp_path: pathlib.Path) -> None:
    words = ("--pictures", str(tmp_path / "pictures"), "--picture-every", "0.6", "--duration", "1")
    assert replay(drive, tmp_path / "plans", *words) == 0
    drawn = sorted(path.name for path in (tmp_path / "pictures").iterdir())
    assert drawn == ["plan_00001.png", "plan_00007.png", "timeline.png"]
