"""The released controller, step by step against its reference."""

from __future__ import annotations

import json
import pathlib

import numpy as np

from drivemoe_ros.control.pid import ReleasedPid

REFERENCE = pathlib.Path(__file__).parents[2] / "data" / "golden" / "pid_sequence.json"


def test_every_step_of_the_reference_agrees() -> None:
    controller = ReleasedPid()
    steps = json.loads(REFERENCE.read_text(encoding="utf-8"))["steps"]
    assert len(steps) == 120
    for step in steps:
        # The reference has y to the right and steers positive to the right.
        waypoints_H2 = np.array(step["waypoints_xy_right"]) * [1.0, -1.0]
        pedals = controller.step(waypoints_H2, step["speed"])
        np.testing.assert_allclose(
            [pedals.throttle, pedals.brake, -pedals.steer],
            [step["throttle"], step["brake"], step["steer"]],
            rtol=0.0,
            atol=1e-9,
        )


def test_a_plan_to_the_left_steers_left() -> None:
    controller = ReleasedPid()
    times_H = np.arange(10) * 0.5
    left_H2 = np.stack([times_H, 0.2 * times_H**2], axis=1)
    assert controller.step(left_H2, 3.0).steer > 0.0


def test_a_plan_that_stands_still_brakes() -> None:
    pedals = ReleasedPid().step(np.zeros((10, 2)), 2.0)
    assert (pedals.throttle, pedals.brake) == (0.0, 1.0)
