"""Frames in space and how they sit in each other, as tf tells it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from drivemoe_ros.data.checks import require_finite
from drivemoe_ros.errors import InputError

# A quaternion shorter than this was never set.
LEAST_LENGTH = 1e-6
# Far more than any vehicle has: a sender that invents frames must not fill the memory.
MAX_FRAMES = 10_000

Vector = tuple[float, float, float]
Quaternion = tuple[float, float, float, float]


class Transform(NamedTuple):
    """Where a frame sits in another one.

    Attributes:
        position_m: Its origin there [m].
        quaternion_xyzw: How it is turned there, of length 1.
    """

    position_m: Vector
    quaternion_xyzw: Quaternion

    def __matmul__(self, inner: Transform) -> Transform:
        """Return where a frame sits out here that sits at ``inner`` within this one."""
        x_m, y_m, z_m = (
            own + turned
            for own, turned in zip(self.position_m, _turned(self.quaternion_xyzw, inner.position_m), strict=True)
        )
        return Transform((x_m, y_m, z_m), _product(self.quaternion_xyzw, inner.quaternion_xyzw))

    def inverse(self) -> Transform:
        """Return where the other frame sits in this one."""
        x, y, z, w = self.quaternion_xyzw
        x_m, y_m, z_m = (-value for value in _turned((-x, -y, -z, w), self.position_m))
        return Transform((x_m, y_m, z_m), (-x, -y, -z, w))


IDENTITY = Transform((0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 1.0))


class _Link(NamedTuple):
    parent: str
    transform: Transform
    is_fixed: bool


class FrameTree:
    """The newest transform of every frame to its parent."""

    def __init__(self) -> None:
        """Start without frames."""
        self._links: dict[str, _Link] = {}

    def put(self, frame: str, parent: str, position_m: Vector, quaternion_xyzw: Quaternion, *, is_fixed: bool) -> None:
        """Take a frame's transform to its parent.

        Args:
            frame: The frame.
            parent: Its parent.
            position_m: Its origin in the parent's frame [m].
            quaternion_xyzw: Its rotation there, of any length.
            is_fixed: Whether it never moves in its parent.

        Raises:
            InputError: If a number is not finite, the quaternion is zero, or there are too many frames.
        """
        require_finite(f"tf from '{parent}' to '{frame}'", np.array((*position_m, *quaternion_xyzw)))
        scale = max(abs(value) for value in quaternion_xyzw)
        if scale < LEAST_LENGTH:
            msg = (
                f"tf from '{parent}' to '{frame}' has the quaternion {quaternion_xyzw}, but one of length 1 is "
                "needed; check its sender."
            )
            raise InputError(msg)
        frame = frame.lstrip("/")
        if frame not in self._links and len(self._links) >= MAX_FRAMES:
            msg = f"tf names more than {MAX_FRAMES} frames, and '{frame}' is not taken; check who publishes it."
            raise InputError(msg)
        # The largest first: a square of a huge number would be infinite.
        scaled_4 = np.array(quaternion_xyzw) / scale
        x, y, z, w = (scaled_4 / np.linalg.norm(scaled_4)).tolist()
        self._links[frame] = _Link(parent.lstrip("/"), Transform(position_m, (x, y, z, w)), is_fixed)

    def find(self, frame: str, base: str) -> Transform | None:
        """Return where a frame sits in another one.

        Above the base only fixed links count: seen from a frame that the base moves in, the two would be compared at
        different times.

        Args:
            frame: The frame.
            base: The other one.

        Returns:
            The transform; None if there is no way between them, or only one through a moving link above the base.
        """
        ways_up = self._ways_up(frame.lstrip("/"))
        above, link = IDENTITY, base.lstrip("/")
        for _ in range(len(self._links) + 1):
            if link in ways_up:
                return above.inverse() @ ways_up[link]
            up = self._links.get(link)
            if up is None or not up.is_fixed:
                return None
            above, link = up.transform @ above, up.parent
        return None

    def _ways_up(self, frame: str) -> dict[str, Transform]:
        """Return where a frame sits in itself and in every frame above it."""
        ways, here = {frame: IDENTITY}, frame
        # A tree that bites its own tail ends where it began.
        while here in self._links and self._links[here].parent not in ways:
            link = self._links[here]
            ways[link.parent] = link.transform @ ways[here]
            here = link.parent
        return ways


def _product(one: Quaternion, other: Quaternion) -> Quaternion:
    ax, ay, az, aw = one
    bx, by, bz, bw = other
    return (
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
        aw * bw - ax * bx - ay * by - az * bz,
    )


def _turned(quaternion: Quaternion, vector: Vector) -> Vector:
    x, y, z, w = quaternion
    turned = _product(_product(quaternion, (*vector, 0.0)), (-x, -y, -z, w))
    return turned[0], turned[1], turned[2]
