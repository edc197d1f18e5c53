"""Roads fit together: lanes meet, routes have no jumps, and nothing stands on the asphalt."""

import itertools
import math

import numpy as np
import pytest
from highway_env.road.lane import CircularLane, StraightLane
from hypothesis import given
from hypothesis import strategies as st

from drivemoe_ros.world.footprint import Footprint
from drivemoe_ros.world.junctions import ARMS, lay_junction
from drivemoe_ros.world.lanes import Arc, lane_along
from drivemoe_ros.world.roads import RoadMap, Section
from drivemoe_ros.world.roadside import beside_the_road
from drivemoe_ros.world.scene import Surface
from drivemoe_ros.world.ways import Leg, way

from .streets import crossing, straight_road

ARCS = st.builds(
    Arc,
    st.floats(-100.0, 100.0),
    st.floats(-100.0, 100.0),
    st.floats(-4.0, 4.0),
    st.floats(5.0, 40.0),
    st.sampled_from((0.0, 0.02, -0.02, 0.1, -0.05)),
)


@given(ARCS, st.floats(0.0, 1.0), st.floats(-3.0, 3.0))
def test_a_lane_finds_the_places_it_names_as_the_library_does(arc: Arc, share: float, left_m: float) -> None:
    if abs(arc.curvature_radpm) * arc.length_m > 3.0:
        return
    lane = lane_along(arc, 3.5, 8.0)
    s_m = share * arc.length_m
    position = lane.position(s_m, left_m)
    library = CircularLane if arc.curvature_radpm else StraightLane
    assert arc.pose(s_m, left_m)[:2] == pytest.approx(tuple(position), abs=1e-6)
    assert lane.local_coordinates(position) == pytest.approx((s_m, left_m), abs=1e-6)
    assert library.local_coordinates(lane, position) == pytest.approx((s_m, left_m), abs=1e-6)
    assert math.remainder(lane.heading_at(s_m) - arc.pose(s_m)[2], math.tau) == pytest.approx(0.0, abs=1e-9)


@given(st.integers(1, 3), st.floats(-3.0, 3.0), st.sampled_from([ARMS, ARMS[:3], ("east", "west", "south")]))
def test_lanes_through_a_junction_begin_and_end_on_those_of_its_arms(
    lanes: int, heading_rad: float, arms: tuple[str, ...]
) -> None:
    roads = RoadMap()
    section = Section(ahead=lanes, back=lanes)
    junction = lay_junction(roads, "x", (5.0, -3.0, heading_rad), section, arms)
    for arm in arms:
        junction.pen(arm).straight(f"far {arm}", 30.0)
    graph = roads.network.graph
    for arm, other in itertools.permutations(arms, 2):
        ends = [lane.arc.pose(lane.arc.length_m) for lane in graph[f"far {arm}-"][junction.into(arm)]]
        begins = [lane.arc.pose(0.0) for lane in graph[junction.out(other)][f"far {other}"]]
        for lane in graph[junction.into(arm)][junction.out(other)]:
            assert any(_same(lane.arc.pose(0.0), end) for end in ends)
            assert any(_same(lane.arc.pose(lane.arc.length_m), begin) for begin in begins)


def _same(pose: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    turn_rad = math.remainder(pose[2] - other[2], math.tau)
    return math.hypot(pose[0] - other[0], pose[1] - other[1]) < 1e-6 and abs(turn_rad) < 1e-6


@pytest.mark.parametrize("turn", ["east", "north", "west"])
def test_a_route_has_a_point_a_metre_and_no_corner(turn: str) -> None:
    _, route = crossing(turn)
    steps = np.diff(route.s_N)
    assert steps[:-1] == pytest.approx(1.0, abs=0.02)
    assert np.abs(route.curvature_N).max() < 0.2


def test_a_gap_between_legs_becomes_a_smooth_change_of_lane() -> None:
    roads, _ = straight_road(ahead=2)
    route = way(roads, [Leg("a", "b", 1, 0.0, 40.0), Leg("a", "b", 0, 70.0)])
    _, left_m = route.project(20.0, -5.25)
    assert left_m == pytest.approx(0.0, abs=1e-6)
    assert route.pose(85.0)[1] == pytest.approx(-1.75, abs=0.01)
    assert np.abs(route.curvature_N).max() < 0.05


def test_what_is_behind_the_beginning_has_a_negative_distance() -> None:
    _, route = straight_road()
    assert route.project(-8.0, 0.0) == pytest.approx((-8.0, 1.75))


def test_paint_lies_on_the_asphalt() -> None:
    roads, _ = straight_road(pavement_m=2.0)
    surfaces = [patch.surface for patch in roads.ground()]
    assert surfaces[0] is Surface.PAVEMENT
    assert surfaces.index(Surface.ASPHALT) < surfaces.index(Surface.YELLOW) < surfaces.index(Surface.WHITE)


@given(st.integers(0, 1000))
def test_nothing_stands_on_a_road(seed: int) -> None:
    junction, route = crossing("west")
    props = beside_the_road(junction.roads, route, np.random.default_rng(seed), per_100_m=20.0)
    lanes = junction.roads.lanes().values()
    for body in props:
        box = Footprint.of(body)
        for lane in lanes:
            for s_m in np.arange(0.0, lane.length, 2.0):
                x_m, y_m, heading_rad = lane.arc.pose(float(s_m))
                assert not box.touches(Footprint(x_m, y_m, heading_rad, 1.0, 0.5 * lane.width))
