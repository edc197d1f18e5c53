"""Sizes read back strictly."""

import json
from typing import Any

import pytest

from drivemoe_ros.errors import CheckpointError
from drivemoe_ros.policy.configuration import ModelSizes
from drivemoe_ros.policy.variants import ARCHITECTURES, architecture_named


def mini_sizes() -> dict[str, Any]:
    values: dict[str, Any] = json.loads(json.dumps(ARCHITECTURES["drivemoe"].mini.to_dict()))
    return values


@pytest.mark.parametrize("system", list(ARCHITECTURES))
def test_sizes_survive_json(system: str) -> None:
    for sizes in (ARCHITECTURES[system].mini, ARCHITECTURES[system].released):
        assert ModelSizes.from_dict(json.loads(json.dumps(sizes.to_dict()))) == sizes


def test_an_unknown_key_is_named_with_the_nearest() -> None:
    values = mini_sizes()
    values["vision"]["layer"] = 3
    with pytest.raises(CheckpointError, match=r"'sizes.vision.layer' is not a known key; the nearest is 'layers'"):
        ModelSizes.from_dict(values)


def test_a_missing_key_is_named() -> None:
    values = mini_sizes()
    del values["joint"]["heads"]
    with pytest.raises(CheckpointError, match=r"'sizes.joint.heads' is missing"):
        ModelSizes.from_dict(values)


@pytest.mark.parametrize(
    ("part", "key", "value", "reason"),
    [
        ("vision", "layers", "4", "must be int"),
        ("vision", "layers", True, "must be int"),
        ("vision", "layers", 0, "greater than zero"),
        ("joint", "rope_theta", float("nan"), "greater than zero"),
        ("joint", "head_dim", 31, "even"),
        ("joint", "kv_heads", 3, "multiple"),
        ("text", "max_tokens", 100, "all image tokens"),
        ("skills", "experts_per_trajectory", 8, "not exceed"),
        ("skills", "moe_layers", 5, "leave a layer"),
        ("view_router", "heads", 7, "multiple"),
    ],
)
def test_sizes_that_form_no_network_are_refused(part: str, key: str, value: object, reason: str) -> None:
    values = mini_sizes()
    values[part][key] = value
    with pytest.raises(CheckpointError, match=reason):
        ModelSizes.from_dict(values)


def test_a_part_that_is_no_table_is_refused() -> None:
    values = mini_sizes()
    values["vision"] = 7
    with pytest.raises(CheckpointError, match="must be a table"):
        ModelSizes.from_dict(values)


def test_an_unknown_system_is_named_with_the_nearest() -> None:
    with pytest.raises(CheckpointError, match=r"'drivemo'.* is 'drivemoe'"):
        architecture_named("drivemo")


def test_routers_need_their_sizes() -> None:
    with pytest.raises(CheckpointError, match="Drive-pi0"):
        ARCHITECTURES["drivemoe"].build(ARCHITECTURES["drivepi0"].mini)
