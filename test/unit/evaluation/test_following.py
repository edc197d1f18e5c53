"""How far plans follow what was driven. Shape legend: P plans, H waypoints."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivemoe_ros.errors import InputError
from drivemoe_ros.evaluation.following import following, straight_on

INTERVAL_S = 0.1
SPEED_P = np.array([0.0, 5.0, 10.0])
STRAIGHT_PH2 = straight_on(SPEED_P, 10, INTERVAL_S)


def test_going_straight_on_covers_the_way_that_the_speed_says() -> None:
    assert np.allclose(STRAIGHT_PH2[:, -1], [[0.0, 0.0], [4.5, 0.0], [9.0, 0.0]])
    assert np.allclose(STRAIGHT_PH2[:, 0], 0.0)


@given(st.floats(0.01, 3.0), st.integers(0, 1000))
def test_a_plan_that_does_a_share_of_what_was_driven_has_that_slope(share: float, seed: int) -> None:
    driven_PH2 = STRAIGHT_PH2 + np.random.default_rng(seed).normal(size=STRAIGHT_PH2.shape)
    planned_PH2 = STRAIGHT_PH2 + share * (driven_PH2 - STRAIGHT_PH2)
    for axis in following(planned_PH2, driven_PH2, STRAIGHT_PH2):
        assert axis.correlation == pytest.approx(1.0)
        assert axis.slope == pytest.approx(share)
        assert f"{axis}" == f"{axis.slope:.2f} (correlation 1.00)"


def test_going_straight_on_whatever_was_driven_does_not_follow() -> None:
    driven_PH2 = STRAIGHT_PH2.copy()
    driven_PH2[:, -1, 0] += [0.0, -1.0, -2.0]
    ahead, aside = following(STRAIGHT_PH2, driven_PH2, STRAIGHT_PH2)
    assert ahead.slope == 0.0
    assert ahead.correlation is None
    assert aside == (None, None)
    assert (f"{ahead}", f"{aside}") == ("0.00", "-")


def test_plans_of_another_length_are_refused() -> None:
    with pytest.raises(InputError, match="driven waypoints"):
        following(STRAIGHT_PH2, STRAIGHT_PH2[:, :5], STRAIGHT_PH2)
