"""What goes into the network and what comes out, as tensors.

Shape legend: B batch, N pictures, L image-and-text tokens, D vlm width, T history steps, P features of a history step,
H horizon, A action dimension, V views, E skills, S flow steps, K draws of the flow, R = B * K, draws of a row together.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from drivemoe_ros.policy.skill_router import SkillRouting


@dataclass(frozen=True)
class ModelBatch:
    """One batch with all pictures at hand; numbers are normalised and in the CARLA frame."""

    # (B, N, 3, size, size) uint8 RGB or float in [-1, 1]; front now, front before, then the candidate views in order
    images_BN3HW: Tensor
    # (B, L) int64
    input_ids_BL: Tensor
    # (B, L) 1 where input_ids is not padding
    attention_mask_BL: Tensor
    # (B, T, P), oldest first
    proprio_BTP: Tensor
    # (B, 2) goal point (x forward, y right)
    goal_B2: Tensor
    # (B, H, A) start of the flow, standard normal
    noise_BHA: Tensor


@dataclass(frozen=True)
class TrainingBatch:
    """A batch with what the losses compare against."""

    inputs: ModelBatch
    # (B, H, A) normalised waypoints
    target_actions_BHA: Tensor
    # (B, K, H, A) starts of the flow, standard normal; several, since one prefix serves them all
    noise_BKHA: Tensor
    # (B, K) flow times in 0..1
    flow_time_BK: Tensor
    # (B,) int64 view to look at
    view_label_B: Tensor
    # (B,) int64 skill being driven
    skill_label_B: Tensor


@dataclass(frozen=True)
class Prefix:
    """Image and text embeddings before scaling."""

    # (B, L, D), zero where padded
    embedding_BLD: Tensor
    # (B, L) bool, True where not padded
    visible_BL: Tensor


@dataclass(frozen=True)
class FlowSample:
    """A sampled trajectory and the skill decision of every flow step."""

    # (B, H, A) float32, normalised, clipped once after the last step
    trajectory_BHA: Tensor
    # (B, H, A) float32, the same before the clip
    unclipped_BHA: Tensor
    # one decision a flow step, empty in a dense network
    routing: tuple[SkillRouting, ...]

    @property
    def skill_logits_SBE(self) -> Tensor:  # noqa: N802, the shape is part of the name
        """Router scores of every flow step, (S, B, E) float32; empty in a dense network."""
        if not self.routing:
            return torch.empty(0, len(self.trajectory_BHA), 0)
        return torch.stack([decision.logits_BE for decision in self.routing])


@dataclass(frozen=True)
class InferenceResult:
    """All that one planning call computed."""

    prefix: Prefix
    # (B, V) float32, None without a view router
    view_logits_BV: Tensor | None
    # (B,) int64 chosen view, None without a view router
    view_index_B: Tensor | None
    flow: FlowSample


@dataclass(frozen=True)
class TrainingOutput:
    """What the losses need."""

    # (R, H, A) predicted and wanted velocity
    velocity_RHA: Tensor
    target_velocity_RHA: Tensor
    # (B, V) and (R, E) scores, None where there is no router
    view_logits_BV: Tensor | None
    skill_logits_RE: Tensor | None
