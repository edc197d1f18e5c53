"""What a person sees on the timeline of a drive."""

import numpy as np
import pytest

from drivemoe_ros.data.cameras import CANDIDATE_VIEWS
from drivemoe_ros.data.state import DrivingState
from drivemoe_ros.viz import theme
from drivemoe_ros.viz.strip import HEIGHT, WIDTH, draw_timeline
from drivemoe_ros.viz.timeaxis import TimeAxis
from drivemoe_ros.viz.words import name_words, stamp_words

from .results import count, expert_decision, plan, view_decision, waiting

PERIOD_NS = 100_000_000


def test_the_timeline_shows_states_where_they_were() -> None:
    states = [DrivingState.RUNNING] * 10 + [DrivingState.FAULT] * 10
    drive = [plan(state=state, stamp_ns=index * PERIOD_NS) for index, state in enumerate(states)]
    band = np.asarray(draw_timeline(drive, "label"))[40:90, 140:1350]
    running = np.nonzero((band == theme.STATE_COLOURS[DrivingState.RUNNING]).all(axis=-1))[1]
    fault = np.nonzero((band == theme.STATE_COLOURS[DrivingState.FAULT]).all(axis=-1))[1]
    assert running.max() < fault.min()
    assert len(running) == pytest.approx(len(fault), rel=0.02)


def test_the_selected_view_has_the_filled_lane() -> None:
    drive = [plan(view_decision(), stamp_ns=index * PERIOD_NS) for index in range(8)]
    pixels = np.asarray(draw_timeline(drive, "label"))
    lanes = [count(pixels[90:290], theme.series_colour(index)) for index in range(len(CANDIDATE_VIEWS))]
    assert np.argmax(lanes) == CANDIDATE_VIEWS.index("back")
    assert sum(lane > 0 for lane in lanes) == 1


def test_stacked_areas_are_as_large_as_the_probabilities() -> None:
    decision = expert_decision()
    drive = [plan(None, [decision], stamp_ns=index * PERIOD_NS) for index in range(5)]
    pixels = np.asarray(draw_timeline(drive, "label"))[120:660, 160:1340]
    areas = np.array([count(pixels, theme.series_colour(index)) for index in range(len(decision.names))])
    np.testing.assert_allclose(areas / areas.sum(), decision.probabilities_E, atol=0.01)


def test_a_pause_in_the_drive_is_left_empty() -> None:
    stamps_ns = np.array([0, 1, 2, 20, 21, 22], dtype=np.int64) * PERIOD_NS
    shown = TimeAxis(stamps_ns, 0, 230).columns()
    assert set(shown[:50]) == {0, 1, 2}
    assert (shown[60:195] == -1).all()
    assert set(shown[205:]) == {3, 4, 5}


def test_a_looped_bag_goes_on_to_the_right() -> None:
    stamps_ns = np.array([0, 1, 2, 0, 1, 2], dtype=np.int64) * PERIOD_NS
    axis = TimeAxis(stamps_ns, 0, 600)
    assert axis.time_s_R == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4, 0.5])
    assert list(dict.fromkeys(axis.columns().tolist())) == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("number", [0, 1, 2, 500])
def test_a_drive_of_any_length_can_be_drawn(number: int) -> None:
    drive = [waiting(0), *(plan(view_decision(), [expert_decision()], stamp_ns=i * PERIOD_NS) for i in range(1, 500))]
    picture = draw_timeline(drive[:number], "label", np.full(number, np.nan))
    assert picture.size == (WIDTH, HEIGHT)
    assert count(np.asarray(picture), theme.TEXT) > 10


def test_the_vehicle_speed_is_drawn_where_it_is_known() -> None:
    drive = [plan(stamp_ns=index * PERIOD_NS) for index in range(20)]
    speed = np.where(np.arange(20) < 10, 3.0, np.nan)
    with_speed = np.asarray(draw_timeline(drive, "label", speed))[640:870, 140:1350]
    columns = np.nonzero((with_speed == theme.TEXT).all(axis=-1))[1]
    assert columns.min() < 100
    assert 500 < columns.max() < 620


def test_stamps_and_names_read_well() -> None:
    assert stamp_words(12_345_999_999) == "12.345 s"
    assert stamp_words(0) == "0.000 s"
    assert name_words("EMERGENCY_BRAKE") == "emergency brake"
