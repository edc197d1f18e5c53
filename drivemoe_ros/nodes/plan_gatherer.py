"""The messages of one plan back together: they come on several topics, in any order, and some may be lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drivemoe_ros.data.decision import RoutingDecision
from drivemoe_ros.data.plan import PlanResult, PlanSource, PolicyLabel, PolicyOutput
from drivemoe_ros.data.state import DrivingState, StateReport
from drivemoe_ros.messages.decode_plan import LabelledRefusal, LabelledState, LabelledTrajectory
from drivemoe_ros.nodes.plan_parts import EXPERTS, REFUSED, STATE, TRAJECTORY, VIEW, Part

if TYPE_CHECKING:
    from collections.abc import Callable

# A plan whose parts are not all here after this time is drawn without the others.
GRACE_S = 0.15
# What did not come for this long is not waited for any more; and a straggler is known for one as long.
MEMORY_S = 1.0
NO_LABEL = PolicyLabel("", "", trained=False)
NO_STATE = StateReport(DrivingState.WAITING, "the state of this plan did not come", ())
# Nothing to drive comes with these, so that nothing is waited for.
WITHOUT_PLAN = (DrivingState.WAITING, DrivingState.FAULT)
FROM_POLICY = (PlanSource.POLICY, PlanSource.FEWER_STEPS)
DECIDED = (DrivingState.RUNNING, DrivingState.DEGRADED)


class GatheredPlan(NamedTuple):
    """A plan as its sender had it, as far as its parts came.

    Attributes:
        result: Plan, decisions and state.
        label: Which policy planned; its names are empty while none is loaded.
        frame_id: Base frame as the sender calls it; empty while it has none.
    """

    result: PlanResult
    label: PolicyLabel
    frame_id: str


@dataclass
class _Open:
    """A plan that may still get parts, and when its first came (monotonic) [s]."""

    first_s: float
    parts: dict[tuple[str, str], Part] = field(default_factory=dict)


class PlanGatherer:
    """Holds parts by stamp until a plan is whole, or nothing more can be hoped for.

    Plans count in the order in which they arrive, not by stamp: a bag that begins again is followed at once.
    """

    def __init__(self) -> None:
        """Start without plans."""
        self._open: dict[int, _Open] = {}
        self._done_s: dict[int, float] = {}
        self._seen_s: dict[tuple[str, str], float] = {}

    def add(self, part: Part, now_s: float) -> None:
        """Take one part.

        Args:
            part: The part.
            now_s: Monotonic time [s].
        """
        self._seen_s[part.kind] = now_s
        if now_s - self._done_s.get(part.stamp_ns, -MEMORY_S) < MEMORY_S:
            return
        self._open.setdefault(part.stamp_ns, _Open(now_s)).parts[part.kind] = part

    def take(self, now_s: float, is_wanted: Callable[[int], bool]) -> GatheredPlan | None:
        """Return the newest plan that is whole or has waited long enough, once, and forget those before it.

        Args:
            now_s: Monotonic time [s].
            is_wanted: Whether a plan of this stamp [ns] can be used at once; if not, it waits with its parts.

        Returns:
            The plan; None if there is none.
        """
        arrived = list(self._open)
        for place in range(len(arrived) - 1, -1, -1):
            stamp_ns = arrived[place]
            one = self._open[stamp_ns]
            whole = self._is_whole(one, now_s) and is_wanted(_begins_ns(one, stamp_ns))
            if whole or now_s - one.first_s > GRACE_S:
                self._done_s = {ns: at_s for ns, at_s in self._done_s.items() if now_s - at_s < MEMORY_S}
                for done_ns in arrived[: place + 1]:
                    del self._open[done_ns]
                    self._done_s[done_ns] = now_s
                return _join(stamp_ns, one.parts)
        return None

    def _is_whole(self, one: _Open, now_s: float) -> bool:
        state = one.parts.get((STATE, ""))
        if state is None:
            return False
        if isinstance(state.value, LabelledState) and state.value.report.state in WITHOUT_PLAN:
            return True
        usual = {kind for kind, at_s in self._seen_s.items() if now_s - at_s < MEMORY_S}
        plan = one.parts.get((TRAJECTORY, ""))
        if plan is not None and isinstance(plan.value, LabelledTrajectory) and plan.value.source in FROM_POLICY:
            # Where the policy's plan is driven, none was refused.
            usual.discard((REFUSED, ""))
        return usual <= one.parts.keys()


def _begins_ns(one: _Open, stamp_ns: int) -> int:
    """Return when the trajectory begins, or the picture's stamp without one [ns]."""
    plan = one.parts.get((TRAJECTORY, ""))
    return plan.value.stamp_ns if plan is not None and isinstance(plan.value, LabelledTrajectory) else stamp_ns


def _join(stamp_ns: int, parts: dict[tuple[str, str], Part]) -> GatheredPlan:
    values = {kind: part.value for kind, part in parts.items()}
    state, plan, view = values.get((STATE, "")), values.get((TRAJECTORY, "")), values.get((VIEW, ""))
    experts = tuple(v for (name, _), v in values.items() if name == EXPERTS and isinstance(v, RoutingDecision))
    report, goals, label = state if isinstance(state, LabelledState) else (NO_STATE, None, NO_LABEL)
    refused = values.get((REFUSED, ""))
    refusal, refused_plan = None, None
    if isinstance(refused, LabelledRefusal):
        refusal, refused_plan, label = refused
    trajectory, source, flow_steps, spread_m = None, PlanSource.POLICY, 0, None
    if isinstance(plan, LabelledTrajectory):
        trajectory, label, source = plan.trajectory, plan.label, plan.source
        flow_steps, spread_m = plan.flow_steps, plan.spread_m
    view = view if isinstance(view, RoutingDecision) else None
    output = None
    if view is not None or experts or (trajectory is not None and report.state in DECIDED):
        waypoints_H2 = trajectory.position_H2 if trajectory is not None else np.zeros((0, 2))
        output = PolicyOutput(waypoints_H2, view, experts, flow_steps, spread_m)
    frame_id = next((part.frame_id for part in parts.values() if part.frame_id), "")
    result = PlanResult(stamp_ns, report, goals, trajectory, output, source, refusal, refused_plan)
    return GatheredPlan(result, label, frame_id)
