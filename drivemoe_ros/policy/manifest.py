"""The manifest beside the weights: what the network is, and all it needs besides tensors."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from drivemoe_ros.data.small_file import parse_json, read_small_text
from drivemoe_ros.errors import CheckpointError
from drivemoe_ros.policy.configuration import ModelSizes, read_node
from drivemoe_ros.policy.normalization import Normalization
from drivemoe_ros.policy.prompt import Prompt
from drivemoe_ros.policy.variants import architecture_named

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE_NAME = "manifest.json"
FORMAT_VERSION = 1
MAX_BYTES = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """All facts of a checkpoint that are not tensors.

    Attributes:
        name: Name of the weights, shown to people.
        architecture: Key of ``variants.ARCHITECTURES``.
        trained: False if the weights are random.
        sizes: Sizes of the network.
        normalization: Ranges of inputs and outputs.
        view_names: Names of the view router's classes in order; without one the view always looked at, if any.
        skill_names: Names of the skill experts in order; empty without them.
        prompt_token_ids: Token ids of the constant prompt's text.
        source: Where the weights come from, as text: file name, sha256, training stage and the like.
    """

    name: str
    architecture: str
    trained: bool
    sizes: ModelSizes
    normalization: Normalization
    view_names: tuple[str, ...]
    skill_names: tuple[str, ...]
    prompt_token_ids: tuple[int, ...]
    source: Mapping[str, str]

    def __post_init__(self) -> None:
        """Refuse labels and a prompt that do not fit the sizes.

        Raises:
            CheckpointError: If a label is missing or too many, the architecture is unknown or the prompt does not fit.
        """
        architecture_named(self.architecture)
        views = self.sizes.view_router.views if self.sizes.view_router else self.sizes.fixed_views
        skills = self.sizes.skills.skill_experts if self.sizes.skills else 0
        for what, names, wanted in (("views", self.view_names, views), ("skills", self.skill_names, skills)):
            if len(names) != wanted:
                msg = f"The manifest names {len(names)} {what}, but the network has {wanted}; correct the list."
                raise CheckpointError(msg)
        Prompt.from_text_ids(self.prompt_token_ids, self.sizes)

    def to_json(self) -> str:
        """Return the manifest as indented JSON, the same bytes for the same manifest."""
        values = {
            "format_version": FORMAT_VERSION,
            "name": self.name,
            "architecture": self.architecture,
            "trained": self.trained,
            "sizes": self.sizes.to_dict(),
            "normalization": self.normalization.to_dict(),
            "view_names": list(self.view_names),
            "skill_names": list(self.skill_names),
            "prompt_token_ids": list(self.prompt_token_ids),
            "source": dict(self.source),
        }
        return json.dumps(values, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read a manifest strictly.

        Args:
            text: What ``to_json`` returned.

        Returns:
            The manifest.

        Raises:
            CheckpointError: If it is not JSON, of another format version, or a value is unknown, missing or wrong.
        """
        try:
            values = parse_json(text)
        except ValueError as error:
            msg = f"The manifest is not JSON ({error}); convert the checkpoint again."
            raise CheckpointError(msg) from error
        if not isinstance(values, dict) or values.pop("format_version", None) != FORMAT_VERSION:
            msg = f"The manifest is not of format version {FORMAT_VERSION}; convert the checkpoint again."
            raise CheckpointError(msg)
        plain = read_node(_PlainManifest, values, "manifest")
        return cls(
            name=plain.name,
            architecture=plain.architecture,
            trained=plain.trained,
            sizes=plain.sizes,
            normalization=plain.normalization,
            view_names=_tuple_of(str, plain.view_names, "view_names"),
            skill_names=_tuple_of(str, plain.skill_names, "skill_names"),
            prompt_token_ids=_tuple_of(int, plain.prompt_token_ids, "prompt_token_ids"),
            source={str(key): str(value) for key, value in plain.source.items()},
        )


@dataclass(frozen=True)
class _PlainManifest:
    # The same fields with JSON's own containers.
    name: str
    architecture: str
    trained: bool
    sizes: ModelSizes
    normalization: Normalization
    view_names: list[Any]
    skill_names: list[Any]
    prompt_token_ids: list[Any]
    source: dict[str, Any]


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a checkpoint folder.

    Args:
        folder: The folder.

    Returns:
        The manifest.

    Raises:
        CheckpointError: If there is none or it is wrong.
    """
    path = folder / FILE_NAME
    try:
        text = read_small_text(path, MAX_BYTES)
    except (OSError, UnicodeDecodeError) as error:
        msg = f"'{folder}' is not a checkpoint folder: cannot read {FILE_NAME} ({error}); make one with convert."
        raise CheckpointError(msg) from error
    return Manifest.from_json(text)


def _tuple_of(kind: type[Any], values: list[Any], where: str) -> tuple[Any, ...]:
    for value in values:
        if not isinstance(value, kind) or isinstance(value, bool):
            msg = f"'manifest.{where}' holds {value!r}, which is not {kind.__name__}."
            raise CheckpointError(msg)
    return tuple(values)
