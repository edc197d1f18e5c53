"""Reads the reference numbers in test/data/golden: small networks, inputs and what they must give."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors.torch import load_file
from torch import Tensor

from drivemoe_ros.policy.batch import ModelBatch, TrainingBatch
from drivemoe_ros.policy.configuration import (
    FlowSizes,
    JointSizes,
    MixtureSizes,
    ModelSizes,
    SkillSizes,
    TextSizes,
    ViewRouterSizes,
    VisionSizes,
)
from drivemoe_ros.policy.drivemoe import DRIVEMOE
from drivemoe_ros.policy.model import DrivingModel

FOLDER = Path(__file__).parents[2] / "data" / "golden"
NAMES = ("tiny_1", "tiny_2", "tiny_3")
KINDS = ("single", "batch")


@dataclass(frozen=True)
class GoldenCase:
    """One reference input with its expected outputs and losses."""

    model: DrivingModel
    tensors: dict[str, Tensor]
    losses: dict[str, Any]
    loss_weights: dict[str, float]

    @property
    def batch(self) -> ModelBatch:
        return ModelBatch(
            images_BN3HW=self.tensors["images_uint8"],
            input_ids_BL=self.tensors["input_ids"],
            attention_mask_BL=self.tensors["attention_mask"],
            proprio_BTP=self.tensors["proprio"],
            goal_B2=self.tensors["goal"],
            noise_BHA=self.tensors["noise"],
        )

    @property
    def training_batch(self) -> TrainingBatch:
        return TrainingBatch(
            inputs=self.batch,
            target_actions_BHA=self.tensors["target_actions"],
            noise_BKHA=self.tensors["noise"][:, None],
            flow_time_BK=self.tensors["flow_time"][:, None],
            view_label_B=self.tensors["view_label"],
            skill_label_B=self.tensors["skill_label"],
        )


def golden_weights(name: str) -> dict[str, Tensor]:
    """Return all tensors of a reference network, the criterion's included."""
    return load_file(FOLDER / f"{name}.weights.safetensors")


def golden_case(name: str, kind: str) -> GoldenCase:
    """Load a reference network strictly, with one of its inputs."""
    about = json.loads((FOLDER / f"{name}.json").read_text())
    model = DRIVEMOE.build(golden_sizes(about["sizes"])).eval()
    weights = {key: value for key, value in golden_weights(name).items() if not key.startswith("criterion.")}
    model.load_state_dict(weights, strict=True)
    tensors = load_file(FOLDER / f"{name}.{kind}.safetensors")
    return GoldenCase(model, tensors, about["stage1_losses"][kind], about["loss_weights"])


def golden_sizes(values: dict[str, Any]) -> ModelSizes:
    """Translate the sizes of a tiny_*.json."""
    vision, joint = dict(values["vision"]), values["joint"]
    total = vision.pop("image_tokens_total")
    sizes = VisionSizes(**vision)
    return ModelSizes(
        images_in_prefix=total // sizes.tokens_per_image,
        vision=sizes,
        text=TextSizes(
            values["vocab_size"], values["image_token_id"], values["pad_token_id"], values["max_image_text_tokens"]
        ),
        vlm=MixtureSizes(**values["vlm"]),
        proprio=MixtureSizes(**values["proprio"]),
        action=MixtureSizes(**values["action"]),
        joint=JointSizes(
            layers=joint["layers"],
            heads=joint["heads"],
            kv_heads=joint["kv_heads"],
            head_dim=joint["head_dim"],
            rope_theta=joint["rope_theta"],
            rms_norm_eps=joint["rms_norm_eps"],
            attention_softcap=values["attention_softcap"],
        ),
        view_router=ViewRouterSizes(
            values["view_classes"], values["view_router_heads"], values["view_router_goal_hidden"]
        ),
        skills=SkillSizes(
            joint["moe_layers"], joint["shared_experts"], joint["skill_experts"], joint["experts_per_trajectory"]
        ),
        flow=FlowSizes(
            values["flow_steps"],
            values["flow_sigma_min"],
            values["trajectory_clip"],
            values["time_embedding_max_period"],
        ),
        history_steps=values["history_steps"],
        horizon_steps=values["horizon_steps"],
        proprio_dim=values["proprio_dim"],
        action_dim=values["action_dim"],
    )
