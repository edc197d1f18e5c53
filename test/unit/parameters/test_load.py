"""Parameters come from files and command lines, checked, and a mistake is answered with the nearest right name."""

from __future__ import annotations

import pathlib

import pytest

from drivemoe_ros.errors import ParameterError
from drivemoe_ros.parameters.document import parameter_table, parameter_yaml
from drivemoe_ros.parameters.load import (
    NODE_SECTIONS,
    SECTIONS,
    build_parameters,
    flatten,
    full_names,
    parse_overrides,
    without_node_only,
)
from drivemoe_ros.parameters.schema import Parameters

ROOT = pathlib.Path(__file__).parents[3]


def test_the_shipped_parameter_file_holds_every_default() -> None:
    shipped = ROOT / "config" / "drivemoe.param.yaml"
    assert shipped.read_text(encoding="utf-8") == parameter_yaml()
    values = flatten(shipped)
    assert set(values) == {*full_names(SECTIONS), *full_names(NODE_SECTIONS)}
    assert all(values[name] == field.default for name, (_, field) in full_names(NODE_SECTIONS).items())
    assert build_parameters(without_node_only(values)) == Parameters()


def test_the_parameter_table_in_the_docs_is_current() -> None:
    assert (ROOT / "docs" / "parameters.md").read_text(encoding="utf-8") == parameter_table()


def test_an_override_changes_one_value_only() -> None:
    changed = build_parameters(parse_overrides(["sync.tolerance_s=0.1"]))
    assert changed.sync.tolerance_s == 0.1
    assert changed.sync.max_wait_s == Parameters().sync.max_wait_s
    assert changed.policy == Parameters().policy


def test_whole_numbers_serve_as_floats() -> None:
    assert build_parameters({"route.look_ahead_m": 20}).route.look_ahead_m == 20.0


@pytest.mark.parametrize(
    ("assignment", "sentence"),
    [
        ("sync.tolerence_s=1", r"did you mean 'sync.tolerance_s'"),
        ("sync.depth=1", r"sync.depth is 1, but it must lie in 2 to 256"),
        ("sync.depth=2.5", r"sync.depth is 2.5, but it must be of type int"),
        ("sync.tolerance_s=.nan", r"sync.tolerance_s is nan"),
        ("policy.system=drivemo", r"did you mean 'drivemoe'"),
        ("ego.use_imu=3", r"must be of type bool"),
        ("policy.seed", r"is no assignment"),
        ("policy.seed=[", r"is no value for policy.seed"),
    ],
)
def test_a_wrong_value_is_answered_in_one_sentence(assignment: str, sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence) as caught:
        build_parameters(parse_overrides([assignment]))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: [", "not valid YAML"),
        ("- 1", "a mapping is needed"),
        ("/**: {sync: {depth: 3}}", "no mapping 'ros__parameters'"),
        ("/**: {ros__parameters: {depth: 3}}", "no parameter 'depth'"),
    ],
)
def test_a_wrong_file_is_answered_in_one_sentence(tmp_path: pathlib.Path, text: str, sentence: str) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ParameterError, match=sentence) as caught:
        build_parameters(flatten(path))
    assert "\n" not in str(caught.value)


def test_node_and_bag_runner_may_share_a_file(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "both.yaml"
    text = "/**: {ros__parameters: {rig: carla, autostart: true, transport: {front: raw}, sync: {depth: 4}}}"
    path.write_text(text, encoding="utf-8")
    assert build_parameters(without_node_only(flatten(path))).sync.depth == 4


def test_a_missing_file_is_answered_in_one_sentence(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ParameterError, match="cannot be read"):
        flatten(tmp_path / "none.yaml")
