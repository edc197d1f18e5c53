"""How well a network plans and routes on samples it does not learn from.

Shape legend: N samples, H waypoints, C classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def displacement(planned_NH2: NDArray[np.float64], driven_NH2: NDArray[np.float64]) -> dict[str, float]:
    """Measure how far plans are from what was driven.

    Args:
        planned_NH2: Waypoints planned [m].
        driven_NH2: Waypoints driven [m].

    Returns:
        Mean over all waypoints, and of the last one [m].
    """
    distance_NH = np.linalg.norm(planned_NH2 - driven_NH2, axis=2)
    return {"ADE (m)": float(distance_NH.mean()), "FDE (m)": float(distance_NH[:, -1].mean())}


def classification(name: str, chosen_N: NDArray[np.int64], label_N: NDArray[np.int64]) -> dict[str, float]:
    """Score a router's choices.

    Args:
        name: What is chosen, for the scores' names.
        chosen_N: Chosen class.
        label_N: Right class.

    Returns:
        Accuracy, the accuracy of always choosing the commonest class, and the F1 score averaged over the classes that
        occur.
    """
    classes, counts = np.unique(label_N, return_counts=True)
    f1 = [_f1(chosen_N == index, label_N == index) for index in classes]
    return {
        f"{name} accuracy": float((chosen_N == label_N).mean()),
        f"{name} macro F1": float(np.mean(f1)),
        f"{name} accuracy of the commonest": float(counts.max() / counts.sum()),
    }


def _f1(chosen_N: NDArray[np.bool_], right_N: NDArray[np.bool_]) -> float:
    hits = int((chosen_N & right_N).sum())
    return 2.0 * hits / int(chosen_N.sum() + right_N.sum())
