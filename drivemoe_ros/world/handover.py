"""A policy that drives for some seconds at a time and an expert that takes over: where policies lead, and back.

Source: HG-DAgger (arXiv 1810.02890): what is learnt from is the expert's driving from the states that a novice reaches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drivemoe_ros.world.disturbance import LONGEST_DRIVE_S, touches
from drivemoe_ros.world.drivers import Action
from drivemoe_ros.world.sensors import CAMERA_PERIOD_NS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drivemoe_ros.data.samples import Sample
    from drivemoe_ros.world.drivers import Expert, PolicyDriver
    from drivemoe_ros.world.simulation import World

# How long the one drives, and how long the other [s].
POLICY_S = (1.0, 4.0)
EXPERT_S = (2.0, 4.0)


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

    def is_learnable(self, time_ns: int, horizon_ns: int) -> bool:
        """Tell whether the expert drives through the horizon that begins at a time.

        Args:
            time_ns: Time since the drive's beginning [ns].
            horizon_ns: How far the future reaches [ns].

        Returns:
            True if what follows is the expert's own driving.
        """
        return not touches(self._spans, time_ns, time_ns + horizon_ns)
