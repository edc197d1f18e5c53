"""DriveMoE with one part taken away or exchanged, for the paper's ablations.

Source: DriveMoE (arXiv 2505.16278), section 4: without the vision experts, without the action experts, and with a
router that decides for each action token.
"""

import dataclasses

from drivemoe_ros.errors import CheckpointError
from drivemoe_ros.policy import drivemoe
from drivemoe_ros.policy.architecture import Architecture
from drivemoe_ros.policy.assembly import assemble
from drivemoe_ros.policy.configuration import ModelSizes
from drivemoe_ros.policy.model import DrivingModel
from drivemoe_ros.policy.skill_router import SkillRouter, TokenSkillRouter

# The paper's token-level router chooses one or two experts a token.
EXPERTS_A_TOKEN = 2
FIXED_VIEW = ("back",)


def build_fixed_view(sizes: ModelSizes) -> DrivingModel:
    """Assemble skill experts behind two front pictures and one that is always the same camera's.

    Args:
        sizes: Sizes with ``skills``.

    Returns:
        The network on the current default device, its weights freshly made by torch.

    Raises:
        CheckpointError: If the sizes lack the skill experts.
    """
    _require(sizes.skills is not None, "of skill experts")
    return assemble(sizes, skill_router=SkillRouter, routes_views=False)


def build_dense(sizes: ModelSizes) -> DrivingModel:
    """Assemble a view router in front of a dense action decoder.

    Args:
        sizes: Sizes with ``view_router``.

    Returns:
        The network on the current default device, its weights freshly made by torch.

    Raises:
        CheckpointError: If the sizes lack the view router.
    """
    _require(sizes.view_router is not None, "of a view router")
    return assemble(sizes, skill_router=None, routes_views=True)


def build_token(sizes: ModelSizes) -> DrivingModel:
    """Assemble DriveMoE with a skill router that decides for each action token.

    Args:
        sizes: Sizes with ``view_router`` and ``skills``; ``experts_per_trajectory`` counts the experts of a token.

    Returns:
        The network on the current default device, its weights freshly made by torch.

    Raises:
        CheckpointError: If the sizes lack a router.
    """
    _require(sizes.view_router is not None and sizes.skills is not None, "of a view router and of skill experts")
    return assemble(sizes, skill_router=TokenSkillRouter, routes_views=True)


def _require(has: bool, what: str) -> None:  # noqa: FBT001  (the only thing asked)
    if not has:
        msg = f"This variant of DriveMoE needs the sizes {what}; take another system for sizes without."
        raise CheckpointError(msg)


def _token_sizes(sizes: ModelSizes) -> ModelSizes:
    skills = sizes.skills and dataclasses.replace(sizes.skills, experts_per_trajectory=EXPERTS_A_TOKEN)
    return dataclasses.replace(sizes, skills=skills)


def _variant(name: str, **changes: object) -> Architecture:
    return dataclasses.replace(drivemoe.DRIVEMOE, name=name, **changes)  # type: ignore[arg-type]


DRIVEMOE_BACK = _variant(
    "drivemoe_back",
    released=dataclasses.replace(drivemoe.RELEASED, view_router=None),
    mini=dataclasses.replace(drivemoe.MINI, view_router=None),
    view_names=FIXED_VIEW,
    build=build_fixed_view,
)
DRIVEMOE_DENSE = _variant(
    "drivemoe_dense",
    released=dataclasses.replace(drivemoe.RELEASED, skills=None),
    mini=dataclasses.replace(drivemoe.MINI, skills=None),
    skill_names=(),
    build=build_dense,
)
DRIVEMOE_TOKEN = _variant(
    "drivemoe_token",
    released=_token_sizes(drivemoe.RELEASED),
    mini=_token_sizes(drivemoe.MINI),
    build=build_token,
)
