"""Plausible plans to draw, made by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from drivemoe_ros.data.cameras import CAMERA_NAMES, CANDIDATE_VIEWS
from drivemoe_ros.data.decision import RoutingDecision
from drivemoe_ros.data.ego import EgoHistory, GoalPoints
from drivemoe_ros.data.plan import PlanResult, PolicyOutput
from drivemoe_ros.data.state import DrivingState, InputCondition, InputStatus, StateReport
from drivemoe_ros.geometry.se2 import trajectory_from_waypoints
from drivemoe_ros.viz.theme import Box, Colour

SKILLS = ("merging", "parking_exit", "overtaking", "emergency_brake", "give_way", "traffic_sign", "normal")
STEP_NS = 100_000_000
VIEW_SCORES = (0.2, -0.6, 1.9, 0.4, -1.1)
SKILL_SCORES = (0.4, -2.0, 1.4, -0.8, -1.2, -0.1, 1.1)
Conditions = dict[str, tuple[InputCondition, str]]


def view_decision(
    scores: Sequence[float] = VIEW_SCORES, blocked: Sequence[str] = (), reason: str = ""
) -> RoutingDecision:
    """Return a view decision; ``blocked`` names cannot be chosen."""
    scores_E = np.array(scores, dtype=np.float32)
    available_E = np.array([name not in blocked for name in CANDIDATE_VIEWS])
    weights_E = np.zeros(len(CANDIDATE_VIEWS), dtype=np.float32)
    chosen: tuple[int, ...] = ()
    if available_E.any():
        chosen = (int(np.argmax(np.where(available_E, scores_E, -np.inf))),)
        weights_E[chosen[0]] = 1.0
    return RoutingDecision("view", CANDIDATE_VIEWS, scores_E, weights_E, chosen, available_E, weights_E[None], reason)


def expert_decision(
    scores: Sequence[float] = SKILL_SCORES, count: int = 3, steps: int = 10, level: str = "action"
) -> RoutingDecision:
    """Return an expert decision of which the ``count`` best are chosen; flow steps drift towards the last."""
    scores_E = np.array(scores, dtype=np.float32)
    rows_SE = np.zeros((steps, len(scores)), dtype=np.float32)
    for step in range(steps):
        drift_E = scores_E + 0.8 * np.cos(np.arange(len(scores)) * 2.0 + step * 0.3) * (steps - 1 - step) / steps
        kept = np.argsort(-drift_E)[:count]
        rows_SE[step, kept] = np.exp(drift_E[kept]) / np.exp(drift_E[kept]).sum()
    chosen = tuple(int(index) for index in np.argsort(-scores_E)[:count])
    every_E = np.ones(len(scores), dtype=np.bool_)
    return RoutingDecision(level, SKILLS[: len(scores)], scores_E, rows_SE[-1], chosen, every_E, rows_SE)


def inputs(conditions: Conditions) -> tuple[InputStatus, ...]:
    """Return the inputs of a full rig, all OK but those given."""
    statuses = []
    for name in (*CAMERA_NAMES, "odometry", "imu", "route"):
        condition, detail = conditions.get(name, (InputCondition.OK, ""))
        age_ns = None if condition is InputCondition.MISSING else 4_000_000
        statuses.append(InputStatus(name, condition, age_ns, detail))
    return tuple(statuses)


def ego(speed_mps: float = 6.0) -> EgoHistory:
    """Return the last half second on a bend, far from the odometry's origin."""
    stamps_ns = np.arange(5, dtype=np.int64) * STEP_NS
    yaw = 0.7 + 0.015 * np.arange(5, dtype=np.float64)
    step = np.column_stack((np.cos(yaw), np.sin(yaw))) * speed_mps * 0.1
    position = np.array([120.0, -40.0]) + np.cumsum(step, axis=0)
    return EgoHistory(stamps_ns, position, yaw, np.full(5, speed_mps), np.zeros((5, 3)), np.zeros((5, 3)))


def plan(
    view: RoutingDecision | None = None,
    experts: Sequence[RoutingDecision] = (),
    state: DrivingState = DrivingState.RUNNING,
    stamp_ns: int = 12_345_678_901,
    conditions: Conditions | None = None,
    turn: float = 0.035,
) -> PlanResult:
    """Return a plan that slows down and turns, to the left where ``turn`` is positive."""
    time_s = np.arange(10) * 0.1
    along = 6.0 * time_s - 1.2 * time_s**2
    waypoints_H2 = np.column_stack((along, turn * along**2))
    return PlanResult(
        stamp_ns,
        StateReport(state, "all inputs are good", inputs(conditions or {})),
        GoalPoints(np.tile([7.6, 1.9], (5, 1)), "route"),
        trajectory_from_waypoints(waypoints_H2, stamp_ns, STEP_NS),
        PolicyOutput(waypoints_H2, view, tuple(experts)),
    )


def waiting(stamp_ns: int = 500_000_000) -> PlanResult:
    """Return a result from before the first plan."""
    return PlanResult(
        stamp_ns, StateReport(DrivingState.WAITING, "0.2 s of odometry so far, 0.4 s are needed", inputs({}))
    )


def pictures() -> dict[str, NDArray[np.uint8]]:
    """Return a picture a camera, every one red, so that what was greyed can be told."""
    return {name: np.full((90, 160, 3), (200, 40, 40), dtype=np.uint8) for name in CAMERA_NAMES}


def region(picture: Image.Image, box: Box) -> NDArray[np.uint8]:
    """Return the pixels of a box, RGB."""
    return np.asarray(picture.crop(box))


def count(pixels: NDArray[np.uint8], colour: Colour) -> int:
    """Return how many pixels have exactly this colour."""
    return int((pixels == np.array(colour)).all(axis=-1).sum())
