"""Plans for tests: along an arc, with odd speeds."""

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from drivemoe_ros.data.plan import Trajectory

INTERVAL_NS = 100_000_000
TIMES_NS_H = np.arange(10, dtype=np.int64) * INTERVAL_NS


def on_arc(along_m: NDArray[np.float64], curvature: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places and headings after a way along an arc from the origin, heading ahead."""
    yaw = along_m * curvature
    chord = along_m * np.sinc(yaw / 2.0 / np.pi)
    return np.stack([chord * np.cos(yaw / 2.0), chord * np.sin(yaw / 2.0)], axis=1), yaw


def arc_plan(curvature: float, speed_mps: float, acceleration_mps2: float = 0.0, stamp_ns: int = 0) -> Trajectory:
    times_s = TIMES_NS_H * 1e-9
    speed = np.maximum(speed_mps + acceleration_mps2 * times_s, 0.0)
    along = np.concatenate([[0.0], np.cumsum(0.5 * (speed[1:] + speed[:-1]) * np.diff(times_s))])
    position, yaw = on_arc(along, curvature)
    return Trajectory(stamp_ns, TIMES_NS_H, position, yaw, speed, np.full(len(times_s), acceleration_mps2))


def turned(plan: Trajectory, x_m: float, y_m: float, yaw_rad: float) -> Trajectory:
    """The plan where its frame's origin stands at this pose."""
    cos, sin = np.cos(yaw_rad), np.sin(yaw_rad)
    position = plan.position_H2 @ np.array([[cos, sin], [-sin, cos]]) + [x_m, y_m]
    return Trajectory(plan.stamp_ns, plan.times_ns_H, position, plan.yaw_H + yaw_rad, plan.speed_H, plan.acceleration_H)


arc_plans = st.builds(
    arc_plan,
    curvature=st.floats(-0.2, 0.2),
    speed_mps=st.floats(0.0, 20.0),
    acceleration_mps2=st.floats(-4.0, 3.0),
    stamp_ns=st.integers(0, 10**18),
)
