"""What came of a fault, from what was reported and what the car did."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.state import DrivingState
from drivemoe_ros.faults.fault import AFTER_S, LASTS_S, SEVERITY
from drivemoe_ros.world.simulation import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from drivemoe_ros.faults.drive import Trouble
    from drivemoe_ros.faults.vehicle import Moment, Vehicle
    from drivemoe_ros.world.simulation import World

STANDING_MPS, SLOWED_SHARE = 0.3, 0.6
# A car of 1.86 m in a lane of 3.5 m.
LANE_LEFT_M = 1.0


@dataclass(frozen=True)
class Finding:
    """What came of a fault.

    Attributes:
        fault: Its name.
        worst: The worst state while it was there.
        reason: The reason that was given first for it.
        after_s: How long after the fault began [s]; None for a state that was there before.
        last: The state at the end, when the fault has been over for a while.
        car: What the car did.
        sources: How many plans of each source were driven from when it began.
        num_refused: Messages that could not be decoded.
        num_missing: Pictures that plans were made without.
        unmet: What was expected and did not come, a sentence each.
    """

    fault: str
    worst: str
    reason: str
    after_s: float | None
    last: str
    car: str
    sources: dict[str, int]
    num_refused: int
    num_missing: int
    unmet: tuple[str, ...]


@dataclass(frozen=True)
class _Way:
    """What the car did from when the fault began: its speeds [m/s], and how far it was from the lane's middle [m]."""

    begun_mps: float
    slowest_mps: float
    stood_s: float | None
    aside_m: float
    outcome: Outcome | None

    @property
    def words(self) -> str:
        if self.outcome is Outcome.CRASHED:
            return "hit something"
        if self.aside_m > LANE_LEFT_M:
            return f"left the lane by {self.aside_m:.1f} m"
        if self.stood_s is not None:
            return f"stood after {self.stood_s:.1f} s"
        if self.slowest_mps < SLOWED_SHARE * self.begun_mps:
            return f"slowed from {self.begun_mps:.1f} to {self.slowest_mps:.1f} m/s"
        return "drove on"


class Witness:
    """Looks on while a fault happens."""

    def __init__(self, trouble: Trouble, vehicle: Vehicle) -> None:
        """Begin to look on, before the fault begins."""
        self._trouble, self._vehicle = trouble, vehicle
        self._before: Moment | None = None
        self._since: list[Moment] = []
        self._track: list[tuple[float, float, float]] = []
        self._counted = (vehicle.num_refused, vehicle.num_missing)
        self._outcome: Outcome | None = None

    def look(self, now_ns: int, moments: Iterable[Moment], world: World) -> None:
        """Note what came of one step.

        Args:
            now_ns: Time before the step [ns].
            moments: What was reported in it.
            world: The world after it.
        """
        for moment in moments:
            if moment.time_ns < self._trouble.begin_ns:
                self._before = moment
            else:
                self._since.append(moment)
        self._outcome = world.outcome
        if now_ns >= self._trouble.begin_ns:
            self._track.append((self._trouble.since_s(now_ns), world.ego.speed_mps, abs(world.ego_left_m)))

    def finding(self) -> Finding:
        """Return what came of the fault; it has been over for a while, or the drive is."""
        trouble, way, name = self._trouble, self._way(), self._trouble.fault.name
        during = [moment for moment in self._since if moment.time_ns < trouble.end_ns]
        if not during:
            return Finding(name, "", "the drive was over before", None, "", way.words, {}, 0, 0, ("no fault began",))
        worst = max((moment.state for moment in during), key=SEVERITY.index)
        first = next(moment for moment in during if moment.state is worst)
        was_there = self._before is not None and self._before.state is worst
        refused, missing = self._counted
        return Finding(
            fault=name,
            worst=worst.name,
            reason=first.reason,
            after_s=None if was_there else trouble.since_s(first.time_ns),
            last=self._since[-1].state.name,
            car=way.words,
            sources=dict(Counter("none" if m.source is None else m.source.name for m in self._since)),
            num_refused=self._vehicle.num_refused - refused,
            num_missing=self._vehicle.num_missing - missing,
            unmet=tuple(_unmet(trouble, worst, self._since[-1].state, way)),
        )

    def _way(self) -> _Way:
        if not self._track:
            return _Way(0.0, 0.0, None, 0.0, self._outcome)
        since_N, speed_N, aside_N = np.array(self._track).T
        during_N = speed_N[since_N < LASTS_S]
        standing = np.flatnonzero(during_N < STANDING_MPS)
        stood_s = float(since_N[standing[0]]) if standing.size else None
        return _Way(float(speed_N[0]), float(during_N.min()), stood_s, float(aside_N.max()), self._outcome)


def _unmet(trouble: Trouble, worst: DrivingState, last: DrivingState, way: _Way) -> list[str]:
    unmet, expected = [], trouble.fault.expected
    wanted = expected.states
    if trouble.is_short:
        # There may be no time to get as far as that, but it must be noticed.
        if worst is DrivingState.RUNNING and worst not in wanted:
            unmet.append("it passed unnoticed")
    elif worst not in wanted:
        unmet.append(f"the worst state is {worst.name} instead of {' or '.join(state.name for state in wanted)}")
    if way.outcome is Outcome.CRASHED or way.aside_m > LANE_LEFT_M:
        unmet.append(f"the car {way.words}")
    elif expected.stops and not trouble.is_short and way.stood_s is None:
        unmet.append(f"the car {way.words} instead of standing")
    if last not in (DrivingState.RUNNING, DrivingState.DEGRADED):
        unmet.append(f"{AFTER_S:g} s after the fault the state is still {last.name}")
    return unmet
