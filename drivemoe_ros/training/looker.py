"""A policy that plans nothing and keeps what it was shown: so training sees exactly what driving sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.cameras import CANDIDATE_VIEWS
from drivemoe_ros.data.plan import Observation, PolicyOutput
from drivemoe_ros.policy.interface import PolicySpec

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Steps of history and horizon, and their spacing: docs/model.md 3 and 5.
NUM_HISTORY = 5
HORIZON = 10
STEP_NS = 100_000_000


@dataclass(frozen=True, eq=False)
class Look:
    """One observation with all its pictures read.

    Attributes:
        observation: As a policy gets it.
        views: Every usable candidate view by name, (S, S, 3) uint8.
    """

    observation: Observation
    views: dict[str, NDArray[np.uint8]]


class Looker:
    """Stands in the policy's place of a pipeline."""

    def __init__(self, image_size: int) -> None:
        """Ask for pictures of ``image_size`` pixels a side."""
        self._image_size = image_size
        self._look: Look | None = None

    @property
    def spec(self) -> PolicySpec:
        """What it asks for: everything, as a trained policy would."""
        return PolicySpec(
            system="looker",
            weights="none",
            trained=False,
            image_size=self._image_size,
            view_names=CANDIDATE_VIEWS,
            num_history=NUM_HISTORY,
            history_interval_ns=STEP_NS,
            horizon=HORIZON,
            waypoint_interval_ns=STEP_NS,
        )

    def plan(self, observation: Observation, flow_steps: int | None = None) -> PolicyOutput:  # noqa: ARG002
        """Keep the observation, and answer with a plan to stand still.

        Args:
            observation: What to keep.
            flow_steps: Of no meaning here.

        Returns:
            Waypoints of zeros, for nobody to drive by.

        Raises:
            ImageError: If a picture cannot be decoded.
        """
        views = {name: read() for name, read in observation.views.items()}
        self._look = Look(observation, views)
        return PolicyOutput(np.zeros((HORIZON, 2)))

    def take(self) -> Look | None:
        """Return what it was shown since it was last asked, if anything."""
        look, self._look = self._look, None
        return look

    def close(self) -> None:
        """Forget what was kept."""
        self._look = None
