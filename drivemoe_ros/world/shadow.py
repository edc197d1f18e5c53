"""The driven car as highway-env's drivers see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from highway_env.vehicle.kinematics import Vehicle

from drivemoe_ros.world.ego_vehicle import LENGTH_M, WIDTH_M

if TYPE_CHECKING:
    from drivemoe_ros.world.scene import EgoState
    from drivemoe_ros.world.traffic import TrafficRoad

# What others think it wants to drive, when they judge whether a change of lane would make it brake.
SUPPOSED_SPEED_MPS = 8.0


class Shadow(Vehicle):
    """Stands where the driven car is; it decides nothing."""

    def __init__(self, road: TrafficRoad, ego: EgoState) -> None:
        """Stand where the car is."""
        super().__init__(road, (ego.x_m, ego.y_m), ego.yaw_rad, ego.speed_mps)
        self.LENGTH, self.WIDTH = LENGTH_M, WIDTH_M
        self.target_speed = max(ego.speed_mps, SUPPOSED_SPEED_MPS)

    def follow(self, ego: EgoState) -> None:
        """Go where the car is now."""
        self.position[:] = ego.x_m, ego.y_m
        self.heading, self.speed = ego.yaw_rad, ego.speed_mps
        self.target_speed = max(ego.speed_mps, SUPPOSED_SPEED_MPS)
        self.on_state_update()
