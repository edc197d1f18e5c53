"""Puts a network together from its sizes; the systems' files say which sizes and which routers."""

from torch import nn

from drivemoe_ros.policy.attention.joint_transformer import JointTransformer
from drivemoe_ros.policy.attention.mixture import Mixture, Mixtures, proprio_mixture, vlm_mixture
from drivemoe_ros.policy.configuration import ModelSizes
from drivemoe_ros.policy.experts import DenseFeedForward, ExpertBank
from drivemoe_ros.policy.model import DrivingModel, Parts
from drivemoe_ros.policy.skill_router import SkillRouter
from drivemoe_ros.policy.view_router import ViewRouter


def assemble(sizes: ModelSizes, *, skill_router: type[SkillRouter] | None, routes_views: bool) -> DrivingModel:
    """Assemble a network.

    Args:
        sizes: Sizes of the network; those of a router that is not asked for are not looked at.
        skill_router: Kind of router before the expert layers; None makes every action layer dense.
        routes_views: Whether a router chooses the third picture.

    Returns:
        The network on the current default device, its weights freshly made by torch.
    """
    width, hidden = sizes.action.width, sizes.action.mlp
    skills = sizes.skills if skill_router else None
    views = sizes.view_router if routes_views else None
    routed = skills.moe_layers if skills else 0
    parts: list[nn.Module] = [DenseFeedForward(width, hidden) for _ in range(sizes.joint.layers - routed)]
    if skills:
        parts += [ExpertBank(width, hidden, skills) for _ in range(routed)]
    joint_model = JointTransformer(
        sizes.joint,
        Mixtures(vlm_mixture(sizes), proprio_mixture(sizes), Mixture(width, sizes.joint, parts, final_norm=True)),
        skill_router=skill_router(width, skills) if skill_router and skills else None,
        routed_layers=routed,
    )
    return DrivingModel(sizes, Parts(joint_model, ViewRouter(sizes.vlm.width, views) if views else None))
