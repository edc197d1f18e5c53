"""The policy for SROS2 knows the nodes' topics, and lets nobody but the controller command the vehicle."""

from __future__ import annotations

import pathlib
import xml.etree.ElementTree as ET

from drivemoe_ros.messages.encode_control import ACKERMANN, CARLA, TWIST
from drivemoe_ros.messages.topics import DRAWN_TOPICS, PLAN_TOPICS, READY, RIG, VISUALIZER_NAME
from drivemoe_ros.parameters.rig import load_rig

POLICY = pathlib.Path(__file__).resolve().parents[2] / "config" / "security" / "drivemoe.policy.xml"
CONTROLLER = "drivemoe_controller"


def allowed(right: str) -> dict[str, set[str]]:
    """Return what each node may publish, subscribe, reply or request."""
    profiles = ET.parse(POLICY).getroot().findall("contexts/context/profiles/profile")
    return {
        profile.attrib["node"]: {str(name.text) for part in profile if part.get(right) == "ALLOW" for name in part}
        for profile in profiles
    }


def test_only_the_controller_may_command() -> None:
    commands = {topic.name.replace("~", f"/{CONTROLLER}") for topic in (ACKERMANN, CARLA, TWIST)}
    may = {node for node, topics in allowed("publish").items() if topics & commands}
    assert may == {CONTROLLER}
    assert commands <= allowed("publish")[CONTROLLER]


def test_only_the_policy_may_send_plans() -> None:
    plans = {topic.resolved for topic in (*PLAN_TOPICS, RIG, READY)}
    assert plans <= allowed("publish")["drivemoe"]
    assert all(not topics & plans for node, topics in allowed("publish").items() if node != "drivemoe")


def test_every_input_may_be_heard_and_none_be_said() -> None:
    topics = set(load_rig("bench2drive").topics())
    assert topics | {"/tf", "/tf_static"} <= allowed("subscribe")["drivemoe"]
    assert all(not said & topics for said in allowed("publish").values())
    assert {"/drivemoe/output/trajectory", load_rig("bench2drive").odometry_topic} <= allowed("subscribe")[CONTROLLER]


def test_the_visualizer_may_draw() -> None:
    drawn = {topic.name.replace("~", f"/{VISUALIZER_NAME}") for topic in DRAWN_TOPICS}
    assert drawn <= allowed("publish")[VISUALIZER_NAME]


def test_nothing_is_allowed_by_pattern() -> None:
    rights = ("publish", "subscribe", "reply", "request")
    assert [name for right in rights for names in allowed(right).values() for name in names if "*" in name] == []
