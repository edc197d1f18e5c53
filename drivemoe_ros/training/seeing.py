"""Teaches a picture encoder to say what each patch shows, before a policy with it learns to drive.

The release starts from an encoder that has seen the world; a small network starts from nothing, and plans for the next
second teach it little about pictures.

Shape legend: N pictures, B batch, S picture side, G patches across, and down, M patches of a picture, C channels.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from drivemoe_ros.policy.checkpoint import Checkpoint, save_checkpoint
from drivemoe_ros.policy.random_weights import untrained_checkpoint
from drivemoe_ros.policy.vision import scale_pixels

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from drivemoe_ros.policy.vision import VisionTower
    from drivemoe_ros.training.picture_file import LabelledPictures

BATCH = 64
HIGHEST_RATE, WARM_UP_STEPS = 1e-3, 200
WEIGHT_DECAY = 0.01
MOST_SCORED = 4096


@dataclass(frozen=True)
class Lesson:
    """What to learn, and for how long.

    Attributes:
        system: Whose encoder, a key of ``variants.ARCHITECTURES``.
        size: Its size, "mini" or "released".
        samples: How many pictures are looked at, each one as often as it takes.
        seed: Of weights and order.
        threads: CPU threads.
    """

    system: str
    size: str
    samples: int
    seed: int
    threads: int


def learn_to_see(
    lesson: Lesson, learnt: LabelledPictures, held_out: LabelledPictures, progressed: Callable[[int, float], None]
) -> tuple[Checkpoint, NDArray[np.float64]]:
    """Train an encoder from random weights.

    Args:
        lesson: What to learn.
        learnt: Pictures to learn from.
        held_out: Pictures to score it with.
        progressed: Told after each step how many pictures were looked at, and the loss.

    Returns:
        A network of which the encoder alone has learnt, and the share of each channel's variance that the encoder
        explains on the held-out pictures, (C,); NaN for what none of them shows.
    """
    torch.set_num_threads(lesson.threads)
    torch.manual_seed(lesson.seed)
    start = untrained_checkpoint(lesson.system, lesson.size, lesson.seed)
    tower = start.model.vision_tower.train()
    head = nn.Linear(start.manifest.sizes.vision.width, learnt.patches_NGGC.shape[-1])
    optimizer = torch.optim.AdamW([*tower.parameters(), *head.parameters()], HIGHEST_RATE, weight_decay=WEIGHT_DECAY)
    steps = math.ceil(lesson.samples / BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _share_of_rate(step, steps))
    weight_C = _channel_weights(learnt)
    random = np.random.default_rng(lesson.seed)
    for step in range(steps):
        chosen_B = random.integers(len(learnt.pictures_NSS3), size=BATCH)
        wanted_BMC = torch.from_numpy(learnt.patches_NGGC[chosen_B]).flatten(1, 2) / 255.0
        said_BMC = _say(tower, head, learnt.pictures_NSS3[chosen_B])
        loss = functional.binary_cross_entropy_with_logits(said_BMC, wanted_BMC, weight_C)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        progressed((step + 1) * BATCH, loss.item())
    start.model.eval()
    return start, _explained(tower, head, held_out)


def save_eyes(folder: pathlib.Path, eyes: Checkpoint, facts: Mapping[str, str]) -> None:
    """Write a network whose encoder has learnt to see, as a checkpoint to train from.

    Args:
        folder: Where to; must not exist.
        eyes: What ``learn_to_see`` returned.
        facts: What to tell about it.

    Raises:
        OutputError: If it is there or cannot be written.
    """
    manifest = dataclasses.replace(eyes.manifest, name="eyes", source=dict(facts))
    save_checkpoint(folder, eyes.model.state_dict(), manifest, dtype=torch.float32)


def _channel_weights(learnt: LabelledPictures) -> Tensor:
    """Weigh channels against how much they vary, else what is seen often is all that is learnt; (C,), 1 on average."""
    deviation_C = (learnt.patches_NGGC / np.float32(255.0)).std(axis=(0, 1, 2))
    weight_C = np.divide(1.0, deviation_C, where=deviation_C > 0.0, out=np.zeros_like(deviation_C))
    return torch.from_numpy(weight_C / max(float(weight_C.mean()), 1e-12))


def _say(tower: VisionTower, head: nn.Linear, pictures_BSS3: NDArray[np.uint8]) -> Tensor:
    """Return scores of every patch's channels before the sigmoid, (B, M, C)."""
    pixels = scale_pixels(torch.from_numpy(pictures_BSS3).permute(0, 3, 1, 2), torch.float32)
    said_BMC: Tensor = head(tower(pixels))
    return said_BMC


@torch.no_grad()
def _explained(tower: VisionTower, head: nn.Linear, held_out: LabelledPictures) -> NDArray[np.float64]:
    chosen = np.unique(np.linspace(0, len(held_out.pictures_NSS3) - 1, MOST_SCORED, dtype=int))
    parts = np.array_split(chosen, math.ceil(len(chosen) / BATCH))
    said = np.concatenate([_say(tower, head, held_out.pictures_NSS3[part]).sigmoid().numpy() for part in parts])
    wanted = held_out.patches_NGGC[chosen].reshape(said.shape) / 255.0
    left_C = ((said - wanted) ** 2).mean(axis=(0, 1))
    variance_C = wanted.var(axis=(0, 1))
    explained_C: NDArray[np.float64] = 1.0 - left_C / np.where(variance_C > 0.0, variance_C, np.nan)
    return explained_C


def _share_of_rate(step: int, steps: int) -> float:
    warm = min(1.0, (step + 1) / WARM_UP_STEPS)
    return warm * 0.5 * (1.0 + math.cos(math.pi * step / steps))
