"""Finds a rig's topics in a bag, or says what the bag holds and which rig would fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.data.cameras import FRONT
from drivemoe_ros.errors import InputError
from drivemoe_ros.messages.decode import ROUTE_TYPES
from drivemoe_ros.parameters.rig import load_rig, shipped_rigs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from drivemoe_ros.bags.reader import BagTopic
    from drivemoe_ros.data.cameras import Rig

IMAGE = "sensor_msgs/msg/Image"
COMPRESSED_IMAGE = "sensor_msgs/msg/CompressedImage"
PICTURES = (IMAGE, COMPRESSED_IMAGE)
INFO = ("sensor_msgs/msg/CameraInfo",)
ODOMETRY = ("nav_msgs/msg/Odometry",)
OTHER_TYPES = {
    "odometry": ODOMETRY,
    "imu": ("sensor_msgs/msg/Imu",),
    "route": ROUTE_TYPES,
    "goal": ("geometry_msgs/msg/PoseStamped",),
}
COMPRESSED_ENDING = "/compressed"
MAX_LISTED = 12


def match_rig(connections: Iterable[BagTopic], rig: Rig) -> dict[str, str]:
    """Find the topics of a rig in a bag.

    A camera's topic may hold raw or compressed pictures; ``TOPIC/compressed`` stands in for ``TOPIC`` and the other
    way round. Only the front camera and odometry are needed: what else is missing, of another type or without a
    message is left out, and the synchroniser reports it.

    Args:
        connections: Topics of the bag.
        rig: The rig.

    Returns:
        Topic in the bag to input name, as ``Rig.topics`` names inputs.

    Raises:
        InputError: If the front camera or odometry is missing; it names what the bag holds and the nearest rig.
    """
    topics = [item for item in connections if item.count]
    found = _find(topics, rig)
    lacking = [name for name in (FRONT, "odometry") if name not in found.values()]
    if not lacking:
        return found
    wanted = {name: topic for topic, name in rig.topics().items()}
    missing = " and ".join(f"no {_kind(name)} on {wanted[name]}" for name in lacking)
    msg = f"The bag does not fit rig '{rig.name}': {missing}; it holds {_contents(topics)}; {_advice(topics, rig)}."
    raise InputError(msg)


def _find(topics: Sequence[BagTopic], rig: Rig) -> dict[str, str]:
    held = {(item.topic, item.type_name) for item in topics}
    found: dict[str, str] = {}
    for topic, name in rig.topics().items():
        if name in found.values():
            continue  # as the live node follows the first topic of a route that has a publisher
        kinds = _types_of(name, rig)
        candidates = (topic, _counterpart(topic)) if kinds is PICTURES else (topic,)
        match = next((item for item in candidates for kind in kinds if (item, kind) in held), None)
        if match is not None:
            found[match] = name
    return found


def _types_of(name: str, rig: Rig) -> tuple[str, ...]:
    if name in rig.cameras:
        return PICTURES
    return OTHER_TYPES.get(name, INFO)


def _counterpart(topic: str) -> str:
    if topic.endswith(COMPRESSED_ENDING):
        return topic.removesuffix(COMPRESSED_ENDING)
    return topic + COMPRESSED_ENDING


def _kind(name: str) -> str:
    return "pictures of the front camera" if name == FRONT else f"{ODOMETRY[0]}"


def _contents(topics: Sequence[BagTopic]) -> str:
    useful = [item for item in topics if item.type_name in PICTURES + ODOMETRY]
    if not useful:
        return "no pictures and no odometry" + (f" but {len(topics)} other topics" if topics else "")
    listed = ", ".join(f"{item.topic} ({item.type_name})" for item in useful[:MAX_LISTED])
    more = f" and {len(useful) - MAX_LISTED} more" if len(useful) > MAX_LISTED else ""
    return listed + more


def _advice(topics: Sequence[BagTopic], rig: Rig) -> str:
    shipped = [load_rig(name) for name in shipped_rigs() if name != rig.name]
    matches = [(_find(topics, other), other) for other in shipped]
    best, nearest = max(matches, key=lambda match: len(match[0]), default=({}, None))
    if nearest is None or not best:
        return "no shipped rig has any of these topics, so copy a file of config/rigs, put yours in and give --rig FILE"
    inputs = set(best.values())
    if {FRONT, "odometry"} <= inputs:
        cameras = len(inputs & set(nearest.cameras))
        return f"give --rig {nearest.name}, which finds {cameras} of its {len(nearest.cameras)} cameras here"
    return (
        f"the nearest shipped rig is '{nearest.name}' with {len(best)} of its {len(nearest.topics())} topics here, "
        f"so copy its file, put your topics in and give --rig FILE"
    )
