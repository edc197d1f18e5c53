"""Whether a plan may drive this vehicle at all, whatever the time is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.control.pid import SPEED_WAYPOINT, fits_pid
from drivemoe_ros.data.plan import PlanSource

if TYPE_CHECKING:
    from drivemoe_ros.data.plan import PolicyLabel, Trajectory
    from drivemoe_ros.parameters.schema import ControlParameters

# They stand in for a plan where there is none, so that the vehicle needs them whatever their spacing is.
STAND_INS = (PlanSource.LAST_PLAN, PlanSource.STOP)


def why_refused(
    plan: Trajectory,
    label: PolicyLabel,
    frame_id: str,
    base_frame: str,
    parameters: ControlParameters,
    source: PlanSource = PlanSource.POLICY,
) -> str:
    """Say why a plan must not drive.

    Args:
        plan: The plan.
        label: Which policy planned.
        frame_id: Frame of its waypoints.
        base_frame: The vehicle's own frame.
        parameters: Mode, and whether random weights may drive.
        source: Where the plan comes from; what stands in for a plan needs no spacing.

    Returns:
        The reason in words; empty if it may.
    """
    if not label.trained and not parameters.accept_untrained:
        return (
            f"plans of {label.system}, {label.weights} are refused because they were not trained; give the policy a "
            "checkpoint, or set control.accept_untrained"
        )
    if frame_id != base_frame:
        return (
            f"plans in the frame '{frame_id}' are refused because the rig's base frame is '{base_frame}'; give "
            "policy and controller the same rig"
        )
    if parameters.mode == "pid" and source not in STAND_INS and not fits_pid(plan):
        return (
            f"plans of {len(plan.times_ns_H)} points over {plan.times_ns_H[-1] * 1e-9:g} s are refused because mode "
            f"pid needs {SPEED_WAYPOINT + 1} or more, 0.1 s apart; set control.mode to pure_pursuit"
        )
    return ""
