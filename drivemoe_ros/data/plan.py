"""What goes into the policy and what comes out of it.

Shape legend: S picture side, T history steps, H waypoints of the horizon.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.checks import require_finite, require_shape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from drivemoe_ros.data.decision import RoutingDecision
    from drivemoe_ros.data.ego import EgoHistory, GoalPoints
    from drivemoe_ros.data.state import StateReport


@dataclass(frozen=True, eq=False)
class Observation:
    """Everything a policy may look at for one plan.

    Attributes:
        stamp_ns: Anchor stamp [ns].
        front_now_SS3: Front picture, RGB uint8, at the size the policy asked for.
        front_before_SS3: Front picture one history interval earlier.
        views: Reads the picture of a candidate view when called; only usable cameras are listed.
            A call raises ``ImageError`` if the bytes cannot be decoded.
        ego: Ego history, the present last.
        goals: Goal points in the present base frame.
    """

    stamp_ns: int
    front_now_SS3: NDArray[np.uint8]
    front_before_SS3: NDArray[np.uint8]
    views: Mapping[str, Callable[[], NDArray[np.uint8]]]
    ego: EgoHistory
    goals: GoalPoints


@dataclass(frozen=True, eq=False)
class PolicyOutput:
    """A policy's answer.

    Attributes:
        waypoints_H2: (x forward, y left) in the base frame of the anchor stamp [m]; row 0 is the present.
        view: Which view was looked at; None if the policy looks at the front only.
        experts: Which experts drove, one decision a level; empty if the policy has none.
        flow_steps: Steps in which the flow was integrated; 0 if unknown, or if the policy has no flow.
        spread_m: Root mean square distance of several flow samples' last waypoints from their mean [m]; None for one.
        step_s: How long one step of the flow took [s]; None where nobody measured.
    """

    waypoints_H2: NDArray[np.float64]
    view: RoutingDecision | None = None
    experts: tuple[RoutingDecision, ...] = ()
    flow_steps: int = 0
    spread_m: float | None = None
    step_s: float | None = None

    def __post_init__(self) -> None:
        """Refuse other shapes, NaN and infinity."""
        require_shape("waypoints", self.waypoints_H2, (-1, 2))
        require_finite("waypoints", self.waypoints_H2)


@dataclass(frozen=True, eq=False)
class Trajectory:
    """Waypoints with a time, a heading and a velocity each, in the base frame of ``stamp_ns``.

    Attributes:
        stamp_ns: Anchor stamp [ns].
        times_ns_H: Time after the stamp [ns], int64, ascending from 0.
        position_H2: (x forward, y left) [m].
        yaw_H: Heading [rad], counter-clockwise.
        speed_H: Speed along the heading [m/s].
        acceleration_H: Acceleration along the heading [m/s^2].
    """

    stamp_ns: int
    times_ns_H: NDArray[np.int64]
    position_H2: NDArray[np.float64]
    yaw_H: NDArray[np.float64]
    speed_H: NDArray[np.float64]
    acceleration_H: NDArray[np.float64]


class PlanSource(enum.IntEnum):
    """Where a published trajectory comes from, best first; the numbers are those of ``msg/Trajectory.msg``."""

    POLICY = 0
    FEWER_STEPS = 1
    LAST_PLAN = 2
    STOP = 3


@dataclass(frozen=True)
class Refusal:
    """Why the policy's plan must not drive.

    Attributes:
        check: Name of the check that it failed, e.g. ``curvature``.
        detail: One sentence with the value and the limit.
    """

    check: str
    detail: str


@dataclass(frozen=True, eq=False)
class PlanResult:
    """All there is to publish for one anchor stamp.

    Attributes:
        stamp_ns: Anchor stamp [ns].
        report: State, reason and inputs.
        goals: Goal points; None while the ego pose is unknown.
        trajectory: What shall be driven; None when there is nothing.
        output: The policy's answer behind the plan; None when none could be made.
        source: Where the trajectory comes from.
        refusal: Why the policy's plan was refused; None if it was not, or if there was none.
        refused: The policy's plan that was refused.
        error: What the policy failed with, foreseen or not; None if it did not.
    """

    stamp_ns: int
    report: StateReport
    goals: GoalPoints | None = None
    trajectory: Trajectory | None = None
    output: PolicyOutput | None = None
    source: PlanSource = PlanSource.POLICY
    refusal: Refusal | None = None
    refused: Trajectory | None = None
    error: Exception | None = None


@dataclass(frozen=True)
class PolicyLabel:
    """Which policy planned; it travels with every plan.

    Attributes:
        system: Which system, e.g. ``drivemoe``.
        weights: Which weights, e.g. a checkpoint's name or ``untrained (seed 0)``.
        trained: False for random weights, whose plans must not drive a vehicle.
    """

    system: str
    weights: str
    trained: bool
