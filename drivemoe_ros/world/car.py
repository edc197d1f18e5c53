"""Vehicles of the traffic: highway-env's IDM and MOBIL drivers, with sizes, lamps, and handles for scripts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from highway_env.vehicle.behavior import IDMVehicle

from drivemoe_ros.world.footprint import Footprint
from drivemoe_ros.world.scene import Body, BodyKind, Lamp

if TYPE_CHECKING:
    from highway_env.vehicle.kinematics import Vehicle

    from drivemoe_ros.world.lanes import Lane
    from drivemoe_ros.world.roads import LaneIndex
    from drivemoe_ros.world.scenario import CarPlan
    from drivemoe_ros.world.simulation import World
    from drivemoe_ros.world.traffic import TrafficRoad, Visible

SIZES_M = {
    BodyKind.CAR: (4.5, 1.82, 1.5),
    BodyKind.VAN: (5.4, 2.0, 2.3),
    BodyKind.TRUCK: (8.5, 2.4, 3.4),
    BodyKind.EMERGENCY: (5.6, 2.0, 2.4),
    BodyKind.CYCLIST: (1.8, 0.6, 1.75),
}
STANDING_MPS = 0.1
# Brake lamps shine when it brakes harder than an engine does, and while it is held by the brake.
BRAKE_LAMP_MPS2 = -0.6
# For a speed limit ahead it slows down this gently, and corrects its speed within this time.
SLOWING_MPS2 = 1.5
LIMIT_S = 0.5
# How fast it moves over within its lane, or out of a bay.
ASIDE_MPS = 1.2
# An open door sticks out this far.
DOOR_M = 0.9
# It indicates this far before a turn, and for anything bent tighter than this.
INDICATE_M = 25.0
TURN_RADIUS_M = 25.0


class Car(IDMVehicle):
    """One vehicle.

    A script may set ``target_speed``, ``target_lane_index``, ``turns``, ``wanted_left_m``, ``lamps``, ``ignores`` and,
    for one step, ``demand_mps2``.

    Attributes:
        plan: How it was planned.
        turns: At which node it goes on to which.
        left_m: Distance it keeps to the left of its lane's middle now [m].
        wanted_left_m: The distance it moves over to, at ``ASIDE_MPS`` [m].
        lamps: Lamps that are on besides brake lamps and indicators.
        ignores: Whom it drives on for.
        demand_mps2: Acceleration that a script demands in this step [m/s^2]; None for IDM's.
        memory: What its scripts remember.

    Source:
        M. Treiber, A. Hennecke, D. Helbing, Congested traffic states in empirical observations and microscopic
        simulations, Phys. Rev. E 62, 2000 (IDM); A. Kesting, M. Treiber, D. Helbing, General lane-changing model MOBIL
        for car-following models, Transp. Res. Rec. 1999, 2007. Both as highway-env has them.
    """

    # Town traffic; the library's own figures are those of a motorway.
    COMFORT_ACC_MAX = 1.8
    COMFORT_ACC_MIN = -3.0
    ACC_MAX = 8.0
    TIME_WANTED = 1.2
    STANDING_GAP_M = 2.5

    def __init__(self, road: TrafficRoad, plan: CarPlan) -> None:
        """Put it on its lane.

        Args:
            road: The traffic it joins.
            plan: What it is, where it begins and what it wants.
        """
        x_m, y_m, heading_rad = road.network.get_lane(plan.lane).arc.pose(plan.s_m, plan.left_m)
        self.LENGTH, self.WIDTH, self.height_m = plan.size_m or SIZES_M[plan.kind]
        super().__init__(
            road,
            (x_m, y_m),
            heading_rad,
            plan.speed_mps,
            plan.lane,
            plan.cruise_mps,
            enable_lane_change=plan.changes_lane,
        )
        self.plan, self.name = plan, plan.name
        self.lane_index: LaneIndex = plan.lane
        self.target_lane_index: LaneIndex = plan.lane
        self.lane = road.network.get_lane(plan.lane)
        self.target_speed: float = plan.cruise_mps
        self.turns = dict(plan.turns)
        self.left_m = self.wanted_left_m = plan.left_m
        self.lamps = set(plan.lamps)
        self.ignores = set(plan.ignores)
        self.demand_mps2: float | None = None
        self.memory: dict[str, Any] = {}

    def decide(self, world: World) -> None:
        """Run its scripts, then choose acceleration and steering for this step."""
        self.demand_mps2 = None
        for script in self.plan.scripts:
            script(world, self)
        self.act()
        late = (self._limit_ahead() - self.speed) / LIMIT_S
        own = max(min(self.action["acceleration"], late), -self.ACC_MAX)
        self.action["acceleration"] = self._demanded(own)

    def _demanded(self, own_mps2: float) -> float:
        """Return what a script demands in this step, or else the car's own acceleration [m/s^2]."""
        return own_mps2 if self.demand_mps2 is None else self.demand_mps2

    def _limit_ahead(self) -> float:
        """Return the speed that lets it reach the speed limits ahead, e.g. of a bend, by braking gently [m/s]."""
        chain = self.road.chain(self.lane_index, self.turns)
        own_m = chain[0][0].local_coordinates(self.position)[0]
        return min(
            math.sqrt(lane.speed_limit**2 + 2.0 * SLOWING_MPS2 * max(begin_m - own_m, 0.0)) for lane, begin_m in chain
        )

    def step(self, dt: float) -> None:
        """Move on [s]; it never rolls back."""
        if self.speed > STANDING_MPS:
            aside_m = self.wanted_left_m - self.left_m
            self.left_m += min(max(aside_m, -ASIDE_MPS * dt), ASIDE_MPS * dt)
        if self.speed + float(self.action["acceleration"]) * dt < 0.0:
            self.action["acceleration"] = -self.speed / dt
        super().step(dt)

    def follow_road(self) -> None:
        """Aim at the next lane once the end of this one is near."""
        lane = self.road.network.get_lane(self.target_lane_index)
        if lane.after_end(self.position):
            self.target_lane_index = self.road.next_lane(self.target_lane_index, self.turns) or self.target_lane_index

    def on_state_update(self) -> None:
        """Find the lane it is on, among its own and those it aims at only.

        The library searches all lanes of the map, which costs most of a step, and takes a turning car for one that
        goes straight on where their lanes lie upon each other.
        """
        network = self.road.network
        candidates = [self.lane_index, *network.all_side_lanes(self.target_lane_index)]
        self.lane_index = min(candidates, key=lambda index: network.get_lane(index).distance(self.position))
        self.lane = network.get_lane(self.lane_index)

    def steering_control(self, target_lane_index: LaneIndex) -> float:
        """Return the wheel angle that leads to a point ahead on the way [rad].

        The library steers by the lane it is on alone, and so swings out where a bend begins.

        Args:
            target_lane_index: The lane it wants to be on.

        Returns:
            The angle, positive to the left.
        """
        chain = self.road.chain(target_lane_index, self.turns)
        own_m = chain[0][0].local_coordinates(self.position)[0]
        changing = self.lane_index[:2] == target_lane_index[:2] and self.lane_index != target_lane_index
        ahead_m = own_m + (1.4 * self.speed + 5.0 if changing else 0.4 * self.speed + 1.0)
        lane, begin_m = next(((lane, b) for lane, b in chain if ahead_m <= b + lane.length), chain[-1])
        x_m, y_m, _ = lane.arc.pose(ahead_m - begin_m, self.left_m)
        # The library's bicycle has its rear axle half its length behind the middle, and that is what follows it.
        east_m = x_m - float(self.position[0]) + 0.5 * self.LENGTH * math.cos(self.heading)
        north_m = y_m - float(self.position[1]) + 0.5 * self.LENGTH * math.sin(self.heading)
        angle_rad = math.remainder(math.atan2(north_m, east_m) - self.heading, math.tau)
        curvature = 2.0 * math.sin(angle_rad) / max(math.hypot(east_m, north_m), 2.0)
        return min(max(math.atan(self.LENGTH * curvature), -0.8), 0.8)

    def acceleration(
        self, ego_vehicle: Vehicle | None, front_vehicle: Visible | None = None, rear_vehicle: Visible | None = None
    ) -> float:
        """Return the acceleration of IDM [m/s^2]; a car that wants to stand, stands.

        Args:
            ego_vehicle: Whose acceleration is asked for; not always this car's.
            front_vehicle: What is ahead of it.
            rear_vehicle: What is behind it.

        Returns:
            The acceleration.
        """
        if ego_vehicle is self and self.target_speed < STANDING_MPS:
            return -2.0 * float(self.speed)
        return float(super().acceleration(ego_vehicle, front_vehicle, rear_vehicle))

    def desired_gap(
        self,
        ego_vehicle: Vehicle,
        front_vehicle: Visible,
        projected: bool = True,  # noqa: ARG002, FBT001, FBT002, the library's own
    ) -> float:
        """Return the distance between two middles that IDM wants [m].

        The library takes every car for 5 m long, and brakes for one that drives away.

        Args:
            ego_vehicle: The one behind.
            front_vehicle: The one ahead.
            projected: As in the library, and always taken for true.

        Returns:
            The distance.
        """
        standing_m = self.STANDING_GAP_M + 0.5 * (ego_vehicle.LENGTH + front_vehicle.LENGTH)
        closing_mps = float(np.dot(ego_vehicle.velocity - front_vehicle.velocity, ego_vehicle.direction))
        braking = 2.0 * math.sqrt(-self.COMFORT_ACC_MAX * self.COMFORT_ACC_MIN)
        moving_m = float(ego_vehicle.speed) * (self.TIME_WANTED + closing_mps / braking)
        return float(standing_m) + max(moving_m, 0.0)

    def lane_distance_to(self, other: Visible, lane: Lane | None = None) -> float:
        """Return how far ahead something is along this car's way [m].

        Args:
            other: Something with a position.
            lane: Lane to measure along instead.

        Returns:
            The distance, negative behind it.
        """
        if lane is None:
            found = self.road.distance_along(self, other)
            if found is not None:
                return float(found)
        return float(super().lane_distance_to(other, lane))

    @property
    def footprint(self) -> Footprint:
        """The ground it covers, an open door included."""
        x_m, y_m = float(self.position[0]), float(self.position[1])
        if Lamp.OPEN_DOOR_LEFT in self.lamps:
            x_m -= 0.5 * DOOR_M * math.sin(self.heading)
            y_m += 0.5 * DOOR_M * math.cos(self.heading)
            return Footprint(x_m, y_m, float(self.heading), 0.5 * self.LENGTH, 0.5 * (self.WIDTH + DOOR_M))
        return Footprint(x_m, y_m, float(self.heading), 0.5 * self.LENGTH, 0.5 * self.WIDTH)

    def body(self) -> Body:
        """Return what there is to see of it."""
        x_m, y_m = float(self.position[0]), float(self.position[1])
        size = (self.LENGTH, self.WIDTH, self.height_m)
        return Body(
            self.plan.kind, x_m, y_m, float(self.heading), *size, self.plan.colour, float(self.speed), self._lamps()
        )

    def _lamps(self) -> frozenset[Lamp]:
        lamps = set(self.lamps)
        parked = self.plan.cruise_mps < STANDING_MPS and self.speed < STANDING_MPS
        if not parked and (self.action["acceleration"] < BRAKE_LAMP_MPS2 or self.speed < STANDING_MPS):
            lamps.add(Lamp.BRAKE)
        if not lamps & {Lamp.LEFT, Lamp.RIGHT}:
            lamps |= self._indicators()
        return frozenset(lamps)

    def _indicators(self) -> set[Lamp]:
        before, after = self.lane_index, self.target_lane_index
        if before[:2] == after[:2] and before != after:
            return {Lamp.LEFT if after[2] < before[2] else Lamp.RIGHT}
        for lane, begin_m in self.road.chain(before, self.turns)[:2]:
            near = begin_m - self.lane.local_coordinates(self.position)[0] < INDICATE_M
            if near and abs(lane.arc.curvature_radpm) > 1.0 / TURN_RADIUS_M:
                return {Lamp.LEFT if lane.arc.curvature_radpm > 0.0 else Lamp.RIGHT}
        return set()
