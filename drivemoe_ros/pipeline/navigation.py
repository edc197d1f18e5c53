"""From the latest route or goal to the goal points of one plan."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from drivemoe_ros.data.ego import GoalPoints, NoHistory
from drivemoe_ros.data.state import InputCondition, InputStatus
from drivemoe_ros.geometry.route import Route, goal_points
from drivemoe_ros.supervision.route_check import why_astray

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
        self._has_led = False

    def set_route(self, sample: RouteSample) -> None:
        """Take a new route; one without points clears it."""
        self.sample = sample
        self._route = Route(sample.points_N2) if len(sample.points_N2) else None
        self._progress_m = None

    def restart(self) -> None:
        """Forget the progress but keep the route, as after a jump of the clock."""
        self._progress_m = None

    def lead(
        self, stamp_ns: int, ego: EgoHistory | NoHistory, odometry_frame: str, displaced: str = ""
    ) -> tuple[GoalPoints | None, InputStatus]:
        """Return the goal points of a plan, and how the route or goal stands.

        Args:
            stamp_ns: Anchor stamp [ns].
            ego: Ego history, or why there is none.
            odometry_frame: ``frame_id`` of odometry's pose.
            displaced: How odometry's frame has jumped since the route came, in words; empty if it has not.

        Returns:
            Goal points in the present base frame; None without ego history, and where the vehicle must stop since what
            it followed is lost (``route.when_lost``); and the status.
        """
        status = self.status(stamp_ns, odometry_frame)
        if status.usable and displaced:
            status = self._implausible(status, f"odometry {displaced} since the {status.name} came; send it again")
        if isinstance(ego, NoHistory):
            return None, status
        if status.usable and (astray := self._why_astray(ego)):
            status = self._implausible(status, f"the {status.name} {astray}")
        if not status.usable and self._must_stop:
            return None, status
        return self._goals(ego, status.detail), status

    @property
    def _must_stop(self) -> bool:
        return self._has_led and self._parameters.when_lost == "stop"

    def _so(self, reason: str) -> str:
        """Say why there is nothing to follow, and what is done instead."""
        instead = "route.when_lost is 'stop'" if self._must_stop else "the goal is straight ahead"
        return f"{reason}: {instead}"

    def _goals(self, ego: EgoHistory, reason: str) -> GoalPoints:
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
        self._has_led = True
        return GoalPoints(points_T2, self._name())

    def _why_astray(self, ego: EgoHistory) -> str:
        if self._route is None:
            return ""
        progress_m = self._route.progress(*ego.pose[:2], self._progress_m)
        found = why_astray(self._route, progress_m, ego.pose, self._parameters.max_distance_m)
        if found and progress_m < self._route.length_m:
            # Where the vehicle comes back to the route need not be where it left it. A route that is over stays over,
            # also where it ends at its own beginning.
            self._progress_m = None
        return found

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
            return self._so("no route")
        frame = self.sample.frame_id
        if frame and odometry_frame and frame != odometry_frame and not self._parameters.ignore_frame:
            return self._so(f"the {self._name()} is in frame '{frame}' but odometry in '{odometry_frame}'")
        return ""

    def _implausible(self, status: InputStatus, words: str) -> InputStatus:
        return dataclasses.replace(status, condition=InputCondition.IMPLAUSIBLE, detail=self._so(words))
