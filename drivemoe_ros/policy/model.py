"""The assembled network with the released tensor names, in stages.

The stages let a caller decode pictures lazily and keep the tokens of a picture it has already encoded:
``encode_images`` -> ``view_scores`` -> ``build_prefix`` -> ``prefill`` -> ``sample``. ``forward_inference`` and
``forward_training`` run them for batches that hold every picture.

Shape legend: B batch, N pictures, L image-and-text tokens, M tokens a picture, D vlm width, V views, T history steps,
P features of one history step, H horizon, A action dimension.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from drivemoe_ros.errors import PolicyError
from drivemoe_ros.policy.attention.cache import PrefixCache
from drivemoe_ros.policy.attention.joint_transformer import JointTransformer
from drivemoe_ros.policy.batch import (
    FlowSample,
    InferenceResult,
    ModelBatch,
    Prefix,
    TrainingBatch,
    TrainingOutput,
)
from drivemoe_ros.policy.configuration import FRONT_PICTURES, ModelSizes
from drivemoe_ros.policy.flow import ActionEncoder, flow_path, integrate_euler
from drivemoe_ros.policy.skill_router import SkillRouting
from drivemoe_ros.policy.view_router import ViewRouter, sample_view, select_view
from drivemoe_ros.policy.vision import Projector, VisionTower, scale_pixels


@dataclass(frozen=True)
class Parts:
    """The parts in which systems differ."""

    joint_model: JointTransformer
    # None in a system that always looks at the same pictures
    view_router: ViewRouter | None


class DrivingModel(nn.Module):
    """Pictures, goal and ego history in; a normalised trajectory and every routing score out."""

    def __init__(self, sizes: ModelSizes, parts: Parts) -> None:
        """Assemble the parts; attribute names are the tensor names of the released checkpoint."""
        super().__init__()
        self.sizes = sizes
        self.embed_tokens = nn.Embedding(sizes.text.vocab_size, sizes.vlm.width)
        self.vision_tower = VisionTower(sizes.vision)
        self.multi_modal_projector = Projector(sizes.vision.width, sizes.vlm.width)
        self.joint_model = parts.joint_model
        self.camera_router = parts.view_router
        if sizes.view_router is not None:
            self.view_embeddings = nn.Embedding(sizes.view_router.views, sizes.vlm.width)
        self.proprio_encoder = nn.Linear(sizes.proprio_dim, sizes.proprio.width)
        self.action_encoder = ActionEncoder(sizes.action_dim, sizes.action.width, sizes.flow.time_max_period)
        self.action_decoder = nn.Linear(sizes.action.width, sizes.action_dim)

    @property
    def device(self) -> torch.device:
        """Where the weights lie."""
        return self.action_decoder.weight.device

    @property
    def dtype(self) -> torch.dtype:
        """Type of the weights."""
        return self.action_decoder.weight.dtype

    @property
    def has_view_router(self) -> bool:
        """Whether ``view_scores`` may be called and ``build_prefix`` needs a third picture."""
        return self.camera_router is not None

    @property
    def has_skill_router(self) -> bool:
        """Whether ``sample`` returns routing decisions."""
        return self.joint_model.action_router is not None

    def encode_images(self, images_N3HW: Tensor) -> Tensor:
        """Encode pictures; the tokens of a picture do not depend on its neighbours or its camera.

        Args:
            images_N3HW: uint8 RGB, or floating point already in [-1, 1]; square, ``sizes.vision.image_size`` pixels.

        Returns:
            Tokens (N, M, D) after the projector and divided by sqrt(D).

        Raises:
            PolicyError: If the pictures have another size.
        """
        side = self.sizes.vision.image_size
        if images_N3HW.shape[1:] != (3, side, side):
            msg = f"The pictures have shape {tuple(images_N3HW.shape)}; resize them to (N, 3, {side}, {side})."
            raise PolicyError(msg)
        pixels = scale_pixels(images_N3HW.to(self.device), self.dtype)
        projected = self.multi_modal_projector(self.vision_tower(pixels))
        tokens_NMD: Tensor = projected / math.sqrt(self.sizes.vlm.width)
        return tokens_NMD

    def view_scores(self, front_BMD: Tensor, goal_B2: Tensor) -> Tensor:
        """Score the candidate views.

        Args:
            front_BMD: Tokens of the present front picture.
            goal_B2: Normalised goal, CARLA frame.

        Returns:
            Scores before the softmax, (B, V) float32.

        Raises:
            PolicyError: If this network has no view router.
        """
        if self.camera_router is None:
            msg = "This network always looks at the same cameras and has no view scores; do not ask for them."
            raise PolicyError(msg)
        logits_BV: Tensor = self.camera_router(front_BMD, goal_B2.to(self.device))
        return logits_BV

    def embed_view(self, view_BMD: Tensor, view_index_B: Tensor) -> Tensor:
        """Mark tokens of a side or rear picture with the camera they come from; (B, M, D)."""
        marked: Tensor = view_BMD + self.view_embeddings(view_index_B)[:, None]
        return marked

    def build_prefix(
        self,
        pictures: Sequence[Tensor],
        view_index_B: Tensor | None,
        input_ids_BL: Tensor,
        attention_mask_BL: Tensor,
    ) -> Prefix:
        """Join picture tokens and text.

        Args:
            pictures: Tokens (B, M, D) of front now, front before and, where a system looks at one, the other view.
            view_index_B: Which view the third picture is; None without a view router.
            input_ids_BL: Token ids, image places first, then text, then padding.
            attention_mask_BL: 1 where a token id is not padding.

        Returns:
            The prefix.

        Raises:
            PolicyError: If the pictures or the index do not fit this network.
        """
        wanted = self.sizes.images_in_prefix
        if len(pictures) != wanted or (view_index_B is not None) != self.has_view_router:
            index = "with" if self.has_view_router else "without"
            msg = f"The prefix got {len(pictures)} pictures; give {wanted} {index} a view index."
            raise PolicyError(msg)
        parts = list(pictures)
        if view_index_B is not None:
            parts[-1] = self.embed_view(parts[-1], view_index_B)
        return self._prefix(parts, input_ids_BL, attention_mask_BL)

    def prefill(self, prefix: Prefix, proprio_BTP: Tensor) -> PrefixCache:
        """Run everything that does not depend on the flow's state.

        Args:
            prefix: What ``build_prefix`` returned.
            proprio_BTP: Normalised ego history, oldest first.

        Returns:
            Keys and values for ``sample``.
        """
        proprio_BTD = self.proprio_encoder(proprio_BTP.to(self.device, self.dtype))
        return self.joint_model.prefill(prefix.embedding_BLD, prefix.visible_BL, proprio_BTD)

    def velocity(self, actions_BHA: Tensor, time_B: Tensor, cache: PrefixCache) -> tuple[Tensor, SkillRouting | None]:
        """Predict the flow's velocity (B, H, A) at one state and time, and the skill decision taken for it."""
        tokens_BHD = self.action_encoder(actions_BHA.to(self.dtype), time_B)
        normed_BHD, routing = self.joint_model.act(tokens_BHD, cache)
        return self.action_decoder(normed_BHD), routing

    def sample(self, cache: PrefixCache, noise_BHA: Tensor, steps: int | None = None) -> FlowSample:
        """Integrate the flow from noise to a trajectory.

        Args:
            cache: What ``prefill`` returned.
            noise_BHA: Standard normal start, drawn by the caller.
            steps: Number of equal Euler steps; None for ``sizes.flow.steps``.

        Returns:
            The trajectory, normalised, and the decisions of all flow steps.
        """
        decisions: list[SkillRouting] = []

        def velocity(state_BHA: Tensor, time_B: Tensor) -> Tensor:
            velocity_BHA, routing = self.velocity(state_BHA, time_B, cache)
            if routing is not None:
                decisions.append(routing)
            return velocity_BHA

        start = noise_BHA.to(self.device, torch.float32)
        unclipped = integrate_euler(start, velocity, self.sizes.flow.steps if steps is None else steps)
        limit = self.sizes.flow.trajectory_clip
        return FlowSample(unclipped.clamp(-limit, limit), unclipped, tuple(decisions))

    @torch.no_grad()
    def forward_inference(self, batch: ModelBatch, available_BV: Tensor | None = None) -> InferenceResult:
        """Plan for a batch that holds every picture.

        Args:
            batch: All inputs.
            available_BV: True where a view may be chosen; None allows all.

        Returns:
            Everything computed on the way.

        Raises:
            PolicyError: If a row has no view to choose from.
        """
        front = self._encode_front(batch)
        logits_BV = view_index_B = None
        if self.has_view_router:
            logits_BV = self.view_scores(front[0], batch.goal_B2)
            usable_BV = torch.ones_like(logits_BV, dtype=torch.bool) if available_BV is None else available_BV
            view_index_B = select_view(logits_BV, usable_BV.to(logits_BV.device))
            front.append(self.encode_images(_picture_of_view(batch, view_index_B)))
        elif self.sizes.fixed_views:
            front.append(self.encode_images(batch.images_BN3HW[:, FRONT_PICTURES]))
        prefix = self.build_prefix(front, view_index_B, batch.input_ids_BL, batch.attention_mask_BL)
        flow = self.sample(self.prefill(prefix, batch.proprio_BTP), batch.noise_BHA)
        return InferenceResult(prefix, logits_BV, view_index_B, flow)

    def forward_training(
        self,
        batch: TrainingBatch,
        *,
        view_source: Literal["label", "router"],
        generator: torch.Generator | None = None,
    ) -> TrainingOutput:
        """Predict one velocity with gradients.

        Args:
            batch: Inputs and labels.
            view_source: "label" looks at the labelled view (stage 1); "router" draws a view from the router's scores
                with a straight-through gradient and encodes all candidates (stage 2).
            generator: Source of the draw in stage 2; the global one when None.

        Returns:
            Velocities and router scores for the losses.
        """
        inputs = batch.inputs
        pictures = self._encode_front(inputs)
        logits_BV = None
        if self.has_view_router:
            logits_BV = self.view_scores(pictures[0], inputs.goal_B2)
            if view_source == "label":
                view_BMD = self.encode_images(_picture_of_view(inputs, batch.view_label_B))
                pictures.append(self.embed_view(view_BMD, batch.view_label_B))
            else:
                pictures.append(self._mixed_view(inputs, sample_view(logits_BV, generator)))
        elif self.sizes.fixed_views:
            pictures.append(self.encode_images(inputs.images_BN3HW[:, FRONT_PICTURES]))
        prefix = self._prefix(pictures, inputs.input_ids_BL, inputs.attention_mask_BL)
        cache = self.prefill(prefix, inputs.proprio_BTP)
        draws, time_R = batch.flow_time_BK.shape[1], batch.flow_time_BK.flatten()
        target_RHA = batch.target_actions_BHA.repeat_interleave(draws, dim=0)
        point, wanted = flow_path(batch.noise_BKHA.flatten(0, 1), target_RHA, time_R, self.sizes.flow)
        velocity, routing = self.velocity(point, time_R, cache.repeat(draws))
        return TrainingOutput(velocity.float(), wanted, logits_BV, None if routing is None else routing.logits_BE)

    def _prefix(self, parts: Sequence[Tensor], input_ids_BL: Tensor, attention_mask_BL: Tensor) -> Prefix:
        visible_BL = attention_mask_BL.to(self.device) != 0
        first = self.sizes.image_tokens
        text_BLD = self.embed_tokens(input_ids_BL[:, first:].to(self.device))
        # A padded place holds zero, not the embedding of the padding id.
        text_BLD = text_BLD * visible_BL[:, first:, None].to(text_BLD.dtype)
        return Prefix(torch.cat([*parts, text_BLD], dim=1), visible_BL)

    def _encode_front(self, batch: ModelBatch) -> list[Tensor]:
        front = batch.images_BN3HW[:, :FRONT_PICTURES].flatten(0, 1)
        tokens_NMD = self.encode_images(front)
        return [tokens_NMD[place::FRONT_PICTURES] for place in range(FRONT_PICTURES)]

    def _mixed_view(self, batch: ModelBatch, one_hot_BV: Tensor) -> Tensor:
        candidates_BV3HW = batch.images_BN3HW[:, FRONT_PICTURES:].to(self.device)
        drawn_BV = one_hot_BV > 0.5  # noqa: PLR2004  (one or zero)
        drawn_BMD = self.encode_images(candidates_BV3HW[drawn_BV])
        # What is multiplied by zero gets no gradient, so that the way back through its pictures can be spared.
        with torch.no_grad():
            others_NMD = self.encode_images(candidates_BV3HW[~drawn_BV])
        tokens_BVMD = drawn_BMD.new_empty(*drawn_BV.shape, *drawn_BMD.shape[1:])
        tokens_BVMD[drawn_BV], tokens_BVMD[~drawn_BV] = drawn_BMD, others_NMD
        marked_BVMD = tokens_BVMD + self.view_embeddings.weight[None, :, None]
        weights_BV11 = one_hot_BV.to(marked_BVMD.dtype)[..., None, None]
        mixed_BMD: Tensor = (weights_BV11 * marked_BVMD).sum(1)
        return mixed_BMD


def _picture_of_view(batch: ModelBatch, view_index_B: Tensor) -> Tensor:
    rows = torch.arange(len(view_index_B), device=batch.images_BN3HW.device)
    return batch.images_BN3HW[rows, FRONT_PICTURES + view_index_B.to(rows.device)]
