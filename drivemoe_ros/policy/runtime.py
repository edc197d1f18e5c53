"""From an observation to tensors, through the network, and back: the only border between numpy and torch.

Shape legend: B batch (always 1), M tokens a picture, D vlm width, V views, E skills, S flow steps, H horizon,
N flow samples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from drivemoe_ros.data.decision import RoutingDecision
from drivemoe_ros.data.plan import PolicyOutput
from drivemoe_ros.errors import ImageError, PolicyError
from drivemoe_ros.policy.carla_frame import STEP_NS, assemble_goal, assemble_proprio, waypoints_from_network
from drivemoe_ros.policy.interface import PolicySpec
from drivemoe_ros.policy.prompt import Prompt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from torch import Tensor

    from drivemoe_ros.data.plan import Observation
    from drivemoe_ros.policy.batch import FlowSample
    from drivemoe_ros.policy.checkpoint import Checkpoint


class LearnedPolicy:
    """A network with its manifest, ready to plan; serves every system, with or without routers."""

    def __init__(
        self,
        checkpoint: Checkpoint,
        *,
        seed: int,
        zero_noise: bool,
        wrap_heading: bool,
        flow_samples: int = 1,
        clock: Callable[[], float] | None = None,
    ) -> None:
        """Wrap a network.

        Args:
            checkpoint: Network and manifest.
            seed: Seed of the flow's noise, combined with each stamp.
            zero_noise: Start the flow from zero instead.
            wrap_heading: Wrap heading differences to plus or minus pi.
            flow_samples: Plans drawn at once; the first is the answer, the others tell its spread.
            clock: Tells the time [s], to measure how long a flow step takes; without it nobody does.
        """
        self._model = checkpoint.model.eval()
        self._manifest = checkpoint.manifest
        self._seed = seed
        self._zero_noise = zero_noise
        self._wrap_heading = wrap_heading
        self._flow_samples = flow_samples
        self._clock = clock
        self._sizes = checkpoint.manifest.sizes
        prompt = Prompt.from_text_ids(checkpoint.manifest.prompt_token_ids, self._sizes)
        self._input_ids_BL, self._mask_BL = prompt.tensors(1, self._model.device)

    @property
    def spec(self) -> PolicySpec:
        """What this policy is and needs."""
        return PolicySpec(
            system=self._manifest.architecture,
            weights=self._manifest.name,
            trained=self._manifest.trained,
            image_size=self._sizes.vision.image_size,
            view_names=self._manifest.view_names,
            num_history=self._sizes.history_steps,
            history_interval_ns=STEP_NS,
            horizon=self._sizes.horizon_steps,
            waypoint_interval_ns=STEP_NS,
            flow_steps=self._sizes.flow.steps,
        )

    @torch.inference_mode()
    def plan(self, observation: Observation, flow_steps: int | None = None) -> PolicyOutput:
        """Plan once; see ``policy.interface.Policy``."""
        steps = self._sizes.flow.steps if flow_steps is None else flow_steps
        normalization = self._manifest.normalization
        proprio_TP = assemble_proprio(
            observation.ego, observation.goals.points_T2, normalization, wrap_heading=self._wrap_heading
        )
        goal_2 = assemble_goal(observation.goals.points_T2[-1], normalization)
        pictures = self._encode([observation.front_now_SS3, observation.front_before_SS3])
        view = view_index_B = None
        mask_BL = self._mask_BL
        if self._manifest.view_names:
            view, view_BMD = self._look(observation, pictures[0], goal_2)
            if self._model.has_view_router:
                view_index_B = torch.tensor(view.chosen or (0,), device=self._model.device)
            if view_BMD is None:
                # Masked keys are attended to by nobody: the plan is made from the front pictures alone.
                view_BMD, mask_BL = torch.zeros_like(pictures[0]), self._mask_without_view()
            pictures.append(view_BMD)
        prefix = self._model.build_prefix(pictures, view_index_B, self._input_ids_BL, mask_BL)
        cache = self._model.prefill(prefix, torch.from_numpy(proprio_TP)[None])
        begun_s = self._now_s()
        flow = self._model.sample(cache.repeat(self._flow_samples), self._noise(observation.stamp_ns), steps)
        trajectory_NH2 = self._finite(flow.trajectory_BHA)
        step_s = (self._now_s() - begun_s) / steps if self._clock else None
        speed_mps = float(observation.ego.speed_T[-1])
        plans = [waypoints_from_network(one_H2, normalization, speed_mps) for one_H2 in trajectory_NH2]
        experts = (self._skill_decision(flow),) if flow.routing else ()
        return PolicyOutput(plans[0], view, experts, steps, _spread_m(plans), step_s)

    def close(self) -> None:
        """Give memory back; see ``policy.interface.Policy``."""
        is_on_gpu = self._model.device.type == "cuda"
        del self._model, self._input_ids_BL, self._mask_BL
        if is_on_gpu:
            # torch would otherwise keep what it took from the device until the process ends.
            torch.cuda.empty_cache()

    def _now_s(self) -> float:
        if self._clock is None:
            return 0.0
        if self._model.device.type == "cuda":
            # What was asked of the device is done by now only if we wait for it.
            torch.cuda.synchronize(self._model.device)
        return self._clock()

    def _encode(self, pictures: Sequence[NDArray[np.uint8]]) -> list[Tensor]:
        stacked_N3SS = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2)
        return list(self._model.encode_images(stacked_N3SS)[:, None].unbind(0))

    def _look(
        self, observation: Observation, front_BMD: Tensor, goal_2: NDArray[np.float32]
    ) -> tuple[RoutingDecision, Tensor | None]:
        names = self._manifest.view_names
        if self._model.has_view_router:
            scores_V = self._finite(self._model.view_scores(front_BMD, torch.from_numpy(goal_2)[None])[0])
        else:
            scores_V = np.zeros(len(names), np.float32)
        available_V = np.array([name in observation.views for name in names])
        problems: list[str] = []
        chosen: tuple[int, ...] = ()
        view_BMD = None
        for index in np.argsort(-scores_V, kind="stable"):
            if not available_V[index]:
                problems.append(f"{names[index]} has no usable picture")
                continue
            try:
                view_BMD = self._encode([observation.views[names[index]]()])[0]
            except ImageError as error:
                available_V[index] = False
                problems.append(str(error))
                continue
            chosen = (int(index),)
            break
        weights_V = np.zeros(len(names), np.float32)
        weights_V[list(chosen)] = 1.0
        # Best first, so there is a problem exactly if the first choice could not be taken.
        reason = "; ".join(problems)
        return RoutingDecision(
            "view", names, scores_V, weights_V, chosen, available_V, weights_V[None], reason
        ), view_BMD

    def _finite(self, answer: Tensor) -> NDArray[np.float32]:
        values: NDArray[np.float32] = answer.float().cpu().numpy()
        if not np.all(np.isfinite(values)):
            msg = f"'{self._manifest.name}' planned NaN or infinity; check its weights with another checkpoint."
            raise PolicyError(msg)
        return values

    def _mask_without_view(self) -> Tensor:
        tokens = self._sizes.vision.tokens_per_image
        mask_BL = self._mask_BL.clone()
        mask_BL[:, self._sizes.image_tokens - tokens : self._sizes.image_tokens] = 0
        return mask_BL

    def _skill_decision(self, flow: FlowSample) -> RoutingDecision:
        names = self._manifest.skill_names
        step_weights_SE = np.zeros((len(flow.routing), len(names)), np.float32)
        for step, routing in enumerate(flow.routing):
            indices_K = routing.indices_BK[0].cpu().numpy()
            step_weights_SE[step, indices_K] = routing.weights_BK[0].float().cpu().numpy()
        last = flow.routing[-1]
        return RoutingDecision(
            level="action",
            names=names,
            scores_E=last.logits_BE[0].float().cpu().numpy(),
            weights_E=step_weights_SE[-1],
            chosen=tuple(int(index) for index in last.indices_BK[0]),
            available_E=np.ones(len(names), np.bool_),
            step_weights_SE=step_weights_SE,
        )

    def _noise(self, stamp_ns: int) -> Tensor:
        shape = (self._flow_samples, self._sizes.horizon_steps, self._sizes.action_dim)
        # Seeded by the stamp, so that a dropped frame shifts nothing, and drawn on the CPU for every device alike.
        generator = np.random.default_rng([self._seed, stamp_ns])
        noise_NHA = generator.standard_normal(shape, np.float32)
        if self._zero_noise:
            noise_NHA[0] = 0.0
        return torch.from_numpy(noise_NHA)


def _spread_m(plans: Sequence[NDArray[np.float64]]) -> float | None:
    if len(plans) == 1:
        return None
    last_N2 = np.stack([plan_H2[-1] for plan_H2 in plans])
    return float(np.sqrt(np.mean(np.sum((last_N2 - last_N2.mean(axis=0)) ** 2, axis=1))))
