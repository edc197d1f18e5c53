"""Parameters that only the live nodes need; a bag says the rest by itself."""

from __future__ import annotations

from dataclasses import dataclass

from drivemoe_ros.parameters.field import param


@dataclass(frozen=True)
class NodeParameters:
    """The vehicle, and how a node starts."""

    rig: str = param("bench2drive", "Shipped rig, or path of a rig file that ends in .yaml.")
    autostart: bool = param(
        False,
        "Configure and activate without being told to, where no launch file or lifecycle manager does it.",
    )


TRANSPORTS = ("auto", "raw", "compressed")
_TRANSPORT = "Messages that carry this camera's pictures; auto takes whichever has a publisher."


@dataclass(frozen=True)
class TransportParameters:
    """Raw or compressed pictures, for each camera of the live node."""

    front: str = param("auto", _TRANSPORT, choices=TRANSPORTS)
    front_left: str = param("auto", _TRANSPORT, choices=TRANSPORTS)
    front_right: str = param("auto", _TRANSPORT, choices=TRANSPORTS)
    back: str = param("auto", _TRANSPORT, choices=TRANSPORTS)
    back_left: str = param("auto", _TRANSPORT, choices=TRANSPORTS)
    back_right: str = param("auto", _TRANSPORT, choices=TRANSPORTS)
