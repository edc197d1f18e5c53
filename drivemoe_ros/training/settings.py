"""Every setting of training with its default, unit, range and meaning; config/training/ lists differences only.

Node users never meet these, so they stand apart from ``parameters/schema.py``.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from drivemoe_ros.errors import ParameterError
from drivemoe_ros.parameters.document import section_table
from drivemoe_ros.parameters.field import check_value, nearest_hint, param
from drivemoe_ros.parameters.load import full_names, read_yaml
from drivemoe_ros.resources import resource_folder

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Mapping

FOLDER = "training"


@dataclass(frozen=True)
class NetworkSettings:
    """What is trained."""

    system: str = param("drivemoe", "Which system; the ablations are systems of their own (docs/model.md 15).")
    size: str = param("mini", "Its size.", choices=("mini", "released"))
    tie_history: bool = param(
        True, "Share the layers before the experts between ego history and actions, as the release does."
    )
    freeze_text: bool = param(True, "Keep the text embeddings as they are.")
    freeze_vision: bool = param(False, "Keep the picture encoder and its projector as they are.")
    freeze_vlm: bool = param(False, "Keep the image-and-text layers as they are.")
    lora_rank: int = param(
        0,
        "Train picture encoder and image-and-text layers through low-rank adapters of this rank; 0 trains them whole.",
        minimum=0,
        maximum=1024,
    )
    gradient_checkpointing: bool = param(False, "Compute layers again on the way back instead of keeping them.")


@dataclass(frozen=True)
class DataSettings:
    """How samples are read."""

    augment: str = param(
        "off",
        "Change colours (colour), or crop as well (full, as the release).",
        choices=("off", "colour", "full"),
    )
    workers: int = param(
        1, "Processes a training process that read ahead; 0 reads between steps.", minimum=0, maximum=64
    )
    input_tail: float = param(
        0.01, "Share of input values below, and above, the range they are normalised with.", minimum=0.0, maximum=0.2
    )
    waypoint_tail: float = param(
        0.05,
        "The same for waypoints: the larger, the more they count against the flow's noise. No plan of released size "
        "leaves their range, none of mini size ten times it.",
        minimum=0.0,
        maximum=0.2,
    )
    relative_to_speed: bool = param(
        True,
        "Learn by how much waypoints differ from going on at the present speed; the release learns where they are.",
    )
    past_motion: bool = param(
        False,
        "Tell the network accelerations and earlier speeds, as the release does; who is told them goes on as before.",
    )
    slow_past_mps: float = param(
        1.5,
        "Tell earlier speeds below this one in any case: else nobody knows whether the car is to stop or to start.",
        unit="m/s",
        minimum=0.0,
        maximum=100.0,
    )


@dataclass(frozen=True)
class OptimizerSettings:
    """How a step is taken; as released but for batch and flow draws."""

    batch_size: int = param(64, "Samples a step, over all processes.", minimum=1, maximum=65536)
    accumulate: int = param(1, "Parts that a step's batch is worked through in.", minimum=1, maximum=4096)
    vlm_rate: float = param(
        1.0, "Learning rate of pictures, text and view router against the stage's.", minimum=0.0, maximum=100.0
    )
    action_rate: float = param(
        1.0, "Learning rate of ego history, actions and skill router against the stage's.", minimum=0.0, maximum=100.0
    )
    weight_decay: float = param(0.0, "Decay of AdamW.", minimum=0.0, maximum=1.0)
    beta_1: float = param(0.9, "First moment's decay of AdamW.", minimum=0.0, maximum=0.9999)
    beta_2: float = param(0.999, "Second moment's decay of AdamW.", minimum=0.0, maximum=0.99999)
    clip: float = param(1.0, "Longest gradient of all weights together.", minimum=1e-6, maximum=1e6)
    precision: str = param(
        "auto", "Number type of the products; auto takes bfloat16 on a GPU.", choices=("auto", "float32", "bfloat16")
    )
    focal_gamma: float = param(2.0, "How much the routers' losses dwell on hard samples.", minimum=0.0, maximum=10.0)
    flow_draws: int = param(
        4,
        "Noises and times of the flow a sample and step, which share the cost of its pictures; the release takes 1.",
        minimum=1,
        maximum=256,
    )
    flow_weight: float = param(1.0, "Weight of the flow's loss.", minimum=0.0, maximum=1000.0)


@dataclass(frozen=True)
class Stage1Settings:
    """Stage 1: the labelled view is looked at."""

    samples: int = param(200_000, "Samples to train on; 0 leaves the stage out.", minimum=0, maximum=10**12)
    rate: float = param(
        1e-3, "Highest learning rate; the release's 5e-5 suits pretrained weights.", minimum=0.0, maximum=1.0
    )
    min_rate: float = param(1e-8, "Lowest learning rate, where the cosine ends.", minimum=0.0, maximum=1.0)
    warm_up: int = param(200, "Steps until the highest rate.", minimum=0, maximum=10**9)
    cycle: int = param(
        0, "Steps of the cosine from highest to lowest; 0 for those of the stage.", minimum=0, maximum=10**9
    )
    view_weight: float = param(10.0, "Weight of the view router's loss.", minimum=0.0, maximum=1000.0)
    skill_weight: float = param(10.0, "Weight of the skill router's loss.", minimum=0.0, maximum=1000.0)
    class_balance: float = param(
        1.0,
        "Exponent of the inverse frequency that weighs the routers' classes; 1, as released, makes rare ones equal.",
        minimum=0.0,
        maximum=1.0,
    )
    change_weight: float = param(
        0.0,
        "How much more often a sample is drawn for each m/s by which the next 0.9 s differ from its speed; released 0.",
        minimum=0.0,
        maximum=1000.0,
    )


@dataclass(frozen=True)
class Stage2Settings:
    """Stage 2: the view router's own draw is looked at."""

    samples: int = param(40_000, "Samples to train on; 0 leaves the stage out.", minimum=0, maximum=10**12)
    rate: float = param(3e-4, "Highest learning rate; the release has a tenth of stage 1's.", minimum=0.0, maximum=1.0)
    min_rate: float = param(1e-8, "Lowest learning rate, where the cosine ends.", minimum=0.0, maximum=1.0)
    warm_up: int = param(200, "Steps until the highest rate.", minimum=0, maximum=10**9)
    cycle: int = param(
        0, "Steps of the cosine from highest to lowest; 0 for those of the stage.", minimum=0, maximum=10**9
    )
    view_weight: float = param(5.0, "Weight of the view router's loss.", minimum=0.0, maximum=1000.0)
    skill_weight: float = param(5.0, "Weight of the skill router's loss.", minimum=0.0, maximum=1000.0)
    class_balance: float = param(
        0.0,
        "Exponent of the inverse frequency that weighs the routers' classes; 1, as released, makes rare ones equal.",
        minimum=0.0,
        maximum=1.0,
    )
    change_weight: float = param(
        1.0,
        "How much more often a sample is drawn for each m/s by which the next 0.9 s differ from its speed; released 0.",
        minimum=0.0,
        maximum=1000.0,
    )


@dataclass(frozen=True)
class RunSettings:
    """What is written while training, and when."""

    log_every: int = param(20, "Steps between two points of the curves.", unit="steps", minimum=1, maximum=10**9)
    validate_every: int = param(1000, "Steps between two validations.", unit="steps", minimum=1, maximum=10**9)
    validation_samples: int = param(1024, "Samples a validation.", minimum=1, maximum=10**9)
    save_every: int = param(1000, "Steps between two states to resume from.", unit="steps", minimum=1, maximum=10**9)
    save_minutes: float = param(
        10.0, "Longest time between two states to resume from.", unit="min", minimum=0.01, maximum=10_000.0
    )
    device: str = param("auto", "Where to train; auto takes a GPU if there is one.", choices=("auto", "cpu"))
    threads: int = param(1, "CPU threads of each training process.", minimum=1, maximum=256)
    compile: bool = param(False, "Let torch.compile fuse the layers; takes minutes first, and a C++ compiler.")


@dataclass(frozen=True)
class TrainingSettings:
    """All settings, by section."""

    network: NetworkSettings = field(default_factory=NetworkSettings)
    data: DataSettings = field(default_factory=DataSettings)
    optimizer: OptimizerSettings = field(default_factory=OptimizerSettings)
    stage1: Stage1Settings = field(default_factory=Stage1Settings)
    stage2: Stage2Settings = field(default_factory=Stage2Settings)
    run: RunSettings = field(default_factory=RunSettings)

    def to_yaml(self) -> str:
        """Return every value as YAML."""
        return yaml.safe_dump(dataclasses.asdict(self), sort_keys=False)


StageSettings = Stage1Settings | Stage2Settings
SECTIONS: dict[str, type] = {
    field.name: field.default_factory  # type: ignore[misc]
    for field in dataclasses.fields(TrainingSettings)
}


def build_settings(values: Mapping[str, object]) -> TrainingSettings:
    """Build checked settings from full names.

    Args:
        values: ``{"section.name": value}``; what is not named keeps its default.

    Returns:
        The settings.

    Raises:
        ParameterError: If a name is unknown (the nearest is proposed) or a value does not fit.
    """
    known = full_names(SECTIONS)
    chosen: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
    for label, value in values.items():
        if label not in known:
            msg = f"There is no training setting '{label}'{nearest_hint(label, known)}; docs/training.md lists all."
            raise ParameterError(msg)
        section, name = label.split(".")
        chosen[section][name] = check_value(SECTIONS[section], name, _as_number(value), label)
    return TrainingSettings(**{section: kind(**chosen[section]) for section, kind in SECTIONS.items()})


def settings_table() -> str:
    """Return the end of ``docs/training.md``: one table a section."""
    return "\n".join("\n".join([*section_table(section, kind), ""]) for section, kind in SECTIONS.items())


def recipe_names() -> tuple[str, ...]:
    """Return the names of the recipes that come with the package."""
    return tuple(sorted(path.stem for path in (resource_folder("config") / FOLDER).glob("*.yaml")))


def read_recipe(name: str) -> dict[str, object]:
    """Read a recipe: what differs from the defaults.

    Args:
        name: Name of one that comes with the package, or path of a file that ends in .yaml.

    Returns:
        ``{"section.name": value}``.

    Raises:
        ParameterError: If there is none of that name or the file has another form.
    """
    folder = resource_folder("config") / FOLDER
    path: pathlib.Path = folder / f"{name}.yaml"
    if name.endswith(".yaml"):
        path = folder.__class__(name)
    elif name not in recipe_names():
        hint = nearest_hint(name, recipe_names())
        msg = (
            f"There is no recipe '{name}'{hint}; take one of {', '.join(recipe_names())}, or the path of a .yaml file."
        )
        raise ParameterError(msg)
    values: dict[str, object] = {}
    for section, content in read_yaml(path).items():
        if not isinstance(content, dict):
            msg = f"{path}: '{section}' must hold settings, as in `stage1: {{samples: 1000}}`."
            raise ParameterError(msg)
        values.update({f"{section}.{key}": value for key, value in content.items()})
    return values


def _as_number(value: object) -> object:
    # YAML 1.1 reads 1e-3 as text.
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value
    return value
