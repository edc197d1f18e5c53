"""Words for families and seeds mean what the help says."""

from __future__ import annotations

import pytest

from drivemoe_ros.cli.choices import choose_families, choose_seeds
from drivemoe_ros.errors import ParameterError

FAMILIES = ("merging/ramp", "merging/turn", "normal/lane_follow")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["all"], list(FAMILIES)),
        (["merging"], ["merging/ramp", "merging/turn"]),
        (["normal/lane_follow", "merging/turn"], ["normal/lane_follow", "merging/turn"]),
        (["merging/turn", "merging"], ["merging/turn", "merging/ramp"]),
    ],
)
def test_families(words: list[str], meant: list[str]) -> None:
    assert choose_families(words, FAMILIES) == meant


def test_an_unknown_family_is_answered_by_the_list() -> None:
    with pytest.raises(ParameterError, match="no scenario family 'merge'; choose all or among merging/ramp,"):
        choose_families(["merge"], FAMILIES)


@pytest.mark.parametrize(("text", "meant"), [("3:6", range(3, 6)), ("7", range(7, 8)), ("0:1", range(1))])
def test_seeds(text: str, meant: range) -> None:
    assert choose_seeds(text) == meant


@pytest.mark.parametrize("text", ["", "a:b", "1:2:3", "5:5", "6:5", "-1:3", "1.5"])
def test_wrong_seeds_are_refused(text: str) -> None:
    with pytest.raises(ParameterError, match="A:B"):
        choose_seeds(text)
