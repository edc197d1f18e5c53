"""Laying roads: a pen draws carriageways piece by piece, lanes for traffic and paint for the cameras at once.

Nodes are names. A pen that goes from "a" to "b" lays lanes a -> b to the right of its line, and, on a two-way road,
lanes "b-" -> "a-" to the left of it. Lane 0 of each direction is the one next to the middle.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from highway_env.road.road import RoadNetwork

from drivemoe_ros.world.lanes import Arc, Lane, lane_along
from drivemoe_ros.world.paint import paint_piece
from drivemoe_ros.world.scene import GroundPatch, Surface

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LaneIndex = tuple[str, str, int]
# Acceleration to the side in a bend that is comfortable.
BEND_MPS2 = 2.2
_LAYERS = (
    Surface.PAVEMENT, Surface.SHOULDER, Surface.ASPHALT, Surface.PARKING, Surface.YELLOW, Surface.WHITE,
)  # fmt: skip


@dataclass(frozen=True)
class Section:
    """What a road consists of, from side to side.

    Attributes:
        ahead: Lanes in the pen's direction.
        back: Lanes against it.
        lane_m: Width of a lane [m].
        limit_mps: Speed limit [m/s].
        middle: Paint between the directions: "dashed", "solid" or "".
        divider: Paint between lanes of one direction: "dashed", "solid" or "".
        edges: Whether there is a solid line along the edges.
        shoulder_m: Width of the shoulder outside the lanes [m].
        pavement_m: Width of the pavement outside the shoulder [m].
    """

    ahead: int = 1
    back: int = 1
    lane_m: float = 3.5
    limit_mps: float = 8.0
    middle: str = "dashed"
    divider: str = "dashed"
    edges: bool = True
    shoulder_m: float = 0.5
    pavement_m: float = 0.0


@dataclass
class RoadMap:
    """The roads of one scenario.

    Attributes:
        network: Lanes by the names of their nodes.
        patches: What lies on the ground, in any order.
        open_areas: Polygons in which no lane is prescribed: junctions, parking bays, shape (N, 2) each [m].
    """

    network: RoadNetwork = field(default_factory=RoadNetwork)
    patches: list[GroundPatch] = field(default_factory=list)
    open_areas: list[NDArray[np.float64]] = field(default_factory=list)

    def lane(self, index: LaneIndex) -> Lane:
        """Return a lane."""
        lane: Lane = self.network.get_lane(index)
        return lane

    def lanes(self) -> dict[LaneIndex, Lane]:
        """Return all lanes."""
        found: dict[LaneIndex, Lane] = self.network.lanes_dict()
        return found

    def add_lane(self, start: str, end: str, arc: Arc, width_m: float, limit_mps: float) -> None:
        """Add a lane from node to node, beside those that are there.

        Args:
            start: Node where it begins.
            end: Node where it ends.
            arc: Its middle.
            width_m: Its width [m].
            limit_mps: Its speed limit [m/s]; bends are driven no faster than is comfortable.
        """
        if arc.curvature_radpm:
            limit_mps = min(limit_mps, math.sqrt(BEND_MPS2 / abs(arc.curvature_radpm)))
        self.network.add_lane(start, end, lane_along(arc, width_m, limit_mps))

    def ground(self) -> tuple[GroundPatch, ...]:
        """Return what lies on the ground, the lowest layer first."""
        return tuple(sorted(self.patches, key=lambda patch: _LAYERS.index(patch.surface)))

    def pen(self, node: str, pose: tuple[float, float, float], section: Section, node_back: str = "") -> RoadPen:
        """Set a pen down.

        Args:
            node: Name of the node there.
            pose: Middle of the road (left edge of a one-way road): x [m], y [m], heading [rad].
            section: What the road consists of.
            node_back: Name of the node of the lanes against the pen's direction; the node's name and "-" if empty.

        Returns:
            The pen.
        """
        return RoadPen(self, section, pose, node, node_back or f"{node}-")


class RoadPen:
    """Lays one road, piece by piece; every call returns the pen."""

    def __init__(
        self, roads: RoadMap, section: Section, pose: tuple[float, float, float], node: str, node_back: str
    ) -> None:
        """Begin; see ``RoadMap.pen``."""
        self.roads = roads
        self.section = section
        self.pose = pose
        self.node, self.node_back = node, node_back

    def change(self, **changes: object) -> RoadPen:
        """Go on with another section: fields of ``Section`` by name."""
        self.section = replace(self.section, **changes)  # type: ignore[arg-type]
        return self

    def straight(self, node: str, length_m: float) -> RoadPen:
        """Go straight on to a node.

        Args:
            node: Name of the node there.
            length_m: How far [m].

        Returns:
            This pen.
        """
        return self._lay(node, Arc(*self.pose, length_m))

    def bend(self, node: str, radius_m: float, turn_rad: float) -> RoadPen:
        """Go round a bend to a node.

        Args:
            node: Name of the node there.
            radius_m: Radius of the road's middle [m].
            turn_rad: Change of heading [rad], positive to the left.

        Returns:
            This pen.
        """
        return self._lay(node, Arc(*self.pose, radius_m * abs(turn_rad), math.copysign(1.0 / radius_m, turn_rad)))

    def _lay(self, node: str, arc: Arc) -> RoadPen:
        section, node_back = self.section, f"{node}-"
        for lane in range(section.ahead):
            middle = arc.beside(-(lane + 0.5) * section.lane_m)
            self.roads.add_lane(self.node, node, middle, section.lane_m, section.limit_mps)
        for lane in range(section.back):
            middle = arc.beside((lane + 0.5) * section.lane_m).reversed()
            self.roads.add_lane(node_back, self.node_back, middle, section.lane_m, section.limit_mps)
        self.roads.patches.extend(paint_piece(arc, section))
        self.pose = arc.pose(arc.length_m)
        self.node, self.node_back = node, node_back
        return self
