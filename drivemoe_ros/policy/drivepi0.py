"""Drive-pi0, DriveMoE's dense baseline: two front pictures, no router, no experts.

Source: DriveMoE (arXiv 2505.16278), section 3.1; sizes from docs/model.md 1 and 8.
"""

import dataclasses

from drivemoe_ros.policy import drivemoe
from drivemoe_ros.policy.architecture import Architecture
from drivemoe_ros.policy.attention.joint_transformer import JointTransformer
from drivemoe_ros.policy.attention.mixture import Mixture, Mixtures, proprio_mixture, vlm_mixture
from drivemoe_ros.policy.configuration import ModelSizes
from drivemoe_ros.policy.experts import DenseFeedForward
from drivemoe_ros.policy.model import DrivingModel, Parts


def _dense(sizes: ModelSizes, max_tokens: int) -> ModelSizes:
    text = dataclasses.replace(sizes.text, max_tokens=max_tokens)
    return dataclasses.replace(sizes, images_in_prefix=2, text=text, view_router=None, skills=None)


RELEASED = _dense(drivemoe.RELEASED, max_tokens=532)
MINI = _dense(drivemoe.MINI, max_tokens=76)


def build(sizes: ModelSizes) -> DrivingModel:
    """Assemble Drive-pi0.

    Args:
        sizes: Sizes; ``view_router`` and ``skills`` are not looked at.

    Returns:
        The network on the current default device, its weights freshly made by torch.
    """
    width, hidden = sizes.action.width, sizes.action.mlp
    parts = [DenseFeedForward(width, hidden) for _ in range(sizes.joint.layers)]
    joint_model = JointTransformer(
        sizes.joint,
        Mixtures(vlm_mixture(sizes), proprio_mixture(sizes), Mixture(width, sizes.joint, parts, final_norm=True)),
        skill_router=None,
        routed_layers=0,
    )
    return DrivingModel(sizes, Parts(joint_model, view_router=None))


DRIVEPI0 = Architecture(name="drivepi0", released=RELEASED, mini=MINI, view_names=(), skill_names=(), build=build)
