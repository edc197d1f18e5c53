"""What another process reads from our messages is what was sent."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from drivemoe_ros.bags.factory import BagMessageFactory
from drivemoe_ros.bags.typestore import output_typestore
from drivemoe_ros.data.plan import PlanSource, PolicyLabel, PolicyOutput, Refusal, Trajectory
from drivemoe_ros.errors import InputError
from drivemoe_ros.geometry.se2 import trajectory_from_waypoints
from drivemoe_ros.messages.decode_plan import decode_refused, decode_trajectory
from drivemoe_ros.messages.encode import encode_refused, encode_trajectory
from drivemoe_ros.messages.parts import Parts
from drivemoe_ros.messages.topics import REFUSED, TRAJECTORY

STAMP_NS = 1_700_000_000_123_456_789
LABEL = PolicyLabel("drivemoe", "a checkpoint", trained=True)


def received(trajectory: Trajectory, label: PolicyLabel = LABEL, source: PlanSource = PlanSource.POLICY) -> Any:  # noqa: ANN401
    """Return a plan's message as a subscriber gets it."""
    parts = Parts(BagMessageFactory(), trajectory.stamp_ns, "base_link")
    message = encode_trajectory(trajectory, label, parts, source)
    store = output_typestore()
    return store.deserialize_cdr(store.serialize_cdr(message, TRAJECTORY.type_name), TRAJECTORY.type_name)


def straight(num: int = 10) -> Trajectory:
    waypoints_H2 = np.stack([np.arange(num) * 0.5, np.zeros(num)], axis=1)
    return trajectory_from_waypoints(waypoints_H2, STAMP_NS, 100_000_000)


@given(
    waypoints_H2=arrays.arrays(np.float64, st.tuples(st.integers(2, 20), st.just(2)), elements=st.floats(-80.0, 80.0)),
    trained=st.booleans(),
    source=st.sampled_from(PlanSource),
)
def test_a_trajectory_comes_back(waypoints_H2: np.ndarray[Any, Any], source: PlanSource, *, trained: bool) -> None:
    sent = trajectory_from_waypoints(waypoints_H2, STAMP_NS, 100_000_000)
    label = PolicyLabel("drivepi0", "untrained (seed 0)", trained)
    got = decode_trajectory(received(sent, label, source), "trajectory")
    assert got.label == label
    assert (got.frame_id, got.source) == ("base_link", source)
    assert got.trajectory.stamp_ns == sent.stamp_ns
    assert got.trajectory.times_ns_H.tolist() == sent.times_ns_H.tolist()
    assert got.trajectory.position_H2.tolist() == sent.position_H2.tolist()
    np.testing.assert_allclose(np.exp(1j * got.trajectory.yaw_H), np.exp(1j * sent.yaw_H), atol=1e-12)
    np.testing.assert_array_equal(got.trajectory.speed_H, sent.speed_H.astype(np.float32))
    np.testing.assert_array_equal(got.trajectory.acceleration_H, sent.acceleration_H.astype(np.float32))


def test_a_trajectory_that_begins_later_tells_its_pictures_stamp() -> None:
    later = dataclasses.replace(straight(), stamp_ns=STAMP_NS + 40_000_000)
    message = encode_trajectory(later, LABEL, Parts(BagMessageFactory(), STAMP_NS, "base_link"))
    got = decode_trajectory(message, "trajectory")
    assert (got.picture_ns, got.stamp_ns) == (STAMP_NS, STAMP_NS + 40_000_000)


def test_a_trajectory_of_an_unknown_source_is_refused() -> None:
    message = received(straight())
    message.source = 9
    with pytest.raises(InputError, match="trajectory holds a number without a meaning"):
        decode_trajectory(message, "trajectory")


@pytest.mark.parametrize(("sent", "got"), [(1.5, 1.5), (None, None), (math.inf, None)])
def test_how_the_flow_was_drawn_comes_back(sent: float | None, got: float | None) -> None:
    made = PolicyOutput(straight().position_H2, flow_steps=4, spread_m=sent)
    parts = Parts(BagMessageFactory(), STAMP_NS, "base_link")
    back = decode_trajectory(encode_trajectory(straight(), LABEL, parts, made=made), "trajectory")
    assert (back.flow_steps, back.spread_m) == (4, got)


@pytest.mark.parametrize("value", [1.5, math.nan, math.inf])
def test_a_refused_plan_comes_back_as_it_is(value: float) -> None:
    sent, refusal = straight(), Refusal("finite", "the plan holds NaN at 0.3 s, so that nobody knows where it leads")
    sent.position_H2[3, 1] = sent.speed_H[2] = value
    message = encode_refused(sent, refusal, LABEL, Parts(BagMessageFactory(), STAMP_NS, "base_link"))
    store = output_typestore()
    raw = store.serialize_cdr(message, REFUSED.type_name)
    got = decode_refused(store.deserialize_cdr(raw, REFUSED.type_name), "refused trajectory")
    assert (got.refusal, got.label, got.trajectory.stamp_ns) == (refusal, LABEL, STAMP_NS)
    np.testing.assert_array_equal(got.trajectory.position_H2, sent.position_H2)
    np.testing.assert_array_equal(got.trajectory.speed_H, sent.speed_H.astype(np.float32))


def test_a_trajectory_without_points_is_refused() -> None:
    message = received(straight())
    message.points = []
    with pytest.raises(InputError, match="trajectory has 0 points, but at least 2"):
        decode_trajectory(message, "trajectory")


def test_a_trajectory_without_a_stamp_is_refused() -> None:
    message = received(straight())
    message.header.stamp.sec = message.header.stamp.nanosec = 0
    with pytest.raises(InputError, match="stamp of trajectory is zero"):
        decode_trajectory(message, "trajectory")


@pytest.mark.parametrize("broken", [math.nan, math.inf])
def test_numbers_that_are_none_are_refused(broken: float) -> None:
    message = received(straight())
    message.points[3].pose.position.y = broken
    with pytest.raises(InputError, match="NaN or infinity"):
        decode_trajectory(message, "trajectory")


@pytest.mark.parametrize(("index", "nanosec"), [(0, 1), (2, 100_000_000)])
def test_times_that_do_not_ascend_from_zero_are_refused(index: int, nanosec: int) -> None:
    message = received(straight())
    message.points[index].time_from_start.nanosec = nanosec
    with pytest.raises(InputError, match="must ascend from 0"):
        decode_trajectory(message, "trajectory")
