"""Accuracy, F1 and confusion of a router, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivemoe_ros.errors import InputError
from drivemoe_ros.evaluation.displacement import average_displacement, final_displacement
from drivemoe_ros.evaluation.routers import score_router

NAMES = ("a", "b", "c")
PAIRS = [("a", "a")] * 6 + [("a", "b")] * 2 + [("b", "b")] * 1 + [("b", "a")] * 1


def test_confusion_has_labels_in_rows() -> None:
    score = score_router(PAIRS, NAMES)
    np.testing.assert_array_equal(score.confusion_CC, [[6, 2, 0], [1, 1, 0], [0, 0, 0]])
    assert score.accuracy == pytest.approx(0.7)


def test_macro_f1_is_over_labelled_classes() -> None:
    score = score_router(PAIRS, NAMES)
    of_a, of_b = 2 * 6 / (8 + 7), 2 * 1 / (2 + 3)
    np.testing.assert_allclose(score.f1_C, [of_a, of_b, np.nan])
    assert score.macro_f1 == pytest.approx((of_a + of_b) / 2)


def test_always_the_commonest_is_the_bar_to_pass() -> None:
    lazy = score_router(PAIRS, NAMES).always_commonest()
    assert lazy.accuracy == pytest.approx(0.8)
    assert lazy.macro_f1 == pytest.approx((2 * 8 / (8 + 10) + 0.0) / 2)


def test_plans_without_a_choice_do_not_count() -> None:
    assert score_router([("a", ""), ("a", "a")], NAMES).num == 1


def test_nothing_gives_zero_not_a_fault() -> None:
    score = score_router([], NAMES)
    assert (score.accuracy, score.macro_f1) == (0.0, 0.0)


def test_an_unknown_label_is_named() -> None:
    with pytest.raises(InputError, match="'parking' is not one of a, b, c"):
        score_router([("parking", "a")], NAMES)


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), min_size=1, max_size=50))
def test_the_commonest_never_beats_a_right_router(pairs: list[tuple[str, str]]) -> None:
    right = score_router([(label, label) for label, _ in pairs], NAMES)
    score = score_router(pairs, NAMES)
    assert right.accuracy == right.macro_f1 == 1.0
    assert 0.0 <= score.accuracy <= 1.0
    assert score.always_commonest().num == len(pairs)


def test_displacement_leaves_the_present_out() -> None:
    driven_PH2 = np.zeros((2, 3, 2))
    planned_PH2 = np.array([[[0, 0], [3, 4], [0, 1]], [[0, 0], [0, 0], [0, 2]]], np.float64)
    assert average_displacement(planned_PH2, driven_PH2) == pytest.approx((5 + 1 + 0 + 2) / 4)
    assert final_displacement(planned_PH2, driven_PH2) == pytest.approx(1.5)
