"""What to record in one go, and what was recorded."""

from __future__ import annotations

import enum
import pathlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from drivemoe_ros.training.tally import Tally
from drivemoe_ros.world.scenarios.catalogue import file_stem

if TYPE_CHECKING:
    from drivemoe_ros.parameters.schema import Parameters

# Written last: a part that has it is whole.
REPORT_NAME = "drives.json"


class Hand(enum.Enum):
    """Whose hand is on the wheel."""

    STEADY = "the expert's"
    SLIPPING = "the expert's, which slips now and then"
    SHARED = "a policy's for some seconds at a time, and the expert's in between"
    HALTING = "the expert's, while a foot stands on the brake now and then"
    BLIND = "a blindfolded driver's for some seconds at a time, and the expert's in between"


# Where somebody else leads, and what the expert would do instead is learnt.
LED = (Hand.SHARED, Hand.HALTING, Hand.BLIND)


@dataclass(frozen=True)
class RecordJob:
    """What to record, and how.

    Attributes:
        family: Scenario family.
        seeds: Seeds of the scenarios.
        folder: Where all recordings go.
        rig: Shipped rig or file with the car's cameras and topics.
        parameters: How pictures and motion are prepared.
        size_px: Columns and rows of the painted pictures.
        image_size: Side of the pictures in shards [px].
        bags: Write a bag and its labels for every drive.
        shards: Write training samples.
        hand: Whose hand is on the wheel.
        weight: How often its samples are drawn in training, against others' 1.
    """

    family: str
    seeds: range
    folder: pathlib.Path
    rig: str
    parameters: Parameters
    size_px: tuple[int, int]
    image_size: int
    bags: bool
    shards: bool
    hand: Hand
    weight: float

    @property
    def shard_folder(self) -> pathlib.Path:
        """Where its shards and its report go: a folder of its own, for a folder may have one writer only."""
        return self.folder / "shards" / self.family.replace("/", "_") / f"{self.seeds[0]}-{self.seeds[-1]}"

    @property
    def report(self) -> pathlib.Path:
        """File that stands once everything is recorded."""
        return self.shard_folder / REPORT_NAME

    def bag(self, seed: int) -> pathlib.Path:
        """Return the bag of one drive."""
        return self.folder / "bags" / file_stem(self.family, seed)


@dataclass
class Recorded(Tally):
    """What a job recorded, and the samples it gave.

    Attributes:
        drives: Drives that were recorded.
        slipped: Those of them in which the hand slipped.
        failed: Seeds that even a steady hand could not drive.
    """

    drives: int = 0
    slipped: int = 0
    failed: list[int] = field(default_factory=list)
