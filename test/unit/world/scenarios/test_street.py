"""A street says with one figure where anything on it is, in bends too."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivemoe_ros.world.lane_watch import inside
from drivemoe_ros.world.roads import Section
from drivemoe_ros.world.scenarios.bays import parallel_bays
from drivemoe_ros.world.scenarios.street import Street, draw_street
from drivemoe_ros.world.scene import Surface

BENDING = ((60.0, 0.0), (50.0, 1.0 / 60.0), (50.0, -1.0 / 40.0), (40.0, 0.0))


def bending(**section: object) -> Street:
    return Street(Section(**section), (3.0, -2.0, 0.7), BENDING)  # type: ignore[arg-type]


@given(s_m=st.floats(0.5, 199.0), lane=st.integers(0, 1))
def test_a_place_in_a_lane_is_where_the_pose_beside_the_middle_is(s_m: float, lane: int) -> None:
    street = bending(ahead=2, back=2)
    index, along_m = street.lane(s_m, lane)
    assert street.roads.lane(index).arc.pose(along_m) == pytest.approx(street.pose(s_m, street.lane_left_m(lane)))
    index, along_m = street.oncoming(s_m, lane)
    x_m, y_m, heading_rad = street.roads.lane(index).arc.pose(along_m)
    assert (x_m, y_m) == pytest.approx(street.pose(s_m, -street.lane_left_m(lane))[:2])
    assert math.cos(heading_rad - street.pose(s_m)[2]) == pytest.approx(-1.0)


def test_a_route_changes_lanes_smoothly_where_spans_leave_a_gap() -> None:
    street = bending(ahead=2, back=0)
    route = street.route([(10.0, 60.0, 1), (88.0, 150.0, 0)])
    assert np.abs(np.diff(route.heading_N)).max() < 0.12
    assert route.project(*street.pose(30.0, street.lane_left_m(1))[:2])[1] == pytest.approx(0.0, abs=0.05)
    assert route.project(*street.pose(120.0, street.lane_left_m(0))[:2])[1] == pytest.approx(0.0, abs=0.05)


def test_a_route_leaves_a_bay_straight_ahead_at_first() -> None:
    street = bending()
    start = street.pose(20.0, -6.0)
    route = street.route([(45.0, 80.0, 0)], first=start, run_up_m=4.0)
    assert route.points_N2[0] == pytest.approx(start[:2])
    assert route.heading_N[:3] == pytest.approx(start[2], abs=0.02)


def test_paint_and_open_ground_follow_the_street_over_its_pieces() -> None:
    street = bending()
    before = len(street.roads.patches)
    street.paint(Surface.PARKING, (40.0, 130.0), -5.9, -3.5)
    assert len(street.roads.patches) == before + 3
    street.open_up((40.0, 130.0), -5.9, -3.5)
    corners_N2 = street.roads.open_areas[-1]
    gap_N = np.hypot(*(corners_N2 - np.array(street.pose(130.0, -3.5)[:2])).T)
    assert gap_N.min() < 0.01


def test_bays_are_open_ground_beside_the_lane() -> None:
    street = bending()
    parallel_bays(street, 20.0, 50.0, width_m=2.4)
    (area_N2,) = street.roads.open_areas
    for s_m in (23.0, 35.0, 47.0):
        assert inside(area_N2, *street.pose(s_m, street.right_m - 1.2)[:2])
        assert not inside(area_N2, *street.pose(s_m, street.lane_left_m(0))[:2])
    ground = [patch.surface for patch in street.roads.ground()]
    assert ground.count(Surface.PARKING) == 1
    assert ground[-5:] == [Surface.WHITE] * 5


@given(seed=st.integers(0, 500))
def test_a_drawn_street_is_long_enough_and_never_meets_itself(seed: int) -> None:
    street = draw_street(np.random.default_rng(seed), Section(), 300.0)
    assert street.length_m >= 300.0
    turned = [abs(street.pose(s_m)[2] - street.pose(0.0)[2]) for s_m in np.arange(0.0, street.length_m, 10.0).tolist()]
    assert max(turned) < math.pi
