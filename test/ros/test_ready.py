"""~/output/ready: what a simulator waits for before it starts."""

from __future__ import annotations

import pytest

pytest.importorskip("rclpy")

from std_msgs.msg import Bool

from .graph import LATCHED
from .live_graph import Surroundings, live_node

# rclpy's own parser imports modules that Python has since deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")


def listen(around: Surroundings) -> list[bool]:
    """Join now, and return what is received from now on."""
    heard: list[bool] = []
    topic = f"{around.name}/output/ready"
    around.node.create_subscription(Bool, topic, lambda message: heard.append(message.data), LATCHED)
    return heard


def test_it_is_true_while_the_node_is_active_and_silent_before() -> None:
    with live_node() as (_, around):
        heard = listen(around)
        assert around.change("configure")
        around.until(lambda: around.node.count_publishers(f"{around.name}/output/ready"), "publisher")
        around.rest(0.5)
        assert heard == []
        assert around.change("activate")
        around.until(lambda: heard == [True], "readiness")
        assert around.change("deactivate")
        around.until(lambda: heard == [True, False], "end of readiness")
        assert around.change("activate")
        around.until(lambda: heard == [True, False, True], "readiness again")


def test_who_joins_late_is_told_how_it_stands_now() -> None:
    with live_node() as (_, around):
        around.start()
        early = listen(around)
        around.until(lambda: early == [True], "readiness")
        assert around.change("deactivate")
        late = listen(around)
        around.until(lambda: late == [False], "end of readiness")


def test_a_node_that_is_cleaned_up_or_refused_promises_nothing() -> None:
    with live_node() as (_, around):
        around.start()
        assert around.change("deactivate")
        assert around.change("cleanup")
        around.until(lambda: not around.node.count_publishers(f"{around.name}/output/ready"), "end of the publisher")
    with live_node({"policy.checkpoint": "/nowhere"}) as (_, around):
        heard = listen(around)
        assert not around.change("configure")
        around.rest(0.5)
    assert heard == []
