"""Every family can be driven, asks for what it says it asks for, and draws another drive from every seed."""

import dataclasses
import functools
from collections import Counter

import numpy as np
import pytest

from drivemoe_ros.data.labels import Label
from drivemoe_ros.data.skills import NORMAL, SKILL_NAMES
from drivemoe_ros.errors import ParameterError
from drivemoe_ros.world.expert import Expert
from drivemoe_ros.world.infractions import Infraction
from drivemoe_ros.world.labels import label
from drivemoe_ros.world.scenarios.catalogue import FAMILIES, SEEDS, scenario
from drivemoe_ros.world.simulation import Outcome, World

STEPS_A_LABEL = 2


@dataclasses.dataclass(frozen=True)
class Driven:
    outcome: Outcome | None
    infractions: tuple[Infraction, ...]
    labels: tuple[Label, ...]
    speeds: tuple[float, ...]
    seconds: float
    length_m: float


@functools.cache
def drive(family: str, seed: int) -> Driven:
    world = World(scenario(family, seed))
    expert = Expert(world)
    labels: list[Label] = []
    speeds: list[float] = []
    while world.outcome is None:
        if len(speeds) % STEPS_A_LABEL == 0:
            labels.append(label(world))
        speeds.append(world.ego.speed_mps)
        world.step(expert.command())
    length_m = world.scenario.route.length_m
    return Driven(world.outcome, world.infractions, tuple(labels), tuple(speeds), world.time_s, length_m)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("family", FAMILIES)
def test_the_expert_arrives_without_an_infraction(family: str, seed: int) -> None:
    driven = drive(family, seed)
    assert (driven.outcome, driven.infractions) == (Outcome.ARRIVED, ())


@pytest.mark.parametrize("family", FAMILIES)
def test_a_drive_is_short_and_about_its_skill(family: str) -> None:
    driven = drive(family, 0)
    skill = FAMILIES[family].skill
    asked = Counter(now.skill for now in driven.labels)
    assert 45.0 <= driven.length_m <= 200.0
    assert driven.seconds <= 45.0
    assert set(asked) <= {skill, NORMAL}
    assert asked[skill] >= 0.1 * len(driven.labels)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_bears_the_name_of_its_skill(family: str) -> None:
    drawn = scenario(family, 4)
    assert (drawn.family, drawn.skill, drawn.seed) == (family, FAMILIES[family].skill, 4)
    assert drawn.skill in SKILL_NAMES
    assert family.startswith(f"{drawn.skill}/")


@pytest.mark.parametrize("family", FAMILIES)
def test_a_seed_gives_one_drive_and_another_seed_another(family: str) -> None:
    first, again, other = scenario(family, 7), scenario(family, 7), scenario(family, 8)
    np.testing.assert_array_equal(first.route_N2, again.route_N2)
    assert first.props == again.props
    assert [(car.lane, car.s_m, car.colour) for car in first.cars] == [
        (car.lane, car.s_m, car.colour) for car in again.cars
    ]
    assert first.route.pose(0.0)[2] != other.route.pose(0.0)[2]


def test_every_skill_has_three_families() -> None:
    families = Counter(family.skill for family in FAMILIES.values())
    assert set(families) == set(SKILL_NAMES)
    assert min(families.values()) >= 3


def test_no_seed_is_in_two_splits() -> None:
    seeds = [seed for split in SEEDS.values() for seed in split]
    assert len(seeds) == len(set(seeds))


def test_an_unknown_family_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ParameterError, match=r"no scenario family 'merging/ship'; choose one of .*merging/left_across"):
        scenario("merging/ship", 0)
