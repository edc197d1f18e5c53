"""Drive-pi0, DriveMoE's dense baseline: two front pictures or these and the rear one, no router, no experts.

Source: DriveMoE (arXiv 2505.16278), sections 3.1 and 4 (one view and two); sizes from docs/model.md 1 and 8.
"""

import dataclasses

from drivemoe_ros.policy import drivemoe
from drivemoe_ros.policy.architecture import Architecture
from drivemoe_ros.policy.assembly import assemble
from drivemoe_ros.policy.configuration import ModelSizes
from drivemoe_ros.policy.model import DrivingModel


def _dense(sizes: ModelSizes) -> ModelSizes:
    return dataclasses.replace(sizes, view_router=None, skills=None)


def _front_only(sizes: ModelSizes, max_tokens: int) -> ModelSizes:
    text = dataclasses.replace(sizes.text, max_tokens=max_tokens)
    return dataclasses.replace(_dense(sizes), images_in_prefix=2, text=text)


RELEASED = _front_only(drivemoe.RELEASED, max_tokens=532)
MINI = _front_only(drivemoe.MINI, max_tokens=76)


def build(sizes: ModelSizes) -> DrivingModel:
    """Assemble Drive-pi0.

    Args:
        sizes: Sizes; ``view_router`` and ``skills`` are not looked at.

    Returns:
        The network on the current default device, its weights freshly made by torch.
    """
    return assemble(sizes, skill_router=None, routes_views=False)


DRIVEPI0 = Architecture(name="drivepi0", released=RELEASED, mini=MINI, view_names=(), skill_names=(), build=build)
# The rear picture is the third one, as in DriveMoE without a router.
DRIVEPI0_BACK = Architecture(
    name="drivepi0_back",
    released=_dense(drivemoe.RELEASED),
    mini=_dense(drivemoe.MINI),
    view_names=("back",),
    skill_names=(),
    build=build,
)
