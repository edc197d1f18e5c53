"""Where a camera sits and looks by tf, whichever of the two customs its frame follows.

A camera's optical frame looks along z with x to the right (REP-103), its body frame along x with z up. Drivers name
either in their messages' headers, so the one whose upward axis is nearer to the vertical is taken.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.checks import require_finite
from drivemoe_ros.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivemoe_ros.data.samples import Vector3

# A quaternion shorter than this was never set.
LEAST_LENGTH = 1e-6


@dataclass(frozen=True)
class Mounting:
    """Where a camera sits and looks, in the vehicle's base frame.

    Attributes:
        position_m: Position (x forward, y left, z up) [m].
        yaw_rad: Viewing direction [rad], counter-clockwise from forward.
        pitch_rad: How far it looks up [rad].
        roll_rad: How far the picture is turned clockwise against the horizon [rad]; pi is upside down.
    """

    position_m: Vector3
    yaw_rad: float
    pitch_rad: float = 0.0
    roll_rad: float = 0.0


def mounting_of(position_m: Vector3, quaternion_xyzw: tuple[float, float, float, float]) -> Mounting:
    """Return where a camera sits and looks.

    Args:
        position_m: Translation of the transform from the base frame to the camera's frame [m].
        quaternion_xyzw: Its rotation.

    Returns:
        The mounting.

    Raises:
        InputError: If a number is not finite or the quaternion is zero.
    """
    quaternion_4 = np.array(quaternion_xyzw, dtype=np.float64)
    require_finite("a camera's transform", np.array((*position_m, *quaternion_xyzw)))
    # The largest first: a square of a huge number would be infinite, and one of a tiny number zero.
    scale = float(np.abs(quaternion_4).max())
    if scale < LEAST_LENGTH:
        msg = f"A camera's transform has the quaternion {quaternion_xyzw}, but one of length 1 is needed; check tf."
        raise InputError(msg)
    axes_33 = _axes(quaternion_4 / scale)
    forward_3, up_3 = axes_33[:, 0], axes_33[:, 2]
    if abs(axes_33[2, 1]) > abs(axes_33[2, 2]):
        forward_3, up_3 = axes_33[:, 2], -axes_33[:, 1]
    yaw_rad = math.atan2(forward_3[1], forward_3[0])
    level_left_3 = np.array((-math.sin(yaw_rad), math.cos(yaw_rad), 0.0))
    level_up_3 = np.cross(forward_3, level_left_3)
    return Mounting(
        position_m=position_m,
        yaw_rad=yaw_rad,
        pitch_rad=math.asin(min(1.0, max(-1.0, float(forward_3[2])))),
        roll_rad=math.atan2(float(up_3 @ level_left_3), float(up_3 @ level_up_3)),
    )


def _axes(quaternion_4: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the rotation as a matrix whose columns are the rotated axes, shape (3, 3)."""
    x, y, z, w = quaternion_4 / np.linalg.norm(quaternion_4)
    return np.array(
        (
            (1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y - z * w), 2.0 * (x * z + y * w)),
            (2.0 * (x * y + z * w), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z - x * w)),
            (2.0 * (x * z - y * w), 2.0 * (y * z + x * w), 1.0 - 2.0 * (x * x + y * y)),
        )
    )
