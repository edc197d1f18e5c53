"""Quality of service of every subscription and publisher, and which mismatch the middleware reported.

A subscription receives from publishers that offer at least what it asks for. Asking for little, as sensors' consumers
do (REP-2003), matches every publisher. A route is published once: a late joiner gets it only by asking for transient
local, and asking for that excludes volatile publishers. So a route has two subscriptions, one of each kind.
"""

from __future__ import annotations

from rclpy.qos import (
    QoSDurabilityPolicy,
    QoSHistoryPolicy,
    QoSProfile,
    QoSReliabilityPolicy,
    qos_policy_name_from_kind,
)


def _keep_last(depth: int, *, reliable: bool, latched: bool = False) -> QoSProfile:
    return QoSProfile(
        history=QoSHistoryPolicy.KEEP_LAST,
        depth=depth,
        reliability=QoSReliabilityPolicy.RELIABLE if reliable else QoSReliabilityPolicy.BEST_EFFORT,
        durability=QoSDurabilityPolicy.TRANSIENT_LOCAL if latched else QoSDurabilityPolicy.VOLATILE,
    )


# A picture that was not fetched when the next but one arrives is of no use any more.
PICTURES_IN = _keep_last(2, reliable=False)
# Every message counts, since motion is interpolated: 50 are half a second at 100 Hz.
MOTION_IN = _keep_last(50, reliable=False)
LATCHED_IN = _keep_last(1, reliable=True, latched=True)
# As tf2 hears them: every publisher has told its own once, and all come at the same time.
FIXED_TRANSFORMS_IN = _keep_last(100, reliable=True, latched=True)
TRANSFORMS_IN = _keep_last(100, reliable=False)
ROUTE_IN = _keep_last(1, reliable=True)
OUT = _keep_last(1, reliable=True)
# As CARLA's bridge sends what its sensors see.
SENSORS_OUT = _keep_last(10, reliable=True)
LATCHED_OUT = _keep_last(1, reliable=True, latched=True)


def is_latched(profile: QoSProfile) -> bool:
    """Tell whether a publisher keeps its last messages for those who come late."""
    return bool(profile.durability == QoSDurabilityPolicy.TRANSIENT_LOCAL)


def policy_name(kind: int) -> str:
    """Return the name of the policy that an incompatible-QoS event names, e.g. ``RELIABILITY``."""
    return str(qos_policy_name_from_kind(kind)).removesuffix("_QOS_POLICY")
