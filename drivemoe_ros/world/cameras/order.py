"""Which of two parts is painted first: the one behind, found by a wall that separates their footprints.

Footprints are rectangles that hardly overlap, so that one of their eight walls has the other rectangle on its far
side. Whichever of the two is on the eye's side of that wall can hide the other, never the reverse. Distances alone
cannot tell: the middle of a long building may be nearer than a car that stands before it.
Shape legend: P parts, K pairs of parts; coordinates and corners come first.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_AHEAD_4, _LEFT_4 = np.array([[1.0], [1.0], [-1.0], [-1.0]]), np.array([[1.0], [-1.0], [-1.0], [1.0]])
# Footprints may overlap a little, as eaves and mirrors do: then the wall that comes nearest to separating them counts.
_OVERLAP_M = 1.0
_BESIDE_M = 0.1


def painting_order(
    view_2P: NDArray[np.float64], axis_2P: NDArray[np.float64], half_2P: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return indices of parts, those behind before those before them.

    Args:
        view_2P: Middles of footprints as the eye sees them: forward, left [m].
        axis_2P: Cosine and sine of their headings from the viewing direction.
        half_2P: Half of their lengths and widths [m].

    Returns:
        Every index once.
    """
    away_P = np.hypot(view_2P[0], view_2P[1])
    order_P = np.argsort(-away_P, kind="stable")
    away_P, view_2P, axis_2P, half_2P = away_P[order_P], view_2P[:, order_P], axis_2P[:, order_P], half_2P[:, order_P]
    corners_24P = _corners(view_2P, axis_2P, half_2P)
    low_P, high_P = _bearings(corners_24P)
    radius_P = np.hypot(half_2P[0], half_2P[1])
    # Distances do tell for pairs of which one ends before the other begins.
    doubt_PP = (low_P[:, None] < high_P) & (low_P < high_P[:, None])
    doubt_PP &= (away_P - radius_P)[:, None] < away_P + radius_P
    first_K, second_K = np.nonzero(np.triu(doubt_PP, 1))
    if not len(first_K):
        return order_P
    behind_K, before_K = _verdicts(first_K, second_K, view_2P, axis_2P, half_2P, corners_24P)
    if not before_K.any():
        return order_P
    # Where pairs change places, everything between the two counts, and there distances as well.
    steps_P = np.bincount(first_K[before_K], minlength=len(order_P) + 1)
    steps_P -= np.bincount(second_K[before_K], minlength=len(order_P) + 1)
    run_P = np.cumsum(np.concatenate(([0], np.cumsum(steps_P)[:-2] == 0)))
    overlap_PP = (low_P[:, None] < high_P) & (low_P < high_P[:, None])
    sure_one, sure_other = np.nonzero(np.triu(overlap_PP & ~doubt_PP & (run_P[:, None] == run_P), 1))
    one = np.concatenate((sure_one, first_K[behind_K], second_K[before_K]))
    other = np.concatenate((sure_other, second_K[behind_K], first_K[before_K]))
    return order_P[_sorted(len(order_P), one.tolist(), other.tolist())]


def _corners(
    view_2P: NDArray[np.float64], axis_2P: NDArray[np.float64], half_2P: NDArray[np.float64]
) -> NDArray[np.float64]:
    ahead_4P, left_4P = _AHEAD_4 * half_2P[0], _LEFT_4 * half_2P[1]
    cos_P, sin_P = axis_2P
    return np.stack((view_2P[0] + cos_P * ahead_4P - sin_P * left_4P, view_2P[1] + sin_P * ahead_4P + cos_P * left_4P))


def _bearings(corners_24P: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return from which to which bearing a footprint reaches: all of them where it reaches behind the eye."""
    forward_4P = corners_24P[0]
    slope_4P = corners_24P[1] / np.maximum(forward_4P, 1e-3)
    behind_P = forward_4P.min(axis=0) < _BESIDE_M
    low_P = np.where(behind_P, -np.inf, slope_4P.min(axis=0))
    return low_P, np.where(behind_P, np.inf, slope_4P.max(axis=0))


def _verdicts(
    first_K: NDArray[np.int64],
    second_K: NDArray[np.int64],
    view_2P: NDArray[np.float64],
    axis_2P: NDArray[np.float64],
    half_2P: NDArray[np.float64],
    corners_24P: NDArray[np.float64],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return for which pairs the first is known to be behind the second, and for which it is known to be before it."""
    owner, other = np.concatenate((first_K, second_K)), np.concatenate((second_K, first_K))
    middle_2, (cos, sin) = view_2P[:, owner], axis_2P[:, owner]
    away_24 = corners_24P[:, :, other] - middle_2[:, None]
    gaps, outsides = [], []
    for wall, (x, y) in enumerate(((cos, sin), (-sin, cos))):
        along_4 = away_24[0] * x + away_24[1] * y
        eye = -(middle_2[0] * x + middle_2[1] * y)
        reach = half_2P[wall, owner]
        gaps += [along_4.min(axis=0) - reach, -along_4.max(axis=0) - reach]
        outsides += [eye > reach, eye < -reach]
    count = len(first_K)
    gap_8K = np.concatenate([np.stack(gaps)[:, :count], np.stack(gaps)[:, count:]])
    # The other one is before the wall's owner where the eye is outside; the second half's owners are the seconds.
    first_behind_8K = np.concatenate([np.stack(outsides)[:, :count], ~np.stack(outsides)[:, count:]])
    best_K = gap_8K.argmax(axis=0)
    column_K = np.arange(count)
    known_K = gap_8K[best_K, column_K] > -_OVERLAP_M
    first_behind_K = first_behind_8K[best_K, column_K]
    return known_K & first_behind_K, known_K & ~first_behind_K


def _sorted(count: int, before: list[int], after: list[int]) -> list[int]:
    """Return 0 to count - 1 with every ``before`` ahead of its ``after``, otherwise as early as they were."""
    waiting = [0] * count
    followers: list[list[int]] = [[] for _ in range(count)]
    for one, other in zip(before, after, strict=True):
        waiting[other] += 1
        followers[one].append(other)
    ready = [index for index in range(count) if not waiting[index]]
    order: list[int] = []
    left = set(range(count))
    while left:
        # Overlapping footprints can hide each other in a ring, which is broken at the farthest.
        index = heapq.heappop(ready) if ready else min(left)
        if index not in left:
            continue
        left.discard(index)
        order.append(index)
        for other in followers[index]:
            waiting[other] -= 1
            if not waiting[other]:
                heapq.heappush(ready, other)
    return order
