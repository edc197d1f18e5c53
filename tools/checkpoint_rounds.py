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
        families: Scenario families, or skills.
    """

    name: str
    seeds: tuple[int, int]
    options: tuple[str, ...] = ()
    is_led: bool = True
    families: tuple[str, ...] = ("all",)


@dataclass(frozen=True)
class Round:
    """A training, which starts from the one before: the first is stage 1, the others are stage 2.

    Attributes:
        recordings: What is added to the data before.
        samples: How many it trains on.
    """

    recordings: tuple[Recording, ...]
    samples: int


LED = ("--weight", "6")
# What the picture encoder learns to see from.
EYES_SEEDS = (0, 16)
VALIDATION = Recording("validation", (0, 2), ("--steady",), is_led=False)
# The release's routers are judged on frames that an expert drove, so these are as well.
TEST = Recording("test", (0, 3), ("--steady",), is_led=False)
ROUNDS = (
    Round(
        (
            Recording("train", (0, 20), is_led=False),
            Recording("halts", (30, 34), ("--halting", "--weight", "3"), is_led=False),
        ),
        200_000,
    ),
    Round((Recording("handover_1", (40, 44), LED),), 60_000),
    Round((Recording("handover_2", (44, 48), LED),), 90_000),
    Round(
        (
            Recording("blind", (60, 72), ("--blind", "--weight", "3"), is_led=False),
            Recording("handover_3", (48, 54), LED),
            # On validation seeds it fails here more than anywhere.
            Recording("overtaking", (72, 84), LED, families=("overtaking",)),
        ),
        120_000,
    ),
)
