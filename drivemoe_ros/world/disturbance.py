"""An expert whose hand slips now and then, so that its recordings show the way back to the middle of the lane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from drivemoe_ros.world.drivers import Action, Expert, steered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from drivemoe_ros.data.samples import Sample
    from drivemoe_ros.world.simulation import World

# How long the hand slips, and how long nothing happens in between [s].
BURST_S = (0.3, 0.8)
CALM_S = (3.0, 7.0)
# How far: the wheel angle at walking pace, less the faster the car is, and a share of the pedals.
MAX_TURN_RAD = 0.25
TURN_SPEED_MPS = 3.0
MAX_PEDAL = 0.3
LONGEST_DRIVE_S = 300.0


@dataclass(frozen=True)
class Burst:
    """One slip of the hand.

    Attributes:
        start_ns: When it begins [ns].
        end_ns: When it ends [ns].
        turn: Share of the greatest wheel angle, -1 to 1, positive to the left.
        pedal: Added to the pedals, -1 to 1.
    """

    start_ns: int
    end_ns: int
    turn: float
    pedal: float


def draw_bursts(seed: int) -> tuple[Burst, ...]:
    """Draw the bursts of a whole drive.

    Args:
        seed: Everything follows from it.

    Returns:
        Bursts in order of time.
    """
    generator = np.random.default_rng([seed, 0xB0557])
    return tuple(
        Burst(
            start_ns=round(start_s * 1e9),
            end_ns=round(end_s * 1e9),
            turn=generator.uniform(-1.0, 1.0),
            pedal=generator.uniform(-MAX_PEDAL, MAX_PEDAL),
        )
        for start_s, end_s in draw_intervals(generator, CALM_S, BURST_S)
    )


def draw_intervals(
    generator: np.random.Generator, between_s: tuple[float, float], lasting_s: tuple[float, float]
) -> Iterator[tuple[float, float]]:
    """Draw when something begins and ends, again and again for a whole drive.

    Args:
        generator: Where the draws come from.
        between_s: How long nothing happens, from and to [s].
        lasting_s: How long it lasts, from and to [s].

    Yields:
        Begin and end of each [s].
    """
    now_s = 0.0
    while now_s < LONGEST_DRIVE_S:
        start_s = now_s + generator.uniform(*between_s)
        now_s = start_s + generator.uniform(*lasting_s)
        yield start_s, now_s


class DisturbedExpert:
    """Drives as an expert does, but for its bursts."""

    name = "expert, disturbed"

    def __init__(self, expert: Expert, bursts: Sequence[Burst]) -> None:
        """Disturb ``expert`` by ``bursts``."""
        self._expert = expert
        self._bursts = tuple(bursts)

    def act(self, world: World, samples: Sequence[Sample]) -> Action:  # noqa: ARG002  (sees the world itself)
        """Do what the expert says, with a slip where one is due; see ``Driver``."""
        command = self._expert.command()
        for burst in self._bursts:
            if burst.start_ns <= world.time_ns < burst.end_ns:
                slower = TURN_SPEED_MPS / max(world.ego.speed_mps, TURN_SPEED_MPS)
                return Action(steered(command, burst.turn * MAX_TURN_RAD * slower, burst.pedal))
        return Action(command)

    def is_learnable(self, time_ns: int, horizon_ns: int) -> bool:
        """Tell whether no burst touches the horizon that begins at a time.

        Args:
            time_ns: Time since the drive's beginning [ns].
            horizon_ns: How far the future reaches [ns].

        Returns:
            True if what follows is the expert's own driving.
        """
        return not touches(self._bursts, time_ns, time_ns + horizon_ns)


class Interval(Protocol):
    """Begins and ends."""

    @property
    def start_ns(self) -> int:
        """When it begins [ns]."""

    @property
    def end_ns(self) -> int:
        """When it ends [ns]."""


def touches(intervals: Iterable[Interval], from_ns: int, to_ns: int) -> bool:
    """Return whether one of some intervals overlaps the time from ``from_ns`` up to ``to_ns`` [ns]."""
    return any(interval.start_ns < to_ns and from_ns < interval.end_ns for interval in intervals)
