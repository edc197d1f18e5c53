"""One marker with all that RViz wants to know of it.

Shape legend: N points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.data import palette

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from drivemoe_ros.messages.factory import Message
    from drivemoe_ros.messages.parts import Parts

# visualization_msgs/Marker's constants.
CUBE, SPHERE, LINE_STRIP, SPHERE_LIST, TEXT_VIEW_FACING, TRIANGLE_LIST = 1, 2, 4, 7, 9, 11
ADD, DELETE = 0, 2

MARKER = "visualization_msgs/msg/Marker"
# Longer than the pause between two states of a policy that stands, one second.
LIFETIME_NS = 2_000_000_000


class MarkerPen:
    """Makes markers of one plan."""

    def __init__(self, parts: Parts) -> None:
        """Draw with a plan's stamp and frame.

        Args:
            parts: Builder of the nested messages.
        """
        self._parts = parts
        self._header = parts.header()
        self._lifetime = parts.duration(LIFETIME_NS)

    def marker(
        self,
        name: str,
        kind: int,
        *,
        identity: int = 0,
        at: tuple[float, float, float] = (0.0, 0.0, 0.0),
        scale: tuple[float, float, float],
        colour: palette.Colour = palette.TEXT,
        alpha: float = 1.0,
        **fields: object,
    ) -> Message:
        """Make a marker that replaces the last one of this name and id.

        Args:
            name: Namespace.
            kind: One of ``visualization_msgs/Marker``'s types.
            identity: Id within the namespace.
            at: Position (x, y, z) [m].
            scale: Extent (x, y, z) [m]; what it means depends on the type.
            colour: RGB in 0..255.
            alpha: Opacity in 0..1.
            **fields: Points, colours or text.

        Returns:
            ``visualization_msgs/msg/Marker``.
        """
        return self._parts.make(
            MARKER,
            header=self._header,
            ns=name,
            id=identity,
            type=kind,
            action=ADD,
            pose=self._parts.pose(at[0], at[1], z_m=at[2]),
            scale=self._parts.scale(*scale),
            color=self._colour(colour, alpha),
            lifetime=self._lifetime,
            **fields,
        )

    def nothing(self, name: str, identity: int = 0) -> Message:
        """Delete the marker of this name and id."""
        pose = self._parts.pose(0.0, 0.0)
        return self._parts.make(MARKER, header=self._header, ns=name, id=identity, action=DELETE, pose=pose)

    def points(self, points_N2: NDArray[np.float64], z_m: float) -> list[Message]:
        """Return points on one height [m]."""
        return [self._parts.point(x_m, y_m, z_m) for x_m, y_m in points_N2.tolist()]

    def colours(self, colours_N3: NDArray[np.uint8]) -> list[Message]:
        """Return one colour a point."""
        return [self._colour((red, green, blue), 1.0) for red, green, blue in colours_N3.tolist()]

    def _colour(self, colour: palette.Colour, alpha: float) -> Message:
        red, green, blue = (part / 255.0 for part in colour)
        return self._parts.colour(red, green, blue, alpha)
