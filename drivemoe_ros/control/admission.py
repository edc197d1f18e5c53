"""Whether a plan may drive this vehicle at all, whatever the time is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.control.pid import SPEED_WAYPOINT

if TYPE_CHECKING:
    from drivemoe_ros.data.plan import PolicyLabel, Trajectory
    from drivemoe_ros.parameters.schema import ControlParameters

PID_INTERVAL_NS = 100_000_000


def why_refused(
    plan: Trajectory, label: PolicyLabel, frame_id: str, base_frame: str, parameters: ControlParameters
) -> str:
    """Say why a plan must not drive.

    Args:
        plan: The plan.
        label: Which policy planned.
        frame_id: Frame of its waypoints.
        base_frame: The vehicle's own frame.
        parameters: Mode, and whether random weights may drive.

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
    if parameters.mode == "pid" and not _fits_pid(plan):
        return (
            f"plans of {len(plan.times_ns_H)} points over {plan.times_ns_H[-1] * 1e-9:g} s are refused because mode "
            f"pid needs {SPEED_WAYPOINT + 1} or more, 0.1 s apart; set control.mode to pure_pursuit"
        )
    return ""


def _fits_pid(plan: Trajectory) -> bool:
    return len(plan.times_ns_H) > SPEED_WAYPOINT and bool(np.all(np.diff(plan.times_ns_H) == PID_INTERVAL_NS))
