"""How often a router chose what was labelled, beside always choosing the commonest.

Shape legend: C classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from drivemoe_ros.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class RouterScore:
    """How good a router is.

    Attributes:
        names: The classes, C of them.
        confusion_CC: How often label (row) met choice (column), int64.
    """

    names: tuple[str, ...]
    confusion_CC: NDArray[np.int64]

    @property
    def num(self) -> int:
        """Decisions counted."""
        return int(self.confusion_CC.sum())

    @property
    def accuracy(self) -> float:
        """Share of right choices, 0 to 1; 0 without any."""
        return float(np.trace(self.confusion_CC)) / max(self.num, 1)

    @property
    def f1_C(self) -> NDArray[np.float64]:  # noqa: N802  (shape in the name)
        """Harmonic mean of precision and recall of each class; NaN where a class is neither labelled nor chosen."""
        right_C = np.diag(self.confusion_CC)
        both_C = self.confusion_CC.sum(axis=0) + self.confusion_CC.sum(axis=1)
        f1_C: NDArray[np.float64] = np.where(both_C > 0, 2.0 * right_C / np.maximum(both_C, 1), np.nan)
        return f1_C

    @property
    def macro_f1(self) -> float:
        """Mean F1 over the classes that are labelled, 0 to 1; 0 without any."""
        labelled_C = self.confusion_CC.sum(axis=1) > 0
        return float(self.f1_C[labelled_C].mean()) if labelled_C.any() else 0.0

    def always_commonest(self) -> RouterScore:
        """Return the score of a router that always chooses the commonest label."""
        confusion_CC = np.zeros_like(self.confusion_CC)
        support_C = self.confusion_CC.sum(axis=1)
        confusion_CC[:, int(np.argmax(support_C))] = support_C
        return RouterScore(self.names, confusion_CC)


def score_router(pairs: Iterable[tuple[str, str]], names: Sequence[str]) -> RouterScore:
    """Count choices against labels.

    Args:
        pairs: Label and choice of each decision; where nothing was chosen (an empty word) it does not count.
        names: All classes.

    Returns:
        The score.

    Raises:
        InputError: If a label or choice is not one of the names.
    """
    index = {name: place for place, name in enumerate(names)}
    confusion_CC = np.zeros((len(index), len(index)), np.int64)
    for label, choice in pairs:
        if not choice:
            continue
        unknown = next((word for word in (label, choice) if word not in index), None)
        if unknown is not None:
            msg = f"'{unknown}' is not one of {', '.join(names)}; make the labels with the same names."
            raise InputError(msg)
        confusion_CC[index[label], index[choice]] += 1
    return RouterScore(tuple(names), confusion_CC)
