"""Sizes of a network: one frozen tree that travels with the weights.

A tree of small dataclasses without defaults; the named sizes stand in the file of the system they belong to
(``drivemoe.py``, ``drivepi0.py``). Reading back is strict: an unknown or missing key is an error with the nearest name.
"""

import dataclasses
import difflib
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from drivemoe_ros.errors import CheckpointError

Node = TypeVar("Node")

# Most that a size may be, by its name: a network is built before its weights are compared with it.
LIMITS = {
    "layers": 256,
    "moe_layers": 256,
    "shared_experts": 64,
    "skill_experts": 64,
    "views": 64,
    "steps": 1000,
    "history_steps": 1000,
    "horizon_steps": 1000,
    "max_tokens": 1 << 16,
}
MAX_SIZE = 1 << 20
# Every system looks at the present front picture and the one before.
FRONT_PICTURES = 2


@dataclass(frozen=True)
class VisionSizes:
    """SigLIP picture encoder: square pictures of ``image_size`` pixels cut in ``patch_size`` pixel patches."""

    image_size: int
    patch_size: int
    width: int
    mlp: int
    layers: int
    heads: int
    layer_norm_eps: float

    @property
    def tokens_per_image(self) -> int:
        """Number of tokens one picture becomes."""
        return (self.image_size // self.patch_size) ** 2


@dataclass(frozen=True)
class TextSizes:
    """Vocabulary and the fixed length of the image-and-text part (``max_tokens``, padding included)."""

    vocab_size: int
    image_token_id: int
    pad_token_id: int
    max_tokens: int


@dataclass(frozen=True)
class MixtureSizes:
    """Width and feed-forward width of one token stream of the joint transformer."""

    width: int
    mlp: int


@dataclass(frozen=True)
class JointSizes:
    """Depth and attention shape that the three token streams share."""

    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    rope_theta: float
    rms_norm_eps: float
    attention_softcap: float


@dataclass(frozen=True)
class ViewRouterSizes:
    """The router that picks one of ``views`` side and rear cameras."""

    views: int
    heads: int
    goal_hidden: int


@dataclass(frozen=True)
class SkillSizes:
    """Skill experts in the feed-forward part of the last ``moe_layers`` action layers."""

    moe_layers: int
    shared_experts: int
    skill_experts: int
    experts_per_trajectory: int


@dataclass(frozen=True)
class FlowSizes:
    """Flow matching: number of Euler steps, path noise floor, output clip (normalised units), time embedding period."""

    steps: int
    sigma_min: float
    trajectory_clip: float
    time_max_period: float


@dataclass(frozen=True)
class ModelSizes:
    """All sizes of one network; ``view_router`` and ``skills`` are None in a dense network."""

    images_in_prefix: int
    vision: VisionSizes
    text: TextSizes
    vlm: MixtureSizes
    proprio: MixtureSizes
    action: MixtureSizes
    joint: JointSizes
    view_router: ViewRouterSizes | None
    skills: SkillSizes | None
    flow: FlowSizes
    history_steps: int
    horizon_steps: int
    proprio_dim: int
    action_dim: int

    def __post_init__(self) -> None:
        """Refuse sizes that cannot form a network.

        Raises:
            CheckpointError: If a count is not positive or two sizes do not fit each other.
        """
        _check_positive(self, "sizes")
        rules = {
            "images_in_prefix must be 2 or 3": FRONT_PICTURES <= self.images_in_prefix <= FRONT_PICTURES + 1,
            "vision.width must be a multiple of vision.heads": self.vision.width % self.vision.heads == 0,
            "joint.heads must be a multiple of joint.kv_heads": self.joint.heads % self.joint.kv_heads == 0,
            "joint.head_dim must be even": self.joint.head_dim % 2 == 0,
            "action.width must be even and more than 2": self.action.width % 2 == 0 and self.action.width // 2 > 1,
            "text.max_tokens must hold all image tokens": self.text.max_tokens >= self.image_tokens,
        }
        if self.view_router is not None:
            rules["vlm.width must be a multiple of view_router.heads"] = self.vlm.width % self.view_router.heads == 0
        if self.skills is not None:
            rules["skills.moe_layers must leave a layer before the experts"] = (
                self.skills.moe_layers < self.joint.layers
            )
            rules["skills.experts_per_trajectory must not exceed skills.skill_experts"] = (
                self.skills.experts_per_trajectory <= self.skills.skill_experts
            )
        for rule, holds in rules.items():
            if not holds:
                msg = f"The model sizes are inconsistent: {rule}."
                raise CheckpointError(msg)

    @property
    def fixed_views(self) -> int:
        """Number of side or rear pictures that are looked at without a router's choice."""
        return 0 if self.view_router else self.images_in_prefix - FRONT_PICTURES

    @property
    def image_tokens(self) -> int:
        """Number of image tokens in front of the text."""
        return self.images_in_prefix * self.vision.tokens_per_image

    def to_dict(self) -> dict[str, Any]:
        """Return the sizes as plain nested dictionaries, ready for JSON."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "ModelSizes":
        """Read sizes back from nested dictionaries.

        Args:
            values: What ``to_dict`` returned.

        Returns:
            The sizes.

        Raises:
            CheckpointError: If a key is unknown or missing, or a value has the wrong type or range.
        """
        return read_node(cls, values, "sizes")


def read_node(kind: type[Node], values: object, where: str) -> Node:
    """Read one dataclass strictly from a dictionary.

    Args:
        kind: The dataclass to make; its fields are int, float, str, bool, nested dataclasses or such or None.
        values: The dictionary.
        where: Dotted place of ``values`` for messages.

    Returns:
        The filled dataclass.

    Raises:
        CheckpointError: If ``values`` does not fit ``kind``.
    """
    if not isinstance(values, Mapping):
        msg = f"'{where}' must be a table of values, not {type(values).__name__}."
        raise CheckpointError(msg)
    hints = typing.get_type_hints(kind)
    for key in values:
        if key not in hints:
            near = difflib.get_close_matches(str(key), hints, n=1, cutoff=0.0)[0]
            msg = f"'{where}.{key}' is not a known key; the nearest is '{near}'."
            raise CheckpointError(msg)
    optional = {field.name for field in dataclasses.fields(kind) if field.default is not dataclasses.MISSING}  # type: ignore[arg-type]
    for key in hints:
        if key not in values and key not in optional:
            msg = f"'{where}.{key}' is missing; write it or convert the checkpoint again."
            raise CheckpointError(msg)
    given = {key: hint for key, hint in hints.items() if key in values}
    return kind(**{key: _read_value(hint, values[key], f"{where}.{key}") for key, hint in given.items()})


def _read_value(hint: object, value: object, where: str) -> object:
    if typing.get_origin(hint) in {typing.Union, types.UnionType}:
        if value is None:
            return None
        hint = next(option for option in typing.get_args(hint) if option is not type(None))
    kind: Any = typing.get_origin(hint) or hint
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return read_node(kind, value, where)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        msg = f"'{where}' must be {kind.__name__}, not {value!r}."
        raise CheckpointError(msg)
    return value


def _check_positive(node: object, where: str) -> None:
    may_be_zero = {"pad_token_id", "image_token_id", "sigma_min"}
    for field in dataclasses.fields(node):  # type: ignore[arg-type]
        value = getattr(node, field.name)
        if dataclasses.is_dataclass(value):
            _check_positive(value, f"{where}.{field.name}")
        elif isinstance(value, int) and value > LIMITS.get(field.name, MAX_SIZE):
            msg = f"'{where}.{field.name}' is {value}, but at most {LIMITS.get(field.name, MAX_SIZE)} is allowed."
            raise CheckpointError(msg)
        elif value is not None and not (value > 0 or (value == 0 and field.name in may_be_zero)):
            msg = f"'{where}.{field.name}' is {value!r}, but must be greater than zero."
            raise CheckpointError(msg)
