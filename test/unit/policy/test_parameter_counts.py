"""Sizes of the released networks, counted without allocating them (facts 1.17)."""

import pytest

from drivemoe_ros.policy.checkpoint import build_empty
from drivemoe_ros.policy.tying import tie_history_to_action
from drivemoe_ros.policy.variants import ARCHITECTURES


@pytest.mark.parametrize(("system", "apart", "tied"), [("drivemoe", 3921.1, 3678.8), ("drivepi0", 3549.6, 3238.1)])
def test_released_size(system: str, apart: float, tied: float) -> None:
    model = build_empty(system, ARCHITECTURES[system].released)
    assert sum(p.numel() for p in model.parameters()) / 1e6 == pytest.approx(apart, abs=0.05)
    names = set(model.state_dict())
    tie_history_to_action(model)
    assert sum(p.numel() for p in model.parameters()) / 1e6 == pytest.approx(tied, abs=0.05)
    assert set(model.state_dict()) == names


@pytest.mark.parametrize("system", list(ARCHITECTURES))
def test_mini_is_mini(system: str) -> None:
    model = build_empty(system, ARCHITECTURES[system].mini)
    assert sum(p.numel() for p in model.parameters()) < 3_000_000
