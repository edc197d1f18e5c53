"""From the latest route or goal to the goal points of one plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.data.ego import GoalPoints
from drivemoe_ros.data.state import InputCondition, InputStatus
from drivemoe_ros.geometry.route import Route, goal_points

if TYPE_CHECKING:
    from drivemoe_ros.data.ego import EgoHistory
    from drivemoe_ros.data.samples import RouteSample
    from drivemoe_ros.parameters.schema import RouteParameters

STRAIGHT_AHEAD = "straight ahead"


class Navigator:
    """Remembers the route and how far along it the vehicle is."""

    def __init__(self, parameters: RouteParameters) -> None:
        """Follow routes with the given look-ahead."""
        self._parameters = parameters
        self.sample: RouteSample | None = None
        self._route: Route | None = None
        self._progress_m: float | None = None

    def set_route(self, sample: RouteSample) -> None:
        """Take a new route; one without points clears it."""
        self.sample = sample
        self._route = Route(sample.points_N2) if len(sample.points_N2) else None
        self._progress_m = None

    def restart(self) -> None:
        """Forget the progress but keep the route, as after a jump of the clock."""
        self._progress_m = None

    def goals(self, ego: EgoHistory, odometry_frame: str) -> GoalPoints:
        """Return the goal point that was ahead at each history step.

        Args:
            ego: Ego history.
            odometry_frame: ``frame_id`` of odometry's pose.

        Returns:
            Goal points in the present base frame, and where they come from.
        """
        reason = self._why_unusable(odometry_frame)
        route = None if reason else self._route
        points_T2, progress_m = goal_points(
            route,
            ego.position_T2,
            ego.yaw_T,
            look_ahead_m=self._parameters.look_ahead_m,
            origin_x_m=self._parameters.origin_x_m,
            near_s_m=self._progress_m,
        )
        if route is None:
            return GoalPoints(points_T2, STRAIGHT_AHEAD, reason)
        self._progress_m = progress_m
        return GoalPoints(points_T2, self._name())

    def status(self, stamp_ns: int, odometry_frame: str) -> InputStatus:
        """Return how the route or goal stands at an anchor stamp [ns]."""
        reason = self._why_unusable(odometry_frame)
        sent_ns = self.sample.stamp_ns if self.sample else None
        age_ns = None if sent_ns is None else stamp_ns - sent_ns
        condition = InputCondition.MISSING if reason else InputCondition.OK
        return InputStatus(self._name(), condition, age_ns, reason)

    def _name(self) -> str:
        return "goal" if self.sample and self.sample.is_goal else "route"

    def _why_unusable(self, odometry_frame: str) -> str:
        if self.sample is None or self._route is None:
            return "no route: the goal is straight ahead"
        frame = self.sample.frame_id
        if frame and odometry_frame and frame != odometry_frame and not self._parameters.ignore_frame:
            name = self._name()
            return f"the {name} is in frame '{frame}' but odometry in '{odometry_frame}': the goal is straight ahead"
        return ""
