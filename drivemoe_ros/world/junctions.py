"""Crossings and T-junctions: four or three arms at right angles, with turning lanes, stop lines and zebra crossings."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.world.lanes import Arc
from drivemoe_ros.world.paint import strip
from drivemoe_ros.world.scenario import LightPlan, StopSignPlan
from drivemoe_ros.world.scene import Body, BodyKind, GroundPatch, Lamp, Surface

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from drivemoe_ros.world.roads import RoadMap, RoadPen, Section

ARMS = ("east", "north", "west", "south")  # counter-clockwise, as the crossing's own heading has them
# Quarters of a turn, counter-clockwise, from the arm one comes in through to the one one leaves through.
TO_THE_RIGHT, STRAIGHT_ON, TO_THE_LEFT = 1, 2, 3
ZEBRA_M = 3.0
METAL = (70, 72, 74)
SIGN_RED = (190, 30, 35)


@dataclass(frozen=True)
class Junction:
    """A junction: lanes that enter it end at node ``into(arm)``, lanes that leave it begin at node ``out(arm)``.

    Attributes:
        roads: The map it belongs to.
        name: Its name, the beginning of its nodes' names.
        pose: Its middle, and the heading of its east arm: x [m], y [m], heading [rad].
        section: What each of its arms consists of.
        half_m: Distance from its middle to where its arms begin [m].
        arms: Which arms it has.
        line_before_end_m: How far before it its stop lines are [m].
    """

    roads: RoadMap
    name: str
    pose: tuple[float, float, float]
    section: Section
    half_m: float
    arms: Sequence[str] = ARMS
    line_before_end_m: float = 1.0

    def out(self, arm: str) -> str:
        """Return the node where lanes leave through an arm."""
        return f"{self.name}.{arm}"

    def into(self, arm: str) -> str:
        """Return the node where lanes come in through an arm."""
        return f"{self.name}.{arm}-"

    def mouth(self, arm: str) -> tuple[float, float, float]:
        """Return the middle of an arm's beginning, heading away from the junction: x [m], y [m], heading [rad]."""
        x_m, y_m, heading_rad = self.pose
        heading_rad += ARMS.index(arm) * math.pi / 2.0
        return x_m + self.half_m * math.cos(heading_rad), y_m + self.half_m * math.sin(heading_rad), heading_rad

    def pen(self, arm: str) -> RoadPen:
        """Return a pen that leads away through an arm; go on with it to lay that road."""
        return self.roads.pen(self.out(arm), self.mouth(arm), self.section, self.into(arm))

    def beside_entry(self, arm: str, ahead_m: float, right_m: float) -> tuple[float, float, float]:
        """Return a pose beside the lanes that come in through an arm, facing those who come.

        Args:
            arm: Which arm.
            ahead_m: How far into the junction from the arm's end [m], negative before it.
            right_m: How far to the right of the road's middle, as those who come see it [m].

        Returns:
            x [m], y [m], heading [rad].
        """
        x_m, y_m, away_rad = self.mouth(arm)
        cos, sin = math.cos(away_rad), math.sin(away_rad)
        # Who comes in drives against the arm's heading and has its right where the arm has its left.
        return x_m - ahead_m * cos - right_m * sin, y_m - ahead_m * sin + right_m * cos, away_rad

    def light(self, arm: str, phases: tuple[tuple[Lamp, float], ...], offset_s: float = 0.0) -> LightPlan:
        """Return a traffic light on the far side, for those who come in through an arm.

        Args:
            arm: Which arm.
            phases: Lamp and seconds, again and again.
            offset_s: How far into its phases it is at the beginning [s].

        Returns:
            The plan.
        """
        side_m = self.section.ahead * self.section.lane_m + 1.2
        pose = self.beside_entry(arm, 2.0 * self.half_m + 0.5, side_m)
        body = Body(BodyKind.TRAFFIC_LIGHT, *pose, 0.4, 0.4, 4.2, METAL)
        lanes = tuple(self._entry_lane(arm, lane) for lane in range(self.section.back))
        return LightPlan(f"light {arm}", lanes, body, phases, offset_s, self.line_before_end_m)

    def stop_sign(self, arm: str) -> StopSignPlan:
        """Return a stop sign for those who come in through an arm."""
        side_m = self.section.ahead * self.section.lane_m + 1.3
        body = Body(BodyKind.STOP_SIGN, *self.beside_entry(arm, 0.5, side_m), 0.2, 0.75, 2.4, SIGN_RED)
        return StopSignPlan(self._entry_lane(arm, 0), body, self.line_before_end_m)

    def paint_stop_line(self, arm: str) -> None:
        """Paint the stop line of an arm."""
        arc, back_m = Arc(*self.mouth(arm), 10.0), self.section.back * self.section.lane_m
        span = (self.line_before_end_m, self.line_before_end_m + 0.4)
        self.roads.patches.append(strip(Surface.WHITE, arc, 0.0, back_m, span))

    def paint_zebra(self, arm: str, from_m: float = 0.8) -> None:
        """Paint a zebra crossing over an arm, from that far outside the junction on [m]; stop lines go before it."""
        arc = Arc(*self.mouth(arm), 20.0)
        left_m, right_m = self.section.back * self.section.lane_m, -self.section.ahead * self.section.lane_m
        for edge_m in np.arange(right_m + 0.25, left_m - 0.5, 1.0):
            span = (from_m, from_m + ZEBRA_M)
            self.roads.patches.append(strip(Surface.WHITE, arc, float(edge_m), float(edge_m) + 0.5, span))

    def _entry_lane(self, arm: str, lane: int) -> tuple[str, str, int]:
        for start, ends in self.roads.network.graph.items():
            if self.into(arm) in ends:
                return start, self.into(arm), lane
        msg = f"lay the {arm} arm of {self.name} before its signs"
        raise LookupError(msg)


def lay_junction(
    roads: RoadMap,
    name: str,
    pose: tuple[float, float, float],
    section: Section,
    arms: Sequence[str] = ARMS,
    corner_m: float = 5.0,
    line_before_end_m: float = 1.0,
) -> Junction:
    """Lay a junction of three or four arms at right angles.

    Args:
        roads: The map.
        name: Beginning of its nodes' names.
        pose: Its middle, and the heading of its east arm: x [m], y [m], heading [rad].
        section: What each arm consists of, as many lanes ahead as back.
        arms: Which arms it has, of ``ARMS``.
        corner_m: Radius of its corners [m].
        line_before_end_m: How far before it its stop lines are [m]; 5 leaves room for a zebra crossing.

    Returns:
        The junction, whose pens lay the roads that lead to it.
    """
    half_m = section.ahead * section.lane_m + corner_m
    junction = Junction(roads, name, pose, section, half_m, arms, line_before_end_m)
    for arm in arms:
        for other in arms:
            if arm != other:
                _join(junction, arm, other)
    edge_m = half_m + 0.01
    square_N2 = _placed(np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]]) * edge_m, pose)
    roads.patches.append(GroundPatch(Surface.PAVEMENT if section.pavement_m else Surface.SHOULDER, square_N2))
    roads.patches.append(GroundPatch(Surface.ASPHALT, _placed(_asphalt(arms, half_m, corner_m), pose)))
    roads.open_areas.append(square_N2)
    return junction


def _join(junction: Junction, arm: str, other: str) -> None:
    """Lay the lanes from one arm to another."""
    section, half_m = junction.section, junction.half_m
    quarter = (ARMS.index(other) - ARMS.index(arm)) % 4
    x_m, y_m, away_rad = junction.mouth(arm)
    middle = Arc(x_m, y_m, away_rad + math.pi, 2.0 * half_m)
    # Straight on from every lane, to the right from the outermost, to the left from the innermost.
    lanes = {TO_THE_RIGHT: [section.ahead - 1], STRAIGHT_ON: list(range(section.ahead)), TO_THE_LEFT: [0]}[quarter]
    for lane in lanes:
        right_m = (lane + 0.5) * section.lane_m
        arc = middle.beside(-right_m)
        if quarter != STRAIGHT_ON:
            radius_m = half_m - right_m if quarter == TO_THE_RIGHT else half_m + right_m
            bend = -1.0 / radius_m if quarter == TO_THE_RIGHT else 1.0 / radius_m
            arc = Arc(arc.x_m, arc.y_m, arc.heading_rad, radius_m * math.pi / 2.0, bend)
        junction.roads.add_lane(junction.into(arm), junction.out(other), arc, section.lane_m, section.limit_mps)


def _asphalt(arms: Sequence[str], half_m: float, corner_m: float) -> NDArray[np.float64]:
    """Return the outline of the asphalt about the origin, shape (N, 2) [m]."""
    side_m = half_m - corner_m
    points: list[tuple[float, float]] = []
    for number, arm in enumerate(ARMS):
        here, after = arm in arms, ARMS[(number + 1) % 4] in arms
        corner = [(half_m, side_m)] if here else []
        if here and after:
            # The kerb is a quarter of a circle about the square's corner.
            corner += [
                (half_m - corner_m * math.sin(angle_rad), half_m - corner_m * math.cos(angle_rad))
                for angle_rad in np.linspace(0.0, math.pi / 2.0, 6)[1:-1].tolist()
            ]
        else:
            corner.append((side_m, side_m))
        if after:
            corner.append((side_m, half_m))
        cos, sin = math.cos(number * math.pi / 2.0), math.sin(number * math.pi / 2.0)
        points += [(x * cos - y * sin, x * sin + y * cos) for x, y in corner]
    return np.array(points)


def _placed(points_N2: NDArray[np.float64], pose: tuple[float, float, float]) -> NDArray[np.float64]:
    cos, sin = math.cos(pose[2]), math.sin(pose[2])
    return np.asarray(points_N2 @ np.array([[cos, sin], [-sin, cos]]) + np.array(pose[:2]))
