"""A long drive, road after road with one vehicle, on which one fault after the other happens at random.

The vehicle is never made anew: between roads nothing is sent for a while, and then it is elsewhere, as a vehicle is
whose localisation starts again.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.data.state import DrivingState
from drivemoe_ros.faults.catalogue import FAULTS
from drivemoe_ros.faults.drive import Drive, Trouble
from drivemoe_ros.faults.fault import AFTER_S
from drivemoe_ros.faults.finding import Witness
from drivemoe_ros.faults.state_watch import StateWatch
from drivemoe_ros.parameters.schema import to_ns
from drivemoe_ros.world.scenarios.catalogue import SEEDS
from drivemoe_ros.world.simulation import STEP_NS, STEP_S, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drivemoe_ros.faults.drive import Equipment
    from drivemoe_ros.faults.fault import Fault
    from drivemoe_ros.faults.finding import Finding
    from drivemoe_ros.faults.vehicle import Moment

# How long faults last [s], and how long after the vehicle drives as ever again the next one begins.
LASTS_S = (1.5, 2.0, 2.5, 3.0, 3.5, 4.0)
GAP_STEPS = (40, 100)  # of the world, 2 to 5 s
# Messages that come too rarely are counted over `supervision.rate_window_s`, so that this takes longer to notice.
RARE, RARE_LASTS_S = "/slow", (2.5, 3.0, 3.5, 4.0)
# So long nothing is sent between two roads [s].
BETWEEN_ROADS_S = 2.0
# Between faults the vehicle must be back at RUNNING after this long, whatever roads it is put on [s].
PATIENCE_S = 60.0
# The route is sent again so long after a road's beginning, when odometry is where the road is [ns].
ROUTE_AGAIN_NS = 1_000_000_000
# Faults after which the clock may have jumped back.
RESTARTING = ("clock/", "bag/")


class Soak:
    """Drives on and on.

    Attributes:
        driven_s: Time driven so far [s].
        num_roads: Roads begun.
        outcomes: How roads ended.
        findings: How often each fault happened, and came to which worst state.
        slowest_s: The longest that each fault took to reach its worst state [s].
        num_cut_short: Faults that a road's end cut short.
        state_steps: Steps of the world in each state.
        watch: Counts transitions.
        wrong: What must not be, a sentence each.
    """

    def __init__(self, equipment: Equipment, seed: int, faults: Sequence[Fault] = tuple(FAULTS.values())) -> None:
        """Put the vehicle on the first road.

        Args:
            equipment: What the vehicle is made of.
            seed: What faults and their times are drawn from.
            faults: What may happen; each once before one happens again.

        Raises:
            DriveMoeError: If the road cannot be made.
        """
        self._rng = np.random.default_rng(seed)
        self._faults, self._deck = tuple(faults), list[int]()
        self._drive = Drive(equipment, SEEDS["test"][0])
        self._trouble: Trouble | None = None
        self._witness: Witness | None = None
        self._state = DrivingState.WAITING
        self._restarted_ns, self._well_s = 0, 0.0
        self.watch = StateWatch(equipment.parameters.supervision.recover_plans)
        self.driven_s, self.num_roads, self.num_cut_short = 0.0, 1, 0
        self.outcomes: Counter[str] = Counter()
        self.findings: Counter[tuple[str, str]] = Counter()
        self.slowest_s: dict[str, float] = {}
        self.state_steps: Counter[DrivingState] = Counter()
        self.wrong: list[str] = []

    def drive_on(self, seconds: float) -> None:
        """Go on for a while.

        Args:
            seconds: How long, in the world's time [s].

        Raises:
            DriveMoeError: If a road cannot be made.
        """
        until_s = self.driven_s + seconds
        while self.driven_s < until_s - 1e-6:
            if self._drive.world.outcome is not None:
                self._next_road()
            self._step()

    def _step(self) -> None:
        now_ns = self._drive.now_ns
        self._prepare(now_ns)
        is_over = self._trouble is not None and now_ns == self._trouble.end_ns
        if is_over or self._drive.world.time_ns == ROUTE_AGAIN_NS:
            # Whoever sent the route sends it again, as a route server does; one from before a jump is not trusted.
            self._drive.send_route()
        moments = self._drive.step(self._trouble)
        self._listen(moments, now_ns)
        self.driven_s = round(self.driven_s + STEP_S, 3)
        if self._witness is not None and self._trouble is not None:
            self._witness.look(now_ns, moments, self._drive.world)
            if now_ns >= self._trouble.end_ns + to_ns(AFTER_S):
                self._conclude(self._witness.finding())

    def _prepare(self, now_ns: int) -> None:
        """Choose the next fault once the last one is over, and think again where the vehicle is not well before it."""
        if self._trouble is not None and now_ns <= self._trouble.begin_ns and self._state is not DrivingState.RUNNING:
            self._trouble = self._witness = None
        if self._trouble is None and self._state is DrivingState.RUNNING:
            self._deck = self._deck or self._rng.permutation(len(self._faults)).tolist()
            begin_ns = now_ns + int(self._rng.integers(*GAP_STEPS)) * STEP_NS
            fault = self._faults[self._deck[-1]]
            lasts_s = float(self._rng.choice(RARE_LASTS_S if fault.name.endswith(RARE) else LASTS_S))
            self._trouble = Trouble(fault, begin_ns, lasts_s)
            self._witness = Witness(self._trouble, self._drive.vehicle)

    def _listen(self, moments: list[Moment], now_ns: int) -> None:
        trouble = self._trouble
        name = trouble.fault.name if trouble is not None and now_ns >= trouble.begin_ns else ""
        if name.startswith(RESTARTING):
            self._restarted_ns = now_ns
        restarts = now_ns - self._restarted_ns < to_ns(AFTER_S)
        for moment in moments:
            wrong = self.watch.look(moment, restarts=restarts)
            where = f"at {self.driven_s:.2f} s" + (f" ({name})" if name else "")
            self.wrong += [f"{where}: {words}" for words in wrong]
            self._state = moment.state
            if moment.state is DrivingState.RUNNING:
                self._well_s = self.driven_s
            elif self.driven_s - self._well_s > PATIENCE_S:
                self.wrong.append(f"{where}: not RUNNING since {self._well_s:.2f} s ({moment.reason})")
                self._well_s = self.driven_s
        self.state_steps[self._state] += 1

    def _conclude(self, found: Finding) -> None:
        at_s = self.driven_s
        self._deck.pop()
        self._trouble = self._witness = None
        self.findings[found.fault, found.worst] += 1
        if found.after_s is not None:
            self.slowest_s[found.fault] = max(found.after_s, self.slowest_s.get(found.fault, 0.0))
        self.wrong += [f"before {at_s:.2f} s ({found.fault}): {words} ({found.reason})" for words in found.unmet]

    def _next_road(self) -> None:
        outcome = self._drive.world.outcome
        if self._witness is not None and self._trouble is not None and self._drive.now_ns > self._trouble.begin_ns:
            if outcome is Outcome.CRASHED:
                self._conclude(self._witness.finding())
            else:
                self.num_cut_short += 1
                self._deck.insert(0, self._deck.pop())
        self._trouble = self._witness = None
        self.outcomes["" if outcome is None else outcome.value] += 1
        self.num_roads += 1
        roads = SEEDS["test"]
        self._listen(self._drive.move_on(roads[(self.num_roads - 1) % len(roads)], BETWEEN_ROADS_S), self._drive.now_ns)
        self.driven_s = round(self.driven_s + BETWEEN_ROADS_S, 3)
