"""One training sample: what the policy was handed at a stamp, what it should have done, and where that came from.

Nothing is normalised: the sample holds what the pipeline hands to a policy, so that it outlives any one set of weights.

Shape legend: S picture side, V candidate views, T history steps, H waypoints.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.cameras import CANDIDATE_VIEWS
from drivemoe_ros.data.checks import require_finite, require_shape
from drivemoe_ros.data.ego import EgoHistory
from drivemoe_ros.data.skills import SKILL_NAMES
from drivemoe_ros.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

NUM_VIEWS = len(CANDIDATE_VIEWS)


@dataclass(frozen=True, eq=False)
class TrainingSample:
    """One sample; its arrays are checked, so that a reader may trust a written one.

    Attributes:
        front_now_SS3: Front picture, RGB uint8, at the size that the policy takes.
        front_before_SS3: Front picture one history interval earlier.
        views_VSS3: Pictures of the candidate views, in the order of ``data.cameras.CANDIDATE_VIEWS``.
        ego: Ego history, the present last.
        goals_T2: Goal point of each history step (x forward, y left) in the present base frame [m].
        future_H2: Where the vehicle was to go (x forward, y left) in the present base frame [m]; row 0 is the present.
        view: Name of the view to look at.
        skill: Name of the skill being driven.
        family: Where it comes from, for reports: a scenario family, or a recording's name.
        seed: Which one of that family.
        weight: How often it is drawn against the others; 0 keeps it out of training.
    """

    front_now_SS3: NDArray[np.uint8]
    front_before_SS3: NDArray[np.uint8]
    views_VSS3: NDArray[np.uint8]
    ego: EgoHistory
    goals_T2: NDArray[np.float64]
    future_H2: NDArray[np.float64]
    view: str
    skill: str
    family: str
    seed: int
    weight: float

    def __post_init__(self) -> None:
        """Refuse pictures and points of other shapes, unknown labels, and numbers that are none.

        Raises:
            InputError: If something does not fit.
        """
        side = len(self.front_now_SS3)
        for name, picture in (("front picture", self.front_now_SS3), ("earlier front picture", self.front_before_SS3)):
            require_shape(name, picture, (side, side, 3))
        require_shape("pictures of the views", self.views_VSS3, (NUM_VIEWS, side, side, 3))
        require_shape("goal points", self.goals_T2, (len(self.ego.yaw_T), 2))
        require_shape("future", self.future_H2, (-1, 2))
        require_finite("goal points", self.goals_T2)
        require_finite("future", self.future_H2)
        for what, label, known in (("view", self.view, CANDIDATE_VIEWS), ("skill", self.skill, SKILL_NAMES)):
            if label not in known:
                msg = f"A sample's {what} is '{label}', but only {', '.join(known)} can be learnt; correct its label."
                raise InputError(msg)
        if not 0.0 <= self.weight < np.inf:
            msg = f"A sample's weight is {self.weight}, but it must be zero or more; 1 is usual."
            raise InputError(msg)
