"""What the nodes publish, hear and serve, against what the policy for SROS2 allows them."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("rclpy")

from drivemoe_ros.nodes.controller_node import ControllerNode
from drivemoe_ros.nodes.policy_node import PolicyNode
from drivemoe_ros.nodes.visualizer_node import VisualizerNode

from ..lint.test_security_policy import allowed  # noqa: TID252
from .graph import Neighbour, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import rclpy

# rclpy's own parser imports modules that Python has since deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")

# As drivemoe.launch.py has it.
PLANS = ["--ros-args", "-r", "~/input/trajectory:=drivemoe/output/trajectory"]
NODES: dict[str, Callable[..., Any]] = {
    "drivemoe": PolicyNode,
    "drivemoe_controller": functools.partial(ControllerNode, cli_args=PLANS),
    "drivemoe_visualizer": VisualizerNode,
}


@pytest.mark.parametrize("name", NODES)
def test_the_policy_allows_what_a_node_does(name: str) -> None:
    def meet(context: rclpy.Context, namespace: str) -> Neighbour:
        return Neighbour(context, f"{namespace}/{name}")

    with running(NODES[name], meet, {"use_sim_time": True}) as (node, around):
        around.start()
        around.rest(1.0)
        namespace = node.get_namespace()

        def missing(right: str, names: Iterable[str]) -> set[str]:
            return {one.removeprefix(namespace) for one in names} - allowed(right)[name]

        found = {
            "publish": missing("publish", (one.topic_name for one in node.publishers)),
            "subscribe": missing("subscribe", (one.topic_name for one in node.subscriptions)),
            "reply": missing("reply", (node.resolve_service_name(one.srv_name) for one in node.services)),
            "request": {one.srv_name for one in node.clients},
        }
    assert found == {"publish": set(), "subscribe": set(), "reply": set(), "request": set()}
