"""configure, activate, deactivate, cleanup and back again; what is wrong refuses configure and can be put right."""

from __future__ import annotations

import gc
import pathlib
import threading
import weakref

import pytest
import yaml

pytest.importorskip("rclpy")

from drivemoe_ros.msg import PolicyState
from rcl_interfaces.msg import Parameter, ParameterType, ParameterValue
from rcl_interfaces.srv import DescribeParameters, SetParameters
from rclpy.lifecycle import LifecyclePublisher
from std_msgs.msg import String

from drivemoe_ros.nodes import qos
from drivemoe_ros.parameters.rig import load_rig, shipped_rigs

from .live_graph import JPEG, Surroundings, in_order, live_node

# rclpy's own parser imports modules that Python has since deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")


def set_parameter(around: Surroundings, name: str, **value: object) -> tuple[bool, str]:
    """Set a parameter from outside and return whether the node took it, and why not."""
    kinds = {"string_value": ParameterType.PARAMETER_STRING, "double_value": ParameterType.PARAMETER_DOUBLE}
    kind = next((kinds[field] for field in value), ParameterType.PARAMETER_NOT_SET)
    client = around.node.create_client(SetParameters, f"{around.name}/set_parameters")
    request = SetParameters.Request(parameters=[Parameter(name=name, value=ParameterValue(type=kind, **value))])
    result = around.call(client, request).results[0]
    return bool(result.successful), str(result.reason)


def test_a_late_joiner_gets_the_rig(tmp_path: pathlib.Path) -> None:
    received: list[String] = []
    with live_node() as (_, around):
        around.start()
        around.node.create_subscription(String, f"{around.name}/output/rig", received.append, qos.LATCHED_IN)
        around.until(lambda: bool(received), "the rig")
    path = tmp_path / "bench2drive.yaml"
    path.write_text(received[0].data, encoding="utf-8")
    assert load_rig(str(path)) == load_rig("bench2drive")


def test_a_round_trip_plans_each_time_it_is_active_and_frees_what_it_took() -> None:
    drive = in_order(JPEG)
    with live_node() as (node, around):
        threads = threading.active_count()
        for turn in (1, 2):
            around.start()
            around.connect(drive)
            around.drive(drive)
            around.until(lambda: len(around.received["trajectory"]) == 6, "plans")
            assert node._planner is not None
            assert node._planner._loaded is not None
            policy = weakref.ref(node._planner._loaded[0].policy)
            assert around.change("deactivate")
            assert around.lifecycle() == "inactive"
            around.until(lambda: "call activate" in around.reason(), "state of an inactive node")
            assert not any("CAM_FRONT" in one.topic_name for one in node.subscriptions)
            assert around.change("activate")
            assert around.change("deactivate")
            assert around.change("cleanup")
            assert around.lifecycle() == "unconfigured"
            assert not any(isinstance(one, LifecyclePublisher) for one in node.publishers)
            assert threading.active_count() == threads
            gc.collect()
            assert policy() is None, f"the model is still there after turn {turn}"
            around.forget()


def test_an_inactive_node_publishes_its_state_only() -> None:
    drive = in_order(JPEG)
    with live_node() as (_, around):
        assert around.change("configure")
        for record in drive:
            around.send(record)
        around.until(lambda: around.reasons().count("configured but inactive: call activate") > 2, "state")
    assert [name for name, messages in around.received.items() if messages] == ["state"]
    assert all(message.state == PolicyState.WAITING for message in around.received["state"])


def test_progress_of_the_loading_is_in_the_state() -> None:
    with live_node() as (_, around):
        around.until(lambda: "not configured: call configure" in around.reasons(), "state of an unconfigured node")
        assert around.change("configure")
        around.until(lambda: any("warm up" in reason for reason in around.reasons()), "progress")


@pytest.mark.parametrize(
    ("name", "wrong", "right", "sentence"),
    [
        ("rig", "bench2drve", {"string_value": "bench2drive"}, "no rig 'bench2drve' (did you mean 'bench2drive'?)"),
        ("sync.tolerance_s", 5.0, {"double_value": 0.05}, "sync.tolerance_s is 5 s, but it must lie in 0 to 1 s"),
        (
            "sync.tolerance_s",
            "wide",
            {"double_value": 0.05},
            "sync.tolerance_s is 'wide', but it must be of type float",
        ),
        ("policy.system", "drivemo", {"string_value": "drivepi0"}, "'drivemo' (did you mean 'drivemoe'?)"),
        ("policy.checkpoint", "/nowhere", {"string_value": ""}, "/nowhere"),
        ("transport.back", "jpeg", {"string_value": "raw"}, "transport.back is 'jpeg', but it must be one of: auto"),
        ("sync.tolerence_s", 0.1, {}, "no parameter 'sync.tolerence_s' (did you mean 'sync.tolerance_s'?)"),
    ],
)
def test_a_wrong_parameter_refuses_configure_in_one_sentence_until_it_is_right(
    name: str, wrong: object, right: dict[str, object], sentence: str
) -> None:
    with live_node({name: wrong}) as (_, around):
        assert not around.change("configure")
        assert around.lifecycle() == "unconfigured"
        around.until(lambda: sentence in around.reason(), "reason")
        assert "\n" not in around.reason()
        assert set_parameter(around, name, **right) == (True, "")
        assert around.change("configure")


def test_a_wrong_topic_refuses_configure(tmp_path: pathlib.Path) -> None:
    rig = yaml.safe_load(shipped_rigs()["bench2drive"].read_text(encoding="utf-8"))
    rig["cameras"]["back"]["image"] = "/not a topic"
    path = tmp_path / "wrong.yaml"
    path.write_text(yaml.safe_dump(rig), encoding="utf-8")
    with live_node({"rig": str(path)}) as (_, around):
        assert not around.change("configure")
        around.until(lambda: "'/not a topic' for back is no valid name" in around.reason(), "reason")
        assert set_parameter(around, "rig", string_value="bench2drive") == (True, "")
        assert around.change("configure")


def test_a_running_node_refuses_a_wrong_value_and_takes_a_right_one_for_the_next_configure() -> None:
    with live_node() as (_, around):
        around.start()
        assert set_parameter(around, "sync.tolerance_s", double_value=7.0)[0] is False
        taken, reason = set_parameter(around, "policy.device", string_value="gpu")
        assert not taken
        assert "one of: cpu, cuda, auto" in reason
        assert set_parameter(around, "sync.tolerance_s", double_value=0.01) == (True, "")


def test_every_parameter_says_what_it_means_and_what_it_may_be() -> None:
    with live_node() as (node, around):
        names = list(node._declared._fields)
        client = around.node.create_client(DescribeParameters, f"{around.name}/describe_parameters")
        described = {one.name: one for one in around.call(client, DescribeParameters.Request(names=names)).descriptors}
    assert all(one.description for one in described.values())
    assert described["sync.tolerance_s"].floating_point_range[0].to_value == 1.0
    assert described["sync.depth"].integer_range[0].from_value == 2
    assert described["transport.front"].additional_constraints == "One of: auto, raw, compressed"


def test_a_route_sent_before_the_node_was_there_is_followed() -> None:
    drive = in_order(JPEG)
    route = next(record for record in drive if record.type_name == "nav_msgs/msg/Path")
    with live_node() as (_, around):
        around.send(route)
        around.start()
        around.connect(drive)
        around.until(lambda: around.figures("route").get("received") == "1", "route")
        around.drive(record for record in drive if record is not route)
        assert around.received["state"][-1].goal_source == "route"
