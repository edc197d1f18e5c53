"""Routes that somebody sends in the middle of a drive, and that lead nowhere."""

from __future__ import annotations

import copy
import math
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.bags.factory import BagMessageFactory
from drivemoe_ros.data.samples import RouteSample
from drivemoe_ros.faults.fault import Wire, is_on
from drivemoe_ros.messages.decode import odometry
from drivemoe_ros.messages.encode_sample import encode_sample
from drivemoe_ros.parameters.rig import load_rig

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from drivemoe_ros.data.samples import OdometrySample
    from drivemoe_ros.faults.fault import Spoil


def sent(
    points_of: Callable[[OdometrySample], NDArray[np.float64]],
    on_its_way: Callable[[], Spoil] = lambda: lambda wire, _: (wire,),
) -> Callable[[], Spoil]:
    """Send one route when the fault begins.

    Args:
        points_of: The route's points (x, y) [m], from where the car is.
        on_its_way: Makes what happens to the route itself.

    Returns:
        Makes what happens.
    """

    def begin() -> Spoil:
        done: list[bool] = []

        def spoil(wire: Wire, since_s: float) -> Sequence[Wire]:
            if done or not is_on(since_s) or wire.name != "odometry":
                return (wire,)
            done.append(True)
            here = odometry(wire.message, wire.name)
            route = RouteSample(here.stamp_ns, here.frame_id, points_of(here))
            _, type_name, message = encode_sample(route, load_rig("bench2drive"), BagMessageFactory())
            return (wire, *on_its_way()(Wire("route", type_name, copy.deepcopy(message)), since_s))

        return spoil

    return begin


def none(_: OdometrySample) -> NDArray[np.float64]:
    """Return no points."""
    return np.zeros((0, 2))


def straight(first_m: float, last_m: float) -> Callable[[OdometrySample], NDArray[np.float64]]:
    """Return a line along the car's heading, from ``first_m`` to ``last_m`` ahead of it."""

    def points(here: OdometrySample) -> NDArray[np.float64]:
        ahead_N = np.linspace(first_m, last_m, 40)
        return np.stack(
            [here.x_m + ahead_N * math.cos(here.yaw_rad), here.y_m + ahead_N * math.sin(here.yaw_rad)], axis=1
        )

    return points
