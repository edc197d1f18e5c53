"""What a driving system offers: its name, sizes, labels and how to assemble it."""

from collections.abc import Callable
from dataclasses import dataclass

from drivemoe_ros.policy.configuration import ModelSizes
from drivemoe_ros.policy.model import DrivingModel


@dataclass(frozen=True)
class Architecture:
    """One system; ``variants.py`` lists them all."""

    # name in manifests and parameters
    name: str
    # sizes of the published checkpoint
    released: ModelSizes
    # the same architecture, small enough for one CPU core
    mini: ModelSizes
    # names of the view router's classes in order; without a view router the view it always looks at, if any
    view_names: tuple[str, ...]
    # names of the skill experts in order, empty without skill experts
    skill_names: tuple[str, ...]
    # assembles the network for given sizes
    build: Callable[[ModelSizes], DrivingModel]
