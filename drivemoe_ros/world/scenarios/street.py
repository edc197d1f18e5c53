"""One street from end to end, measured along its middle, so that families can say where something is in one figure.

A street is a chain of straight and bent pieces; everything here takes distances along its middle line (the left edge
of a one-way street) and finds piece, lane and pose.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from drivemoe_ros.world.paint import strip
from drivemoe_ros.world.path import Path, resampled, smooth_link
from drivemoe_ros.world.roads import RoadMap, Section
from drivemoe_ros.world.scenario import CarPlan
from drivemoe_ros.world.scenarios.draws import between, chance
from drivemoe_ros.world.scene import GroundPatch, Surface

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from drivemoe_ros.world.lanes import Arc
    from drivemoe_ros.world.roads import LaneIndex

Pose = tuple[float, float, float]


class Street:
    """A street of one section from end to end.

    Attributes:
        roads: The map it belongs to.
        section: What it consists of.
        length_m: Its length [m].
    """

    def __init__(self, section: Section, pose: Pose, pieces: Sequence[tuple[float, float]]) -> None:
        """Lay it on a new map.

        Args:
            section: What it consists of.
            pose: Where its middle begins: x [m], y [m], heading [rad].
            pieces: Length [m] and curvature [rad/m], positive to the left, of each piece.
        """
        self.roads, self.section = RoadMap(), section
        pen = self.roads.pen("s0", pose, section)
        self._arcs: list[Arc] = []
        self._begins = [0.0]
        for number, (length_m, bend) in enumerate(pieces, start=1):
            if bend:
                pen.bend(f"s{number}", 1.0 / abs(bend), length_m * bend)
            else:
                pen.straight(f"s{number}", length_m)
            self._arcs.append(self.roads.lane((f"s{number - 1}", f"s{number}", 0)).arc.beside(0.5 * section.lane_m))
            self._begins.append(self._begins[-1] + length_m)
        self.length_m = self._begins[-1]

    def _piece(self, s_m: float) -> int:
        found = int(np.searchsorted(self._begins, s_m, side="right")) - 1
        return min(max(found, 0), len(self._arcs) - 1)

    def pose(self, s_m: float, left_m: float = 0.0) -> Pose:
        """Return a pose in the street's direction.

        Args:
            s_m: Distance along its middle [m].
            left_m: Distance to the left of its middle [m].

        Returns:
            x [m], y [m], heading [rad].
        """
        piece = self._piece(s_m)
        return self._arcs[piece].pose(s_m - self._begins[piece], left_m)

    def lane_left_m(self, lane: int) -> float:
        """Return where the middle of a lane is, to the left of the street's middle: negative [m]."""
        return -(lane + 0.5) * self.section.lane_m

    @property
    def right_m(self) -> float:
        """Where the right edge of its lanes is, to the left of its middle: negative [m]."""
        return -self.section.ahead * self.section.lane_m

    def lane(self, s_m: float, lane: int = 0) -> tuple[LaneIndex, float]:
        """Return a lane in the street's direction, and how far along that lane a place is [m]."""
        return self._lane(s_m, lane, ahead=True)

    def oncoming(self, s_m: float, lane: int = 0) -> tuple[LaneIndex, float]:
        """Return a lane against the street's direction, and how far along that lane a place is [m]."""
        return self._lane(s_m, lane, ahead=False)

    def _lane(self, s_m: float, lane: int, *, ahead: bool) -> tuple[LaneIndex, float]:
        piece = self._piece(s_m)
        done = (s_m - self._begins[piece]) / (self._begins[piece + 1] - self._begins[piece])
        nodes = (f"s{piece}", f"s{piece + 1}") if ahead else (f"s{piece + 1}-", f"s{piece}-")
        index = (*nodes, lane)
        return index, (done if ahead else 1.0 - done) * self.roads.lane(index).length

    def car(self, name: str, s_m: float, lane: int, speed_mps: float, **more: Any) -> CarPlan:  # noqa: ANN401
        """Return a car in the street's direction.

        Args:
            name: Its name.
            s_m: Where it begins [m].
            lane: In which lane.
            speed_mps: Its speed, and the speed it wants if nothing else is said [m/s].
            **more: Further fields of ``CarPlan``.

        Returns:
            The plan.
        """
        index, along_m = self.lane(s_m, lane)
        return CarPlan(name, index, along_m, speed_mps, more.pop("cruise_mps", speed_mps), **more)

    def oncoming_car(self, name: str, s_m: float, lane: int, speed_mps: float, **more: Any) -> CarPlan:  # noqa: ANN401
        """Return a car against the street's direction; arguments as of ``car``."""
        index, along_m = self.oncoming(s_m, lane)
        return CarPlan(name, index, along_m, speed_mps, more.pop("cruise_mps", speed_mps), **more)

    def route(
        self, spans: Sequence[tuple[float, float, int]], first: Pose | None = None, run_up_m: float = 0.0
    ) -> Path:
        """Return the path along spans of lanes; gaps between spans become smooth changes of lane.

        Args:
            spans: From where [m], to where [m], in which lane.
            first: Pose to begin at, e.g. in a bay.
            run_up_m: How far it goes straight on from there [m].

        Returns:
            The path, a point a metre.
        """
        points: list[NDArray[np.float64]] = []
        last = first
        if first is not None:
            x_m, y_m, heading_rad = first
            last = (x_m + run_up_m * math.cos(heading_rad), y_m + run_up_m * math.sin(heading_rad), heading_rad)
            points.append(np.array([first[:2], last[:2]]))
        for from_m, to_m, lane in spans:
            left_m = self.lane_left_m(lane)
            if last is not None:
                points.append(smooth_link(last, self.pose(from_m, left_m)))
            steps = np.linspace(from_m, to_m, max(round(to_m - from_m), 1) + 1).tolist()
            points.append(np.array([self.pose(s_m, left_m)[:2] for s_m in steps]))
            last = self.pose(to_m, left_m)
        return resampled(np.concatenate(points))

    def paint(self, surface: Surface, span: tuple[float, float], right_m: float, left_m: float) -> None:
        """Paint a strip along the street.

        Args:
            surface: Its paint.
            span: From where to where [m].
            right_m: Its right edge, to the left of the street's middle [m].
            left_m: Its left edge [m].
        """
        for arc, begin_m, end_m in self._cut(*span):
            self.roads.patches.append(strip(surface, arc, right_m, left_m, (begin_m, end_m)))

    def paint_across(self, from_m: float, from_left_m: float, to_m: float, to_left_m: float, width_m: float) -> None:
        """Paint a straight white line between two places.

        Args:
            from_m: Distance along the street of one end [m].
            from_left_m: Its distance to the left of the middle [m].
            to_m: The same of the other end [m].
            to_left_m: The same of the other end [m].
            width_m: Its width along the street [m].
        """
        half_m = 0.5 * width_m
        places = [(from_m - half_m, from_left_m), (from_m + half_m, from_left_m)]
        places += [(to_m + half_m, to_left_m), (to_m - half_m, to_left_m)]
        corners_N2 = np.array([self.pose(*place)[:2] for place in places])
        self.roads.patches.append(GroundPatch(Surface.WHITE, corners_N2))

    def open_up(self, span: tuple[float, float], right_m: float, left_m: float) -> None:
        """Let a strip along the street be driven on although it is no lane; arguments as of ``paint``."""
        steps = np.linspace(*span, max(round((span[1] - span[0]) / 3.0), 1) + 1)
        sides = [self.pose(float(s_m), right_m)[:2] for s_m in steps]
        sides += [self.pose(float(s_m), left_m)[:2] for s_m in steps[::-1]]
        self.roads.open_areas.append(np.array(sides))

    def _cut(self, from_m: float, to_m: float) -> Iterator[tuple[Arc, float, float]]:
        for number, arc in enumerate(self._arcs):
            low_m, high_m = max(from_m, self._begins[number]), min(to_m, self._begins[number + 1])
            if low_m < high_m:
                yield arc, low_m - self._begins[number], high_m - self._begins[number]


def draw_street(rng: Generator, section: Section, length_m: float, sharpest: float = 1.0 / 70.0) -> Street:
    """Return a street of a drawn shape: straight and gently bent pieces.

    Args:
        rng: What is drawn from.
        section: What it consists of.
        length_m: Its length at least [m].
        sharpest: The most it bends [rad/m].

    Returns:
        The street, heading anywhere.
    """
    pieces: list[tuple[float, float]] = []
    while sum(length for length, _ in pieces) < length_m:
        bend = 0.0 if chance(rng, 0.5) else between(rng, -sharpest, sharpest)
        # All in all it never turns so far that it could meet itself.
        turned = sum(length * curvature for length, curvature in pieces)
        piece_m = between(rng, 45.0, 85.0)
        bend = -bend if abs(turned + piece_m * bend) > 0.5 * math.pi else bend
        pieces.append((piece_m, bend if abs(bend) > 1e-3 else 0.0))  # noqa: PLR2004
    return Street(section, (0.0, 0.0, between(rng, -math.pi, math.pi)), pieces)
