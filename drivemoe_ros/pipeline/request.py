"""Everything one plan needs, gathered but not yet decoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drivemoe_ros.data.ego import EgoHistory, GoalPoints, NoHistory
    from drivemoe_ros.data.samples import ImageSample, RouteSample
    from drivemoe_ros.data.state import InputStatus


@dataclass(frozen=True, eq=False)
class PlanRequest:
    """What ``DrivingPipeline.push`` hands over and ``DrivingPipeline.plan`` works off.

    The two are apart so that a node may plan on another thread than the one that receives.

    Attributes:
        stamp_ns: Anchor stamp [ns].
        pass_number: How often the clock had jumped back before.
        front_now: The anchor picture.
        front_before: Front picture one history interval earlier; None if there is none.
        views: Usable pictures of the other cameras, by name.
        inputs: Condition of every input, by name.
        ego: Ego history, or why there is none.
        goals: Goal points; None without an ego history.
        route: The route or goal as it arrived, for drawing; None without one.
    """

    stamp_ns: int
    pass_number: int
    front_now: ImageSample
    front_before: ImageSample | None
    views: Mapping[str, ImageSample]
    inputs: Mapping[str, InputStatus]
    ego: EgoHistory | NoHistory
    goals: GoalPoints | None
    route: RouteSample | None
