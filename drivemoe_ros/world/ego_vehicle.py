"""The car that is driven: a kinematic bicycle with pedals, a lagging engine and a steering rack of limited speed.

Its base frame lies midway between the axles, where the rig has it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from drivemoe_ros.world.footprint import Footprint
from drivemoe_ros.world.scene import EgoState

if TYPE_CHECKING:
    from drivemoe_ros.data.control import ControlCommand
    from drivemoe_ros.parameters.schema import ControlParameters

# A Lincoln MKZ 2020, CARLA's vehicle of the benchmark.
LENGTH_M = 4.9
WIDTH_M = 1.86
HEIGHT_M = 1.49
# The wheels go from straight to their limit in about a second; engine and brakes answer within a tick or three.
WHEEL_RATE_RADPS = 1.2
DRIVE_LAG_S = 0.15


class EgoVehicle:
    """Moves by commands; the same commands give the same states.

    Attributes:
        state: Where it is and how it moves.
    """

    def __init__(self, pose: tuple[float, float, float], speed_mps: float, parameters: ControlParameters) -> None:
        """Put the car on the road.

        Args:
            pose: Base frame: x [m], y [m], heading [rad].
            speed_mps: Speed [m/s].
            parameters: Wheelbase, limits of wheels and pedals, and what slows the car without them.
        """
        self._parameters = parameters
        self.state = EgoState(*pose, speed_mps)

    @property
    def footprint(self) -> Footprint:
        """The ground it covers."""
        state = self.state
        return Footprint(state.x_m, state.y_m, state.yaw_rad, 0.5 * LENGTH_M, 0.5 * WIDTH_M)

    def step(self, command: ControlCommand, step_s: float) -> None:
        """Move on.

        Args:
            command: Pedals and wheel angle; the rest of it does not count.
            step_s: Time [s].
        """
        old, parameters = self.state, self._parameters
        wheel_rad = self._turn_wheels(command.steering_angle_rad, step_s)
        acceleration_mps2 = self._accelerate(command, step_s)
        speed_mps = max(old.speed_mps + acceleration_mps2 * step_s, 0.0)
        # An Ackermann car turns about its rear axle, which follows its heading.
        rear_m = parameters.rear_axle_x_m
        rear_x_m = old.x_m + rear_m * math.cos(old.yaw_rad)
        rear_y_m = old.y_m + rear_m * math.sin(old.yaw_rad)
        mean_mps = 0.5 * (old.speed_mps + speed_mps)
        yaw_rate_radps = mean_mps * math.tan(wheel_rad) / parameters.wheelbase_m
        yaw_rad = old.yaw_rad + yaw_rate_radps * step_s
        middle_rad = 0.5 * (old.yaw_rad + yaw_rad)
        rear_x_m += mean_mps * step_s * math.cos(middle_rad)
        rear_y_m += mean_mps * step_s * math.sin(middle_rad)
        self.state = EgoState(
            x_m=rear_x_m - rear_m * math.cos(yaw_rad),
            y_m=rear_y_m - rear_m * math.sin(yaw_rad),
            yaw_rad=yaw_rad,
            speed_mps=speed_mps,
            acceleration_mps2=(speed_mps - old.speed_mps) / step_s,
            yaw_rate_radps=yaw_rate_radps,
            steering_angle_rad=wheel_rad,
        )

    def _turn_wheels(self, wanted_rad: float, step_s: float) -> float:
        limit_rad, most_rad = self._parameters.max_steering_rad, WHEEL_RATE_RADPS * step_s
        wanted_rad = min(max(wanted_rad, -limit_rad), limit_rad)
        now_rad = self.state.steering_angle_rad
        return now_rad + min(max(wanted_rad - now_rad, -most_rad), most_rad)

    def _accelerate(self, command: ControlCommand, step_s: float) -> float:
        throttle, brake = min(max(command.throttle, 0.0), 1.0), min(max(command.brake, 0.0), 1.0)
        speed_mps = self.state.speed_mps
        pedals = throttle * self._parameters.max_acceleration_mps2 - brake * self._parameters.max_deceleration_mps2
        parameters = self._parameters
        resistance = (parameters.rolling_mps2 + parameters.drag_per_s * speed_mps) if speed_mps > 0.0 else 0.0
        wanted = pedals - resistance
        before = self.state.acceleration_mps2
        return before + (wanted - before) * min(step_s / DRIVE_LAG_S, 1.0)
