"""What each patch of a picture shows, for a picture encoder that learns to see before it learns to drive.

Everything that stands is painted once more, in the same order and at the same places, but in a colour that says what it
is and how near.

Shape legend: G patches across, and down, C channels, P parts, Q quads.
"""

from __future__ import annotations

import dataclasses
import math
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.world.cameras.painter import paint_solids
from drivemoe_ros.world.scene import BodyKind, Lamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from drivemoe_ros.world.cameras.eye import Eye
    from drivemoe_ros.world.cameras.light import Lighting
    from drivemoe_ros.world.cameras.pinhole import Pinhole
    from drivemoe_ros.world.cameras.solids import Solids
    from drivemoe_ros.world.scene import Body

# The channels; a body belongs to one of the first seven or to none, "near" is how near the nearest of those is.
CHANNELS = ("vehicle", "braking vehicle", "person", "obstacle", "sign", "stop light", "go light", "near")
_VEHICLE, _BRAKING, _PERSON, _OBSTACLE, _SIGN, _STOP, _GO = range(1, 8)
_CODES = MappingProxyType(
    {
        BodyKind.CAR: _VEHICLE,
        BodyKind.VAN: _VEHICLE,
        BodyKind.TRUCK: _VEHICLE,
        BodyKind.EMERGENCY: _VEHICLE,
        BodyKind.CYCLIST: _PERSON,
        BodyKind.PEDESTRIAN: _PERSON,
        BodyKind.CONE: _OBSTACLE,
        BodyKind.BARRIER: _OBSTACLE,
        BodyKind.STOP_SIGN: _SIGN,
        BodyKind.YIELD_SIGN: _SIGN,
    }
)
# What is this far away is half as near as what touches the car.
HALF_NEAR_M = 10.0
# Cosine of the angle from which on a lamp shines to the side rather than into the eye.
FROM_SIDE = 0.3
# Less contrast than this is left of what haze hides.
HIDDEN = 0.1
# Pixels of the painted canvas per pixel of the picture; smoothed edges would mix colours, and so codes.
SCALE = 2


def code_of(body: Body, eye: Eye) -> int:
    """Return the number of the channel that a body belongs to, seen from an eye, counted from 1; 0 for none."""
    away_x_m, away_y_m = eye.x_m - body.x_m, eye.y_m - body.y_m
    ahead = math.cos(body.yaw_rad) * away_x_m + math.sin(body.yaw_rad) * away_y_m
    from_side = FROM_SIDE * math.hypot(away_x_m, away_y_m)
    if body.kind is BodyKind.TRAFFIC_LIGHT:
        if ahead < from_side:
            return 0
        return _GO if Lamp.GREEN in body.lamps else _STOP if body.lamps & {Lamp.RED, Lamp.AMBER} else 0
    code = _CODES.get(body.kind, 0)
    return _BRAKING if code == _VEHICLE and Lamp.BRAKE in body.lamps and ahead < -from_side else code


def label_patches(
    bodies: Sequence[Body], solids: Solids, eye: Eye, pinhole: Pinhole, lighting: Lighting, grid: int
) -> NDArray[np.uint8]:
    """Tell what each patch of a picture shows.

    Args:
        bodies: What stands there, props included.
        solids: The same as quads.
        eye: Where the camera is.
        pinhole: What it sees.
        lighting: Haze, which hides what is far away.
        grid: Patches across, and down.

    Returns:
        (G, G, C), 0 to 255: for each kind the root of the patch's share that shows it, so that small things count, and
        last how near the nearest is. Rows and columns left over by the division belong to no patch.
    """
    away_P = np.hypot(solids.centre_2P[0] - eye.x_m, solids.centre_2P[1] - eye.y_m)
    code_P = np.array([code_of(body, eye) for body in bodies], np.float64)[solids.body_P]
    code_P[away_P > -math.log(HIDDEN) * lighting.clear_m] = 0.0
    near_P = np.where(code_P > 0.0, 255.0 / (1.0 + away_P / HALF_NEAR_M), 0.0)
    colours_3P = np.stack((code_P, near_P, np.zeros_like(near_P)))
    coded = dataclasses.replace(solids, colour_3Q=np.repeat(colours_3P, solids.count_P, axis=1))
    canvas = np.zeros((pinhole.height * SCALE, pinhole.width * SCALE, 4), np.uint8)
    paint_solids(canvas, coded, eye, pinhole, dataclasses.replace(lighting, clear_m=math.inf), SCALE)
    high, wide = pinhole.height // grid, pinhole.width // grid
    seen = canvas[: high * grid * SCALE : SCALE, : wide * grid * SCALE : SCALE].reshape(grid, high, grid, wide, 4)
    share_GGC = np.stack([(seen[..., 0] == code).mean(axis=(1, 3)) for code in range(1, len(CHANNELS))], axis=-1)
    near_GG1 = seen[..., 1].max(axis=(1, 3))[..., None]
    kinds_GGC: NDArray[np.uint8] = np.rint(255.0 * np.sqrt(share_GGC)).astype(np.uint8)
    return np.concatenate((kinds_GGC, near_GG1), axis=-1)
