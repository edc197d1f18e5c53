"""Everything that stands on the ground at one moment, as arrays of lit quads in the map frame.

Shape legend: P parts of bodies, Q quads of all parts, part after part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.world.cameras.looks import look_of
from drivemoe_ros.world.cameras.models import model

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from drivemoe_ros.world.cameras.light import Lighting
    from drivemoe_ros.world.scene import Body


@dataclass(frozen=True, eq=False)
class Solids:
    """Lit quads and the parts they belong to; whatever has a name in Q or P runs along its last axis.

    Attributes:
        corners_34Q: Corners, coordinate by coordinate [m].
        normal_3Q: Unit vectors outwards.
        plane_Q: Normal times corner, to tell from which side an eye sees a quad [m].
        colour_3Q: RGB with light on it, 0 to 255.
        glow_Q: What shines by itself, 0 to 1.
        first_P: A part's first quad.
        count_P: How many quads a part has.
        body_P: Which of the bodies it belongs to.
        centre_2P: Middle of its footprint [m].
        axis_2P: Cosine and sine of its heading.
        half_2P: Half of its footprint's length and width [m].
    """

    corners_34Q: NDArray[np.float64]
    normal_3Q: NDArray[np.float64]
    plane_Q: NDArray[np.float64]
    colour_3Q: NDArray[np.float64]
    glow_Q: NDArray[np.float64]
    first_P: NDArray[np.int64]
    count_P: NDArray[np.int64]
    body_P: NDArray[np.int64]
    centre_2P: NDArray[np.float64]
    axis_2P: NDArray[np.float64]
    half_2P: NDArray[np.float64]


def stand(bodies: Iterable[Body], time_ns: int, lighting: Lighting) -> Solids:
    """Put the models of bodies where they are and let light fall on them.

    Args:
        bodies: What stands on the ground.
        time_ns: Time since the drive's beginning, for everything that blinks [ns].
        lighting: How light falls.

    Returns:
        Their quads.
    """
    looks = ((body, look_of(body, time_ns, lamps_on=lighting.lamps_on)) for body in bodies)
    placed = [(part, body, index) for index, (body, look) in enumerate(looks) for part in model(look)]
    if not placed:
        return _nothing()
    parts = [part for part, _, _ in placed]
    pose_3P = np.array([(body.x_m, body.y_m, body.yaw_rad) for _, body, _ in placed]).T
    axis_2P = np.stack((np.cos(pose_3P[2]), np.sin(pose_3P[2])))
    count_P = np.array([len(part.glow_Q) for part in parts])
    of_Q = np.repeat(np.arange(len(parts)), count_P)
    axis_2Q, shift_2Q = axis_2P[:, of_Q], pose_3P[:2, of_Q]
    corners_34Q = _turned(np.concatenate([part.corners_34Q for part in parts], axis=-1), axis_2Q)
    corners_34Q[:2] += shift_2Q[:, None]
    normal_3Q = _turned(np.concatenate([part.normal_3Q for part in parts], axis=-1), axis_2Q)
    glow_Q = np.concatenate([part.glow_Q for part in parts])
    low_P3, high_P3 = np.array([part.low_3 for part in parts]), np.array([part.high_3 for part in parts])
    return Solids(
        corners_34Q=corners_34Q,
        normal_3Q=normal_3Q,
        plane_Q=(normal_3Q * corners_34Q[:, 0]).sum(axis=0),
        colour_3Q=_lit(np.concatenate([part.colour_Q3 for part in parts]).T, normal_3Q, glow_Q, lighting),
        glow_Q=glow_Q,
        first_P=np.cumsum(count_P) - count_P,
        count_P=count_P,
        body_P=np.array([index for _, _, index in placed]),
        centre_2P=pose_3P[:2] + _turned(0.5 * (low_P3 + high_P3).T, axis_2P)[:2],
        axis_2P=axis_2P,
        half_2P=0.5 * (high_P3 - low_P3).T[:2],
    )


def joined(first: Solids, second: Solids) -> Solids:
    """Return the quads of both."""
    later = {name: getattr(second, name) for name in second.__dataclass_fields__}
    later["first_P"] = second.first_P + len(first.glow_Q)
    # Every body has parts, so the last part's is the last.
    later["body_P"] = second.body_P + (first.body_P[-1] + 1 if len(first.body_P) else 0)
    return Solids(**{name: np.concatenate((getattr(first, name), after), axis=-1) for name, after in later.items()})


def _nothing() -> Solids:
    pairs, empty, whole = np.zeros((2, 0)), np.zeros(0), np.zeros(0, dtype=np.int64)
    triples = np.zeros((3, 0))
    return Solids(np.zeros((3, 4, 0)), triples, empty, triples, empty, whole, whole, whole, pairs, pairs, pairs)


def _turned(points_3: NDArray[np.float64], axis_2: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points, coordinate by coordinate, turned from headings (cosine, sine) into the map frame."""
    turned_3 = np.empty_like(points_3)
    turned_3[0] = axis_2[0] * points_3[0] - axis_2[1] * points_3[1]
    turned_3[1] = axis_2[1] * points_3[0] + axis_2[0] * points_3[1]
    turned_3[2] = points_3[2]
    return turned_3


def _lit(
    colour_3Q: NDArray[np.float64], normal_3Q: NDArray[np.float64], glow_Q: NDArray[np.float64], lighting: Lighting
) -> NDArray[np.float64]:
    """Return colours under sun and sky; walls get less of the sky than roofs, and lamps need neither."""
    facing_Q = np.clip(np.array(lighting.sun_3) @ normal_3Q, 0.0, 1.0)
    open_Q = 0.86 + 0.14 * normal_3Q[2]
    light_3Q = np.array(lighting.ambient)[:, None] * open_Q + np.array(lighting.sun)[:, None] * facing_Q
    lit_3Q: NDArray[np.float64] = np.minimum(colour_3Q * (light_3Q * (1.0 - glow_Q) + glow_Q), 255.0)
    return lit_3Q
