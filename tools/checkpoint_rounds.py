"""What the shipped checkpoint learnt from, recording after recording and training after training."""

from dataclasses import dataclass

from drivemoe_ros.world.scenarios.catalogue import FAMILIES


@dataclass(frozen=True)
class Recording:
    """What is recorded for training.

    Attributes:
        name: Of its folder.
        seeds: Of each family, from and up to.
        options: What else ``drivemoe record`` is told.
        families: What is driven.
        is_led: Whether the policy of the round before leads.
    """

    name: str
    seeds: tuple[int, int]
    options: tuple[str, ...] = ()
    families: tuple[str, ...] = ("all",)
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


# Where the policy of the second round failed on training seeds or test seeds alike.
HARD = (
    *(name for name in FAMILIES if name.startswith(("overtaking/", "parking_exit/", "traffic_sign/"))),
    *(f"normal/{name}" for name in ("free_turn", "light_turn", "stop_and_go", "traffic_light")),
    *("merging/left_into_flow", "merging/right_turn", "give_way/invading_turn"),
    *(f"emergency_brake/{name}" for name in ("blocked_junction", "parking_cut_in")),
    *(f"emergency_brake/pedestrian_{name}" for name in ("after_turn", "crossing", "steps_out")),
)
STAGE_1, STAGE_2 = ("--set", "stage2.samples=0"), ("--set", "stage1.samples=0")
# Led and halted drives are full of changes of speed already.
CALM = ("--set", "stage2.change_weight=1")
LED = ("--weight", "10")
VALIDATION = Recording("validation", (0, 2), ("--steady",), is_led=False)
ROUNDS = (
    Round((Recording("train", (0, 20), is_led=False),), STAGE_1),
    Round((Recording("handover_1", (20, 22), LED),), (*STAGE_2, "--set", "stage2.change_weight=0")),
    Round((Recording("handover_2", (22, 24), LED),), STAGE_2),
    Round(
        (
            Recording("handover_3", (24, 26), LED),
            Recording("handover_4", (26, 29), ("--weight", "6"), HARD),
            Recording("halts", (30, 34), ("--halting", "--weight", "3"), is_led=False),
        ),
        (*STAGE_2, *CALM, "--set", "stage2.samples=100000", "--set", "stage2.rate=5e-4"),
    ),
    Round((Recording("handover_5", (34, 36), LED),), (*STAGE_2, *CALM, "--set", "stage2.samples=80000")),
)
