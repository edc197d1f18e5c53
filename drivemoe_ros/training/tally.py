"""What recorded drives gave: how many training samples of which kind, and what gave none."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivemoe_ros.training.sample import TrainingSample


@dataclass
class Tally:
    """Counts of one drive or of several.

    Attributes:
        samples: Training samples.
        skills: Samples of each skill.
        views: Samples of each view.
        dropped: Why front pictures, labels or messages gave no sample, and how often.
    """

    samples: int = 0
    skills: Counter[str] = field(default_factory=Counter)
    views: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)

    def note(self, sample: TrainingSample) -> None:
        """Count a sample."""
        self.samples += 1
        self.skills[sample.skill] += 1
        self.views[sample.view] += 1

    def add(self, other: Tally) -> None:
        """Count what another one counted."""
        self.samples += other.samples
        self.skills.update(other.skills)
        self.views.update(other.views)
        self.dropped.update(other.dropped)


def in_words(counts: Counter[str]) -> str:
    """Return counts as ``name 3, other 1``, the largest first."""
    return ", ".join(f"{name} {count}" for name, count in counts.most_common())
