"""The world: steps of 50 ms in which the car obeys commands, traffic drives, and what goes wrong is noted.

The same scenario and the same commands give the same bits: nothing reads a clock, and everything drawn comes from
the scenario's seed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.parameters.schema import ControlParameters
from drivemoe_ros.world.car import Car
from drivemoe_ros.world.ego_vehicle import LENGTH_M, WIDTH_M, EgoVehicle
from drivemoe_ros.world.footprint import Footprint
from drivemoe_ros.world.judge import Judge, Outcome
from drivemoe_ros.world.lights import TrafficLight
from drivemoe_ros.world.scene import Scene, Setting
from drivemoe_ros.world.shadow import Shadow
from drivemoe_ros.world.traffic import Occupant, Standing, TrafficRoad, is_far
from drivemoe_ros.world.walkers import Walker

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from drivemoe_ros.data.control import ControlCommand
    from drivemoe_ros.world.infractions import Infraction
    from drivemoe_ros.world.route_signs import StopLine
    from drivemoe_ros.world.scenario import Scenario
    from drivemoe_ros.world.scene import EgoState

__all__ = ["STEP_NS", "STEP_S", "Outcome", "World"]

STEP_NS = 50_000_000
STEP_S = 0.05


class World:
    """One drive.

    Attributes:
        scenario: What it was made from.
        setting: What does not change.
        route_N2: Middle of the wanted path, a point a metre [m].
        time_ns: Time since the beginning [ns].
        cars: Vehicles.
        walkers: Pedestrians, and cyclists who cross.
        lights: Traffic lights.
        ego_s_m: How far along the route the car is [m].
        ego_left_m: How far to the left of the route it is [m].
        outcome: How it ended; None while it goes on.
    """

    def __init__(self, scenario: Scenario, parameters: ControlParameters | None = None) -> None:
        """Set everything up.

        Args:
            scenario: What the drive consists of.
            parameters: Wheelbase and limits of the car; the defaults if None.
        """
        self.scenario = scenario
        self.setting = Setting(scenario.roads.ground(), scenario.props, scenario.light)
        self.route_N2: NDArray[np.float64] = scenario.route_N2
        self.time_ns = 0
        self.outcome: Outcome | None = None
        self._vehicle = EgoVehicle(scenario.start_pose, scenario.speed_mps, parameters or ControlParameters())
        self.lights = tuple(TrafficLight(plan, scenario.roads) for plan in scenario.lights)
        self.road = TrafficRoad(scenario.roads, self.lights, scenario.seed)
        self.cars = [Car(self.road, plan) for plan in scenario.cars]
        self.walkers = [Walker(plan) for plan in scenario.walkers]
        self.shadow = Shadow(self.road, self.ego)
        self.road.vehicles = [*self.cars, self.shadow]
        self._things = [
            Occupant(Standing((body.x_m, body.y_m), body.length_m), "things", Footprint.of(body))
            for body in scenario.things
        ]
        self.ego_s_m, self.ego_left_m = scenario.route.project(self.ego.x_m, self.ego.y_m)
        self._look_round()
        self._judge = Judge(self)

    @property
    def ego(self) -> EgoState:
        """Where the car is and how it moves."""
        return self._vehicle.state

    @property
    def ego_footprint(self) -> Footprint:
        """The ground the car covers."""
        return self._vehicle.footprint

    @property
    def agents(self) -> tuple[Car | Walker, ...]:
        """Everything that moves by itself."""
        return (*self.cars, *self.walkers)

    def agent(self, name: str) -> Car | Walker:
        """Return the agent of a name; KeyError if there is none (any more)."""
        return {agent.name: agent for agent in self.agents}[name]

    @property
    def time_s(self) -> float:
        """Time since the beginning [s]."""
        return self.time_ns * 1e-9

    @property
    def completion(self) -> float:
        """How much of the route is done, 0 to 1."""
        return self._judge.completion

    @property
    def infractions(self) -> tuple[Infraction, ...]:
        """What went wrong, in order."""
        return tuple(self._judge.infractions)

    @property
    def stop_lines(self) -> tuple[StopLine, ...]:
        """Stop lines along the route, in the order of travel."""
        return self._judge.lines

    def scene(self) -> Scene:
        """Return what there is to see now."""
        moving = tuple(agent.body() for agent in self.agents)
        lights = tuple(light.body() for light in self.lights)
        signs = tuple(plan.body for plan in self.scenario.stop_signs)
        return Scene(self.time_ns, self.ego, (*moving, *lights, *signs, *self.scenario.things))

    def step(self, command: ControlCommand) -> None:
        """Go on by 50 ms.

        Args:
            command: What the car is told; pedals and wheel angle count.
        """
        if self.outcome is not None:
            return
        for walker in self.walkers:
            walker.act(self)
        for car in self.cars:
            if is_far(car, self.ego.x_m, self.ego.y_m):
                car.action = {"steering": car.steering_control(car.target_lane_index), "acceleration": 0.0}
                car.follow_road()
            else:
                car.decide(self)
        self._vehicle.step(command, STEP_S)
        for agent in self.agents:
            agent.step(STEP_S)
        self.time_ns += STEP_NS
        for light in self.lights:
            light.show(self.time_ns)
        self.cars = [car for car in self.cars if not self._gone(car)]
        self._look_round()
        self.outcome = self._judge.step()

    def _gone(self, car: Car) -> bool:
        """Return whether a car has driven out of the map."""
        past_m = car.lane.local_coordinates(car.position)[0] - car.lane.length
        return past_m > 0.0 and self.road.next_lane(car.lane_index, car.turns) is None

    def _look_round(self) -> None:
        """Note where everybody is, for everybody."""
        ego, route = self.ego, self.scenario.route
        self.ego_s_m, self.ego_left_m = route.project(ego.x_m, ego.y_m, self.ego_s_m)
        self.shadow.follow(ego)
        self.road.vehicles = [*self.cars, self.shadow]
        self.road.occupants = [
            Occupant(self.shadow, "ego", Footprint(ego.x_m, ego.y_m, ego.yaw_rad, 0.5 * LENGTH_M, 0.5 * WIDTH_M)),
            *(Occupant(car, "cars", car.footprint) for car in self.cars),
            *(Occupant(walker, "walkers", walker.footprint) for walker in self.walkers),
            *self._things,
        ]
