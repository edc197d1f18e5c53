"""A novice that drives for some seconds at a time, and an expert that takes over and knows what it would have done.

Source: DAgger (arXiv 1011.0686): what is learnt is the expert's answer to the states that a novice reaches.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from drivemoe_ros.geometry.se2 import points_in_pose
from drivemoe_ros.world.disturbance import draw_intervals, touches
from drivemoe_ros.world.drivers import Action, steered
from drivemoe_ros.world.sensors import CAMERA_PERIOD_NS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from drivemoe_ros.data.control import ControlCommand
    from drivemoe_ros.data.samples import Sample
    from drivemoe_ros.world.drivers import Expert
    from drivemoe_ros.world.simulation import World


class Turns(NamedTuple):
    """How long they drive, from and to.

    Attributes:
        novice_s: The novice at a time [s].
        expert_s: The expert in between [s].
    """

    novice_s: tuple[float, float]
    expert_s: tuple[float, float]


POLICY_TURNS = Turns((3.0, 8.0), (1.0, 3.0))
# Long enough to come to a stop and to stand, then to go at full speed again.
HALT_TURNS = Turns((2.0, 6.0), (3.0, 8.0))
# Long enough to come near to what one should have seen, not always to hit it.
BLIND_TURNS = Turns((1.0, 4.0), (1.0, 4.0))


class Span(NamedTuple):
    """A time in which the novice drives.

    Attributes:
        start_ns: When it begins, at a moment with pictures [ns].
        end_ns: When it ends [ns].
    """

    start_ns: int
    end_ns: int


def draw_spans(seed: int, turns: Turns) -> tuple[Span, ...]:
    """Draw who drives when, for a whole drive.

    Args:
        seed: Everything follows from it.
        turns: How long they drive.

    Returns:
        The novice's spans in order of time; the expert has the others.
    """
    generator = np.random.default_rng([seed, 0xDA66E2])
    drawn = draw_intervals(generator, turns.expert_s, turns.novice_s)
    return tuple(Span(_picture_ns(start_s), _picture_ns(end_s)) for start_s, end_s in drawn)


def _picture_ns(time_s: float) -> int:
    """Return the moment with pictures that is nearest to a time."""
    return round(time_s * 1e9 / CAMERA_PERIOD_NS) * CAMERA_PERIOD_NS


class Novice(Protocol):
    """Somebody who drives at times, and looks on at others."""

    @property
    def name(self) -> str:
        """Who drives, for logs."""

    def act(self, world: World, samples: Sequence[Sample]) -> Action:
        """Decide what to do now; see ``Driver``."""

    def watch(self, samples: Sequence[Sample]) -> None:
        """Take what the sensors sent while the expert drives."""


class _Unseeing:
    """Looks on without taking notice."""

    def watch(self, samples: Sequence[Sample]) -> None:
        """Take no notice."""


class Halter(_Unseeing):
    """Brakes to a stop wherever that may be, and stands there.

    Source:
        Causal confusion in imitation learning (arXiv 1905.11979): an expert only stands with reason, so who learns
        from it alone learns that who stands goes on standing.
    """

    name = "a foot on the brake"

    def __init__(self, expert: Expert) -> None:
        """Stand on the brake while ``expert`` steers."""
        self._expert = expert

    def act(self, world: World, samples: Sequence[Sample]) -> Action:  # noqa: ARG002  (needs no sight)
        """Brake; see ``Driver``."""
        return Action(steered(self._expert.command(), 0.0, -2.0))


class Blind(_Unseeing):
    """Follows the route as if the road were empty, which is what a network comes to that looks at its goal alone.

    Source:
        Causal confusion, as above: an expert is beside its lane already where an obstacle is near, so who learns from
        it alone learns that who is in the lane stays there.
    """

    name = "a blindfold"

    def __init__(self, blind_command: Callable[[], ControlCommand]) -> None:
        """Do whatever ``blind_command`` returns."""
        self._command = blind_command

    def act(self, world: World, samples: Sequence[Sample]) -> Action:  # noqa: ARG002  (sees nothing)
        """Drive on; see ``Driver``."""
        return Action(self._command())


class Handover:
    """Lets a novice drive in its spans and an expert in between."""

    def __init__(self, novice: Novice, expert: Expert, spans: Sequence[Span]) -> None:
        """Share the wheel of one world.

        Args:
            novice: Drives in the spans.
            expert: Drives in between.
            spans: When the novice drives.
        """
        self._novice, self._expert, self._spans = novice, expert, tuple(spans)

    @property
    def name(self) -> str:
        """Name of the novice, and that an expert helps."""
        return f"{self._novice.name} and the expert"

    def act(self, world: World, samples: Sequence[Sample]) -> Action:
        """Let one of the two decide; see ``Driver``."""
        # Asked at every moment, since the expert keeps in mind what it is about to do.
        command = self._expert.command()
        if touches(self._spans, world.time_ns, world.time_ns + 1):
            return self._novice.act(world, samples)
        self._novice.watch(samples)
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
