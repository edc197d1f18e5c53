"""What the shipped checkpoint learnt from, recording after recording and training after training."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recording:
    """What is recorded for training.

    Attributes:
        name: Of its folder.
        seeds: Of each family, from and up to.
        options: What else ``drivemoe record`` is told.
        is_led: Whether the policy of the round before leads.
    """

    name: str
    seeds: tuple[int, int]
    options: tuple[str, ...] = ()
    is_led: bool = True


@dataclass(frozen=True)
class Round:
    """A training, which starts from the one before.

    Attributes:
        recordings: What is added to the data before.
        options: What else ``drivemoe train`` is told.
    """

    recordings: tuple[Recording, ...]
    options: tuple[str, ...]


STAGE_1, STAGE_2 = ("--set", "stage2.samples=0"), ("--set", "stage1.samples=0", "--set", "stage2.samples=60000")
LED = ("--weight", "6")
# What the picture encoder learns to see from.
EYES_SEEDS = (0, 16)
VALIDATION = Recording("validation", (0, 2), ("--steady",), is_led=False)
ROUNDS = (
    Round(
        (
            Recording("train", (0, 20), is_led=False),
            Recording("halts", (30, 34), ("--halting", "--weight", "3"), is_led=False),
        ),
        STAGE_1,
    ),
    Round((Recording("handover_1", (40, 44), LED),), STAGE_2),
    Round((Recording("handover_2", (44, 48), LED),), STAGE_2),
    Round((Recording("handover_3", (48, 52), LED),), STAGE_2),
)
