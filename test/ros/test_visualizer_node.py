"""The visualizer on a live graph: it draws what the policy published, for whoever looks, and nothing else."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

pytest.importorskip("rclpy")

from drivemoe_ros.msg import ExpertActivation

from drivemoe_ros.data.cameras import CAMERA_NAMES
from drivemoe_ros.data.plan import PlanSource, Refusal
from drivemoe_ros.data.state import InputCondition
from drivemoe_ros.viz import theme
from drivemoe_ros.viz.canvas import PAD_PX, TITLE_PX
from drivemoe_ros.viz.mosaic import CAPTION_PX, FRAME_PX, tile_boxes
from drivemoe_ros.viz.theme import Box

from ..unit.viz.results import count, view_decision, waiting  # noqa: TID252
from .graph import stamp_ns
from .visualizer_graph import RED, SPEED_MPS, at, full, live_visualizer, pixels

if TYPE_CHECKING:
    from drivemoe_ros.data.plan import PlanResult

# rclpy's own parser imports modules that Python has since deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")

ADD, DELETE = 0, 2
FRONT_LEFT_SCORES = (3.0, -0.6, 0.1, 0.4, -1.1)


def tiles(message: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return the pixels of every camera's tile of a mosaic."""
    picture = pixels(message)
    boxes = tile_boxes(Box(PAD_PX, TITLE_PX, message.width - PAD_PX, message.height - PAD_PX))
    return {name: picture[box.top : box.bottom, box.left : box.right] for name, box in boxes.items()}


def framed(message: Any) -> list[str]:  # noqa: ANN401
    """Return the cameras whose tile has a frame all around."""
    return [
        name
        for name, tile in tiles(message).items()
        if count(tile[CAPTION_PX:, :FRAME_PX], theme.SELECTED) == FRAME_PX * (len(tile) - CAPTION_PX)
    ]


def by_name(message: Any) -> dict[tuple[str, int], Any]:  # noqa: ANN401
    return {(one.ns, one.id): one for one in message.markers}


def test_markers_words_and_pictures_carry_the_plans_stamp() -> None:
    with live_visualizer() as (_, audience):
        audience.start("markers", "mosaic", "text", "dashboard")
        audience.send_odometry(at(0))
        audience.send_plan(full(0))
        markers = audience.drawing("markers", at(0))
        mosaic, dashboard = audience.drawing("mosaic", at(0)), audience.drawing("dashboard", at(0))
        audience.until(lambda: audience.received["text"], "text")
        text = audience.received["text"][-1].data
    assert {one.header.frame_id for one in markers.markers} == {"base_link"}
    assert (mosaic.header.frame_id, mosaic.width, dashboard.width) == ("base_link", 960, 1600)
    assert text.startswith("RUNNING: all inputs are good | view: back 0.")
    assert "| action: overtaking 0." in text


def test_names_and_ids_of_markers_stay_from_frame_to_frame() -> None:
    with live_visualizer() as (_, audience):
        audience.start("markers")
        seen = []
        for number in range(5):
            audience.send_odometry(at(number))
            audience.send_plan(full(number))
            seen.append(list(by_name(audience.drawing("markers", at(number)))))
    assert all(names == seen[0] for names in seen)
    assert len(set(seen[0])) == len(seen[0])


def test_the_frame_is_around_the_selected_view_and_follows_it() -> None:
    with live_visualizer() as (_, audience):
        audience.start("mosaic")
        audience.send_plan(full(0))
        assert framed(audience.drawing("mosaic", at(0))) == ["back"]
        audience.send_plan(full(1, view=view_decision(FRONT_LEFT_SCORES)))
        assert framed(audience.drawing("mosaic", at(1))) == ["front_left"]


def test_every_camera_is_in_its_place_and_a_missing_one_is_grey_with_its_reason() -> None:
    gone = {"back_left": (InputCondition.MISSING, "no picture within 0.04 s")}
    with live_visualizer() as (_, audience):
        audience.start("mosaic")
        audience.until(lambda: all(one.get_subscription_count() for one in audience.cameras.values()), "cameras")
        audience.send_pictures(at(0))
        audience.until(
            lambda: all(audience.figures(name).get("received") == "1" for name in CAMERA_NAMES), "all pictures"
        )
        audience.send_plan(full(0))
        good = tiles(audience.drawing("mosaic", at(0)))
        audience.send_plan(full(1, conditions=gone))
        bad = tiles(audience.drawing("mosaic", at(1)))
    assert all(count(tile, RED) > tile.size // 3 // 2 for tile in good.values())
    assert count(bad["back_left"], RED) == 0
    assert count(bad["back_left"], theme.WARNING) > 0
    assert all(count(bad[name], RED) > 0 for name in CAMERA_NAMES if name != "back_left")


def test_past_and_route_are_drawn_where_they_are_from_here() -> None:
    here_m = SPEED_MPS * at(0) * 1e-9
    with live_visualizer() as (_, audience):
        audience.start("markers")
        audience.send_route([(here_m + x_m, 2.0) for x_m in range(-5, 20)])
        audience.until(lambda: audience.figures("route").get("received") == "1", "route")
        audience.send_odometry(at(0))
        audience.send_plan(full(0))
        drawn = by_name(audience.drawing("markers", at(0)))
    route = np.array([(point.x, point.y) for point in drawn["route", 0].points])
    past = np.array([(point.x, point.y) for point in drawn["past", 0].points])
    # Metres since 1970 at this speed leave a float64 a thousandth.
    assert route[0] == pytest.approx([-5.0, 2.0], abs=0.01)
    assert route[-1] == pytest.approx([19.0, 2.0], abs=0.01)
    assert past[-1] == pytest.approx([0.0, 0.0], abs=0.01)
    assert -SPEED_MPS - 0.01 <= past[0, 0] < -0.5
    assert drawn["vehicle", 0].action == ADD


@pytest.mark.parametrize("lost", ["trajectory", "view_selection", "expert_activation"])
def test_a_plan_that_lost_a_message_is_drawn_without_it(lost: str) -> None:
    with live_visualizer() as (_, audience):
        audience.start("markers")
        audience.send_plan(full(0))
        audience.drawing("markers", at(0))
        audience.send_plan(full(1), leave_out=lost)
        drawn = by_name(audience.drawing("markers", at(1)))
    assert (drawn["trajectory", 0].action == DELETE) == (lost == "trajectory")
    assert (drawn["view", 0].action == DELETE) == (lost == "view_selection")
    assert (drawn["experts", 0].action == DELETE) == (lost == "expert_activation")


def test_a_refused_plan_is_drawn_beside_the_stop_that_stands_in_for_it() -> None:
    def replaced(number: int) -> PlanResult:
        usual: PlanResult = full(number)
        refusal = Refusal("curvature", "it bends too much")
        return dataclasses.replace(usual, source=PlanSource.STOP, refusal=refusal, refused=usual.trajectory)

    with live_visualizer() as (_, audience):
        audience.start("markers")
        # From the second one on it is known that there may be such a message.
        for number in range(2):
            audience.send_plan(replaced(number))
            drawn = by_name(audience.drawing("markers", at(number)))
        audience.send_plan(full(2))
        after = by_name(audience.drawing("markers", at(2)))
    assert drawn["refused trajectory", 0].action == ADD
    assert "driven: stop (refused: curvature)" in drawn["decision", 0].text
    assert after["refused trajectory", 0].action == DELETE


def test_when_the_plans_end_their_markers_are_deleted_and_the_state_is_told() -> None:
    with live_visualizer() as (_, audience):
        audience.start("markers")
        audience.send_plan(full(0))
        before = by_name(audience.drawing("markers", at(0)))
        audience.send_plan(waiting(at(1)))
        after = by_name(audience.drawing("markers", at(1)))
    assert set(after) == set(before)
    assert {name for name, one in after.items() if one.action == ADD} == {("decision", 0), ("vehicle", 0)}
    assert after["decision", 0].text.startswith("WAITING: 0.2 s of odometry")


def test_a_message_that_contradicts_itself_is_dropped_and_named_and_the_plan_is_drawn() -> None:
    with live_visualizer() as (_, audience):
        audience.start("markers")
        audience.send_plan(full(0))
        audience.drawing("markers", at(0))
        (bad,) = [one for topic, one in audience.plans.items() if "expert" in topic.name]
        message = ExpertActivation(names=["brake"], scores=[1.0, 2.0])
        message.header.stamp.sec = 5
        bad.publish(message)
        audience.until(lambda: audience.figures("expert activation").get("rejected") == "1", "rejection")
        assert "shape" in audience.diagnostics["expert activation"].message
        audience.send_plan(full(1))
        assert by_name(audience.drawing("markers", at(1)))["experts", 0].action == ADD


def test_a_bag_that_begins_again_is_drawn_at_once() -> None:
    with live_visualizer() as (_, audience):
        audience.start("markers")
        for number in (100, 101, 0, 1):
            audience.send_plan(full(number))
            audience.drawing("markers", at(number))
        drawn = [stamp_ns(one.markers[0]) for one in audience.received["markers"]]
    assert drawn == [at(number) for number in (100, 101, 0, 1)]
