"""What the pipeline knows of a policy; imports no torch, so that the pipeline does not either."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from drivemoe_ros.data.plan import Observation, PolicyOutput


@dataclass(frozen=True)
class PolicySpec:
    """What a policy is and what it needs.

    Attributes:
        system: Which system it is, e.g. ``drivemoe``.
        weights: Name of the weights, e.g. a checkpoint's, or ``untrained (seed 0)``.
        trained: False if the weights are random.
        image_size: Side of the square pictures it takes [px].
        view_names: Candidate views it can choose from, or the one it always looks at; empty if the front is enough.
        num_history: Ego states it takes.
        history_interval_ns: Time between two ego states, and between the two front pictures [ns].
        horizon: Waypoints it returns.
        waypoint_interval_ns: Time between two waypoints [ns]; the first is the present.
        flow_steps: Steps in which it integrates its flow where nobody asks for others; 0 if it has none.
    """

    system: str
    weights: str
    trained: bool
    image_size: int
    view_names: tuple[str, ...]
    num_history: int
    history_interval_ns: int
    horizon: int
    waypoint_interval_ns: int
    flow_steps: int = 0


class Policy(Protocol):
    """Plans from one observation; the same observation, steps and seed give the same plan, whatever came before."""

    @property
    def spec(self) -> PolicySpec:
        """What this policy is and needs."""

    def plan(self, observation: Observation, flow_steps: int | None = None) -> PolicyOutput:
        """Plan once.

        Args:
            observation: Pictures, ego history and goal points of one anchor stamp.
            flow_steps: Equal steps in which the flow is integrated; None for as many as the policy was made for.
                Fewer are faster and less exact. A policy without a flow does not care.

        Returns:
            Waypoints and routing decisions.

        Raises:
            PolicyError: If the plan is not finite or no plan can be made.
            ImageError: If a front picture cannot be used.
        """

    def close(self) -> None:
        """Give memory back, the device's too; the policy cannot plan afterwards."""
