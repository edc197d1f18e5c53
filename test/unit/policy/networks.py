"""Small networks and random inputs for the policy tests; the same seed gives the same inputs."""

from __future__ import annotations

import dataclasses

import torch

from drivemoe_ros.policy.batch import ModelBatch, TrainingBatch
from drivemoe_ros.policy.checkpoint import Checkpoint
from drivemoe_ros.policy.prompt import Prompt
from drivemoe_ros.policy.random_weights import untrained_checkpoint

torch.set_num_threads(1)


def mini(architecture: str, seed: int = 0) -> Checkpoint:
    """An untrained network of mini size."""
    return untrained_checkpoint(architecture, "mini", seed)


def random_batch(checkpoint: Checkpoint, rows: int, seed: int = 0) -> ModelBatch:
    """Inputs for ``rows`` plans."""
    sizes = checkpoint.manifest.sizes
    generator = torch.Generator().manual_seed(seed)
    pictures = 2 + len(checkpoint.manifest.view_names)
    side = sizes.vision.image_size
    ids, mask = Prompt.from_text_ids(checkpoint.manifest.prompt_token_ids, sizes).tensors(rows, "cpu")
    return ModelBatch(
        images_BN3HW=torch.randint(0, 256, (rows, pictures, 3, side, side), generator=generator, dtype=torch.uint8),
        input_ids_BL=ids,
        attention_mask_BL=mask,
        proprio_BTP=torch.randn(rows, sizes.history_steps, sizes.proprio_dim, generator=generator),
        goal_B2=torch.randn(rows, 2, generator=generator),
        noise_BHA=torch.randn(rows, sizes.horizon_steps, sizes.action_dim, generator=generator),
    )


def rows_of(batch: ModelBatch, rows: slice) -> ModelBatch:
    """The given rows of a batch."""
    parts = {field.name: getattr(batch, field.name)[rows] for field in dataclasses.fields(batch)}
    return ModelBatch(**parts)


def random_training_batch(checkpoint: Checkpoint, rows: int, seed: int = 0, draws: int = 1) -> TrainingBatch:
    """Inputs with labels."""
    inputs = random_batch(checkpoint, rows, seed)
    generator = torch.Generator().manual_seed(seed + 1)
    return TrainingBatch(
        inputs=inputs,
        target_actions_BHA=torch.rand(inputs.noise_BHA.shape, generator=generator) * 2 - 1,
        noise_BKHA=torch.randn(rows, draws, *inputs.noise_BHA.shape[1:], generator=generator),
        flow_time_BK=torch.rand(rows, draws, generator=generator),
        view_label_B=torch.randint(0, 5, (rows,), generator=generator),
        skill_label_B=torch.randint(0, 7, (rows,), generator=generator),
    )
