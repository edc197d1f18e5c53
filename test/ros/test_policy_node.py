"""The policy node on a live graph: inputs in, plans out, and what it says when something is wrong."""

from __future__ import annotations

import pytest

pytest.importorskip("rclpy")

from drivemoe_ros.msg import PolicyState  # noqa: E402

from ..bag.tiny_bags import START_NS  # noqa: E402, TID252
from .live_graph import JPEG, in_order, live_node, stamp_ns  # noqa: E402

# rclpy's own parser imports modules that Python has since deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")


def test_six_cameras_odometry_and_route_become_a_plan_with_the_pictures_stamp() -> None:
    drive = in_order(JPEG)
    with live_node() as (_, around):
        assert around.change("configure")
        assert around.change("activate")
        around.connect(drive)
        around.drive(drive)
        around.until(lambda: len(around.received["markers"]) >= 10, "markers")
        got = around.received
    assert [m.state for m in got["state"]][-1] == PolicyState.RUNNING
    planned = [stamp_ns(message) for message in got["trajectory"]]
    assert planned == [START_NS + step * 100_000_000 for step in range(4, 10)]
    for name in ("path", "view_selection", "expert_activation"):
        assert [stamp_ns(message) for message in got[name]] == planned
    assert all(message.header.frame_id == "base_link" for message in got["trajectory"])
    assert all(message.selected in message.names for message in got["view_selection"])
    assert all(len(message.chosen) == 3 for message in got["expert_activation"])
