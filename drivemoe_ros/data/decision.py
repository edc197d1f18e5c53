"""A router's decision with all its scores: one value serves messages, RViz, reports and evaluation.

Shape legend: E candidates (experts or views), S decisions within one plan (flow steps).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.checks import require_finite, require_shape

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class RoutingDecision:
    """What a router chose, and how sure it was.

    Attributes:
        level: What was routed: ``view``, ``action``, or a level's name.
        names: Every candidate, E of them.
        scores_E: Raw scores before softmax.
        weights_E: Weight given to each candidate; 0 for those not chosen.
        chosen: Indices of the chosen candidates, heaviest first; empty when none could be.
        available_E: Which candidates could be chosen.
        step_weights_SE: Weights at every decision within the plan; the last row equals ``weights_E``.
        reason: Why the first choice was not taken, in words; empty otherwise.
    """

    level: str
    names: tuple[str, ...]
    scores_E: NDArray[np.float32]
    weights_E: NDArray[np.float32]
    chosen: tuple[int, ...]
    available_E: NDArray[np.bool_]
    step_weights_SE: NDArray[np.float32]
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse unequal lengths and scores that are not numbers."""
        num = len(self.names)
        require_shape(f"{self.level} scores", self.scores_E, (num,))
        require_shape(f"{self.level} weights", self.weights_E, (num,))
        require_shape(f"{self.level} availability", self.available_E, (num,))
        require_shape(f"{self.level} step weights", self.step_weights_SE, (-1, num))
        require_finite(f"{self.level} scores", self.scores_E)

    @property
    def probabilities_E(self) -> NDArray[np.float32]:  # noqa: N802  (shape in the name)
        """Softmax of the scores over all candidates."""
        exponent_E = np.exp(self.scores_E - self.scores_E.max())
        return np.asarray(exponent_E / exponent_E.sum(), np.float32)

    @property
    def preferred(self) -> str:
        """Candidate with the highest score, available or not."""
        return self.names[int(np.argmax(self.scores_E))]

    @property
    def selected(self) -> str:
        """Heaviest chosen candidate; empty when none could be chosen."""
        return self.names[self.chosen[0]] if self.chosen else ""

    @property
    def fell_back(self) -> bool:
        """Whether the candidate with the highest score could not be taken."""
        return self.selected != self.preferred
