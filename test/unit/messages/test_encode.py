"""Plans become messages that say all that was decided, with the stamp of their input."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest

from drivemoe_ros.bags.factory import BagMessageFactory
from drivemoe_ros.bags.typestore import output_typestore
from drivemoe_ros.data.decision import RoutingDecision
from drivemoe_ros.data.ego import GoalPoints
from drivemoe_ros.data.plan import PlanResult, PlanSource, PolicyLabel, PolicyOutput, Refusal
from drivemoe_ros.data.state import DrivingState, InputCondition, InputStatus, StateReport
from drivemoe_ros.geometry.se2 import trajectory_from_waypoints
from drivemoe_ros.messages.encode import encode_plan
from drivemoe_ros.messages.markers import encode_markers
from drivemoe_ros.messages.parts import Parts
from drivemoe_ros.messages.topics import (
    EXPERT_ACTIVATION,
    MARKERS,
    OUTPUT_TOPICS,
    PATH,
    REFUSED,
    STATE,
    TRAJECTORY,
    VIEW_SELECTION,
    OutputTopic,
)

STAMP_NS = 1_700_000_000_123_456_789
UNTRAINED = PolicyLabel("drivemoe", "untrained (seed 0)", trained=False)
WAYPOINTS = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 1.0], [2.0, 1.0]])
VIEW = RoutingDecision(
    level="view",
    names=("front_left", "back"),
    scores_E=np.array([0.5, 2.0], np.float32),
    weights_E=np.array([1.0, 0.0], np.float32),
    chosen=(0,),
    available_E=np.array([True, False]),
    step_weights_SE=np.array([[1.0, 0.0]], np.float32),
    reason="back is missing",
)
EXPERTS = RoutingDecision(
    level="action",
    names=("merge", "brake", "turn"),
    scores_E=np.array([0.0, 3.0, 1.0], np.float32),
    weights_E=np.array([0.0, 0.75, 0.25], np.float32),
    chosen=(1, 2),
    available_E=np.array([True, True, True]),
    step_weights_SE=np.array([[0.5, 0.5, 0.0], [0.0, 0.75, 0.25]], np.float32),
)
FULL = PlanResult(
    STAMP_NS,
    StateReport(
        DrivingState.DEGRADED,
        "back is missing",
        (InputStatus("front", age_ns=0), InputStatus("back", InputCondition.MISSING, None, "no picture")),
    ),
    GoalPoints(np.array([[9.0, 9.0], [7.0, -1.0]]), "route"),
    trajectory_from_waypoints(WAYPOINTS, STAMP_NS, 500_000_000),
    PolicyOutput(WAYPOINTS, VIEW, (EXPERTS,)),
)
CURVATURE = Refusal("curvature", "the plan bends by 0.90 1/m, and 0.45 1/m is the limit")
REPLACED = dataclasses.replace(
    FULL,
    source=PlanSource.STOP,
    refusal=CURVATURE,
    refused=trajectory_from_waypoints(WAYPOINTS[:3], STAMP_NS, 500_000_000),
)
WAITING = PlanResult(STAMP_NS, StateReport(DrivingState.WAITING, "no odometry yet", ()))


def encode(result: PlanResult, label: PolicyLabel = UNTRAINED) -> list[tuple[OutputTopic, Any]]:
    factory = BagMessageFactory()
    markers = encode_markers(result, label, Parts(factory, result.stamp_ns, "base_link"))
    return [*encode_plan(result, label, "base_link", factory), (MARKERS, markers)]


def one(result: PlanResult, topic: OutputTopic, label: PolicyLabel = UNTRAINED) -> Any:  # noqa: ANN401
    """Return the message on a topic as a subscriber gets it."""
    (message,) = [message for other, message in encode(result, label) if other == topic]
    store = output_typestore()
    return store.deserialize_cdr(store.serialize_cdr(message, topic.type_name), topic.type_name)


def test_a_refused_plan_is_published_however_far_it_leads() -> None:
    far = trajectory_from_waypoints(np.array([[0.0, 0.0], [1e38, 0.0], [0.0, 0.0]]), STAMP_NS, 100_000_000)
    points = one(dataclasses.replace(REPLACED, refused=far), REFUSED).points
    assert points[1].pose.position.x == 1e38
    assert points[0].longitudinal_velocity == math.inf


@pytest.mark.parametrize("steps", [10, 1000])
def test_a_plan_tells_in_how_many_flow_steps_it_was_made(steps: int) -> None:
    made = PolicyOutput(WAYPOINTS, VIEW, (EXPERTS,), flow_steps=steps)
    assert one(dataclasses.replace(FULL, output=made), TRAJECTORY).flow_steps == steps


def header_stamp(message: Any) -> int:  # noqa: ANN401
    return int(message.header.stamp.sec * 10**9 + message.header.stamp.nanosec)


def test_a_plan_with_all_there_can_be_is_published_on_every_topic_with_its_stamp_and_frame() -> None:
    encoded = encode(REPLACED)
    assert {topic for topic, _ in encoded} == set(OUTPUT_TOPICS)
    for topic, message in encoded:
        for part in message.markers if topic == MARKERS else [message]:
            assert header_stamp(part) == STAMP_NS
            assert part.header.frame_id == "base_link"


def test_nothing_is_published_as_refused_where_nothing_was() -> None:
    assert {topic for topic, _ in encode(FULL)} == set(OUTPUT_TOPICS) - {REFUSED}


def test_a_refused_plan_is_published_with_the_check_that_it_failed() -> None:
    refused = one(REPLACED, REFUSED)
    assert (refused.check, refused.detail) == (CURVATURE.check, CURVATURE.detail)
    assert [[p.pose.position.x, p.pose.position.y] for p in refused.points] == WAYPOINTS[:3].tolist()
    assert (refused.policy, refused.weights, refused.trained) == ("drivemoe", "untrained (seed 0)", False)
    assert len(one(REPLACED, TRAJECTORY).points) == 4


@pytest.mark.parametrize("source", PlanSource)
def test_sources_have_the_numbers_of_the_message_and_are_sent(source: PlanSource) -> None:
    message = one(dataclasses.replace(FULL, source=source), TRAJECTORY)
    assert getattr(message, source.name) == message.source == source


def test_how_the_flow_was_drawn_is_told_of_the_policys_plan_only() -> None:
    drawn = dataclasses.replace(FULL, output=PolicyOutput(WAYPOINTS, flow_steps=4, spread_m=1.5))
    message = one(dataclasses.replace(drawn, source=PlanSource.FEWER_STEPS), TRAJECTORY)
    assert (message.flow_steps, message.spread_m) == (4, 1.5)
    for other in (FULL, dataclasses.replace(drawn, source=PlanSource.LAST_PLAN)):
        message = one(other, TRAJECTORY)
        assert message.flow_steps == 0
        assert math.isnan(message.spread_m)


def test_without_a_plan_there_are_a_state_and_markers_only() -> None:
    assert [topic for topic, _ in encode(WAITING)] == [STATE, MARKERS]


def test_a_policy_without_routers_publishes_no_decisions() -> None:
    dense = dataclasses.replace(FULL, output=PolicyOutput(WAYPOINTS))
    assert [topic for topic, _ in encode(dense)] == [STATE, TRAJECTORY, PATH, MARKERS]


def test_names_are_under_the_node() -> None:
    assert [topic.name for topic in OUTPUT_TOPICS] == [
        "~/output/state",
        "~/output/trajectory",
        "~/output/refused_trajectory",
        "~/output/path",
        "~/output/view_selection",
        "~/output/expert_activation",
        "~/output/markers",
    ]
    assert STATE.resolved == "/drivemoe/output/state"


def test_the_state_names_inputs_goal_and_policy() -> None:
    state = one(FULL, STATE)
    assert (state.state, state.reason) == (state.DEGRADED, "back is missing")
    front, back = state.inputs
    assert (front.name, front.status, front.age, front.detail) == ("front", front.OK, 0.0, "")
    assert (back.name, back.status, back.detail) == ("back", back.MISSING, "no picture")
    assert math.isnan(back.age)
    assert (state.goal.x, state.goal.y, state.goal.z, state.goal_source) == (7.0, -1.0, 0.0, "route")
    assert (state.policy, state.weights, state.trained) == ("drivemoe", "untrained (seed 0)", False)


def test_a_state_without_goal_says_so() -> None:
    state = one(WAITING, STATE)
    assert (state.goal.x, state.goal.y, state.goal_source) == (0.0, 0.0, "")


@pytest.mark.parametrize("condition", InputCondition)
def test_conditions_have_the_numbers_of_the_message(condition: InputCondition) -> None:
    message = BagMessageFactory().make("drivemoe_ros/msg/InputStatus")
    assert getattr(message, condition.name) == condition


@pytest.mark.parametrize("state", DrivingState)
def test_states_have_the_numbers_of_the_message(state: DrivingState) -> None:
    message = BagMessageFactory().make("drivemoe_ros/msg/PolicyState")
    assert getattr(message, state.name) == state


def test_every_point_of_a_trajectory_has_a_time_a_heading_and_a_velocity() -> None:
    trajectory = one(FULL, TRAJECTORY)
    times = [point.time_from_start.sec + point.time_from_start.nanosec * 1e-9 for point in trajectory.points]
    assert times == [0.0, 0.5, 1.0, 1.5]
    assert [[point.pose.position.x, point.pose.position.y] for point in trajectory.points] == WAYPOINTS.tolist()
    yaws = [2.0 * math.atan2(point.pose.orientation.z, point.pose.orientation.w) for point in trajectory.points]
    assert yaws == pytest.approx([0.0, math.pi / 4, math.pi / 4, math.pi / 4])
    assert [p.longitudinal_velocity for p in trajectory.points] == pytest.approx([2.0, 2.0 * math.sqrt(2), 0.0, 0.0])
    assert all(point.pose.position.z == 0.0 for point in trajectory.points)
    assert (trajectory.policy, trajectory.weights, trajectory.trained) == ("drivemoe", "untrained (seed 0)", False)


def test_the_path_holds_the_same_poses_at_the_stamp_of_their_frame() -> None:
    path, trajectory = one(FULL, PATH), one(FULL, TRAJECTORY)
    assert [repr(pose.pose) for pose in path.poses] == [repr(point.pose) for point in trajectory.points]
    assert {header_stamp(pose) for pose in path.poses} == {STAMP_NS}


def test_the_view_selection_has_every_score_and_tells_of_a_fallback() -> None:
    selection = one(FULL, VIEW_SELECTION)
    assert selection.names == ["front_left", "back"]
    assert selection.scores.tolist() == [0.5, 2.0]
    assert float(selection.probabilities.sum()) == pytest.approx(1.0)
    assert selection.available.tolist() == [True, False]
    assert (selection.selected, selection.preferred, selection.fallback) == ("front_left", "back", True)
    assert selection.reason == "back is missing"


def test_the_expert_activation_has_every_score_weight_and_step() -> None:
    activation = one(FULL, EXPERT_ACTIVATION)
    assert (activation.system, activation.level) == ("drivemoe", "action")
    assert activation.names == ["merge", "brake", "turn"]
    assert activation.scores.tolist() == [0.0, 3.0, 1.0]
    assert activation.weights.tolist() == [0.0, 0.75, 0.25]
    assert (activation.chosen, activation.dominant) == (["brake", "turn"], "brake")
    assert activation.num_steps == 2
    assert activation.step_weights.reshape(2, 3).tolist() == [[0.5, 0.5, 0.0], [0.0, 0.75, 0.25]]


def test_each_level_has_its_own_activation() -> None:
    levels = (EXPERTS, dataclasses.replace(EXPERTS, level="chain"))
    encoded = encode(dataclasses.replace(FULL, output=PolicyOutput(WAYPOINTS, None, levels)))
    assert [message.level for topic, message in encoded if topic == EXPERT_ACTIVATION] == ["action", "chain"]


def test_the_same_plan_gives_the_same_bytes() -> None:
    store = output_typestore()
    first, second = (
        [bytes(store.serialize_cdr(message, topic.type_name)) for topic, message in encode(FULL)] for _ in range(2)
    )
    assert first == second


def test_a_field_that_the_type_lacks_is_refused() -> None:
    with pytest.raises(TypeError, match="no field colour"):
        BagMessageFactory().make("visualization_msgs/msg/Marker", colour=1)
