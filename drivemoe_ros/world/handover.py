"""A policy that drives for some seconds at a time, and an expert that takes over and knows what it would have done.

Source: DAgger (arXiv 1011.0686): what is learnt is the expert's answer to the states that a novice reaches.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drivemoe_ros.geometry.se2 import points_in_pose
from drivemoe_ros.world.disturbance import LONGEST_DRIVE_S, touches
from drivemoe_ros.world.drivers import Action
from drivemoe_ros.world.sensors import CAMERA_PERIOD_NS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from drivemoe_ros.data.samples import Sample
    from drivemoe_ros.world.drivers import Expert, PolicyDriver
    from drivemoe_ros.world.simulation import World

# How long the one drives, and how long the other [s].
POLICY_S = (3.0, 8.0)
EXPERT_S = (1.0, 3.0)


class Span(NamedTuple):
    """A time in which the policy drives.

    Attributes:
        start_ns: When it begins, at a moment with pictures [ns].
        end_ns: When it ends [ns].
    """

    start_ns: int
    end_ns: int


def draw_spans(seed: int) -> tuple[Span, ...]:
    """Draw who drives when, for a whole drive.

    Args:
        seed: Everything follows from it.

    Returns:
        The policy's spans in order of time; the expert has the others.
    """
    generator = np.random.default_rng([seed, 0xDA66E2])
    spans = []
    now_s = 0.0
    while now_s < LONGEST_DRIVE_S:
        start_s = now_s + generator.uniform(*EXPERT_S)
        now_s = start_s + generator.uniform(*POLICY_S)
        start_ns, end_ns = (round(time_s * 1e9 / CAMERA_PERIOD_NS) * CAMERA_PERIOD_NS for time_s in (start_s, now_s))
        spans.append(Span(start_ns, end_ns))
    return tuple(spans)


class Handover:
    """Lets a policy drive in its spans and an expert in between."""

    def __init__(self, policy: PolicyDriver, expert: Expert, spans: Sequence[Span]) -> None:
        """Share the wheel of one world.

        Args:
            policy: Drives in the spans.
            expert: Drives in between.
            spans: When the policy drives.
        """
        self._policy, self._expert, self._spans = policy, expert, tuple(spans)

    @property
    def name(self) -> str:
        """Name of the weights, and that an expert helps."""
        return f"{self._policy.name} and the expert"

    def act(self, world: World, samples: Sequence[Sample]) -> Action:
        """Let one of the two decide; see ``Driver``."""
        # Asked at every moment, since the expert keeps in mind what it is about to do.
        command = self._expert.command()
        if touches(self._spans, world.time_ns, world.time_ns + 1):
            return self._policy.act(world, samples)
        self._policy.watch(samples)
        return Action(command)

    def foresee(self, world: World, steps: int) -> NDArray[np.float64] | None:
        """Try out, in a copy of the world, what the expert would make of this moment.

        Args:
            world: The world that both drive in.
            steps: How many pictures ahead.

        Returns:
            Where the car would be at this moment's picture and the ``steps`` - 1 after it, (steps, 2), in the base
            frame of now [m]; None where the drive would end before.
        """
        # Scenarios never change, and are large.
        trial, expert = copy.deepcopy((world, self._expert), {id(world.scenario): world.scenario})
        places = [(world.ego.x_m, world.ego.y_m)]
        while len(places) < steps:
            trial.step(expert.command())
            if trial.outcome is not None:
                return None
            if trial.time_ns % CAMERA_PERIOD_NS == 0:
                places.append((trial.ego.x_m, trial.ego.y_m))
        return points_in_pose(np.array(places), world.ego.x_m, world.ego.y_m, world.ego.yaw_rad)
