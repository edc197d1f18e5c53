"""Efficiency: speed by the traffic's, over twentieths of the route."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from drivemoe_ros.evaluation.efficiency import efficiency

from .logs import track


def test_it_is_the_speed_by_the_traffic() -> None:
    assert efficiency(track(speed=6.0, traffic=4.0)) == pytest.approx(150.0)


def test_without_traffic_it_is_100() -> None:
    assert efficiency(track(speed=6.0)) == pytest.approx(100.0)


def test_traffic_that_stands_counts_as_none() -> None:
    assert efficiency(track(speed=6.0, traffic=0.0)) == pytest.approx(100.0)


def test_stretches_beyond_1000_percent_do_not_count() -> None:
    assert efficiency(track(speed=6.0, traffic=0.1)) is None


def test_a_drive_that_finishes_no_stretch_has_none() -> None:
    assert efficiency(track(done=0.04)) is None


def test_every_stretch_of_the_route_weighs_the_same() -> None:
    # Half of the way at the traffic's speed, half at twice that: ten stretches each, whatever time they took.
    base = track(402, speed=4.0, traffic=4.0)
    completion_N = np.concatenate([np.linspace(0.0, 0.501, 300), np.linspace(0.502, 1.0, 102)])
    speed_N = np.where(completion_N < 0.5005, 4.0, 8.0)
    driven = dataclasses.replace(base, completion_N=completion_N, speed_N=speed_N)
    assert efficiency(driven) == pytest.approx(150.0, abs=3.0)
