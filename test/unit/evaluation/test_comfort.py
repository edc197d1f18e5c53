"""Comfort: nuPlan's limits on what a Savitzky-Golay filter leaves."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivemoe_ros.evaluation.comfort import comfort
from drivemoe_ros.evaluation.savitzky_golay import smooth

from .logs import track


@pytest.mark.parametrize(
    ("figures", "limit"),
    [("forward", 2.40), ("forward", -4.05), ("left", 4.89), ("left", -4.89), ("yaw_rate", 0.95), ("yaw_rate", -0.95)],
)
def test_each_limit_divides_comfort_from_discomfort(figures: str, limit: float) -> None:
    assert comfort(track(**{figures: 0.99 * limit})) == 1.0  # type: ignore[arg-type]
    assert comfort(track(**{figures: 1.01 * limit})) == 0.0  # type: ignore[arg-type]


@pytest.mark.parametrize(("jerk", "expected"), [(4.0, 1.0), (4.2, 0.0)])
def test_forward_jerk_is_limited(jerk: float, expected: float) -> None:
    # 0.3 s of every second the acceleration rises by `jerk`; the filter would flatten that, so it rises throughout.
    driven = track(21)
    forward_N = -2.0 + jerk * driven.times_ns_N * 1e-9
    acceleration_N2 = np.stack([forward_N, np.zeros(21)], axis=1)
    assert comfort(dataclasses.replace(driven, acceleration_N2=acceleration_N2)) == expected


def test_it_is_the_share_of_two_second_segments() -> None:
    driven = track(241)  # 121 samples at 10 Hz: six segments, and one sample that does not count
    rough_N = np.where((driven.times_ns_N > 2_500_000_000) & (driven.times_ns_N < 3_500_000_000), 3.0, 0.0)
    acceleration_N2 = np.stack([np.zeros(241), np.zeros(241)], axis=1)
    yaw_rate_N = rough_N
    driven = dataclasses.replace(driven, acceleration_N2=acceleration_N2, yaw_rate_N=yaw_rate_N)
    assert comfort(driven) == pytest.approx(5 / 6)


def test_a_moment_is_too_short_to_tell() -> None:
    assert comfort(track(12)) is None
    assert comfort(track(1)) is None


def test_the_filter_is_savitzky_and_golays() -> None:
    impulse_N = np.zeros(21)
    impulse_N[10] = 1.0
    np.testing.assert_allclose(smooth(impulse_N, 1.0)[7:14], np.array([-2, 3, 6, 7, 6, 3, -2]) / 21, atol=1e-12)
    slope_N = smooth(impulse_N, 0.5, slope=True)
    np.testing.assert_allclose(slope_N[7:14], np.array([3, 2, 1, 0, -1, -2, -3]) / 28 / 0.5, atol=1e-12)


@given(st.tuples(*[st.floats(-3.0, 3.0)] * 3), st.integers(7, 40))
def test_the_filter_leaves_parabolas_alone_up_to_both_ends(terms: tuple[float, float, float], num: int) -> None:
    times_N = np.arange(num) * 0.1
    constant, linear, square = terms
    values_N = constant + linear * times_N + square * times_N**2
    np.testing.assert_allclose(smooth(values_N, 0.1), values_N, atol=1e-8)
    np.testing.assert_allclose(smooth(values_N, 0.1, slope=True), linear + 2.0 * square * times_N, atol=1e-7)
