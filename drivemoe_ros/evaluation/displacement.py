"""How far planned waypoints are from those that were driven.

Shape legend: P plans, H waypoints of the horizon.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.checks import require_shape

if TYPE_CHECKING:
    from numpy.typing import NDArray


def average_displacement(planned_PH2: NDArray[np.float64], driven_PH2: NDArray[np.float64]) -> float:
    """Return the mean Euclidean distance of planned from driven waypoints, without the present one (ADE).

    Args:
        planned_PH2: Planned waypoints, row 0 of each the present [m].
        driven_PH2: Where was driven at the same times, in the same frames [m].

    Returns:
        Mean distance [m]; NaN without plans.

    Raises:
        InputError: If the shapes differ.
    """
    require_shape("driven waypoints", driven_PH2, planned_PH2.shape)
    distances_PH = np.linalg.norm(planned_PH2 - driven_PH2, axis=-1)[:, 1:]
    return float(distances_PH.mean()) if distances_PH.size else float("nan")


def final_displacement(planned_PH2: NDArray[np.float64], driven_PH2: NDArray[np.float64]) -> float:
    """Return the mean distance of the last planned waypoint from where was driven (FDE) [m]; NaN without plans.

    Args:
        planned_PH2: Planned waypoints [m].
        driven_PH2: Where was driven at the same times, in the same frames [m].

    Returns:
        Mean distance [m]; NaN without plans.

    Raises:
        InputError: If the shapes differ.
    """
    require_shape("driven waypoints", driven_PH2, planned_PH2.shape)
    last_P = np.linalg.norm(planned_PH2[:, -1:] - driven_PH2[:, -1:], axis=-1)
    return float(last_P.mean()) if last_P.size else float("nan")
