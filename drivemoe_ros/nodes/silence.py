"""What the state is while no plan reports one, so that silence never has to be interpreted."""

from __future__ import annotations

from dataclasses import dataclass

from drivemoe_ros.data.state import DrivingState, InputCondition, InputStatus, StateReport

# Results come more often than this where everything works; a slower plan rate stretches it.
QUIET_S = 1.0
QUIET_PERIODS = 1.5


@dataclass(frozen=True)
class FrontCamera:
    """How the camera stands that every plan is built around.

    Attributes:
        topic: Its topic.
        num_publishers: Publishers there.
        age_s: Wall-clock seconds since its last usable picture; None without any.
        problem: Why its last message could not be used; empty if it could.
    """

    topic: str
    num_publishers: int
    age_s: float | None
    problem: str


def quiet_after_s(plan_rate_hz: float) -> float:
    """Return after how long without a result the node speaks up by itself [s]."""
    return max(QUIET_S, QUIET_PERIODS / plan_rate_hz) if plan_rate_hz else QUIET_S


def report_silence(front: FrontCamera, busy_s: float | None, last: StateReport | None, *, planned: bool) -> StateReport:
    """Say why there was no result for a while.

    Args:
        front: How the front camera stands.
        busy_s: How long the plan at work has taken so far [s]; None while idle.
        last: The last report of a result, if any.
        planned: Whether a plan was ever made since the activation.

    Returns:
        DEGRADED while a plan takes long, else WAITING before the first plan and FAULT after it.
    """
    inputs = last.inputs if last else ()
    if busy_s is not None and busy_s > QUIET_S:
        return StateReport(DrivingState.DEGRADED, f"the plan at work has taken {busy_s:.1f} s so far", inputs)
    publishers = f"{front.num_publishers} publisher{'' if front.num_publishers == 1 else 's'}"
    if front.problem:
        reason = f"no usable picture from {front.topic}: {front.problem}"
    elif front.age_s is None:
        reason = f"no picture from {front.topic} yet: {publishers}"
    elif front.age_s > QUIET_S:
        reason = f"no picture from {front.topic} for {front.age_s:.1f} s: {publishers}"
    else:
        reason = f"pictures come from {front.topic}, but none could be planned for in the last second"
    state = DrivingState.FAULT if planned else DrivingState.WAITING
    silent = InputStatus("front", InputCondition.MISSING, None, reason)
    return StateReport(state, reason, (silent, *(status for status in inputs if status.name != "front")))
