"""How far plans follow what was driven where that differs from going straight on at the same speed.

Most of the time a vehicle goes on as before, so that a plan which always does is near on average and never brakes.

Shape legend: P plans, H waypoints of the horizon.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drivemoe_ros.data.checks import require_shape

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Following(NamedTuple):
    """How planned differences go with driven ones.

    Attributes:
        correlation: Of the two, -1 to 1; None where one of them is the same everywhere.
        slope: Planned by driven difference, in the least squares: 1 follows in full, 0 not at all; None where the
            driven one is the same everywhere.
    """

    correlation: float | None
    slope: float | None

    def __str__(self) -> str:
        """Return what is known of both; "-" for nothing."""
        slope = "-" if self.slope is None else f"{self.slope:.2f}"
        return slope if self.correlation is None else f"{slope} (correlation {self.correlation:.2f})"


def straight_on(speed_P: NDArray[np.float64], num: int, interval_s: float) -> NDArray[np.float64]:
    """Return the waypoints of going straight on at the present speed.

    Args:
        speed_P: Speeds [m/s].
        num: Waypoints each, the present one included.
        interval_s: Time from one to the next [s].

    Returns:
        (P, num, 2) waypoints (x forward, y left) in the base frame of the present [m].
    """
    ahead_PH = speed_P[:, None] * np.arange(num) * interval_s
    return np.stack([ahead_PH, np.zeros_like(ahead_PH)], axis=-1)


def following(
    planned_PH2: NDArray[np.float64], driven_PH2: NDArray[np.float64], straight_PH2: NDArray[np.float64]
) -> tuple[Following, Following]:
    """Compare, at the horizon's end, by how much plan and drive differ from going straight on.

    Args:
        planned_PH2: Planned waypoints (x forward, y left) [m].
        driven_PH2: Where was driven at the same times, in the same frames [m].
        straight_PH2: Going straight on at the present speed, as ``straight_on`` returns it [m].

    Returns:
        How the plans follow ahead, and to the side.

    Raises:
        InputError: If the shapes differ.
    """
    require_shape("driven waypoints", driven_PH2, planned_PH2.shape)
    planned_P2 = (planned_PH2 - straight_PH2)[:, -1]
    driven_P2 = (driven_PH2 - straight_PH2)[:, -1]
    ahead, aside = (_follow(planned_P2[:, axis], driven_P2[:, axis]) for axis in (0, 1))
    return ahead, aside


def _follow(planned_P: NDArray[np.float64], driven_P: NDArray[np.float64]) -> Following:
    planned_P, driven_P = planned_P - planned_P.mean(), driven_P - driven_P.mean()
    together, by_driven, by_planned = planned_P @ driven_P, driven_P @ driven_P, planned_P @ planned_P
    if not by_driven or not by_planned:
        return Following(None, 0.0 if by_driven else None)
    return Following(float(together / np.sqrt(by_driven * by_planned)), float(together / by_driven))
