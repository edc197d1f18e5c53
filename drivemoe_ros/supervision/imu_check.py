"""What no IMU on a vehicle measures: numbers out of all proportion, as wrong bytes or units give."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivemoe_ros.data.samples import ImuSample
    from drivemoe_ros.parameters.supervision_schema import SupervisionParameters


def why_impossible(sample: ImuSample, parameters: SupervisionParameters) -> str:
    """Say why an IMU message cannot be true.

    Args:
        sample: The message.
        parameters: ``max_imu_acceleration_mps2`` and ``max_imu_turn_radps`` are used.

    Returns:
        The reason in words; empty if it can be.
    """
    acceleration_mps2, turn_radps = math.hypot(*sample.acceleration_mps2), math.hypot(*sample.angular_velocity_radps)
    most_mps2, most_radps = parameters.max_imu_acceleration_mps2, parameters.max_imu_turn_radps
    if acceleration_mps2 > most_mps2:
        return f"it accelerates by {acceleration_mps2:.3g} m/s^2, and {most_mps2:g} m/s^2 is the limit"
    if turn_radps > most_radps:
        return f"it turns at {turn_radps:.3g} rad/s, and {most_radps:g} rad/s is the limit"
    return ""
