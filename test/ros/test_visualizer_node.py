"""The visualizer on a live graph: it draws what the policy published, for whoever looks, and nothing else."""

from __future__ import annotations

import pathlib
import signal
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

pytest.importorskip("rclpy")

from drivemoe_ros.msg import ExpertActivation
from rclpy.lifecycle import TransitionCallbackReturn
from rclpy.parameter import Parameter

from drivemoe_ros.data.cameras import CAMERA_NAMES
from drivemoe_ros.data.state import InputCondition
from drivemoe_ros.nodes.visualizer_node import VisualizerNode
from drivemoe_ros.viz import theme
from drivemoe_ros.viz.canvas import PAD_PX, TITLE_PX
from drivemoe_ros.viz.mosaic import CAPTION_PX, FRAME_PX, tile_boxes
from drivemoe_ros.viz.theme import Box

from ..unit.viz.results import count, expert_decision, plan, view_decision, waiting  # noqa: TID252
from .visualizer_graph import PATIENCE_S, RED, SPEED_MPS, Audience, live_visualizer, pixels, stamp_ns

# rclpy's own parser imports modules that Python has since deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")

ROOT = pathlib.Path(__file__).resolve().parents[2]
START_NS = 1_700_000_000_000_000_000
STEP_NS = 100_000_000
OK = TransitionCallbackReturn.SUCCESS
ADD, DELETE = 0, 2
FRONT_LEFT_SCORES = (3.0, -0.6, 0.1, 0.4, -1.1)


def at(number: int) -> int:
    return START_NS + number * STEP_NS


def full(number: int, **changes: Any) -> Any:  # noqa: ANN401
    """Return a complete plan; of the views, ``back`` is selected."""
    chosen: dict[str, Any] = {"view": view_decision(), "experts": (expert_decision(),), "stamp_ns": at(number)}
    return plan(**(chosen | changes))


def start(node: VisualizerNode, audience: Audience, *looked_at: str) -> None:
    """Configure and activate the node, and look at some of its drawings."""
    assert node.trigger_configure() == OK
    assert node.trigger_activate() == OK
    audience.look_at(*looked_at)
    audience.connect()


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
    with live_visualizer() as (node, audience):
        start(node, audience, "markers", "mosaic", "text", "dashboard")
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
    with live_visualizer() as (node, audience):
        start(node, audience, "markers")
        seen = []
        for number in range(5):
            audience.send_odometry(at(number))
            audience.send_plan(full(number))
            seen.append(list(by_name(audience.drawing("markers", at(number)))))
    assert all(names == seen[0] for names in seen)
    assert len(set(seen[0])) == len(seen[0])


def test_the_frame_is_around_the_selected_view_and_follows_it() -> None:
    with live_visualizer() as (node, audience):
        start(node, audience, "mosaic")
        audience.send_plan(full(0))
        assert framed(audience.drawing("mosaic", at(0))) == ["back"]
        audience.send_plan(full(1, view=view_decision(FRONT_LEFT_SCORES)))
        assert framed(audience.drawing("mosaic", at(1))) == ["front_left"]


def test_every_camera_is_in_its_place_and_a_missing_one_is_grey_with_its_reason() -> None:
    gone = {"back_left": (InputCondition.MISSING, "no picture within 0.04 s")}
    with live_visualizer() as (node, audience):
        start(node, audience, "mosaic")
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


def test_nothing_is_drawn_and_no_picture_received_while_nobody_looks() -> None:
    with live_visualizer() as (node, audience):
        start(node, audience)
        for number in range(5):
            audience.send_plan(full(number))
        audience.until(lambda: audience.figures("state").get("received") == "5", "arrival of five states")
        audience.until(lambda: audience.figures("drawing").get("drawings") == "0", "a report without drawings")
        assert not any(one.get_subscription_count() for one in audience.cameras.values())
        audience.look_at("mosaic")
        audience.until(lambda: all(one.get_subscription_count() for one in audience.cameras.values()), "cameras")
        audience.look_away("mosaic")
        audience.until(lambda: not any(one.get_subscription_count() for one in audience.cameras.values()), "release")


def test_only_what_is_looked_at_is_drawn() -> None:
    with live_visualizer() as (node, audience):
        start(node, audience, "markers")
        audience.send_plan(full(0))
        audience.drawing("markers", at(0))
        audience.until(lambda: audience.figures("drawing").get("drawings") == "1", "a report of one drawing")
        assert not any(one.get_subscription_count() for one in audience.cameras.values())


def test_past_and_route_are_drawn_where_they_are_from_here() -> None:
    here_m = SPEED_MPS * at(0) * 1e-9
    with live_visualizer() as (node, audience):
        start(node, audience, "markers")
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
    with live_visualizer() as (node, audience):
        start(node, audience, "markers")
        audience.send_plan(full(0))
        audience.drawing("markers", at(0))
        audience.send_plan(full(1), leave_out=lost)
        drawn = by_name(audience.drawing("markers", at(1)))
    assert (drawn["trajectory", 0].action == DELETE) == (lost == "trajectory")
    assert (drawn["view", 0].action == DELETE) == (lost == "view_selection")
    assert (drawn["experts", 0].action == DELETE) == (lost == "expert_activation")


def test_when_the_plans_end_their_markers_are_deleted_and_the_state_is_told() -> None:
    with live_visualizer() as (node, audience):
        start(node, audience, "markers")
        audience.send_plan(full(0))
        before = by_name(audience.drawing("markers", at(0)))
        audience.send_plan(waiting(at(1)))
        after = by_name(audience.drawing("markers", at(1)))
    assert set(after) == set(before)
    assert {name for name, one in after.items() if one.action == ADD} == {("decision", 0), ("vehicle", 0)}
    assert after["decision", 0].text.startswith("WAITING: 0.2 s of odometry")


def test_a_message_that_contradicts_itself_is_dropped_and_named_and_the_plan_is_drawn() -> None:
    with live_visualizer() as (node, audience):
        start(node, audience, "markers")
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
    with live_visualizer() as (node, audience):
        start(node, audience, "markers")
        for number in (100, 101, 0, 1):
            audience.send_plan(full(number))
            audience.drawing("markers", at(number))
        drawn = [stamp_ns(one.markers[0]) for one in audience.received["markers"]]
    assert drawn == [at(number) for number in (100, 101, 0, 1)]


def test_silence_of_the_policy_is_told_with_the_topic() -> None:
    with live_visualizer() as (node, audience):
        assert node.trigger_configure() == OK
        assert node.trigger_activate() == OK
        audience.look_at("text", "markers")
        audience.until(lambda: audience.received["text"], "text")
        assert "/drivemoe/output/state" in audience.received["text"][-1].data
        assert audience.received["text"][-1].data.startswith("WAITING: no state from ")


def test_an_inactive_node_draws_nothing_and_goes_on_where_it_is_activated_again() -> None:
    with live_visualizer() as (node, audience):
        start(node, audience, "markers")
        audience.send_plan(full(0))
        audience.drawing("markers", at(0))
        assert node.trigger_deactivate() == OK
        (state,) = [one for topic, one in audience.plans.items() if "state" in topic.name]
        audience.until(lambda: not state.get_subscription_count(), "end of the subscriptions")
        assert node.trigger_activate() == OK
        audience.connect()
        audience.send_plan(full(1))
        audience.drawing("markers", at(1))
        assert node.trigger_deactivate() == OK
        assert node.trigger_cleanup() == OK
        assert node.trigger_configure() == OK


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("visualizer.mosaic_width", 5, "visualizer.mosaic_width is 5 px, but it must lie in 480 to 3840 px"),
        ("visualizer.rate", 5.0, "did you mean 'visualizer.rate_hz'?"),
        ("rig", "carlo", "did you mean 'carla'?"),
    ],
)
def test_a_wrong_parameter_stops_configure_in_one_sentence(name: str, value: object, sentence: str) -> None:
    with live_visualizer({name: value}) as (node, audience):
        assert node.trigger_configure() == TransitionCallbackReturn.FAILURE
        audience.until(lambda: sentence in audience.said(), "the sentence in /diagnostics")
        if name != "visualizer.rate":
            right = {"visualizer.mosaic_width": 960, "rig": "bench2drive"}[name]
            assert all(one.successful for one in node.set_parameters([Parameter(name, value=right)]))
            assert node.trigger_configure() == OK


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_process_ends_cleanly_when_told_to(number: signal.Signals) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "visualizer_node"), "--ros-args", "-p", "autostart:=true"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd="/")
    assert process.stderr is not None
    lines: list[str] = []
    for line in process.stderr:
        lines.append(line)
        if "Ready: rig 'bench2drive'" in line:
            process.send_signal(number)
            break
    _, rest = process.communicate(timeout=PATIENCE_S)
    said = "".join(lines) + rest
    assert process.returncode == 0, said
    assert "Traceback" not in said
