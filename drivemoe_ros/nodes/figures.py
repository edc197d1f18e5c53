"""How long planning takes and what became of the requests, over the last few hundred plans."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

import numpy as np

WINDOW = 512
PERCENTILES = (50, 95, 99)


@dataclass(frozen=True)
class PlanTimes:
    """One plan.

    Attributes:
        wait_ms: From the last input it needed to the start of planning [ms].
        plan_ms: Decoding and deciding [ms].
        publish_ms: Encoding and publishing [ms].
        age_ms: Node clock at publication minus the picture's stamp [ms]: what the vehicle's controller feels.
        spread_ms: Stamp of the newest picture minus that of the oldest in the set [ms].
    """

    wait_ms: float
    plan_ms: float
    publish_ms: float
    age_ms: float
    spread_ms: float


class PlanFigures:
    """Written by the planning thread, read by the executor's."""

    def __init__(self) -> None:
        """Start without plans."""
        self._lock = threading.Lock()
        self._times: deque[PlanTimes] = deque(maxlen=WINDOW)
        self.num_results = 0
        self.num_plans = 0
        self.num_failed = 0

    def note(self, times: PlanTimes, *, planned: bool) -> None:
        """Count a result; only those with a plan enter the percentiles."""
        with self._lock:
            self.num_results += 1
            if planned:
                self.num_plans += 1
                self._times.append(times)

    def note_failure(self) -> None:
        """Count a request that ended in an unforeseen error."""
        with self._lock:
            self.num_results += 1
            self.num_failed += 1

    def percentiles(self) -> dict[str, tuple[float, ...]]:
        """Return the 50th, 95th and 99th percentile of every time [ms] by name; empty without plans."""
        with self._lock:
            times = list(self._times)
        if not times:
            return {}
        columns = {name: [getattr(one, name) for one in times] for name in PlanTimes.__dataclass_fields__}
        return {name: tuple(np.percentile(column, PERCENTILES).tolist()) for name, column in columns.items()}
