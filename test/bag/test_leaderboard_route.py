"""A recorded Leaderboard run is replayed along its route, by the definition of the route's type in the bag itself."""

from __future__ import annotations

import math
import pathlib

import pytest

from .leaderboard_bags import write_leaderboard_bag
from .replays import read_messages, replay

STATE = "/drivemoe/output/state"


@pytest.fixture(name="plans", scope="module")
def plans_along_the_route(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("leaderboard")
    bag = write_leaderboard_bag(folder / "drive")
    assert replay(bag, folder / "plans", "--rig", "carla") == 0
    return folder / "plans"


def test_the_goal_lies_on_the_route(plans: pathlib.Path) -> None:
    state = read_messages(plans)[STATE][-1].message
    assert state.goal_source == "route"
    # The vehicle drives ahead and the route leads to the left.
    assert state.goal.y > 1.0


def test_the_route_is_reported_usable_without_an_age(plans: pathlib.Path) -> None:
    state = read_messages(plans)[STATE][-1].message
    (route,) = [one for one in state.inputs if one.name == "route"]
    assert (route.status, route.detail) == (route.OK, "")
    assert math.isnan(route.age)
