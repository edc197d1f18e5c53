"""What the expert expects of others: who comes too near to it, and how far it can go before it touches somebody."""

import numpy as np
import pytest

from drivemoe_ros.world.car import SIZES_M
from drivemoe_ros.world.ego_vehicle import LENGTH_M
from drivemoe_ros.world.predict import Forecast, forecast
from drivemoe_ros.world.scenario import CarPlan
from drivemoe_ros.world.scene import Body, BodyKind
from drivemoe_ros.world.simulation import World

from .streets import scenario, straight_road

HALF_CAR_M = 0.5 * SIZES_M[BodyKind.CAR][0]


def seen_from_start(*things: Body, cars: tuple[CarPlan, ...] = ()) -> Forecast:
    roads, route = straight_road()
    world = World(scenario(roads, route, things=things, cars=cars, speed_mps=5.0))
    return forecast(world, route, 4.0)


def standing(x_m: float, left_m: float) -> Body:
    """Return a car that stands beside the route, which is 1.75 m to the right of the road's middle."""
    return Body(BodyKind.CAR, x_m, left_m - 1.75, 0.0, *SIZES_M[BodyKind.CAR], (90, 90, 90))


def test_the_way_to_who_stands_ahead_ends_bumper_to_bumper() -> None:
    contacts_A = seen_from_start(standing(30.0, 0.0)).contacts(0.0, 0.3)
    assert contacts_A[0] == pytest.approx(30.0 - HALF_CAR_M - 0.5 * LENGTH_M, abs=0.5)


@pytest.mark.parametrize("left_m", [-2.3, 2.3])
def test_who_stands_beside_the_lane_is_not_in_the_way(left_m: float) -> None:
    assert np.isinf(seen_from_start(standing(30.0, left_m)).contacts(0.0, 0.3)).all()


def test_one_can_leave_who_stands_nearer_beside_one_than_one_likes() -> None:
    seen = seen_from_start(standing(0.5, -2.0))
    s_T = 3.0 * seen.times_s_T
    assert not seen.conflicts(s_T, 0.35, np.full(len(s_T), 0.8)).any()


def test_who_drives_into_the_way_conflicts_when_both_are_there() -> None:
    oncoming = CarPlan("oncoming", ("b-", "a-", 0), 60.0, 6.0, 6.0, left_m=3.5)
    seen = seen_from_start(cars=(oncoming,))
    s_T = 6.0 * seen.times_s_T
    hit_T = seen.conflicts(s_T, 0.3, np.zeros(len(s_T)))[0]
    assert not hit_T[0]
    assert hit_T.any()
