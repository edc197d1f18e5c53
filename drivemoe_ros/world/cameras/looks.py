"""What decides how a body looks at one moment: two bodies of equal looks share one model."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from drivemoe_ros.world.scene import BodyKind, Lamp

if TYPE_CHECKING:
    from drivemoe_ros.world.cameras.faces import Colour
    from drivemoe_ros.world.scene import Body

# Indicators blink at 1.5 Hz, a siren's two lamps change places at 2.5 Hz. They are dark for so short a time that of two
# pictures a tenth of a second apart, which is all that a policy sees, one shows them.
BLINK_NS = 1_000_000_000 * 2 // 3
DARK_NS = 100_000_000
FLASH_NS = 400_000_000
WALKING_MPS = 0.2
# A step of a pedestrian's legs is one of four poses.
STRIDE_M, POSES = 1.4, 4
_INDICATORS = frozenset((Lamp.LEFT, Lamp.RIGHT))


class Look(NamedTuple):
    """Everything a model is built from.

    Attributes:
        kind: What it looks like.
        size_m: Length, width, height [m].
        colour: Paint, clothes or walls, RGB.
        lamps: What shines or stands open.
        lamps_on: Whether it is dark or foggy enough for lamps.
        blink: Whether indicators shine in this part of their period.
        flash: Whether the siren's left lamp has its turn.
        pose: Which of the four poses of a step.
    """

    kind: BodyKind
    size_m: tuple[float, float, float]
    colour: Colour
    lamps: frozenset[Lamp] = frozenset()
    lamps_on: bool = False
    blink: bool = False
    flash: bool = False
    pose: int = 0

    @property
    def siren(self) -> bool:
        """Whether its siren is on."""
        return Lamp.SIREN in self.lamps

    def blinking(self, side: Lamp) -> bool:
        """Return whether the indicator of one side shines now."""
        return self.blink and side in self.lamps


def look_of(body: Body, time_ns: int, *, lamps_on: bool) -> Look:
    """Return how a body looks.

    Args:
        body: The body.
        time_ns: Time since the drive's beginning [ns].
        lamps_on: Whether it is dark or foggy enough for lamps.

    Returns:
        Its look, the same for the same body and time.
    """
    pose = 0
    if body.speed_mps > WALKING_MPS and body.kind in {BodyKind.PEDESTRIAN, BodyKind.CYCLIST}:
        walked_m = body.x_m * math.cos(body.yaw_rad) + body.y_m * math.sin(body.yaw_rad)
        pose = 1 + int(walked_m * POSES / STRIDE_M) % POSES
    return Look(
        kind=body.kind,
        size_m=(body.length_m, body.width_m, body.height_m),
        colour=body.colour,
        lamps=body.lamps,
        lamps_on=lamps_on,
        blink=bool(body.lamps & _INDICATORS) and time_ns % BLINK_NS < BLINK_NS - DARK_NS,
        flash=Lamp.SIREN in body.lamps and time_ns % FLASH_NS < FLASH_NS // 2,
        pose=pose,
    )
