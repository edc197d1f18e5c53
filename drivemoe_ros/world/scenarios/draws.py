"""What every family draws from its seed: light, paint, kinds of vehicles, kinds of roads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivemoe_ros.world.roads import Section
from drivemoe_ros.world.scene import BodyKind, Light

if TYPE_CHECKING:
    from numpy.random import Generator

    from drivemoe_ros.world.scene import Colour

COLOURS: tuple[Colour, ...] = (
    (150, 40, 40), (40, 60, 120), (200, 200, 205), (40, 42, 46), (120, 130, 145), (190, 170, 60),
    (60, 100, 70), (170, 110, 60), (90, 60, 100), (225, 225, 220), (70, 120, 160), (110, 30, 50),
)  # fmt: skip
CLOTHES: tuple[Colour, ...] = (
    (170, 60, 60),
    (50, 70, 140),
    (60, 60, 62),
    (200, 180, 90),
    (80, 130, 90),
    (210, 210, 205),
)
_KINDS = ((BodyKind.CAR, 0.7), (BodyKind.VAN, 0.2), (BodyKind.TRUCK, 0.1))


def between(rng: Generator, low: float, high: float) -> float:
    """Return a figure between two others."""
    return float(rng.uniform(low, high))


def chance(rng: Generator, share: float) -> bool:
    """Return true in a share of the cases."""
    return bool(rng.random() < share)


def colour(rng: Generator) -> Colour:
    """Return the paint of a vehicle."""
    return COLOURS[int(rng.integers(len(COLOURS)))]


def clothes(rng: Generator) -> Colour:
    """Return the clothes of a pedestrian."""
    return CLOTHES[int(rng.integers(len(CLOTHES)))]


def light(rng: Generator) -> Light:
    """Return a time of day: half of all drives are by day."""
    return (Light.DAY, Light.DAY, Light.DUSK, Light.FOG)[int(rng.integers(4))]


def vehicle(rng: Generator) -> BodyKind:
    """Return a kind of motor vehicle, most often a car."""
    drawn = rng.random()
    for kind, share in _KINDS:
        if drawn < share:
            return kind
        drawn -= share
    return BodyKind.CAR


def town_road(rng: Generator, **changes: object) -> Section:
    """Return a two-lane road of a town.

    Args:
        rng: What is drawn from.
        **changes: Fields of ``Section`` that are not drawn.

    Returns:
        Its cross-section.
    """
    drawn: dict[str, object] = {
        "lane_m": between(rng, 3.3, 3.8),
        "middle": "solid" if chance(rng, 0.4) else "dashed",
        "edges": chance(rng, 0.7),
        "shoulder_m": between(rng, 0.2, 0.8),
        "pavement_m": between(rng, 1.2, 3.0) if chance(rng, 0.6) else 0.0,
    }
    return Section(**{**drawn, **changes})  # type: ignore[arg-type]
