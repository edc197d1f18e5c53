"""DriveMoE: view router, skill experts in the last action layers.

Source: DriveMoE (arXiv 2505.16278); sizes from docs/model.md 1 to 12.
"""

import dataclasses

from drivemoe_ros.data.cameras import CANDIDATE_VIEWS
from drivemoe_ros.data.skills import SKILL_NAMES
from drivemoe_ros.errors import CheckpointError
from drivemoe_ros.policy.architecture import Architecture
from drivemoe_ros.policy.assembly import assemble
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
from drivemoe_ros.policy.model import DrivingModel
from drivemoe_ros.policy.skill_router import SkillRouter

RELEASED = ModelSizes(
    images_in_prefix=3,
    vision=VisionSizes(image_size=224, patch_size=14, width=1152, mlp=4304, layers=27, heads=16, layer_norm_eps=1e-6),
    text=TextSizes(vocab_size=257216, image_token_id=257152, pad_token_id=0, max_tokens=788),
    vlm=MixtureSizes(width=2048, mlp=16384),
    proprio=MixtureSizes(width=1024, mlp=4096),
    action=MixtureSizes(width=1024, mlp=4096),
    joint=JointSizes(
        layers=18,
        heads=8,
        kv_heads=1,
        head_dim=256,
        rope_theta=10000.0,
        rms_norm_eps=1e-6,
        attention_softcap=50.0,
    ),
    view_router=ViewRouterSizes(views=5, heads=8, goal_hidden=128),
    skills=SkillSizes(moe_layers=4, shared_experts=1, skill_experts=7, experts_per_trajectory=3),
    flow=FlowSizes(steps=10, sigma_min=0.001, trajectory_clip=1.0, time_max_period=10000.0),
    history_steps=5,
    horizon_steps=10,
    proprio_dim=10,
    action_dim=2,
)

MINI = ModelSizes(
    images_in_prefix=3,
    vision=VisionSizes(image_size=84, patch_size=14, width=128, mlp=384, layers=4, heads=4, layer_norm_eps=1e-6),
    text=TextSizes(vocab_size=16, image_token_id=15, pad_token_id=0, max_tokens=112),
    vlm=MixtureSizes(width=128, mlp=384),
    proprio=MixtureSizes(width=64, mlp=192),
    action=MixtureSizes(width=64, mlp=192),
    joint=JointSizes(
        layers=5,
        heads=4,
        kv_heads=1,
        head_dim=32,
        rope_theta=10000.0,
        rms_norm_eps=1e-6,
        attention_softcap=50.0,
    ),
    view_router=RELEASED.view_router,
    skills=SkillSizes(moe_layers=2, shared_experts=1, skill_experts=7, experts_per_trajectory=3),
    # Its ranges hold nine tenths of the waypoints, not all (docs/model.md 4).
    flow=dataclasses.replace(RELEASED.flow, trajectory_clip=10.0),
    history_steps=5,
    horizon_steps=10,
    proprio_dim=10,
    action_dim=2,
)


def build(sizes: ModelSizes) -> DrivingModel:
    """Assemble DriveMoE.

    Args:
        sizes: Sizes with ``view_router`` and ``skills``.

    Returns:
        The network on the current default device, its weights freshly made by torch.

    Raises:
        CheckpointError: If the sizes lack a router.
    """
    if sizes.view_router is None or sizes.skills is None:
        msg = "DriveMoE needs the sizes of a view router and of skill experts; take Drive-pi0 for a dense network."
        raise CheckpointError(msg)
    return assemble(sizes, skill_router=SkillRouter, routes_views=True)


DRIVEMOE = Architecture(
    name="drivemoe", released=RELEASED, mini=MINI, view_names=CANDIDATE_VIEWS, skill_names=SKILL_NAMES, build=build
)
