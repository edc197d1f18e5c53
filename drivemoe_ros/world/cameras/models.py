"""Models of bodies: faces as arrays, built once for each look.

Shape legend: Q quads.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.world.cameras import people, scenery, street, vehicles
from drivemoe_ros.world.scene import BodyKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from drivemoe_ros.world.cameras.faces import Face
    from drivemoe_ros.world.cameras.looks import Look

BUILDERS: Mapping[BodyKind, Callable[[Look], list[list[Face]]]] = MappingProxyType(
    {
        BodyKind.CAR: vehicles.car,
        BodyKind.VAN: vehicles.van,
        BodyKind.TRUCK: vehicles.truck,
        BodyKind.EMERGENCY: vehicles.emergency,
        BodyKind.CYCLIST: people.cyclist,
        BodyKind.PEDESTRIAN: people.pedestrian,
        BodyKind.CONE: street.cone,
        BodyKind.BARRIER: street.barrier,
        BodyKind.STOP_SIGN: street.stop_sign,
        BodyKind.YIELD_SIGN: street.yield_sign,
        BodyKind.TRAFFIC_LIGHT: street.traffic_light,
        BodyKind.BUILDING: scenery.building,
        BodyKind.TREE: scenery.tree,
        BodyKind.POLE: street.pole,
    }
)


@dataclass(frozen=True, eq=False)
class Part:
    """A part of a body whose faces hide each other in their order, in the body's frame.

    Attributes:
        corners_34Q: Corners, coordinate by coordinate [m].
        normal_3Q: Unit vectors outwards.
        colour_Q3: RGB, 0 to 255, before light falls on it.
        glow_Q: What shines by itself, 0 to 1.
        low_3: Smallest coordinates [m].
        high_3: Largest coordinates [m].
    """

    corners_34Q: NDArray[np.float64]
    normal_3Q: NDArray[np.float64]
    colour_Q3: NDArray[np.float64]
    glow_Q: NDArray[np.float64]
    low_3: NDArray[np.float64]
    high_3: NDArray[np.float64]


@lru_cache(maxsize=4096)
def model(look: Look) -> tuple[Part, ...]:
    """Return the parts of a body.

    Args:
        look: What it is and how it looks now.

    Returns:
        Its parts, each in painting order.
    """
    return tuple(_part(faces) for faces in BUILDERS[look.kind](look))


def _part(faces: Sequence[Face]) -> Part:
    corners_Q43 = np.array([face.corners for face in faces])
    diagonal_Q3, other_Q3 = corners_Q43[:, 2] - corners_Q43[:, 0], corners_Q43[:, 3] - corners_Q43[:, 1]
    normal_Q3 = np.cross(diagonal_Q3, other_Q3)
    normal_Q3 /= np.maximum(np.linalg.norm(normal_Q3, axis=1, keepdims=True), 1e-12)
    return Part(
        np.ascontiguousarray(corners_Q43.transpose(2, 1, 0)),
        np.ascontiguousarray(normal_Q3.T),
        np.array([face.colour for face in faces], dtype=np.float64),
        np.array([face.glow for face in faces]),
        corners_Q43.min(axis=(0, 1)),
        corners_Q43.max(axis=(0, 1)),
    )
