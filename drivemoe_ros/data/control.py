"""What a controller asks of the vehicle."""

from __future__ import annotations

from dataclasses import dataclass

from drivemoe_ros.data.checks import require_finite


@dataclass(frozen=True)
class ControlCommand:
    """Pedals and steering, and the same as an Ackermann drive.

    Attributes:
        throttle: 0 to 1.
        brake: 0 to 1.
        steer: -1 to 1, positive to the left.
        steering_angle_rad: Front wheel angle [rad], positive to the left.
        speed_mps: Wanted speed [m/s].
        yaw_rate_radps: Yaw rate of that wheel angle at that speed [rad/s], positive to the left.
        acceleration_mps2: Wanted acceleration [m/s^2].
        reason: Why the vehicle brakes although the plan does not ask for it; empty otherwise.
    """

    throttle: float
    brake: float
    steer: float
    steering_angle_rad: float
    speed_mps: float
    yaw_rate_radps: float
    acceleration_mps2: float
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse NaN and infinity."""
        values = (self.throttle, self.brake, self.steer, self.steering_angle_rad, self.speed_mps)
        for value in (*values, self.yaw_rate_radps, self.acceleration_mps2):
            require_finite("control command", value)
