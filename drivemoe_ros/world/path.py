"""A way on the ground to be driven along: points a metre apart, with headings and curvature.

Shape legend: N points, M positions.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP_M = 1.0
BEYOND_M = 40.0
REPEATED_M = 1e-6


class Path:
    """A polyline in the map frame, indexed by the distance along it.

    Attributes:
        points_N2: Points in driving order [m].
        s_N: Distance along it up to each point [m].
    """

    def __init__(self, points_N2: NDArray[np.float64]) -> None:
        """Keep the points.

        Args:
            points_N2: At least two points, none repeated [m].
        """
        self.points_N2 = np.asarray(points_N2, dtype=np.float64)
        step_G2 = np.diff(self.points_N2, axis=0)
        self._length_G = np.hypot(step_G2[:, 0], step_G2[:, 1])
        self._unit_G2 = step_G2 / self._length_G[:, None]
        self.s_N = np.concatenate([[0.0], np.cumsum(self._length_G)])
        # What is before the beginning or behind the end is measured along its straight continuation.
        self._least_G, self._most_G = np.zeros(len(self._length_G)), self._length_G.copy()
        self._least_G[0] -= BEYOND_M
        self._most_G[-1] += BEYOND_M

    @property
    def length_m(self) -> float:
        """Its length [m]."""
        return float(self.s_N[-1])

    @cached_property
    def heading_N(self) -> NDArray[np.float64]:  # noqa: N802, the shape is part of the name
        """Heading at each point [rad], unwrapped."""
        heading_G = np.unwrap(np.arctan2(self._unit_G2[:, 1], self._unit_G2[:, 0]))
        middle = 0.5 * (heading_G[1:] + heading_G[:-1])
        return np.concatenate([heading_G[:1], middle, heading_G[-1:]])

    @cached_property
    def curvature_N(self) -> NDArray[np.float64]:  # noqa: N802
        """Change of heading a metre at each point [rad/m], positive to the left."""
        return np.asarray(np.gradient(self.heading_N, self.s_N))

    def pose(self, s_m: float, left_m: float = 0.0) -> tuple[float, float, float]:
        """Return position and heading at a distance along it; beyond its ends it goes on straight.

        Args:
            s_m: Distance along it [m].
            left_m: Distance to its left [m].

        Returns:
            x [m], y [m], heading [rad].
        """
        index = int(np.clip(np.searchsorted(self.s_N, s_m) - 1, 0, len(self._length_G) - 1))
        x_m, y_m = self.points_N2[index] + (s_m - self.s_N[index]) * self._unit_G2[index]
        heading_rad = float(np.interp(s_m, self.s_N, self.heading_N))
        return (
            float(x_m) - left_m * math.sin(heading_rad),
            float(y_m) + left_m * math.cos(heading_rad),
            heading_rad,
        )

    def project(self, x_m: float, y_m: float, near_s_m: float | None = None) -> tuple[float, float]:
        """Return how far along the path the nearest point to a position is, and how far to the left the position.

        Args:
            x_m: Position [m].
            y_m: Position [m].
            near_s_m: Distance along the path shortly before [m], for paths that cross themselves; None to search all.

        Returns:
            Distance along the path [m], negative before its beginning, and distance to its left [m].
        """
        s_M, left_M = self.project_all(np.array([[x_m, y_m]]), near_s_m)
        return float(s_M[0]), float(left_M[0])

    def project_all(
        self, position_M2: NDArray[np.float64], near_s_m: float | None = None, window_m: float = 15.0
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Project several positions at once.

        Args:
            position_M2: Positions [m].
            near_s_m: Distance along the path about which to search [m]; None to search all.
            window_m: How far from there [m].

        Returns:
            Distances along the path [m], shape (M,), and to its left [m], shape (M,).
        """
        low, high = 0, len(self._length_G)
        if near_s_m is not None:
            low = min(int(np.searchsorted(self.s_N, near_s_m - window_m)), high - 1)
            high = max(int(np.searchsorted(self.s_N, near_s_m + window_m)), low + 1)
        offset_MG2 = position_M2[:, None, :] - self.points_N2[None, low : min(high, len(self._length_G))]
        unit_G2 = self._unit_G2[low:high]
        along_MG = np.clip((offset_MG2 * unit_G2).sum(-1), self._least_G[low:high], self._most_G[low:high])
        gap_MG2 = offset_MG2 - along_MG[..., None] * unit_G2
        best_M = np.argmin((gap_MG2**2).sum(-1), axis=1)
        rows_M = np.arange(len(position_M2))
        offset_M2, best_unit_M2 = offset_MG2[rows_M, best_M], unit_G2[best_M]
        left_M = best_unit_M2[:, 0] * offset_M2[:, 1] - best_unit_M2[:, 1] * offset_M2[:, 0]
        return self.s_N[low + best_M] + along_MG[rows_M, best_M], left_M


def smooth_link(start: tuple[float, float, float], end: tuple[float, float, float]) -> NDArray[np.float64]:
    """Return the points between two poses on a smooth curve, both ends left out.

    Args:
        start: x [m], y [m], heading [rad] where it begins.
        end: The same where it ends.

    Returns:
        Points about a metre apart, shape (N, 2).
    """
    distance_m = math.hypot(end[0] - start[0], end[1] - start[1])
    t_N1 = np.linspace(0.0, 1.0, max(round(distance_m / STEP_M), 1) + 1)[1:-1, None]
    tangents = [distance_m * np.array([math.cos(pose[2]), math.sin(pose[2])]) for pose in (start, end)]
    # Cubic Hermite curve: it meets both poses in position and direction.
    return np.asarray(
        (2 * t_N1**3 - 3 * t_N1**2 + 1) * np.array(start[:2])
        + (t_N1**3 - 2 * t_N1**2 + t_N1) * tangents[0]
        + (3 * t_N1**2 - 2 * t_N1**3) * np.array(end[:2])
        + (t_N1**3 - t_N1**2) * tangents[1]
    )


def resampled(points_N2: NDArray[np.float64]) -> Path:
    """Return the path through points, a point a metre; the last step may be shorter.

    Args:
        points_N2: Points in driving order [m]; repeated ones are left out.

    Returns:
        The path.
    """
    moved_G = np.hypot(*np.diff(points_N2, axis=0).T) > REPEATED_M
    rough = Path(points_N2[np.concatenate([[True], moved_G])])
    s_N = np.append(np.arange(0.0, rough.length_m - 0.5 * STEP_M, STEP_M), rough.length_m)
    return Path(np.stack([np.interp(s_N, rough.s_N, rough.points_N2[:, axis]) for axis in (0, 1)], axis=1))
