"""What RViz is told to draw of a plan: everything there is, nothing that was, and never another name or id for it."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest

from drivemoe_ros.bags.factory import BagMessageFactory
from drivemoe_ros.bags.typestore import output_typestore
from drivemoe_ros.data import palette
from drivemoe_ros.data.cameras import Camera
from drivemoe_ros.data.plan import PlanResult, PlanSource, PolicyLabel, PolicyOutput
from drivemoe_ros.data.state import DrivingState, StateReport
from drivemoe_ros.messages.markers import NO_SCENE, Body, Scene, encode_markers
from drivemoe_ros.messages.parts import Parts
from drivemoe_ros.messages.plan_words import plan_words
from drivemoe_ros.messages.topics import MARKERS

from .test_encode import EXPERTS, FULL, REPLACED, STAMP_NS, UNTRAINED, VIEW, WAITING, WAYPOINTS

TRAINED = PolicyLabel("drivemoe", "released", trained=True)
BACK = Camera(
    "back", "/back", "", x_m=-2.0, y_m=0.0, z_m=1.6, yaw_rad=math.pi, horizontal_fov_rad=2.0, width=16, height=9
)
LINE = np.array([[0.0, 0.0], [5.0, 1.0], [9.0, 3.0]])
SCENE = Scene(past_N2=-LINE, route_N2=LINE, view=BACK, body=Body(1.4, 4.6))
ADD, DELETE = 0, 2


def markers(result: PlanResult, scene: Scene = NO_SCENE, label: PolicyLabel = UNTRAINED) -> list[Any]:
    """Return the markers as a subscriber gets them."""
    message = encode_markers(result, label, Parts(BagMessageFactory(), result.stamp_ns, "base_link"), scene)
    store = output_typestore()
    got = store.deserialize_cdr(store.serialize_cdr(message, MARKERS.type_name), MARKERS.type_name)
    return list(got.markers)  # type: ignore[attr-defined]


def marker(result: PlanResult, name: str, scene: Scene = NO_SCENE, identity: int = 0) -> Any:  # noqa: ANN401
    (found,) = [one for one in markers(result, scene) if (one.ns, one.id) == (name, identity)]
    return found


def test_names_and_ids_are_the_same_from_plan_to_plan_and_none_comes_twice() -> None:
    first = [(one.ns, one.id) for one in markers(FULL, SCENE)]
    again = [(one.ns, one.id) for one in markers(dataclasses.replace(FULL, stamp_ns=STAMP_NS + 1), SCENE)]
    assert first == again
    assert len(set(first)) == len(first)


def test_what_a_plan_lacks_is_deleted_by_name() -> None:
    full = {(one.ns, one.id): one.action for one in markers(REPLACED, SCENE)}
    waiting = {(one.ns, one.id): one.action for one in markers(WAITING)}
    assert set(full.values()) == {ADD}
    assert {name for (name, _), action in waiting.items() if action == DELETE} == {
        "route",
        "past",
        "vehicle",
        "trajectory",
        "waypoints",
        "refused trajectory",
        "goal",
        "view",
    }
    assert set(waiting) <= set(full)


def test_every_marker_belongs_to_the_plan_and_ends_when_no_other_comes() -> None:
    for one in markers(REPLACED, SCENE):
        assert one.header.frame_id == "base_link"
        assert (one.header.stamp.sec, one.header.stamp.nanosec) == divmod(STAMP_NS, 10**9)
        assert 1 < one.lifetime.sec < 5


def test_trajectory_and_waypoints_are_coloured_by_speed_at_every_point() -> None:
    for name in ("trajectory", "waypoints"):
        drawn = marker(FULL, name)
        assert [[point.x, point.y] for point in drawn.points] == WAYPOINTS.tolist()
        assert len(drawn.colors) == 4
        # The plan ends standing: brighter means faster.
        assert drawn.colors[1].r > drawn.colors[3].r


def test_a_refused_plan_is_a_thin_red_line_beside_what_is_driven() -> None:
    drawn = marker(REPLACED, "refused trajectory")
    assert [[point.x, point.y] for point in drawn.points] == WAYPOINTS[:3].tolist()
    assert [drawn.color.r, drawn.color.g, drawn.color.b] == pytest.approx([c / 255.0 for c in palette.REFUSED])
    assert drawn.scale.x < marker(REPLACED, "trajectory").scale.x / 2.0
    assert marker(FULL, "refused trajectory").action == DELETE


def test_of_a_refused_plan_only_what_is_somewhere_is_drawn() -> None:
    assert REPLACED.refused is not None
    position_H2 = REPLACED.refused.position_H2.copy()
    position_H2[1] = math.nan
    lost = dataclasses.replace(REPLACED.refused, position_H2=position_H2)
    drawn = marker(dataclasses.replace(REPLACED, refused=lost), "refused trajectory")
    assert [[point.x, point.y] for point in drawn.points] == WAYPOINTS[[0, 2]].tolist()


def test_past_and_route_lie_where_they_are() -> None:
    assert [[p.x, p.y] for p in marker(FULL, "route", SCENE).points] == LINE.tolist()
    assert [[p.x, p.y] for p in marker(FULL, "past", SCENE).points] == (-LINE).tolist()


def test_the_vehicle_stands_where_it_is_and_on_the_ground() -> None:
    box = marker(FULL, "vehicle", SCENE)
    assert (box.pose.position.x, box.scale.x) == (1.4, 4.6)
    assert box.pose.position.z == box.scale.z / 2.0


def test_a_line_of_one_point_is_not_drawn() -> None:
    assert marker(FULL, "route", Scene(route_N2=LINE[:1])).action == DELETE


def test_the_chosen_cameras_fan_opens_where_it_looks() -> None:
    points = np.array([[point.x, point.y] for point in marker(FULL, "view", SCENE).points])
    assert len(points) % 3 == 0
    assert points[:, 0].max() == pytest.approx(BACK.x_m)
    assert points[:, 0].min() < -10.0
    assert points[:, 1].max() == pytest.approx(-points[:, 1].min())


def test_every_expert_has_a_bar_as_long_as_its_probability_and_a_name() -> None:
    bars = [marker(FULL, "experts", identity=index) for index in range(3)]
    tracks = [marker(FULL, "expert tracks", identity=index) for index in range(3)]
    lengths = [bar.scale.y / track.scale.y for bar, track in zip(bars, tracks, strict=True)]
    assert lengths == pytest.approx(EXPERTS.probabilities_E.tolist(), abs=1e-3)
    # All begin on one line, and the two that drive stand out.
    assert {round(bar.pose.position.y + bar.scale.y / 2.0, 6) for bar in bars} == {-7.2}
    assert [bar.color.a == 1.0 for bar in bars] == [False, True, True]
    assert marker(FULL, "expert names", identity=1).text == "brake  0.84"


def test_levels_do_not_lie_on_each_other() -> None:
    levels = (EXPERTS, dataclasses.replace(EXPERTS, level="chain"))
    drawn = markers(dataclasses.replace(FULL, output=PolicyOutput(WAYPOINTS, VIEW, levels)))
    places = [one.pose.position.x for one in drawn if one.ns == "experts"]
    assert len(set(places)) == len(places) == 6


def test_the_words_name_state_view_experts_and_missing_training() -> None:
    assert plan_words(FULL, UNTRAINED).splitlines() == [
        "DEGRADED: back is missing",
        "view: front_left 0.18 instead of back (back is missing)",
        "action: brake 0.75, turn 0.25",
        "UNTRAINED, not for driving: drivemoe, untrained (seed 0)",
    ]
    assert "UNTRAINED" not in plan_words(FULL, TRAINED)
    assert plan_words(REPLACED, TRAINED).splitlines()[1] == "driven: stop (refused: curvature)"
    again = dataclasses.replace(FULL, source=PlanSource.LAST_PLAN)
    assert plan_words(again, TRAINED).splitlines()[1] == "driven: last plan"
    assert marker(FULL, "decision").text.split() == plan_words(FULL, UNTRAINED).split()


def test_a_long_reason_is_broken_into_lines() -> None:
    report = StateReport(DrivingState.FAULT, "no picture from " + "/a/very/long/topic " * 8, ())
    text = marker(dataclasses.replace(WAITING, report=report), "decision").text
    assert max(len(line) for line in text.splitlines()) <= 64
    assert text.replace("\n", " ").startswith("FAULT: no picture from /a/very/long/topic")


@pytest.mark.parametrize("state", DrivingState)
def test_every_state_has_words_and_a_colour_of_its_own(state: DrivingState) -> None:
    drawn = {
        one: marker(dataclasses.replace(WAITING, report=StateReport(one, "why", ())), "decision")
        for one in DrivingState
    }
    colours = [(one.color.r, one.color.g, one.color.b) for one in drawn.values()]
    assert drawn[state].text.startswith(f"{state.name}: why")
    assert len(set(colours)) == len(colours)
